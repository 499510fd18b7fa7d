// What is printed: escaping in every form, and what happens when it cannot be written.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"
#include "tests/cli/raw_database.h"

namespace bankctl::cli_test {
namespace {

// ESC, BEL, DEL, C1 (CSI), right-to-left override, isolate, line separator, newline, tab, carriage return.
const std::string k_nasty = "a\x1b[31mred\x07\x7f\u009b1m\u202eoverride\u2066\u2028\n\t\rend";

std::string with_output(const Bank& bank, const std::string& output, const Words& words) {
    Words all{"--output", output};
    all.insert(all.end(), words.begin(), words.end());
    return bank.ok(all);
}

TEST_CASE("no form lets a control sequence from data reach a terminal", "[cli][output]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.ok({"customer", "add", "nasty", "--name", k_nasty, "--email", k_nasty});
    const std::string seq =
        bank.seq({"transaction", "credit", "alice", "1", "--memo", k_nasty, "--user", "u\x1b[1m\u202e"});
    for (const Words& words : std::vector<Words>{{"transaction", "show", seq},
                                                 {"transaction", "list"},
                                                 {"customer", "show", "nasty"},
                                                 {"customer", "list"}}) {
        CHECK_FALSE(has_harmful_characters(with_output(bank, "table", words), "\n"));
        CHECK_FALSE(has_harmful_characters(with_output(bank, "json", words), "\n"));
        CHECK_FALSE(has_harmful_characters(with_output(bank, "ndjson", words), "\n"));
    }
    // What was escaped is what was given.
    CHECK(bank.data({"transaction", "show", seq}).at("memo") == k_nasty);
    const std::string json = bank.ok({"transaction", "show", seq, "--json"});
    for (const char* escape :
         {"\\u001b", "\\u0007", "\\u007f", "\\u009b", "\\u202e", "\\u2066", "\\u2028", "\\n", "\\t", "\\r"})
        CHECK(json.find(escape) != std::string::npos);
    const std::string table = bank.ok({"transaction", "show", seq});
    for (const char* escape : {"\\x1b", "\\x07", "\\u007f", "\\u009b", "\\u202e", "\\x0a"})
        CHECK(table.find(escape) != std::string::npos);
}

TEST_CASE("an error shows what it was given without its control sequences", "[cli][output]") {
    const Bank bank;
    for (const Words& words : std::vector<Words>{{k_nasty},
                                                 {"account", k_nasty},
                                                 {"account", "show", k_nasty},
                                                 {"account", "show", "alice", "--" + k_nasty},
                                                 {"account", "show", "alice", k_nasty},
                                                 {"account", "list", "--fields", k_nasty},
                                                 {"balance", "alice", "--at", k_nasty},
                                                 {"--output", k_nasty, "balance", "--all"},
                                                 {"--json", "--output", k_nasty, "balance", "--all"},
                                                 {"--db", k_nasty, "balance", "--all"},
                                                 {"help", k_nasty},
                                                 {"transaction", "import", k_nasty},
                                                 {"transaction", "credit", "alice", k_nasty}}) {
        const Run run = bank.run(words);
        INFO(describe(words, run));
        CHECK(run.exit_code >= 2);
        CHECK(run.out.empty());
        CHECK(lines_of(run.err).size() == (words.front() == "--json" ? 1 : 2));  // a document, or message and hint
        CHECK_FALSE(has_harmful_characters(run.err, "\n"));
    }
}

TEST_CASE("an error for people has a message and a hint", "[cli][output]") {
    const Bank bank;
    const Run run = bank.run({"account", "show", "nobody"});
    CHECK(run.exit_code == 3);
    CHECK(run.out.empty());
    const Words lines = lines_of(run.err);
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].starts_with("bankctl: "));
    CHECK(lines[0].find("nobody") != std::string::npos);
    CHECK(lines[1].starts_with("hint: "));
    CHECK(bank.run({"account", "show", "nobody", "--output", "csv"}).err == run.err);
    const Words words{"account", "show", "nobody", "--output", "ndjson"};
    require_failure(words, bank.run(words), "account_not_found");
}

TEST_CASE("a spreadsheet does not run what stands in CSV", "[cli][output]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "100");
    for (const std::string memo : {"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=", "\"=1\"", "a,b", "a\"b", "a\nb",
                                   "'=1", " =1", "plain"}) {
        const std::string seq = bank.seq({"transaction", "debit", "alice", "1", "--memo", memo});
        const std::vector<Words> rows = parse_csv(
            bank.ok({"transaction", "show", seq, "--output", "csv", "--fields", "memo,amount,debit_account"}));
        REQUIRE(rows.size() == 2);
        INFO(memo);
        const bool is_dangerous = std::string("=+-@\t\r").find(memo[0]) != std::string::npos;
        CHECK(rows[1][0] == (is_dangerous ? "'" + memo : memo));
        CHECK(rows[1][1] == "1.00");
    }
    // The number stays a number.
    const std::vector<Words> rows =
        parse_csv(bank.ok({"balance", "@cash.USD", "--output", "csv", "--fields", "account,balance"}));
    CHECK(rows[1] == Words{"'@cash.USD", "-86.00"});
}

TEST_CASE("wide and combining characters pass through unharmed", "[cli][output]") {
    const Bank bank;
    const std::string name = "Zoë 日本 e\u0301 🏦";
    bank.ok({"customer", "add", "c", "--name", name});
    for (const char* output : {"table", "json", "ndjson", "csv"})
        CHECK(with_output(bank, output, {"customer", "show", "c"}).find(name) != std::string::npos);
}

/// Runs `words` with a stdout of which something is wrong.
Run run_with(const Bank& bank, const Words& words, Stdout out) {
    ProcessOptions options = bank.options(words);
    options.out = out;
    return run_process(options);
}

TEST_CASE("a result that cannot be told of after the commit is an error of its own", "[cli][streams]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    int credits = 0;
    for (const Stdout out : {Stdout::closed, Stdout::full_disk, Stdout::reader_gone}) {
        const Words words{"--json", "transaction", "credit", "alice", "1", "--key", "k" + std::to_string(++credits)};
        const Run run = run_with(bank, words, out);
        require_failure(words, run, "applied_unreported");
        CHECK(run.exit_code == 74);
        CHECK(bank.balance_of("alice") == std::to_string(credits) + ".00");
        // The retry that the hint asks for finds it done; what has no effect of its own was not applied unreported.
        CHECK(
            bank.data({"transaction", "credit", "alice", "1", "--key", "k" + std::to_string(credits)}).at("replayed") ==
            true);
    }
    const Words replay{"--json", "transaction", "credit", "alice", "1", "--key", "k1"};
    require_failure(replay, run_with(bank, replay, Stdout::full_disk), "output_failed");
    const Words dry{"--json", "transaction", "credit", "alice", "1", "--dry-run"};
    require_failure(dry, run_with(bank, dry, Stdout::full_disk), "output_failed");
    const Words imports{"--json", "transaction", "import", "-", "--source", "s"};
    ProcessOptions options = bank.options(imports, R"({"type":"credit","account":"alice","amount":"1.00"})"
                                                   "\n");
    options.out = Stdout::full_disk;
    require_failure(imports, run_process(options), "applied_unreported");
}

TEST_CASE("a change that could not be told of is named", "[cli][streams]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    ProcessOptions options = bank.options({"--json", "transaction", "credit", "alice", "1"});
    options.out = Stdout::full_disk;
    const Json error = require_failure(options.words, run_process(options), "applied_unreported");
    CHECK(error.at("details").at("seq") == bank.data({"transaction", "list"}).back().at("seq"));
}

TEST_CASE("init and account open tell when their document was lost", "[cli][streams]") {
    const Bank bank(Bank::Nothing::yet);
    const Words init{"--json", "init"};
    require_failure(init, run_with(bank, init, Stdout::full_disk), "applied_unreported");
    bank.head();
    const Words add{"--json", "customer", "add", "c1", "--name", "Ada"};
    require_failure(add, run_with(bank, add, Stdout::closed), "applied_unreported");
    const Words open{"--json", "account", "open", "alice", "--customer", "c1", "--currency", "USD"};
    require_failure(open, run_with(bank, open, Stdout::reader_gone), "applied_unreported");
}

TEST_CASE("a read command whose reader has gone ends quietly, one whose disk is full does not", "[cli][streams]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    for (const Words& words : std::vector<Words>{{"balance", "alice"},
                                                 {"transaction", "list", "--output", "ndjson"},
                                                 {"transaction", "export", "--format", "ndjson"},
                                                 {"account", "list", "--output", "csv"},
                                                 {"verify"},
                                                 {"help"},
                                                 {"version"}}) {
        const Run gone = run_with(bank, words, Stdout::reader_gone);
        INFO(describe(words, gone));
        CHECK(gone.exit_code == 0);
        CHECK(gone.signal == 0);
        CHECK(gone.err.empty());
        for (const Stdout out : {Stdout::full_disk, Stdout::closed}) {
            Words json_words = words;
            if (words.size() < 4 || words[3] != "csv") json_words.insert(json_words.begin(), {"--output", "json"});
            if (words.back() == "ndjson" && words[1] == "list") json_words = words;
            const Run full = run_with(bank, json_words, out);
            INFO(describe(json_words, full));
            CHECK(full.exit_code == 69);
            CHECK(full.err.find(words.back() == "csv" ? "could not be written" : "output_failed") != std::string::npos);
        }
    }
}

/// Enough credits to alice that a list of them is longer than a pipe takes.
void post_more_than_a_pipe_holds(const Bank& bank) {
    std::string lines;
    for (int i = 0; i < 2000; ++i)
        lines += R"({"type":"credit","account":"alice","amount":"1.00","memo":"a memo to make it long"})"
                 "\n";
    bank.ok({"transaction", "import", "-", "--source", "s"}, lines);
}

TEST_CASE("a list that goes to a pipe stops soon after the reader has gone", "[cli][streams]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    post_more_than_a_pipe_holds(bank);
    const Run run = run_with(bank, {"transaction", "list", "--output", "ndjson"}, Stdout::reader_gone);
    CHECK(run.exit_code == 0);
    CHECK(run.err.empty());
}

TEST_CASE("an export reads no further once its reader has gone", "[cli][streams]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    post_more_than_a_pipe_holds(bank);
    // What reads the last entry fails: its account is missing.
    bank.ok({"account", "open", "last", "--customer", "c1", "--currency", "USD", "--opening-balance", "1"});
    REQUIRE(RawDatabase(bank.path()).execute("DELETE FROM account WHERE id='last'") == SQLITE_OK);
    for (const std::string format : {"ndjson", "csv", "hledger", "beancount"}) {
        const Words words{"transaction", "export", "--format", format};
        CHECK(bank.run(words).exit_code == 6);
        const Run gone = run_with(bank, words, Stdout::reader_gone);
        INFO(describe(words, gone));
        CHECK(gone.exit_code == 0);
        CHECK(gone.err.empty());
    }
}

}  // namespace
}  // namespace bankctl::cli_test
