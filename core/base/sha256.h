// SHA-256 (FIPS 180-4) through OpenSSL, with the algorithm fetched once per object: fetching costs more than hashing.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace bankctl {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    Digest operator()(std::string_view bytes);

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string to_hex(std::string_view bytes);
std::string to_hex(const Digest& digest);
/// Reads 64 lower-case hexadecimal digits.
std::optional<Digest> digest_from_hex(std::string_view text);

}  // namespace bankctl
