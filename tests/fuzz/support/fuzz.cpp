#include "tests/fuzz/support/fuzz.h"

#include <cstdio>
#include <cstdlib>

namespace bankctl::fuzz {

std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

void expect(bool is_kept, std::string_view promise) {
    if (is_kept) return;
    std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()), promise.data());
    std::abort();
}

void expect_sound(const Error& error) {
    const ErrorCodeInfo& code = info(error.code);
    expect(code.kind != ErrorKind::internal, "no input is a bug: " + error.message);
    expect(!error.message.empty(), "an error says what is wrong: " + std::string(code.name));
}

void expect_invalid(const Error& error) {
    expect_sound(error);
    const ErrorCodeInfo& code = info(error.code);
    expect(code.kind == ErrorKind::invalid, "what is malformed is invalid, not " + std::string(code.name));
}

std::pair<std::string_view, std::string_view> two_documents(std::string_view input) {
    constexpr std::string_view k_divider = "\n----\n";
    const std::size_t divider = input.find(k_divider);
    if (divider == std::string_view::npos) return {input, {}};
    return {input.substr(0, divider), input.substr(divider + k_divider.size())};
}

}  // namespace bankctl::fuzz
