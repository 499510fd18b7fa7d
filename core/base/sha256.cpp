#include "core/base/sha256.h"

#include <openssl/evp.h>

#include "core/base/error.h"

namespace bankctl {

struct Sha256::State {
    EVP_MD* algorithm = nullptr;
    EVP_MD_CTX* context = nullptr;
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    state_->algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    state_->context = EVP_MD_CTX_new();
    if (state_->algorithm == nullptr || state_->context == nullptr)
        throw Failure(Error(ErrorCode::internal_error, "SHA-256 is not available"));
}

Sha256::~Sha256() {
    EVP_MD_CTX_free(state_->context);
    EVP_MD_free(state_->algorithm);
}

Digest Sha256::operator()(std::string_view bytes) {
    Digest digest{};
    const bool done = EVP_DigestInit_ex2(state_->context, state_->algorithm, nullptr) == 1 &&
                      EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1 &&
                      EVP_DigestFinal_ex(state_->context, digest.data(), nullptr) == 1;
    if (!done) throw Failure(Error(ErrorCode::internal_error, "SHA-256 failed"));
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
