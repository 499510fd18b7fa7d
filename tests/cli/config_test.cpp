// The configuration file: where it is looked for, what it may say, and how it ranks.
#include <sys/stat.h>

#include <filesystem>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/forms.h"

namespace bankctl::cli_test {
namespace {

/// Writes a configuration file and makes the bank use it through BANKCTL_CONFIG; returns its path.
std::string configure(Bank& bank, const std::string& text, const std::string& name = "config") {
    std::filesystem::create_directories(std::filesystem::path(bank.file(name)).parent_path());
    test::write_file(bank.file(name), text);
    bank.environment()["BANKCTL_CONFIG"] = bank.file(name);
    return bank.file(name);
}

Json shown(const Bank& bank, const std::string& key, const Words& options = {}) {
    Words words{"config", "show"};
    words.insert(words.end(), options.begin(), options.end());
    for (const Json& row : bank.data(words)) {
        if (row.at("key") == key) return row;
    }
    FAIL("config show does not show " << key);
    return {};
}

Json row(const std::string& key, const std::string& value, const std::string& source, const Json& origin) {
    return {{"key", key}, {"value", value}, {"source", source}, {"origin", origin}};
}

TEST_CASE("flag beats environment beats file beats default", "[cli][config]") {
    Bank bank;
    const std::string here = bank.file("config");
    bank.environment()["BANKCTL_USER"] = "";
    bank.environment().erase("BANKCTL_DB");
    CHECK(shown(bank, "db") == row("db", bank.file(".local/share/bankctl/bank.db"), "default", nullptr));
    CHECK(shown(bank, "wait") == row("wait", "5", "default", nullptr));
    CHECK(shown(bank, "quiet") == row("quiet", "false", "default", nullptr));
    configure(bank, "# the bank\n\ndb = bank.db\nuser=cron\nwait = 7\nquiet = true\nno-color=true\nno-input = false\n");
    CHECK(shown(bank, "config") == row("config", here, "environment", "BANKCTL_CONFIG"));
    CHECK(shown(bank, "db") == row("db", bank.path(), "file", here + ":3"));
    CHECK(shown(bank, "user") == row("user", "cron", "file", here + ":4"));
    CHECK(shown(bank, "wait") == row("wait", "7", "file", here + ":5"));
    CHECK(shown(bank, "quiet") == row("quiet", "true", "file", here + ":6"));
    CHECK(shown(bank, "no-color") == row("no-color", "true", "file", here + ":7"));
    CHECK(shown(bank, "no-input") == row("no-input", "false", "file", here + ":8"));
    bank.environment()["BANKCTL_USER"] = "ops";
    bank.environment()["BANKCTL_DB"] = "other.db";
    bank.environment()["NO_COLOR"] = "yes";
    CHECK(shown(bank, "user") == row("user", "ops", "environment", "BANKCTL_USER"));
    CHECK(shown(bank, "db") == row("db", "other.db", "environment", "BANKCTL_DB"));
    CHECK(shown(bank, "no-color") == row("no-color", "true", "environment", "NO_COLOR"));
    CHECK(shown(bank, "user", {"--user", "ada"}) == row("user", "ada", "flag", "--user"));
    CHECK(shown(bank, "db", {"--db", "third.db"}) == row("db", "third.db", "flag", "--db"));
    CHECK(shown(bank, "wait", {"--wait"}) == row("wait", "5", "flag", "--wait"));
    CHECK(shown(bank, "no-input", {"--no-input"}) == row("no-input", "true", "flag", "--no-input"));
    CHECK(shown(bank, "output") == row("output", "json", "flag", "--json"));
}

TEST_CASE("a setting of the file is obeyed", "[cli][config]") {
    Bank bank;
    bank.add_accounts({"alice"});
    bank.environment().erase("BANKCTL_DB");
    bank.environment()["BANKCTL_USER"] = "";
    configure(bank, "db = bank.db\nuser = cron\noutput = json\n");
    const Words credit{"transaction", "credit", "alice", "1"};
    const Json document = parse_document(bank.ok(credit));
    CHECK(document.at("data").at("user") == "cron");
    CHECK(bank.ok({"account", "show", "alice", "--output", "table"}).starts_with("id"));
    bank.environment()["BANKCTL_OUTPUT"] = "csv";
    CHECK(bank.ok({"account", "show", "alice"}).starts_with("id,customer"));
}

TEST_CASE("every form of config show says the same", "[cli][config]") {
    Bank bank(Bank::Nothing::yet);
    configure(bank, "wait = 7\n");
    // The output's own value and source are what each form is asked for by.
    bank.environment()["BANKCTL_OUTPUT"] = "json";
    const Json rows = Json::parse(bank.ok({"config", "show"})).at("data");
    CHECK(rows.size() == 14);
    const Words lines = lines_of(bank.ok({"config", "show", "--output", "csv"}));
    CHECK(lines.size() == 15);
    CHECK(lines.front() == "key,value,source,origin");
    CHECK(lines[5] == "wait,7,file," + bank.file("config") + ":1");
    CHECK(lines_of(bank.ok({"config", "show", "--output", "table", "--fields", "key"})).size() == 15);
    bank.fails({"config", "show", "x"}, "usage");
}

TEST_CASE("config show reads no database and shows the login's name", "[cli][config]") {
    Bank bank;
    bank.add_accounts({"alice"});
    bank.environment()["BANKCTL_USER"] = "";
    const std::string user = bank.data({"transaction", "credit", "alice", "1"}).at("user").get<std::string>();
    CHECK(shown(bank, "user") == row("user", user, "default", nullptr));
    REQUIRE(chmod(bank.path().c_str(), 0644) == 0);
    CHECK(shown(bank, "db") == row("db", bank.path(), "environment", "BANKCTL_DB"));
}

TEST_CASE("the default file is XDG's, and may be absent", "[cli][config]") {
    Bank bank(Bank::Nothing::yet);
    configure(bank, "wait = 1\n", ".config/bankctl/config");
    configure(bank, "wait = 2\n", "xdg/bankctl/config");
    bank.environment().erase("BANKCTL_CONFIG");
    CHECK(shown(bank, "wait").at("value") == "1");
    bank.environment()["XDG_CONFIG_HOME"] = bank.file("xdg");
    CHECK(shown(bank, "wait").at("value") == "2");
    bank.environment()["XDG_CONFIG_HOME"] = "xdg";  // relative: does not count
    CHECK(shown(bank, "wait").at("value") == "1");
    bank.environment()["XDG_CONFIG_HOME"] = bank.file("nowhere");
    CHECK(shown(bank, "wait").at("value") == "5");
    bank.environment()["XDG_CONFIG_HOME"] = bank.file("xdg/bankctl/config");  // a file, no folder
    CHECK(shown(bank, "wait").at("value") == "5");
    bank.environment().erase("XDG_CONFIG_HOME");
    bank.environment().erase("HOME");
    CHECK(shown(bank, "wait").at("value") == "5");
    for (const Json& setting : bank.data({"config", "show"})) {
        if (setting.at("key") == "config") CHECK(setting.at("value").is_null());
    }
}

TEST_CASE("a file that is named must be there", "[cli][config]") {
    Bank bank;
    bank.fails({"--config", bank.file("absent"), "balance", "--all"}, "unreadable_input");
    bank.fails({"--config", bank.directory(), "balance", "--all"}, "unreadable_input");
    bank.fails({"--config", "", "balance", "--all"}, "usage");
    bank.ok({"--config", "/dev/null", "balance", "--all"});
    bank.environment()["BANKCTL_CONFIG"] = bank.file("absent");
    bank.fails({"balance", "--all"}, "unreadable_input");
    bank.ok({"--config", "/dev/null", "balance", "--all"});
    bank.environment()["BANKCTL_CONFIG"] = "";
    bank.ok({"balance", "--all"});
}

TEST_CASE("a relative db lies beside the file, and ~/ is HOME", "[cli][config]") {
    Bank bank(Bank::Nothing::yet);
    bank.environment().erase("BANKCTL_DB");
    const auto path = [&](const std::string& value) {
        configure(bank, "db = " + value + "\n", "etc/config");
        return shown(bank, "db").at("value");
    };
    CHECK(path("bank.db") == bank.file("etc/bank.db"));
    CHECK(path("\"../my bank.db\"") == bank.file("etc/../my bank.db"));
    CHECK(path("/var/bank.db") == "/var/bank.db");
    CHECK(path("~/b.db") == bank.directory() + "/b.db");
    CHECK(path("\"a#b.db\"  # a comment") == bank.file("etc/a#b.db"));
    CHECK(shown(bank, "db", {"--config", "etc/config"}).at("value") == "etc/a#b.db");
    bank.environment().erase("HOME");
    configure(bank, "db = ~/b.db\n");
    bank.fails({"config", "show"}, "invalid_config");
}

TEST_CASE("what disputes are decided by is set like everything else", "[cli][config][dispute]") {
    Bank bank(Bank::Nothing::yet);
    const std::string here = bank.file("etc/config");
    CHECK(shown(bank, "dispute-policy") == row("dispute-policy", "embedded", "default", nullptr));
    CHECK(shown(bank, "dispute-model") == row("dispute-model", "embedded", "default", nullptr));
    CHECK(shown(bank, "dispute-classifier") == row("dispute-classifier", "none", "default", nullptr));
    CHECK(shown(bank, "jurisdiction") == row("jurisdiction", "us", "default", nullptr));
    CHECK(shown(bank, "holidays") == row("holidays", "none", "default", nullptr));
    configure(bank,
              "dispute-policy = p.json\ndispute-model = \"~/m\"\ndispute-classifier = \"classify --fast\"\n"
              "jurisdiction = eu\nholidays = ../target\n",
              "etc/config");
    CHECK(shown(bank, "dispute-policy") == row("dispute-policy", bank.file("etc/p.json"), "file", here + ":1"));
    CHECK(shown(bank, "dispute-model") == row("dispute-model", bank.directory() + "/m", "file", here + ":2"));
    CHECK(shown(bank, "dispute-classifier") == row("dispute-classifier", "classify --fast", "file", here + ":3"));
    CHECK(shown(bank, "jurisdiction") == row("jurisdiction", "eu", "file", here + ":4"));
    CHECK(shown(bank, "holidays") == row("holidays", bank.file("etc/../target"), "file", here + ":5"));
    bank.environment()["BANKCTL_JURISDICTION"] = "none";
    bank.environment()["BANKCTL_DISPUTE_POLICY"] = "q.json";
    bank.environment()["BANKCTL_DISPUTE_MODEL"] = "n";
    bank.environment()["BANKCTL_DISPUTE_CLASSIFIER"] = "none";
    bank.environment()["BANKCTL_HOLIDAYS"] = "h";
    CHECK(shown(bank, "jurisdiction") == row("jurisdiction", "none", "environment", "BANKCTL_JURISDICTION"));
    CHECK(shown(bank, "dispute-policy") == row("dispute-policy", "q.json", "environment", "BANKCTL_DISPUTE_POLICY"));
    CHECK(shown(bank, "dispute-model") == row("dispute-model", "n", "environment", "BANKCTL_DISPUTE_MODEL"));
    CHECK(shown(bank, "dispute-classifier") ==
          row("dispute-classifier", "none", "environment", "BANKCTL_DISPUTE_CLASSIFIER"));
    CHECK(shown(bank, "holidays") == row("holidays", "h", "environment", "BANKCTL_HOLIDAYS"));
    bank.environment()["BANKCTL_JURISDICTION"] = "uk";
    bank.fails({"config", "show"}, "usage");
    bank.environment().erase("BANKCTL_JURISDICTION");
    configure(bank, "dispute-policy = embedded\nholidays = none\ndb = none\n", "etc/config");
    bank.environment() = {{"HOME", bank.directory()}, {"BANKCTL_CONFIG", here}};
    CHECK(shown(bank, "dispute-policy").at("value") == "embedded");
    CHECK(shown(bank, "holidays").at("value") == "none");
    CHECK(shown(bank, "db").at("value") == bank.file("etc/none"));
}

TEST_CASE("what loans are decided by is set like everything else, and apart from disputes", "[cli][config][loan]") {
    Bank bank(Bank::Nothing::yet);
    const std::string here = bank.file("etc/config");
    CHECK(shown(bank, "loan-policy") == row("loan-policy", "embedded", "default", nullptr));
    configure(bank, "loan-policy = p.json\n", "etc/config");
    CHECK(shown(bank, "loan-policy") == row("loan-policy", bank.file("etc/p.json"), "file", here + ":1"));
    CHECK(shown(bank, "dispute-policy").at("source") == "default");
    bank.environment()["BANKCTL_LOAN_POLICY"] = "q.json";
    CHECK(shown(bank, "loan-policy") == row("loan-policy", "q.json", "environment", "BANKCTL_LOAN_POLICY"));
    configure(bank, "loan-policy = \"\"\n", "etc/config");
    bank.fails({"config", "show"}, "invalid_config");
}

TEST_CASE("whatever is not right in the file is an error with its line", "[cli][config]") {
    Bank bank;
    struct Case {
        std::string text;
        int line;
        std::string message;
    };
    const std::vector<Case> cases{
        {"usr = ops\n", 1, "no key 'usr'"},
        {"fields = a\n", 1, "no key 'fields'"},
        {"json = true\n", 1, "no key 'json'"},
        {"yes = true\n", 1, "no key 'yes'"},
        {"config = x\n", 1, "no key 'config'"},
        {"# c\nwait = 1\n\nwait = 1\n", 4, "is set on line 2 too"},
        {"output = xml\n", 1, "'xml' is not an output format"},
        {"wait = soon\n", 1, "whole number"},
        {"wait = -1\n", 1, "whole number"},
        {"quiet = yes\n", 1, "neither true nor false"},
        {"no-color = 1\n", 1, "neither true nor false"},
        {"user = \"\"\n", 1, "a name is needed"},
        {"user = " + std::string(65, 'x') + "\n", 1, "user"},
        {"db = \"\"\n", 1, "a path is needed"},
        {"dispute-policy = \"\"\n", 1, "a path is needed"},
        {"dispute-classifier = \"\"\n", 1, "a command is needed"},
        {"jurisdiction = uk\n", 1, "'uk' is no jurisdiction"},
        {"policy = p.json\n", 1, "no key 'policy'"},
        {"\n[bank]\n", 2, "sections"},
        {"wait\n", 1, "is not key = value"},
        {"a b = c\n", 1, "is not key = value"},
        {"= c\n", 1, "is not key = value"},
        {"user =\n", 1, "the value is missing"},
        {"user = \"ops\n", 1, "is not a value"},
        {"user = \"ops\" x\n", 1, "is not a value"},
        {"user = \"o\\ps\"\n", 1, "is not a value"},
        {"user = 'ops'\n", 1, "is not a value"},
        {"db = /tmp/a#b\n", 1, "is not a value"},
        {std::string("user = a\0b\n", 11), 1, "control character"},
        {"user = a\x1b[1m\n", 1, "control character"},
        {"user = \xff\n", 1, "UTF-8"},
        {std::string(65537, '\n'), 65538, "longer than"},
    };
    for (const Case& test : cases) {
        INFO(test.text.substr(0, 100));
        const std::string path = configure(bank, test.text);
        const Json error = bank.fails({"balance", "--all"}, "invalid_config");
        CHECK(error.at("kind") == "invalid");
        const auto message = error.at("message").get<std::string>();
        INFO(message);
        CHECK(message.starts_with(path + ":" + std::to_string(test.line) + ": "));
        CHECK(message.find(test.message) != std::string::npos);
        CHECK(error.at("details").at("file") == path);
        CHECK(error.at("details").at("line") == test.line);
    }
    configure(bank, "usr = ops\n");
    CHECK(bank.fails({"balance", "--all"}, "invalid_config").at("hint") == "did you mean 'user'?");
    bank.fails({"balance", "--all", "--user", "ops"}, "invalid_config");  // a flag does not mend it
}

TEST_CASE("what a file may hold", "[cli][config]") {
    Bank bank(Bank::Nothing::yet);
    bank.environment()["BANKCTL_USER"] = "";
    const std::vector<std::pair<std::string, std::string>> users{
        {"user = ops", "ops"},
        {"\t user\t=\tops \t# who\n", "ops"},
        {"user = \"a \\\"b\\\" \\\\ # c\"# who", R"(a "b" \ # c)"},
        {"user = Ünal von Tal\r\n", "Ünal von Tal"},
        {"\xEF\xBB\xBFuser=a=b\n", "a=b"},
        {std::string(65526, '\n') + "user = ops", "ops"},
    };
    for (const auto& [text, user] : users) {
        INFO(text.substr(0, 100));
        configure(bank, text);
        CHECK(shown(bank, "user").at("value") == user);
    }
}

TEST_CASE("errors have the form that the file asks for", "[cli][config]") {
    Bank bank;
    configure(bank, "output = json\n");
    const auto require_json = [&](const Words& words, const std::string& code) {
        require_failure(words, bank.run(words), code);
    };
    require_json({"account", "show", "nobody"}, "account_not_found");
    require_json({"acount"}, "unknown_command");
    require_json({"account", "show"}, "missing_argument");
    require_json({"balance", "--al"}, "unknown_option");
    CHECK(bank.run({"acount", "--output", "table"}).err.starts_with("bankctl: "));
    bank.environment()["BANKCTL_OUTPUT"] = "table";
    CHECK(bank.run({"acount"}).err.starts_with("bankctl: "));
    bank.environment().erase("BANKCTL_OUTPUT");
    configure(bank, "output = json\nusr = x\n");
    CHECK(bank.run({"balance", "--all"}).err.starts_with("bankctl: "));
    bank.environment()["BANKCTL_OUTPUT"] = "json";
    require_json({"balance", "--all"}, "invalid_config");
    // --config names the file for a command line that is wrong, too.
    bank.environment().erase("BANKCTL_OUTPUT");
    test::write_file(bank.file("named"), "output = ndjson\n");
    require_json({"acount", "--config", bank.file("named")}, "unknown_command");
}

TEST_CASE("what tells about the program works with a broken setup", "[cli][config]") {
    Bank bank(Bank::Nothing::yet);
    const std::string help = bank.ok({"help"});
    const std::string version = bank.ok({"version"});
    SECTION("a broken file") { configure(bank, "usr = x\n"); }
    SECTION("a missing file") { bank.environment()["BANKCTL_CONFIG"] = bank.file("absent"); }
    SECTION("an environment that does not fit") { bank.environment()["BANKCTL_OUTPUT"] = "xml"; }
    CHECK(bank.ok({"help"}) == help);
    CHECK(bank.ok({"--help"}) == help);
    CHECK(bank.ok({"balance", "--help"}) == bank.ok({"help", "balance"}));
    CHECK(bank.ok({"version"}) == version);
    CHECK(bank.run({"balance", "--all"}).exit_code == 2);
    bank.fails({"version", "--wait=x"}, "invalid_number");
}

}  // namespace
}  // namespace bankctl::cli_test
