// SHA-256 (FIPS 180-4) through OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bankctl {

using Digest = std::array<std::uint8_t, 32>;

/// The digest of bytes, as a function.
class Sha256 {
public:
    Digest operator()(std::string_view bytes) const;
};

std::string to_hex(std::string_view bytes);
std::string to_hex(const Digest& digest);
/// Reads 64 lower-case hexadecimal digits.
std::optional<Digest> digest_from_hex(std::string_view text);

}  // namespace bankctl
