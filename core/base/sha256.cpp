#include "core/base/sha256.h"

// The interface that OpenSSL 3 prefers sets up tables of all algorithms first: 5 million instructions, twice what the
// rest of a transfer takes. The one of old hashes at once, with the same code.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <atomic>

#include <openssl/sha.h>

// Null unless linked for a fast start, where it is kept back: see scripts/cmake/fast_start.cpp.
extern "C" [[gnu::weak]] void __real_OPENSSL_cpuid_setup();

namespace bankctl {
namespace {

// Hashing this much takes as long with plain instructions as asking and hashing with the processor's own.
constexpr std::size_t k_bytes_until_asked = 8192;

void ask_processor_once_it_pays(std::size_t bytes) {
    static std::atomic<std::size_t> hashed = 0;
    const std::size_t before = hashed.load(std::memory_order_relaxed);
    if (before >= k_bytes_until_asked) return;
    hashed.store(before + bytes, std::memory_order_relaxed);
    if (before + bytes >= k_bytes_until_asked && __real_OPENSSL_cpuid_setup != nullptr) __real_OPENSSL_cpuid_setup();
}

}  // namespace

Digest sha256(std::string_view bytes) {
    ask_processor_once_it_pays(bytes.size());
    Digest digest{};
    SHA256_CTX context;
    SHA256_Init(&context);
    SHA256_Update(&context, bytes.data(), bytes.size());
    SHA256_Final(digest.data(), &context);
    return digest;
}

std::string to_hex(std::string_view bytes) {
    constexpr char k_digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        text += k_digits[static_cast<unsigned char>(c) >> 4];
        text += k_digits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

std::string to_hex(const Digest& digest) {
    return to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

std::optional<Digest> digest_from_hex(std::string_view text) {
    Digest digest{};
    if (text.size() != 2 * digest.size()) return std::nullopt;
    const auto nibble = [](char c) {
        return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    };
    for (std::size_t i = 0; i < digest.size(); ++i) {
        const int high = nibble(text[2 * i]);
        const int low = nibble(text[2 * i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        digest[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return digest;
}

}  // namespace bankctl
