#include "core/base/sha256.h"

#include <catch2/catch.hpp>

namespace bankctl::test {

// The examples that NIST publishes for FIPS 180-4, and the empty message.
TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
    const auto hex = [&](std::string_view bytes) { return to_hex(sha256(bytes)); };
    CHECK(hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(
        hex("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstn"
            "opqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    CHECK(hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK(hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // nothing is left over
}

TEST_CASE("bytes are written as lower-case digits") {
    CHECK(to_hex(std::string_view("\x00\x0F\xA5\xFF", 4)) == "000fa5ff");
    CHECK(to_hex(std::string_view()).empty());
}

TEST_CASE("a digest is read from exactly 64 lower-case digits") {
    const std::string text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    CHECK(digest_from_hex(text) == sha256("abc"));
    CHECK_FALSE(digest_from_hex(""));
    CHECK_FALSE(digest_from_hex(text.substr(1)));
    CHECK_FALSE(digest_from_hex(text + "0"));
    for (const char wrong : {'A', 'F', 'g', '/', ':', '`', '@', ' ', '\0'}) {
        for (const std::size_t place : {0U, 1U, 63U}) {
            std::string altered = text;
            altered[place] = wrong;
            CHECK_FALSE(digest_from_hex(altered));
        }
    }
}

}  // namespace bankctl::test
