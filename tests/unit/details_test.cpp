#include "core/service/details.h"

#include <catch2/catch.hpp>

#include "tests/support/failure.h"

namespace bankctl::test {

TEST_CASE("a detail that could not have been written is damage, whatever is wrong with it") {
    const auto read = [](const char* detail) { return failure_code([&] { account_from_detail(detail, Seq{7}); }); };
    CHECK_FALSE(read(R"({"id":"a","customer":1,"currency":"USD","overdraft_minor":0})"));
    CHECK(read(R"({"id":"a","customer":1,"currency":"HHH","overdraft_minor":0})") == ErrorCode::integrity_violation);
    CHECK(read(R"({"id":"a","customer":"1","currency":"USD","overdraft_minor":0})") == ErrorCode::integrity_violation);
    CHECK(read("{") == ErrorCode::integrity_violation);
}

}  // namespace bankctl::test
