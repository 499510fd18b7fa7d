// bankctl transaction list: filters and pages, each against what the test computes from the whole list.
#include <algorithm>
#include <functional>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/terminal.h"

namespace bankctl::cli_test {
namespace {

std::string day(int number) { return "2026-03-" + std::string(number < 10 ? "0" : "") + std::to_string(number); }

/// Accounts with a few dozen transactions of every kind, spread over a month.
void fill(const Bank& bank) {
    bank.ok({"customer", "add", "c1", "--name", "Ada"});
    for (const char* id : {"alice", "bob"})
        bank.ok({"account", "open", id, "--customer", "c1", "--currency", "USD", "--opening-balance", "100", "--at",
                 day(1)});
    for (int i = 2; i <= 28; ++i) {
        const std::string at = day(i);
        const std::string account = i % 3 == 0 ? "bob" : "alice";
        switch (i % 5) {
            case 0: bank.ok({"transaction", "credit", account, "5", "--at", at}); break;
            case 1: bank.ok({"transaction", "debit", account, "1", "--at", at}); break;
            case 2: bank.ok({"transaction", "transfer", "alice", "bob", "2", "--at", at}); break;
            case 3:
                bank.ok({"transaction", "capture", bank.seq({"transaction", "hold", account, "1", "--at", at}), "--at",
                         at});
                break;
            default:
                bank.ok({"transaction", "reverse", bank.seq({"transaction", "credit", account, "3", "--at", at}), "1",
                         "--at", at});
        }
    }
    bank.ok({"transaction", "release", bank.seq({"transaction", "hold", "alice", "1"})});
}

/// What the filters of the command line mean, written down once more.
struct Filter {
    std::string account;
    std::string since;
    std::string until;
    std::string kind;

    bool matches(const Json& row) const {
        const auto effective_at = row.at("effective_at").get<std::string>();
        const bool is_about =
            account.empty() || row.at("debit_account") == account || row.at("credit_account") == account;
        return is_about && (since.empty() || effective_at >= since + "T00:00:00.000000Z") &&
               (until.empty() || effective_at < until + "T00:00:00.000000Z") &&
               (kind.empty() || row.at("kind") == kind);
    }
    Words words() const {
        Words words{"transaction", "list"};
        if (!account.empty()) words.insert(words.end(), {"--account", account});
        if (!since.empty()) words.insert(words.end(), {"--since", since});
        if (!until.empty()) words.insert(words.end(), {"--until", until});
        if (!kind.empty()) words.insert(words.end(), {"--kind", kind});
        return words;
    }
};

/// All pages of `limit` rows, one after the other.
Json pages_of(const Bank& bank, const Words& words, std::size_t limit) {
    Json rows = Json::array();
    Json next;
    do {
        Words page_words = words;
        page_words.insert(page_words.end(), {"--limit", std::to_string(limit)});
        if (next.is_string()) page_words.insert(page_words.end(), {"--after", next.get<std::string>()});
        const Json page = bank.ok_json(page_words);
        REQUIRE(page.at("data").size() <= limit);
        REQUIRE((page.at("next").is_null() || page.at("data").size() == limit));
        for (const Json& row : page.at("data")) rows.push_back(row);
        next = page.at("next");
    } while (!next.is_null());
    return rows;
}

TEST_CASE("filters and pages of a list agree with the whole list", "[cli][transaction_list]") {
    const Bank bank;
    CHECK(bank.ok_json({"transaction", "list"}).at("data").empty());
    fill(bank);
    const Json whole = bank.data({"transaction", "list"});
    REQUIRE(whole.size() > 35);
    CHECK(std::is_sorted(whole.begin(), whole.end(),
                         [](const Json& a, const Json& b) { return a.at("seq") < b.at("seq"); }));
    std::vector<Filter> filters;
    for (const std::string account : {"", "alice", "bob", "@cash.USD"}) {
        filters.insert(filters.end(), {{account, "", "", ""},
                                       {account, day(10), "", ""},
                                       {account, "", day(10), ""},
                                       {account, day(7), day(21), ""},
                                       {account, day(21), day(7), ""},
                                       {account, day(1), day(2), ""},
                                       {account, "", "", "transfer"},
                                       {account, "", day(20), "reversal"},
                                       {account, day(5), "", "hold"}});
    }
    for (const Filter& filter : filters) {
        Json expected = Json::array();
        std::copy_if(whole.begin(), whole.end(), std::back_inserter(expected),
                     [&](const Json& row) { return filter.matches(row); });
        INFO(describe(filter.words(), {}));
        CHECK(bank.data(filter.words()) == expected);
        CHECK(pages_of(bank, filter.words(), 7) == expected);
    }
}

TEST_CASE("every kind can be filtered", "[cli][transaction_list]") {
    const Bank bank;
    fill(bank);
    std::size_t total = 0;
    for (const std::string kind :
         {"opening", "credit", "debit", "transfer", "hold", "capture", "release", "reversal"}) {
        const Json rows = bank.data({"transaction", "list", "--kind", kind});
        CHECK(!rows.empty());
        for (const Json& row : rows) CHECK(row.at("kind") == kind);
        total += rows.size();
    }
    CHECK(total == bank.data({"transaction", "list"}).size());
}

TEST_CASE("a page stays where it was while the list grows", "[cli][transaction_list]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "10");
    const Json first = bank.ok_json({"transaction", "list", "--limit", "1"});
    CHECK(first.at("next").is_null());
    const Json last = first.at("data")[0].at("seq");
    bank.ok({"transaction", "credit", "alice", "1"});
    const Json more = bank.data({"transaction", "list", "--after", last.dump()});
    REQUIRE(more.size() == 1);
    CHECK(more[0].at("seq").get<int>() > last.get<int>());
}

TEST_CASE("ndjson and csv of a long list are complete", "[cli][transaction_list]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    std::string lines;
    for (int i = 0; i < 1500; ++i)
        lines += R"({"type":"credit","account":"alice","amount":"1.00","memo":"a memo to make it long"})"
                 "\n";
    bank.ok({"transaction", "import", "-", "--source", "s"}, lines);
    const Json whole = bank.data({"transaction", "list"});
    REQUIRE(whole.size() == 1500);
    CHECK(parse_lines(bank.ok({"transaction", "list", "--output", "ndjson"})) == whole.get<std::vector<Json>>());
    CHECK(parse_csv(bank.ok({"transaction", "list", "--output", "csv"})).size() == 1501);
    CHECK(pages_of(bank, {"transaction", "list", "--account", "alice"}, 600) == whole);
}

TEST_CASE("what list refuses", "[cli][transaction_list]") {
    const Bank bank;
    bank.fails({"transaction", "list", "--account", "nobody"}, "account_not_found");
    bank.fails({"transaction", "list", "--kind", "bank_created"}, "usage");
    bank.fails({"transaction", "list", "--kind", "Credit"}, "usage");
    bank.fails({"transaction", "list", "--limit", "0"}, "invalid_number");
    bank.fails({"transaction", "list", "--limit", "-1"}, "invalid_number");
    bank.fails({"transaction", "list", "--after", "x"}, "invalid_cursor");
    bank.fails({"transaction", "list", "--after", ""}, "invalid_cursor");
    bank.fails({"transaction", "list", "--since", "today"}, "invalid_time");
    bank.fails({"transaction", "list", "--until", "2026-02-30"}, "invalid_time");
    bank.fails({"transaction", "list", "alice"}, "usage");
}

TEST_CASE("a list that is cut short says at a terminal how to go on", "[cli][terminal][list]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "1");
    for (const Words& list : std::vector<Words>{{"transaction", "list"}, {"account", "list"}}) {
        for (const std::string output : {"table", "csv", "ndjson", "json"}) {
            Words words = list;
            words.insert(words.end(), {"--limit", "1", "--output", output});
            Words as_json = list;
            as_json.insert(as_json.end(), {"--limit", "1"});
            const std::string next = bank.ok_json(as_json).at("next").get<std::string>();
            const Run run = run_on_terminal(bank, words, {.err = true});
            INFO(describe(words, run));
            CHECK(run.exit_code == 0);
            CHECK(run.terminal == (output == "json" ? "" : "more follow: --after " + next + "\n"));
            CHECK(run.out == bank.ok(words));  // which also says that no program is told

            Words quiet = words;
            quiet.push_back("--quiet");
            CHECK(run_on_terminal(bank, quiet, {.err = true}).terminal.empty());
            Words whole = list;
            whole.insert(whole.end(), {"--limit", "100", "--output", output});
            CHECK(run_on_terminal(bank, whole, {.err = true}).terminal.empty());
        }
    }
}

}  // namespace
}  // namespace bankctl::cli_test
