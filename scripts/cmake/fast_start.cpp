// What libraries would do before main in every process, and a process that lives for a millisecond does not need. The
// linker puts these in their place (ProjectSettings.cmake).
extern "C" {

// OpenSSL asks the processor what it can: 25 µs in a virtual machine, where each such question traps.
// core/base/sha256.cpp lets it ask once there is so much to hash that it pays.
void __wrap_OPENSSL_cpuid_setup();
void __wrap_OPENSSL_cpuid_setup() {}

// Whatever includes <iostream>, as SQLiteCpp and CLI11 do, sets up the standard streams and their locale: a tenth of
// what a process costs at all. So std::cout, cin and cerr cannot be used; scripts/check keeps that header out.
void __wrap__ZNSt8ios_base4InitC1Ev(void* init);
void __wrap__ZNSt8ios_base4InitC1Ev(void*) {}
void __wrap__ZNSt8ios_base4InitD1Ev(void* init);
void __wrap__ZNSt8ios_base4InitD1Ev(void*) {}
}
