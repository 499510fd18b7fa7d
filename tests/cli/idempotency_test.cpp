// Keys, --if-version, --dry-run, and the order in which a request's faults are found.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

Words with(Words words, std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
    return words;
}

/// Runs `words` twice: the second answer is the first but for "replayed", and nothing has happened in between.
void require_replay(const Bank& bank, const Words& words) {
    const Json first = bank.data(words);
    CHECK(first.at("replayed") == false);
    const Json head = bank.head();
    Json second = bank.data(words);
    CHECK(second.at("replayed") == true);
    second["replayed"] = false;
    CHECK(second == first);
    CHECK(bank.head() == head);
}

void require_mismatch(const Bank& bank, const Words& words, const char* field) {
    const Json error = bank.fails(words, "idempotency_key_mismatch");
    INFO(describe(words, {}));
    CHECK(error.at("details").at("field") == field);
}

TEST_CASE("the same request with the same key answers with the first result", "[cli][idempotency]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "100");
    const std::string hold = bank.seq({"transaction", "hold", "alice", "3"});
    const std::string other_hold = bank.seq({"transaction", "hold", "alice", "3"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "3"});
    require_replay(bank, {"transaction", "credit", "alice", "1", "--key", "credit", "--memo", "m"});
    require_replay(bank, {"transaction", "debit", "alice", "1", "--key", "debit", "--counter", "@fees"});
    require_replay(bank, {"transaction", "transfer", "alice", "bob", "1", "--key", "transfer"});
    require_replay(bank, {"transaction", "hold", "alice", "1", "--key", "hold", "--expires", "9000-01-01"});
    require_replay(bank, {"transaction", "capture", hold, "--key", "capture"});
    require_replay(bank, {"transaction", "release", other_hold, "--key", "release"});
    require_replay(bank, {"transaction", "reverse", credit, "--key", "reverse", "--reason", "r"});
    require_replay(bank, {"account", "open", "carol", "--customer", "c1", "--currency", "USD", "--key", "open"});
    require_replay(bank, {"account", "open", "dave", "--customer", "c1", "--currency", "USD", "--opening-balance", "1",
                          "--key", "open with a balance", "--overdraft", "2"});
}

TEST_CASE("a replay may write an amount in another way, leave --at out, and come from another user",
          "[cli][idempotency]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "");
    const Words words{"transaction", "credit", "alice", "1.5", "--key", "k", "--at", "2026-01-31"};
    bank.ok(words);
    for (const Words& same : std::vector<Words>{
             {"transaction", "credit", "alice", "1.50", "--key", "k", "--at", "2026-01-31T01:00:00+01:00"},
             {"transaction", "credit", "alice", "1.5", "--key", "k"},
             {"transaction", "credit", "alice", "1.5", "--key", "k", "--user", "somebody-else"},
             {"transaction", "credit", "alice", "1.5", "--key", "k", "--counter", "@cash.USD"},
             {"transaction", "credit", "alice", "1.5", "--key", "k", "--if-version", "1"}}) {
        CHECK(bank.data(same).at("replayed") == true);
    }
    // What has happened since does not matter: the account may be frozen by now.
    bank.ok({"account", "freeze", "alice"});
    CHECK(bank.data(words).at("replayed") == true);
    CHECK(bank.balance_of("alice") == "1.50");
}

TEST_CASE("another request with the same key names the field that differs", "[cli][idempotency]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "100");
    const std::string hold = bank.seq({"transaction", "hold", "alice", "3"});
    const std::string other_hold = bank.seq({"transaction", "hold", "alice", "3"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "3"});
    const std::string other_credit = bank.seq({"transaction", "credit", "alice", "3"});
    bank.ok({"transaction", "credit", "alice", "1", "--key", "c", "--memo", "m"});
    require_mismatch(bank, {"transaction", "debit", "alice", "1", "--key", "c", "--memo", "m"}, "kind");
    require_mismatch(bank, {"transaction", "credit", "bob", "1", "--key", "c", "--memo", "m"}, "account");
    require_mismatch(bank, {"transaction", "credit", "alice", "2", "--key", "c", "--memo", "m"}, "amount");
    require_mismatch(bank, {"transaction", "credit", "alice", "1.001", "--key", "c", "--memo", "m"}, "amount");
    require_mismatch(bank, {"transaction", "credit", "alice", "1", "--key", "c", "--memo", "n"}, "memo");
    require_mismatch(bank, {"transaction", "credit", "alice", "1", "--key", "c"}, "memo");
    require_mismatch(bank, {"transaction", "credit", "alice", "1", "--key", "c", "--memo", "m", "--counter", "@x"},
                     "counter");
    require_mismatch(bank, {"transaction", "credit", "alice", "1", "--key", "c", "--memo", "m", "--at", "2026-01-01"},
                     "at");
    bank.ok({"transaction", "transfer", "alice", "bob", "1", "--key", "t"});
    require_mismatch(bank, {"transaction", "transfer", "bob", "alice", "1", "--key", "t"}, "from");
    require_mismatch(bank, {"transaction", "transfer", "alice", "carol", "1", "--key", "t"}, "to");
    bank.ok({"transaction", "hold", "alice", "1", "--key", "h", "--expires", "9000-01-01"});
    require_mismatch(bank, {"transaction", "hold", "alice", "1", "--key", "h", "--expires", "9000-01-02"}, "expires");
    bank.ok({"transaction", "capture", hold, "2", "--key", "cap"});
    require_mismatch(bank, {"transaction", "capture", other_hold, "2", "--key", "cap"}, "of");
    require_mismatch(bank, {"transaction", "capture", hold, "--key", "cap"}, "amount");
    require_mismatch(bank, {"transaction", "capture", hold, "2", "--key", "cap", "--counter", "@x"}, "counter");
    bank.ok({"transaction", "reverse", credit, "1", "--key", "r", "--reason", "why"});
    require_mismatch(bank, {"transaction", "reverse", other_credit, "1", "--key", "r", "--reason", "why"}, "of");
    require_mismatch(bank, {"transaction", "reverse", credit, "2", "--key", "r", "--reason", "why"}, "amount");
    require_mismatch(bank, {"transaction", "reverse", credit, "1", "--key", "r", "--reason", "not"}, "memo");
}

TEST_CASE("another account with the same key names the field that differs", "[cli][idempotency]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "100");
    bank.ok({"customer", "add", "c2", "--name", "Bob"});
    const Words open{"account", "open", "bob", "--customer", "c1", "--currency", "USD", "--key", "k"};
    bank.ok(open);
    require_mismatch(bank, {"account", "open", "eve", "--customer", "c1", "--currency", "USD", "--key", "k"},
                     "account");
    require_mismatch(bank, {"account", "open", "bob", "--customer", "c2", "--currency", "USD", "--key", "k"},
                     "customer");
    require_mismatch(bank, {"account", "open", "bob", "--customer", "c1", "--currency", "EUR", "--key", "k"},
                     "currency");
    require_mismatch(bank, with(open, {"--overdraft", "1"}), "overdraft");
    require_mismatch(bank, with(open, {"--opening-balance", "1"}), "kind");
    bank.fails({"account", "open", "bob", "--customer", "c1", "--currency", "USD"}, "already_exists");
}

TEST_CASE("a refused request stores nothing and its key stays free", "[cli][idempotency]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    const Words debit{"transaction", "debit", "alice", "2", "--key", "k"};
    bank.fails(debit, "insufficient_funds");
    bank.fails({"transaction", "show", "--key", "k"}, "transaction_not_found");
    bank.ok({"transaction", "credit", "alice", "1"});
    CHECK(bank.data(debit).at("replayed") == false);
}

TEST_CASE("without a key a repeated command acts again", "[cli][idempotency]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    for (int i = 0; i < 3; ++i) bank.ok({"transaction", "credit", "alice", "1"});
    CHECK(bank.balance_of("alice") == "3.00");
}

TEST_CASE("--if-version lets only one of two readers write", "[cli][idempotency]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    const std::string version = bank.data({"account", "show", "alice"}).at("version").dump();
    for (const Words& words : std::vector<Words>{{"transaction", "debit", "alice", "1"},
                                                 {"transaction", "credit", "alice", "1"},
                                                 {"transaction", "transfer", "alice", "bob", "1"},
                                                 {"transaction", "hold", "alice", "1"}}) {
        const std::string read = bank.data({"account", "show", "alice"}).at("version").dump();
        bank.ok(with(words, {"--if-version", read}));
        const Json error = bank.fails(with(words, {"--if-version", read}), "version_conflict");
        CHECK(error.at("details").at("expected") == Json::parse(read));
        CHECK(error.at("details").at("actual") == Json::parse(read).get<int>() + 1);
    }
    // A transfer's version is the debited account's: bob's may move on.
    bank.ok({"transaction", "transfer", "bob", "alice", "1", "--if-version",
             bank.data({"account", "show", "bob"}).at("version").dump()});
}

TEST_CASE("a dry run does everything but keep it", "[cli][dry_run]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    const std::string hold = bank.seq({"transaction", "hold", "alice", "3"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "3"});
    const Json head = bank.head();
    const std::string books = bank.ok({"balance", "--all", "--json"});
    for (const Words& words : std::vector<Words>{{"transaction", "credit", "alice", "1", "--key", "k", "--memo", "m"},
                                                 {"transaction", "debit", "alice", "1", "--counter", "@new"},
                                                 {"transaction", "transfer", "alice", "bob", "1"},
                                                 {"transaction", "hold", "alice", "1"},
                                                 {"transaction", "capture", hold, "1"},
                                                 {"transaction", "release", hold},
                                                 {"transaction", "reverse", credit}}) {
        Json dry = bank.data(with(words, {"--dry-run"}));
        CHECK(dry.at("dry_run") == true);
        CHECK(dry.at("seq").is_null());
        CHECK(dry.at("hash").is_null());
        CHECK(bank.head() == head);
        CHECK(bank.ok({"balance", "--all", "--json"}) == books);
    }
    Json dry =
        bank.data({"transaction", "credit", "alice", "1", "--key", "k", "--memo", "m", "--dry-run", "--user", "ops"});
    Json real = bank.data({"transaction", "credit", "alice", "1", "--key", "k", "--memo", "m", "--user", "ops"});
    for (const char* key : {"seq", "hash", "dry_run", "posted_at", "effective_at"}) {
        dry.erase(key);
        real.erase(key);
    }
    CHECK(dry == real);
    CHECK(bank.data({"transaction", "credit", "alice", "1", "--key", "k", "--memo", "m", "--dry-run"}).at("replayed") ==
          true);
}

TEST_CASE("a dry run is refused like the real thing", "[cli][dry_run]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "10");
    bank.ok({"transaction", "credit", "alice", "1", "--key", "k"});
    for (const auto& [words, code] : std::vector<std::pair<Words, std::string>>{
             {{"transaction", "debit", "alice", "99"}, "insufficient_funds"},
             {{"transaction", "credit", "nobody", "1"}, "account_not_found"},
             {{"transaction", "credit", "alice", "1.001"}, "amount_precision"},
             {{"transaction", "credit", "alice", "2", "--key", "k"}, "idempotency_key_mismatch"},
             {{"transaction", "credit", "alice", "1", "--if-version", "99"}, "version_conflict"},
             {{"transaction", "reverse", "1"}, "transaction_not_found"}}) {
        bank.fails(words, code);
        bank.fails(with(words, {"--dry-run"}), code);
    }
}

TEST_CASE("a request with several faults always gets the first one's code", "[cli][check_order]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob", "frozen", "rich"}, "10");
    bank.ok({"transaction", "credit", "alice", "1", "--key", "used"});
    bank.ok({"account", "freeze", "frozen"});
    bank.ok({"transaction", "credit", "rich", "90071992547000", "--counter", "@x"});
    const std::string hold = bank.seq({"transaction", "hold", "alice", "1"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "1"});
    const std::string released = bank.seq({"transaction", "hold", "alice", "1"});
    bank.ok({"transaction", "release", released});
    const std::vector<std::pair<Words, std::string>> cases{
        // syntax before all, the whole part of an amount included
        {{"transaction", "transfer", "alice", "alice", "0"}, "invalid_amount"},
        {{"transaction", "transfer", "alice", "alice", "9007199254740992"}, "amount_too_large"},
        {{"transaction", "transfer", "alice", "alice", "1", "--if-version", "x"}, "invalid_number"},
        {{"transaction", "transfer", "alice", "alice", "1", "--fields", "x"}, "unknown_field"},
        {{"transaction", "credit", "nobody", "1", "--key", ""}, "invalid_key"},
        // same_account before the key
        {{"transaction", "transfer", "alice", "alice", "1", "--key", "used"}, "same_account"},
        {{"transaction", "transfer", "nobody", "nobody", "1.001"}, "same_account"},
        // the key before existence
        {{"transaction", "credit", "nobody", "1", "--key", "used"}, "idempotency_key_mismatch"},
        {{"transaction", "reverse", "999", "--key", "used"}, "idempotency_key_mismatch"},
        {{"account", "open", "alice", "--customer", "nobody", "--currency", "USD", "--key", "used"},
         "idempotency_key_mismatch"},
        // existence before the currency's decimals
        {{"transaction", "credit", "nobody", "1.001"}, "account_not_found"},
        {{"transaction", "transfer", "alice", "nobody", "1.001"}, "account_not_found"},
        {{"transaction", "reverse", "999", "1.001"}, "transaction_not_found"},
        {{"account", "open", "dave", "--customer", "nobody", "--currency", "USD", "--overdraft", "1.001"},
         "customer_not_found"},
        // decimals before state and version
        {{"transaction", "credit", "frozen", "1.001"}, "amount_precision"},
        {{"transaction", "credit", "alice", "1.001", "--if-version", "99"}, "amount_precision"},
        {{"transaction", "credit", "frozen", "90071992547409.92"}, "amount_too_large"},
        {{"transaction", "capture", released, "1.001"}, "amount_precision"},
        // state and version before funds
        {{"transaction", "debit", "frozen", "99"}, "account_frozen"},
        {{"transaction", "debit", "alice", "99", "--if-version", "99"}, "version_conflict"},
        {{"transaction", "capture", hold, "99", "--if-version", "99"}, "version_conflict"},
        // funds before overflow
        {{"transaction", "transfer", "alice", "rich", "500"}, "insufficient_funds"},
    };
    const Json head = bank.head();
    for (const auto& [words, code] : cases) bank.fails(words, code);
    CHECK(bank.head() == head);
}

TEST_CASE("decimals are found wanting before a transaction of the wrong kind", "[cli][check_order]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "10");
    const std::string hold = bank.seq({"transaction", "hold", "alice", "1"});
    const std::string credit = bank.seq({"transaction", "credit", "alice", "1"});
    bank.fails({"transaction", "reverse", hold, "1.001"}, "amount_precision");
    bank.fails({"transaction", "capture", credit, "1.001"}, "amount_precision");
}

}  // namespace
}  // namespace bankctl::cli_test
