#include "core/model/dispute_policy.h"

#include <catch2/catch.hpp>

using namespace bankctl;

TEST_CASE("the policy in the executable is whole") {
    const DisputePolicy& policy = DisputePolicy::embedded();
    CHECK(policy.inherited().empty());
    CHECK(policy.id() == "bankctl-dispute");
    const auto again = DisputePolicy::parse(policy.canonical_text());
    REQUIRE(again);
    CHECK(again->sha256() == policy.sha256());
    CHECK(again->canonical_text() == policy.canonical_text());
}
