// Limits in the books: what sets, unsets and resets them, and that verification holds the rules to the journal.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/service/queries.h"
#include "core/service/verification.h"
#include "tests/support/bank.h"
#include "tests/support/failure.h"
#include "tests/support/rows.h"

namespace bankctl::test {
namespace {

/// A bank whose limits are changed.
struct Limits {
    explicit Limits(Adapter adapter) : bank(adapter) {}

    Result<Posted> put(const PutLimit& request) {
        return bank.run([&](Posting& posting) { return posting.put_limit(request); });
    }
    Result<Posted> unset(const UnsetLimit& request) {
        return bank.run([&](Posting& posting) { return posting.unset_limit(request); });
    }
    Result<Posted> reset(const ResetLimit& request) {
        return bank.run([&](Posting& posting) { return posting.reset_limit(request); });
    }
    std::optional<LimitRule> rule(const std::string& user, LimitClass limit_class = LimitClass::command) {
        std::optional<LimitRule> found;
        bank.ledger().read([&](port::Snapshot& snapshot) { found = snapshot.limit_rule(user, limit_class); });
        return found;
    }
    std::vector<LimitRule> all() {
        std::vector<LimitRule> rules;
        bank.ledger().read([&](port::Snapshot& snapshot) { rules = all_limit_rules(snapshot); });
        return rules;
    }
    void require_sound() {
        const Verification verification = verify(bank.ledger(), std::nullopt);
        INFO(findings(verification));
        CHECK(verification.is_ok);
    }

    Bank bank;
};

PutLimit put_of(const std::string& user, const LimitPolicy& policy = {}) {
    return {user, LimitClass::command, policy, std::nullopt, std::nullopt};
}

template <class Request>
Request keyed(Request request, const std::string& key) {
    request.key = IdempotencyKey{key};
    return request;
}

ErrorCode code_of(const Result<Posted>& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

const LimitPolicy k_window{LimitAlgorithm::sliding_window, 9, 60'000, 9, true};

}  // namespace

TEST_CASE("a limit is set, replaced, unset and set again under one number") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq first = limits.put(put_of("alice")).value_or_throw().seq;
    CHECK(limits.rule("alice") == LimitRule{first, "alice", LimitClass::command, LimitPolicy{}, 1});
    const Seq second = limits.put(put_of("alice", k_window)).value_or_throw().seq;
    CHECK(second > first);
    CHECK(limits.rule("alice") == LimitRule{first, "alice", LimitClass::command, k_window, 2});
    limits.unset({.user = "alice"}).value_or_throw();
    CHECK(limits.rule("alice") == LimitRule{first, "alice", LimitClass::command, std::nullopt, 3});
    CHECK(limits.all().empty());
    limits.put(put_of("alice")).value_or_throw();
    CHECK(limits.all() == std::vector{LimitRule{first, "alice", LimitClass::command, LimitPolicy{}, 4}});
    limits.require_sound();
}

TEST_CASE("the limits of users and of classes are apart") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq everybody = limits.put(put_of(std::string(k_default_user), k_window)).value_or_throw().seq;
    PutLimit batch = put_of("alice", LimitPolicy{.algorithm = LimitAlgorithm::none});
    batch.limit_class = LimitClass::batch;
    const Seq of_batch = limits.put(batch).value_or_throw().seq;
    CHECK_FALSE(limits.rule("alice"));
    const Seq of_commands = limits.put(put_of("alice")).value_or_throw().seq;
    CHECK(limits.rule("alice", LimitClass::batch)->policy->algorithm == LimitAlgorithm::none);
    std::vector<Seq> numbers;
    for (const LimitRule& rule : limits.all()) numbers.push_back(rule.number);
    CHECK(numbers == std::vector{everybody, of_batch, of_commands});
    limits.unset({.user = "alice", .limit_class = LimitClass::batch}).value_or_throw();
    CHECK(limits.rule("alice")->policy == LimitPolicy{});
    limits.require_sound();
}

TEST_CASE("no limit has no numbers, whatever was given") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    const LimitPolicy given{LimitAlgorithm::none, 77, 60'000, 88, true};
    const Seq seq = limits.put(put_of("alice", given)).value_or_throw().seq;
    CHECK(limits.rule("alice")->policy == LimitPolicy{.algorithm = LimitAlgorithm::none, .fails_open = true});
    CHECK(limits.bank.entry(seq).detail ==
          R"({"user":"alice","class":"command","rate":null,"period_ms":null,"burst":null,)"
          R"("algorithm":"none","on_error":"open"})");
    limits.require_sound();
}

TEST_CASE("the journal says what was set, unset and reset") {
    Limits limits(Adapter::memory);
    const JournalEntry set = limits.bank.entry(limits.put(put_of("alice")).value_or_throw().seq);
    CHECK(set.kind == EntryKind::limit_set);
    CHECK(set.user == "tester");
    CHECK(set.of == Seq{});
    CHECK(set.detail == R"({"user":"alice","class":"command","rate":5,"period_ms":1000,"burst":5,)"
                        R"("algorithm":"token-bucket","on_error":"closed"})");
    CHECK(limits.bank.entry(limits.put(put_of("alice")).value_or_throw().seq).of == set.seq);
    const JournalEntry reset = limits.bank.entry(limits.reset({.user = "alice"}).value_or_throw().seq);
    CHECK(reset.kind == EntryKind::limit_reset);
    CHECK(reset.detail == R"({"user":"alice","class":"command"})");
    CHECK(reset.of == set.seq);
    CHECK(limits.rule("alice")->version == 3);
    CHECK(limits.rule("alice")->policy == LimitPolicy{});
    const JournalEntry unset = limits.bank.entry(limits.unset({.user = "alice"}).value_or_throw().seq);
    CHECK(unset.kind == EntryKind::limit_unset);
    CHECK(unset.of == set.seq);
    CHECK(unset.detail == R"({"user":"alice","class":"command"})");
    limits.require_sound();
}

TEST_CASE("who has no limit of their own has none to unset, but can be reset") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    CHECK(code_of(limits.unset({.user = "alice", .if_version = 7})) == ErrorCode::limit_not_found);
    limits.put(put_of("alice")).value_or_throw();
    CHECK(code_of(limits.unset({.user = "alice", .limit_class = LimitClass::batch})) == ErrorCode::limit_not_found);
    limits.unset({.user = "alice"}).value_or_throw();
    CHECK(code_of(limits.unset({.user = "alice"})) == ErrorCode::limit_not_found);
    CHECK(limits.reset({.user = "nobody"}));
    CHECK(limits.rule("nobody")->version == 1);
    CHECK(code_of(limits.unset({.user = "nobody"})) == ErrorCode::limit_not_found);
    CHECK(limits.all().empty());
    limits.require_sound();
}

TEST_CASE("a limit is changed only at the version that was read, if one was") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    PutLimit put = put_of("alice");
    put.if_version = 1;
    CHECK(code_of(limits.put(put)) == ErrorCode::version_conflict);
    put.if_version = 0;  // not set yet
    CHECK(limits.put(put));
    CHECK(code_of(limits.put(put)) == ErrorCode::version_conflict);
    put.if_version = 1;
    CHECK(limits.put(put));
    CHECK(code_of(limits.unset({.user = "alice", .if_version = 1})) == ErrorCode::version_conflict);
    CHECK(limits.unset({.user = "alice", .if_version = 2}));
    CHECK(limits.rule("alice")->version == 3);
}

TEST_CASE("a policy beyond its ranges is refused before anything else") {
    Limits limits(Adapter::memory);
    CHECK(code_of(limits.put(put_of("alice", {.rate = 0}))) == ErrorCode::invalid_number);
    CHECK(code_of(limits.put(put_of("alice", {.period_ms = 7}))) == ErrorCode::invalid_number);
    CHECK_FALSE(limits.rule("alice"));
}

TEST_CASE("the same key with the same request changes a limit once") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    const PutLimit put = keyed(put_of("alice"), "set");
    const Posted posted = limits.put(put).value_or_throw();
    CHECK_FALSE(posted.is_replayed);
    limits.put(put_of("alice", k_window)).value_or_throw();
    PutLimit with_version = put;
    with_version.if_version = 99;  // the key comes first
    for (const PutLimit& again : {put, with_version}) {
        const Posted replayed = limits.put(again).value_or_throw();
        CHECK(replayed.is_replayed);
        CHECK(replayed.seq == posted.seq);
    }
    CHECK(limits.rule("alice")->policy == k_window);

    const UnsetLimit unset = keyed(UnsetLimit{.user = "alice"}, "unset");
    const Posted gone = limits.unset(unset).value_or_throw();
    const Posted gone_again = limits.unset(unset).value_or_throw();  // though there is none any more
    CHECK(gone_again.is_replayed);
    CHECK(gone_again.seq == gone.seq);
    const ResetLimit reset = keyed(ResetLimit{.user = "alice"}, "reset");
    const Posted forgotten = limits.reset(reset).value_or_throw();
    CHECK(limits.reset(reset).value_or_throw().seq == forgotten.seq);
    CHECK(limits.bank.head().seq == forgotten.seq);
    limits.require_sound();
}

TEST_CASE("the same key with another request for a limit names what differs") {
    Limits limits(Adapter::memory);
    limits.put(keyed(put_of("alice"), "k")).value_or_throw();
    const auto differs = [&](PutLimit request) {
        request = keyed(request, "k");
        const Result<Posted> result = limits.put(request);
        CHECK(code_of(result) == ErrorCode::idempotency_key_mismatch);
        return std::get<std::string>(result.error().details.at(0).second);
    };
    CHECK(differs(put_of("bob")) == "user");
    PutLimit batch = put_of("alice");
    batch.limit_class = LimitClass::batch;
    CHECK(differs(batch) == "class");
    CHECK(differs(put_of("alice", {.algorithm = LimitAlgorithm::sliding_window})) == "algorithm");
    CHECK(differs(put_of("alice", {.rate = 6})) == "rate");
    CHECK(differs(put_of("alice", {.period_ms = 60'000})) == "period_ms");
    CHECK(differs(put_of("alice", {.burst = 6})) == "burst");
    CHECK(differs(put_of("alice", {.fails_open = true})) == "on_error");
    CHECK(code_of(limits.unset(keyed(UnsetLimit{.user = "alice"}, "k"))) == ErrorCode::idempotency_key_mismatch);
    CHECK(code_of(limits.reset(keyed(ResetLimit{.user = "alice"}, "k"))) == ErrorCode::idempotency_key_mismatch);
}

TEST_CASE("limits change several times in one unit of work, and what is rolled back leaves no trace") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    const Status done = write_books(limits.bank.ledger(), [&](Books& books) -> Status {
        Posting posting(books, limits.bank.clock(), Actor{"tester", 1000});
        BANKCTL_CHECK(posting.put_limit(put_of("alice")));
        BANKCTL_CHECK(posting.put_limit(put_of("alice", k_window)));
        books.keep();
        BANKCTL_CHECK(posting.put_limit(put_of("bob")));
        BANKCTL_CHECK(posting.unset_limit({.user = "alice"}));
        books.roll_back();
        CHECK_FALSE(books.limit_rule("bob", LimitClass::command));
        BANKCTL_CHECK(posting.put_limit(put_of("carol")));
        return ok();
    });
    REQUIRE(done);
    CHECK(limits.rule("alice")->version == 2);
    CHECK(limits.rule("alice")->policy == k_window);
    CHECK_FALSE(limits.rule("bob"));
    CHECK(limits.rule("carol")->version == 1);
    limits.require_sound();
}

TEST_CASE("an entry that contradicts the limits before it is damage") {
    Limits limits(Adapter::memory);
    const Seq set = limits.put(put_of("alice")).value_or_throw().seq;
    Draft draft = draft_of(limits.bank.entry(set));
    SECTION("set for the first time twice") {}
    SECTION("set in place of another's") {
        draft.of = set;
        draft.detail = R"({"user":"bob","class":"command","rate":5,"period_ms":1000,"burst":5,)"
                       R"("algorithm":"token-bucket","on_error":"closed"})";
    }
    SECTION("set without a policy") {
        draft.of = set;
        draft.detail = R"({"user":"alice","class":"command"})";
    }
    SECTION("unset with a policy") {
        draft.of = set;
        draft.kind = EntryKind::limit_unset;
    }
    std::optional<ErrorCode> code;  // of the books themselves: the storage would refuse it too
    const Status undone = write_books(limits.bank.ledger(), [&](Books& books) -> Status {
        code = failure_code([&] { books.record(draft); });
        return Error(ErrorCode::internal_error, "roll back");
    });
    CHECK_FALSE(undone);
    CHECK(code == ErrorCode::integrity_violation);
}

TEST_CASE("verification holds every limit rule to the journal") {
    Limits limits(GENERATE(Adapter::memory, Adapter::sqlite));
    limits.put(put_of("alice")).value_or_throw();
    limits.require_sound();
    LimitRule rule = limits.rule("alice").value();
    port::Changes changes;
    std::int64_t before = 1;
    SECTION("another rate") { rule.policy->rate = 6; }
    SECTION("another period") { rule.policy->period_ms = 60'000; }
    SECTION("another burst") { rule.policy->burst = 6; }
    SECTION("another algorithm") { rule.policy->algorithm = LimitAlgorithm::none; }
    SECTION("another answer to errors") { rule.policy->fails_open = true; }
    SECTION("another version") { rule.version = 2; }
    SECTION("unset") { rule.policy.reset(); }
    SECTION("one too many") {
        rule.number = Seq{1};
        rule.user = "bob";
        before = 0;
    }
    changes.limit_rules = {{rule, before}};
    REQUIRE(limits.bank.ledger().transact({}, [&](port::UnitOfWork& unit) {
        unit.save(changes);
        return ok();
    }));
    const Verification verification = verify(limits.bank.ledger(), std::nullopt);
    CHECK_FALSE(verification.is_ok);
    CHECK(findings(verification).starts_with("state: limit rule "));
}

}  // namespace bankctl::test
