// The rules of the bank from outside: setting, unsetting and resetting limits, who may, and when they hold.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "core/limit/shm/shm_limiter.h"
#include "tests/cli/forms.h"
#include "tests/cli/limit.h"
#include "tests/cli/program.h"
#include "tests/cli/shared_bank.h"

namespace bankctl::cli_test {
namespace {

Json limit_of(const Bank& bank, const std::string& user) { return bank.data({"limit", "show", user}); }

/// How many of so many requests of the user are allowed at once.
int allowed(const Bank& bank, const std::string& user, int count) {
    const Run run = bank.run(as(user, {"--json", "limit", "test", "--count", std::to_string(count)}));
    const Json document = parse_document(run.exit_code == 0 ? run.out : run.err);
    return (run.exit_code == 0 ? document.at("data") : document.at("error").at("details")).at("allowed").get<int>();
}

TEST_CASE("a limit holds for the next process, for its user alone, until it is changed again", "[cli][limit]") {
    const Bank bank;
    CHECK(limit_of(bank, "ops").at("origin") == "built-in");
    CHECK(limit_of(bank, "ops").at("limit") ==
          Json{{"rate", 5}, {"period_ms", 1000}, {"burst", 5}, {"algorithm", "token-bucket"}});
    CHECK(limit_of(bank, "ops").at("version") == 0);
    const Json head = bank.head();
    const Json set = bank.data({"limit", "set", "ops", "--rate", "3/m"});
    CHECK(set.at("change") == "set");
    CHECK(set.at("seq") == head.at("seq").get<int>() + 1);
    CHECK(set.at("version") == 1);
    CHECK(set.at("on_error") == "closed");
    CHECK(set.at("limit") == Json{{"rate", 3}, {"period_ms", 60'000}, {"burst", 3}, {"algorithm", "token-bucket"}});
    CHECK(allowed(bank, "ops", 9) == 3);
    set_limit(bank, "default", "4/m", {"--algorithm", "sliding-window"});
    CHECK(allowed(bank, "other", 9) == 4);
    CHECK(limit_of(bank, "other").at("origin") == "default");
    CHECK(limit_of(bank, "other").at("limit").at("algorithm") == "sliding-window");
    CHECK(limit_of(bank, "ops").at("origin") == "user");
    const Json unset = bank.data({"limit", "unset", "ops"});
    CHECK(unset.at("limit").is_null());
    CHECK(unset.at("version") == 2);
    CHECK(limit_of(bank, "ops").at("origin") == "default");
    bank.ok({"limit", "unset", "default"});
    CHECK(limit_of(bank, "ops").at("origin") == "built-in");
    CHECK(bank.fails({"limit", "unset", "ops"}, "limit_not_found").at("details").at("user") == "ops");
    CHECK(bank.data({"verify"}).at("ok") == true);
}

TEST_CASE("both classes of requests have limits of their own", "[cli][limit]") {
    const Bank bank;
    const Json lines = bank.data({"limit", "show", "ops", "--class", "batch"});
    CHECK(lines.at("limit").at("algorithm") == "none");
    CHECK(lines.at("remaining").is_null());
    set_limit(bank, "ops", "7/s", {"--class", "batch"});
    CHECK(bank.data({"limit", "show", "ops", "--class", "batch"}).at("limit").at("rate") == 7);
    CHECK(limit_of(bank, "ops").at("limit").at("rate") == 5);
}

TEST_CASE("a reset gives back all of a limit, and is in the journal", "[cli][limit]") {
    const Bank bank;
    set_limit(bank, "ops", "3/m");
    CHECK(allowed(bank, "ops", 9) == 3);
    CHECK(limit_of(bank, "ops").at("blocked") == true);
    const Json dry = bank.data({"limit", "reset", "ops", "--dry-run"});
    CHECK(dry.at("seq").is_null());
    CHECK(allowed(bank, "ops", 1) == 0);
    const Json reset = bank.data({"limit", "reset", "ops", "--key", "k"});
    CHECK(reset.at("change") == "reset");
    CHECK(bank.head().at("seq") == reset.at("seq"));
    CHECK(allowed(bank, "ops", 9) == 3);
    CHECK(bank.data({"limit", "reset", "ops", "--key", "k"}).at("replayed") == true);
    CHECK(allowed(bank, "ops", 9) == 0);
}

TEST_CASE("a limit is set under conditions, once for a key, and not at all in a dry run", "[cli][limit]") {
    const Bank bank;
    const Words set{"limit", "set", "ops", "--rate", "3/m", "--key", "k"};
    const Json first = bank.data(set);
    CHECK(first.at("replayed") == false);
    const Json again = bank.data(set);
    CHECK(again.at("replayed") == true);
    CHECK(again.at("seq") == first.at("seq"));
    bank.fails({"limit", "set", "ops", "--rate", "4/m", "--key", "k"}, "idempotency_key_mismatch");
    bank.fails({"limit", "set", "ops", "--rate", "4/m", "--if-version", "0"}, "version_conflict");
    bank.fails({"limit", "unset", "ops", "--if-version", "2"}, "version_conflict");
    CHECK(bank.data({"limit", "set", "ops", "--rate", "none", "--dry-run"}).at("dry_run") == true);
    CHECK(allowed(bank, "ops", 9) == 3);
    bank.ok({"limit", "set", "ops", "--rate", "9/m", "--if-version", "1"});
    CHECK(limit_of(bank, "ops").at("version") == 2);
    bank.ok({"limit", "set", "new", "--rate", "9/m", "--if-version", "0"});
}

TEST_CASE("a limit that makes no sense is refused before anything is opened", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const auto set = [&](const Words& more, const std::string& code) {
        Words words{"limit", "set", "ops"};
        words.insert(words.end(), more.begin(), more.end());
        bank.fails(words, code);
    };
    set({}, "missing_argument");
    for (const std::string rate : {"5", "5/h", "/s", "0/s", "-1/s", "1.5/s", "1000001/s", "5 /s", "s"})
        set({"--rate", rate}, "invalid_number");
    set({"--rate", "5/s", "--burst", "0"}, "invalid_number");
    set({"--rate", "5/s", "--burst", "1000001"}, "invalid_number");
    set({"--rate", "101/s", "--algorithm", "sliding-window"}, "invalid_number");
    set({"--rate", "5/s", "--algorithm", "sliding-window", "--burst", "6"}, "usage");
    set({"--rate", "none", "--burst", "6"}, "usage");
    set({"--rate", "none", "--algorithm", "token-bucket"}, "usage");
    set({"--rate", "5/s", "--algorithm", "none"}, "usage");
    set({"--rate", "5/s", "--algorithm", "leaky-bucket"}, "usage");
    set({"--rate", "5/s", "--on-error", "maybe"}, "usage");
    set({"--rate", "5/s", "--class", "all"}, "usage");
    bank.fails({"limit", "set", "", "--rate", "5/s"}, "usage");
    bank.fails({"limit", "set", std::string(65, 'x'), "--rate", "5/s"}, "invalid_text");
    set({"--rate", "5/s"}, "not_initialized");
    for (const std::string verb : {"unset", "reset", "show"}) bank.fails({"limit", verb, "ops"}, "not_initialized");
    bank.fails({"limit", "list"}, "not_initialized");
}

TEST_CASE("limit list shows the busiest first, then whose limit was set", "[cli][limit]") {
    const Bank bank;
    set_limit(bank, "default", "none");  // so that nobody but those below is counted
    for (const std::string user : {"busy", "calm", "idle"}) set_limit(bank, user, "4/m");
    CHECK(allowed(bank, "calm", 1) == 1);
    CHECK(allowed(bank, "busy", 9) == 4);
    const Json document = bank.ok_json({"limit", "list"});
    std::map<std::string, std::size_t> place;
    const Json& rows = document.at("data");
    for (std::size_t i = 0; i < rows.size(); ++i) place[rows[i].at("user").get<std::string>()] = i;
    CHECK(place.at("busy") < place.at("calm"));
    CHECK(place.at("calm") < place.at("idle"));
    CHECK(place.contains("default"));
    const Json& busy = rows[place.at("busy")];
    CHECK(busy.at("admitted") == 4);
    CHECK(busy.at("refused") == 5);
    CHECK(busy.at("remaining") == 0);
    CHECK(busy.at("blocked") == true);
    CHECK(busy.at("retry_after_ms") > 1'000);
    CHECK(rows[place.at("idle")].at("admitted") == 0);
    CHECK(rows[place.at("idle")].at("blocked") == false);
    CHECK(bank.data({"limit", "list", "--limit", "1"}).size() == 1);
    CHECK(lines_of(bank.ok({"limit", "list", "--output", "csv", "--fields", "user,blocked"})).front() ==
          "user,blocked");
}

TEST_CASE("limits say the same in every form of output", "[cli][limit]") {
    const Bank bank;
    set_limit(bank, "default", "none");
    set_limit(bank, "idle", "4/m", {"--on-error", "open"});
    require_same_in_all_forms(bank, {"limit", "show", "idle"});
    require_same_in_all_forms(bank, {"limit", "list", "--limit", "20"});
    set_limit(bank, "x", "9/s", {"--key", "k"});
    require_same_in_all_forms(bank, {"limit", "set", "x", "--rate", "9/s", "--key", "k"});
}

TEST_CASE("rules that somebody proposed and did not live to confirm are found in the books", "[cli][limit]") {
    const Bank bank;
    set_limit(bank, "ops", "3/m");
    bank.ok({"balance", "--all"});
    const auto limiter = shm::open_limiter({bank.path()});
    const port::LimitSubject ops{"ops", LimitClass::command};
    REQUIRE(limiter->rule(ops));
    LimitRule lie{Seq{1}, "ops", LimitClass::command, LimitPolicy{}, 1};
    lie.policy->rate = lie.policy->burst = 1'000'000;
    limiter->propose(std::span(&lie, 1));
    CHECK_FALSE(limiter->rule(ops));
    CHECK(allowed(bank, "ops", 9) == 3);
    REQUIRE(limiter->rule(ops));
    CHECK(limiter->rule(ops)->policy.rate == 3);
}

TEST_CASE("a bank that is restored or made anew has its own limits", "[cli][limit]") {
    const Bank bank;
    set_limit(bank, "ops", "3/m");
    bank.ok({"backup", bank.file("copy.db")});
    set_limit(bank, "ops", "9/m");
    SECTION("restored") {
        bank.ok({"restore", bank.file("copy.db"), "--yes"});
        CHECK(allowed(bank, "ops", 9) == 3);
    }
    SECTION("removed and restored") {
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(bank.path() + suffix);
        bank.ok({"restore", bank.file("copy.db")});
        CHECK(allowed(bank, "ops", 9) == 3);
    }
    SECTION("made anew") {
        set_limit(bank, "ops", "1/m");
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(bank.path() + suffix);
        bank.ok({"init"});
        CHECK(limit_of(bank, "ops").at("origin") == "built-in");
        CHECK(allowed(bank, "ops", 5) == 5);
    }
}

TEST_CASE("only the owner of the database changes limits", "[cli][limit][owner]") {
    if (!can_be_stranger()) return;
    const SharedBank shared;
    const Words set{"limit", "set", "ops", "--rate", "3/m"};
    require_failure(set, shared.run_as_stranger(set), "owner_only");
    const Words unset{"limit", "unset", "ops"};
    require_failure(unset, shared.run_as_stranger(unset), "owner_only");
    const Words reset{"limit", "reset", "ops"};
    const Run run = shared.run_as_stranger(reset);
    require_failure(reset, run, "owner_only");
    CHECK(run.exit_code == 77);
    CHECK(shared.bank.head().at("seq") == 1);
    set_limit(shared.bank, "ops", "3/m");
}

TEST_CASE("in a shared bank the real uid is charged, whatever --user says", "[cli][limit][owner]") {
    if (!can_be_stranger()) return;
    const SharedBank shared;
    const std::string stranger = "uid-" + std::to_string(k_stranger);
    set_limit(shared.bank, stranger, "2/m");
    const auto exit_code = [&](const std::string& user) {
        return shared.run_as_stranger(as(user, {"balance", "--all"})).exit_code;
    };
    CHECK(exit_code("ada") == 0);
    CHECK(exit_code("bob") == 0);
    CHECK(exit_code("eve") == 75);
    const Json lines = shared.bank.data({"limit", "show", stranger, "--class", "batch"});
    CHECK(lines.at("limit").at("rate") == 1'000);
    // Root's own processes are all root's here.
    set_limit(shared.bank, "root", "1/m");
    shared.bank.run({"limit", "test"});
    shared.bank.fails({"balance", "--all", "--user", "ada"}, "rate_limited");
}

}  // namespace
}  // namespace bankctl::cli_test
