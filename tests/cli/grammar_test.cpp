// The grammar of the command line: where options may stand, what is a value, what a mistyped word gets, and how flags,
// environment and defaults rank.
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

/// The key "code" of the error and nothing run: what a mistyped command line gets.
Json refused(const Bank& bank, const Words& words, const std::string& code) {
    const Json error = bank.fails(words, code);
    CHECK(error.at("kind") == "invalid");
    return error;
}

std::string memo_of(const Bank& bank, const Words& memo) {
    Words words{"transaction", "credit", "alice", "1"};
    words.insert(words.end(), memo.begin(), memo.end());
    return bank.data(words).at("memo").get<std::string>();
}

TEST_CASE("global options stand before the noun, before the verb or after it", "[cli][grammar]") {
    Bank bank;
    bank.add_accounts({"alice"});
    const std::string expected = bank.ok({"account", "show", "alice", "--json"});
    bank.environment().erase("BANKCTL_DB");
    for (const Words& option : std::vector<Words>{{"--json"}, {"--output", "json"}, {"--output=json"}}) {
        for (const Words& db : std::vector<Words>{{"--db", bank.path()}, {"--db=" + bank.path()}}) {
            for (std::size_t place = 0; place <= 3; ++place) {
                for (std::size_t db_place = 0; db_place <= 3; ++db_place) {
                    const Words command{"account", "show", "alice"};
                    Words words;
                    for (std::size_t i = 0; i <= command.size(); ++i) {
                        if (i == place) words.insert(words.end(), option.begin(), option.end());
                        if (i == db_place) words.insert(words.end(), db.begin(), db.end());
                        if (i < command.size()) words.push_back(command[i]);
                    }
                    INFO(describe(words, {}));
                    CHECK(bank.ok(words) == expected);
                }
            }
        }
    }
}

TEST_CASE("an option's value is the next word, whatever it looks like", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    for (const std::string text :
         {"--json", "--",  "-h",     "--help",           "-5", "[a,b]", "[]", "{}",    "%%",    "\"q\"", "'",
          "=",      "a=b", "--memo", "--no-such-option", "tx", " ",     "\\", "$HOME", "@file", "#",     "a\tb"}) {
        INFO(text);
        CHECK(memo_of(bank, {"--memo", text}) == text);
        CHECK(memo_of(bank, {"--memo=" + text}) == text);
    }
    CHECK(memo_of(bank, {"--memo", ""}) == "");
    CHECK(memo_of(bank, {"--memo="}) == "");
    CHECK(memo_of(bank, {"--memo==x"}) == "=x");
    refused(bank, {"transaction", "credit", "alice", "1", "--memo"}, "missing_argument");
    refused(bank, {"transaction", "credit", "alice", "1", "--db"}, "missing_argument");
}

TEST_CASE("-- ends the options", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    CHECK(bank.data({"account", "show", "--", "alice"}).at("id") == "alice");
    CHECK(bank.data({"balance", "--", "alice"}).at("account") == "alice");
    CHECK(bank.data({"transaction", "credit", "--memo", "m", "--", "alice", "1"}).at("memo") == "m");
    CHECK(bank.data({"transaction", "credit", "alice", "--", "1"}).at("kind") == "credit");
    refused(bank, {"transaction", "credit", "--", "alice", "-5"}, "invalid_amount");
    refused(bank, {"account", "show", "--", "--help"}, "invalid_id");
    refused(bank, {"balance", "--", "alice", "--all"}, "invalid_id");
    refused(bank, {"account", "show", "alice", "--", "--json"}, "usage");
    // After -- the word --json is no option: the error is for people.
    const Run text = bank.run({"account", "show", "--", "--json"});
    CHECK(text.exit_code == 2);
    CHECK(text.err.starts_with("bankctl: "));
}

TEST_CASE("what only begins like --help is no option", "[cli][grammar]") {
    const Bank bank;
    for (const std::string word : {"-hx", "--help=x", "--hel", "-.5", "-5"}) {
        INFO(word);
        refused(bank, {"balance", word}, "unknown_option");
    }
}

TEST_CASE("an option is given once", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    refused(bank, {"transaction", "credit", "alice", "1", "--key", "a", "--key", "b"}, "usage");
    refused(bank, {"transaction", "credit", "alice", "1", "--key", "a", "--key", "a"}, "usage");
    refused(bank, {"transaction", "credit", "alice", "1", "--memo=a", "--memo", "b"}, "usage");
    refused(bank, {"--db", bank.path(), "balance", "--all", "--db", bank.path()}, "usage");
    refused(bank, {"balance", "--all", "--fields", "account", "--fields", "account"}, "usage");
    refused(bank, {"balance", "--all", "--wait=1", "--wait=2"}, "usage");
    CHECK(bank.head() == head);
}

TEST_CASE("a flag takes no value", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    for (const std::string value : {"false", "true", "1", "x", ""}) {
        INFO(value);
        refused(bank, {"transaction", "credit", "alice", "1", "--dry-run=" + value}, "usage");
        refused(bank, {"balance", "--all=" + value}, "usage");
    }
    CHECK(bank.head() == head);
}

TEST_CASE("--wait takes its value only after an equals sign", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.ok({"transaction", "credit", "alice", "1", "--wait"});
    bank.ok({"transaction", "credit", "alice", "1", "--wait=0"});
    bank.ok({"transaction", "credit", "--wait", "alice", "1"});
    refused(bank, {"transaction", "credit", "alice", "1", "--wait", "5"}, "usage");
    for (const std::string value : {"x", "-1", "1.5", "01", "86401", "true", "", "99999999999999999999"}) {
        INFO(value);
        const Run run = bank.run({"--json", "transaction", "credit", "alice", "1", "--wait=" + value});
        CHECK(run.exit_code == 2);
        CHECK(run.out.empty());
    }
}

TEST_CASE("tx is transaction", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const std::string seq = bank.seq({"tx", "credit", "alice", "1"});
    CHECK(bank.ok({"tx", "show", seq}) == bank.ok({"transaction", "show", seq}));
    CHECK(bank.ok({"--json", "tx", "list"}) == bank.ok({"transaction", "--json", "list"}));
    CHECK(bank.ok({"help", "tx", "credit"}) == bank.ok({"help", "transaction", "credit"}));
    CHECK(bank.ok({"tx", "--help"}) == bank.ok({"transaction", "--help"}));
    CHECK(bank.ok({"account", "open", "tx", "--customer", "c1", "--currency", "USD", "--json"}).find(R"("id":"tx")") !=
          std::string::npos);
}

TEST_CASE("a mistyped word gets a suggestion and is never run", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"}, "1");
    const Json head = bank.head();
    struct Mistake {
        Words words;
        const char* code;
        const char* suggestion;
    };
    const std::vector<Mistake> mistakes{
        {{"acount", "show", "alice"}, "unknown_command", "account"},
        {{"transactoin", "credit", "alice", "1"}, "unknown_command", "transaction"},
        {{"balances", "--all"}, "unknown_command", "balance"},
        {{"veryfy"}, "unknown_command", "verify"},
        {{"Balance", "alice"}, "unknown_command", "balance"},
        {{"accounts", "list"}, "unknown_command", "account"},
        {{"tx", "credt", "alice", "1"}, "unknown_command", "credit"},
        {{"account", "lst"}, "unknown_command", "list"},
        {{"transaction", "transferr", "alice", "bob", "1"}, "unknown_command", "transfer"},
        {{"tx", "credit", "alice", "1", "--mmo", "x"}, "unknown_option", "--memo"},
        {{"tx", "credit", "alice", "1", "--dryrun"}, "unknown_option", "--dry-run"},
        {{"tx", "credit", "alice", "1", "--Memo=x"}, "unknown_option", "--memo"},
        {{"balance", "--al"}, "unknown_option", "--all"},
        {{"account", "open", "a", "--customer", "c1", "--curency", "USD"}, "unknown_option", "--currency"},
    };
    for (const Mistake& mistake : mistakes) {
        const Json error = refused(bank, mistake.words, mistake.code);
        INFO(error.dump());
        CHECK(error.at("hint").get<std::string>().find("'" + std::string(mistake.suggestion) + "'") !=
              std::string::npos);
    }
    CHECK(bank.head() == head);
}

TEST_CASE("two letters in the wrong order are one mistake", "[cli][grammar]") {
    const Bank bank;
    CHECK(refused(bank, {"account", "shwo", "alice"}, "unknown_command").at("hint").get<std::string>().find("'show'") !=
          std::string::npos);
    CHECK(refused(bank, {"account", "lsit"}, "unknown_command").at("hint").get<std::string>().find("'list'") !=
          std::string::npos);
}

TEST_CASE("a mistyped global option before the noun gets a suggestion too", "[cli][grammar]") {
    const Bank bank;
    CHECK(refused(bank, {"--quite", "balance", "--all"}, "unknown_option")
              .at("hint")
              .get<std::string>()
              .find("'--quiet'") != std::string::npos);
    CHECK(refused(bank, {"--outptu", "json", "balance", "--all"}, "unknown_option")
              .at("hint")
              .get<std::string>()
              .find("'--output'") != std::string::npos);
}

TEST_CASE("a value that is none of the choices gets a suggestion", "[cli][grammar]") {
    const Bank bank;
    const auto hint = [&](const Words& words) { return bank.fails(words, "usage").at("hint").get<std::string>(); };
    CHECK(hint({"tx", "list", "--kind", "credt"}) == "did you mean 'credit'?");
    CHECK(hint({"tx", "export", "--format", "hledgr"}) == "did you mean 'hledger'?");
    CHECK(hint({"tx", "import", "-", "--source", "s", "--format", "cvs"}) == "did you mean 'csv'?");
    CHECK(hint({"tx", "list", "--kind", "xyzzy"}).starts_with("one of opening, credit"));
    const Run run = bank.run({"balance", "--all", "--output", "jsn"});
    CHECK(run.exit_code == 2);
    CHECK(run.err.find("hint: did you mean 'json'?") != std::string::npos);
    const Json error = bank.fails({"balance", "--all", "--fields", "acount"}, "unknown_field");
    CHECK(error.at("hint").get<std::string>().starts_with("did you mean 'account'? valid fields: "));
}

TEST_CASE("nothing may be abbreviated", "[cli][grammar]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    refused(bank, {"acc", "show", "alice"}, "unknown_command");
    refused(bank, {"trans", "credit", "alice", "1"}, "unknown_command");
    refused(bank, {"tx", "cred", "alice", "1"}, "unknown_command");
    refused(bank, {"tx", "credit", "alice", "1", "--mem", "x"}, "unknown_option");
    refused(bank, {"tx", "credit", "alice", "1", "--dry"}, "unknown_option");
    refused(bank, {"tx", "credit", "alice", "1", "-m", "x"}, "unknown_option");
    refused(bank, {"tx", "credit", "alice", "1", "-memo", "x"}, "unknown_option");
    CHECK(bank.head() == head);
}

TEST_CASE("a command that is not whole is refused", "[cli][grammar]") {
    const Bank bank;
    refused(bank, {}, "missing_argument");
    refused(bank, {"account"}, "missing_argument");
    refused(bank, {"tx"}, "missing_argument");
    refused(bank, {"account", "show"}, "missing_argument");
    refused(bank, {"account", "show", "a", "b"}, "usage");
    refused(bank, {"verify", "now"}, "usage");
    refused(bank, {"init", "somewhere"}, "usage");
    refused(bank, {""}, "missing_argument");
    refused(bank, {"account", ""}, "missing_argument");
    CHECK(refused(bank, {"backup"}, "missing_argument").at("hint") == "see bankctl help backup");
    CHECK(refused(bank, {"account", "show"}, "missing_argument").at("hint") == "see bankctl help account show");
    CHECK(refused(bank, {"tx", "transfer", "alice", "bob"}, "missing_argument").at("details").at("argument") ==
          "AMOUNT");
}

TEST_CASE("--fields keeps what it names, in its order", "[cli][fields]") {
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "5");
    CHECK(bank.ok({"account", "show", "alice", "--fields", "status,id", "--json"}) ==
          R"({"schema":"account.show/v1","data":{"status":"open","id":"alice"}})"
          "\n");
    CHECK(bank.ok({"balance", "alice", "--fields", "version", "--output", "ndjson"}) == "{\"version\":2}\n");
    CHECK(bank.ok({"account", "list", "--fields", "status,id", "--output", "csv"}) ==
          "status,id\nopen,'@cash.USD\nopen,alice\nopen,bob\n");
    CHECK(bank.ok({"account", "list", "--fields", "status,id"}) ==
          "STATUS  ID\nopen    @cash.USD\nopen    alice\nopen    bob\n");
    CHECK(bank.ok({"account", "show", "alice", "--fields", "currency,balance"}) ==
          "currency  USD\nbalance   5.00 USD\n");
    const Json rows = Json::parse(bank.ok({"--fields=id", "account", "list", "--json"})).at("data");
    CHECK(rows == Json{{{"id", "@cash.USD"}}, {{"id", "alice"}}, {{"id", "bob"}}});
}

TEST_CASE("an unknown field lists the valid ones before anything happens", "[cli][fields]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    const Json head = bank.head();
    for (const std::string fields : {"nonsense", "seq,nonsense", "", "seq,", ",seq", "seq,,kind", " seq", "SEQ"}) {
        INFO(fields);
        const Json error = bank.fails({"transaction", "credit", "alice", "1", "--fields", fields}, "unknown_field");
        CHECK(error.at("hint").get<std::string>().find("seq, kind, amount") != std::string::npos);
    }
    bank.fails({"account", "list", "--fields", "seq"}, "unknown_field");
    bank.fails({"help", "--fields", "seq"}, "unknown_field");
    CHECK(bank.head() == head);
    const Bank nothing(Bank::Nothing::yet);
    nothing.fails({"init", "--fields", "nonsense"}, "unknown_field");
    CHECK(access(nothing.path().c_str(), F_OK) != 0);
}

TEST_CASE("--json and another --output contradict each other", "[cli][grammar]") {
    const Bank bank;
    for (const Words& words : std::vector<Words>{{"--json", "--output", "csv", "balance", "--all"},
                                                 {"balance", "--all", "--output=table", "--json"},
                                                 {"--output", "ndjson", "balance", "--json", "--all"}}) {
        const Run run = bank.run(words);
        INFO(describe(words, run));
        CHECK(run.exit_code == 2);
        CHECK(run.out.empty());
        CHECK(run.err.find("contradict") != std::string::npos);
    }
    bank.ok({"--json", "--output", "json", "balance", "--all"});
    for (const std::string output : {"xml", "JSON", "", "json ", "tables"}) {
        const Run run = bank.run({"--output", output, "balance", "--all"});
        CHECK(run.exit_code == 2);
        CHECK(run.out.empty());
    }
}

TEST_CASE("the environment is used, and a flag beats it", "[cli][environment]") {
    Bank bank;
    bank.add_accounts({"alice"});
    const std::string as_json = bank.ok({"account", "show", "alice", "--json"});
    const std::string as_table = bank.ok({"account", "show", "alice"});
    SECTION("BANKCTL_OUTPUT") {
        bank.environment()["BANKCTL_OUTPUT"] = "json";
        CHECK(bank.ok({"account", "show", "alice"}) == as_json);
        CHECK(bank.ok({"account", "show", "alice", "--output", "table"}) == as_table);
        CHECK(bank.run({"account", "show", "nobody", "--output", "table"}).err.starts_with("bankctl: "));
        const Words words{"account", "show", "nobody"};
        require_failure(words, bank.run(words), "account_not_found");
        bank.environment()["BANKCTL_OUTPUT"] = "";
        CHECK(bank.ok({"account", "show", "alice"}) == as_table);
        bank.environment()["BANKCTL_OUTPUT"] = "xml";
        CHECK(bank.run({"account", "show", "alice"}).exit_code == 2);
        CHECK(bank.ok({"account", "show", "alice", "--json"}) == as_json);
    }
    SECTION("BANKCTL_USER") {
        bank.environment()["BANKCTL_USER"] = "cron";
        CHECK(bank.data({"transaction", "credit", "alice", "1"}).at("user") == "cron");
        CHECK(bank.data({"transaction", "credit", "alice", "1", "--user", "ops"}).at("user") == "ops");
        bank.environment()["BANKCTL_USER"] = std::string(65, 'x');
        bank.fails({"transaction", "credit", "alice", "1"}, "invalid_text");
    }
    SECTION("BANKCTL_DB") {
        bank.environment()["BANKCTL_DB"] = bank.file("other.db");
        bank.fails({"account", "show", "alice"}, "not_initialized");
        CHECK(bank.ok({"account", "show", "alice", "--json", "--db", bank.path()}) == as_json);
    }
    SECTION("XDG_DATA_HOME counts only if it is absolute") {
        bank.environment().erase("BANKCTL_DB");
        bank.environment()["XDG_DATA_HOME"] = "relative";
        CHECK(bank.fails({"balance", "--all"}, "not_initialized").at("details").at("path") ==
              bank.file(".local/share/bankctl/bank.db"));
    }
    SECTION("a relative path is one from the working directory") {
        bank.environment().erase("BANKCTL_DB");
        CHECK(bank.ok({"--db", "bank.db", "account", "show", "alice", "--json"}) == as_json);
        CHECK(bank.ok({"--db", "./bank.db", "account", "show", "alice", "--json"}) == as_json);
    }
}

TEST_CASE("a name of a user is text", "[cli][environment]") {
    const Bank bank;
    bank.add_accounts({"alice"});
    bank.fails({"transaction", "credit", "alice", "1", "--user", ""}, "usage");
    bank.fails({"transaction", "credit", "alice", "1", "--user", "\xff"}, "invalid_text");
    bank.fails({"transaction", "credit", "alice", "1", "--db", ""}, "usage");
    CHECK(bank.data({"transaction", "credit", "alice", "1", "--user", "Ünal"}).at("user") == "Ünal");
    CHECK(bank.data({"transaction", "credit", "alice", "1"}).at("uid") == getuid());
}

TEST_CASE("no output has colour where it is not a terminal", "[cli][environment]") {
    Bank bank;
    bank.add_accounts({"alice"});
    bank.environment()["CLICOLOR_FORCE"] = "1";
    for (const Words& words : std::vector<Words>{
             {"balance", "--all"}, {"help"}, {"balance", "nobody"}, {"balance", "--all", "--no-color"}}) {
        const Run run = bank.run(words);
        CHECK(run.out.find('\x1b') == std::string::npos);
        CHECK(run.err.find('\x1b') == std::string::npos);
    }
}

}  // namespace
}  // namespace bankctl::cli_test
