// The progress bar: on stderr if that is a terminal, and gone before anything else is said.
#include <regex>

#include <catch2/catch.hpp>

#include "tests/cli/terminal.h"

namespace bankctl::cli_test {
namespace {

constexpr const char* k_clear = "\r\x1b[K";

const std::string& many_lines() {
    static const std::string lines = [] {
        std::string text;
        for (int i = 0; i < 5000; ++i)
            text += R"({"type":"credit","account":"alice","amount":"1"})"
                    "\n";
        return text;
    }();
    return lines;
}

/// A bank with a file of 5000 lines for an account.
struct PreparedBank : Bank {
    PreparedBank() {
        add_accounts({"alice"});
        test::write_file(file("day.ndjson"), many_lines());
    }
};

/// What was drawn: the bars, and what stands after the last of them was cleared.
struct Drawn {
    Words bars;
    std::string rest;
};

Drawn drawn(const std::string& terminal) {
    Drawn all;
    std::string text = terminal;
    while (text.starts_with(k_clear)) {
        text.erase(0, std::string(k_clear).size());
        const std::size_t end = std::min(text.find(k_clear), text.size());
        if (end == text.size()) break;
        all.bars.push_back(text.substr(0, end));
        text.erase(0, end);
    }
    all.rest = text;
    return all;
}

void require_bars(const Drawn& all, const std::string& what) {
    REQUIRE_FALSE(all.bars.empty());
    for (const std::string& bar : all.bars) {
        INFO(bar);
        CHECK(std::regex_match(bar, std::regex(R"(\[#*\.*\] +[0-9]+%  [0-9]+ )" + what + R"(  [0-9:]+ left)")));
        CHECK(bar.size() < 80);
    }
}

TEST_CASE("import, verify and export show how far they are", "[cli][terminal][progress]") {
    const PreparedBank bank;
    const Words import{"transaction", "import", bank.file("day.ndjson")};
    Run run = run_on_terminal(bank, import, {.err = true});
    INFO(describe(import, run));
    CHECK(run.exit_code == 0);
    CHECK(run.out.find("5000") != std::string::npos);
    require_bars(drawn(run.terminal), "lines");
    CHECK(drawn(run.terminal).rest.empty());

    run = run_on_terminal(bank, {"verify"}, {.err = true});
    CHECK(run.exit_code == 0);
    require_bars(drawn(run.terminal), "entries");
    CHECK(drawn(run.terminal).rest.empty());

    const Words write{"transaction", "export", "--format", "ndjson"};
    run = run_on_terminal(bank, write, {.err = true});
    CHECK(run.exit_code == 0);
    require_bars(drawn(run.terminal), "entries");
    CHECK(drawn(run.terminal).rest.empty());
    CHECK(run.out == bank.ok(write));
    CHECK(run_on_terminal(bank, write, {.out = true, .err = true}).terminal == run.out);
}

TEST_CASE("input of unknown length is counted", "[cli][terminal][progress]") {
    const PreparedBank bank;
    const Run run = run_on_terminal(bank, {"transaction", "import", "-", "--source", "s"}, {.err = true}, many_lines());
    CHECK(run.exit_code == 0);
    const Drawn all = drawn(run.terminal);
    REQUIRE_FALSE(all.bars.empty());
    for (const std::string& bar : all.bars) CHECK(std::regex_match(bar, std::regex("[0-9]+ lines")));
}

TEST_CASE("the bar fits a narrow terminal", "[cli][terminal][progress]") {
    const PreparedBank bank;
    for (const std::size_t columns : {1U, 10U, 25U, 40U}) {
        const Run run = run_on_terminal(bank, {"transaction", "import", bank.file("day.ndjson")},
                                        {.err = true, .columns = static_cast<unsigned short>(columns)});
        CHECK(run.exit_code == 0);
        const Drawn all = drawn(run.terminal);
        REQUIRE_FALSE(all.bars.empty());
        for (const std::string& bar : all.bars) CHECK(bar.size() <= std::max<std::size_t>(1, columns - 1));
    }
}

TEST_CASE("no progress is shown to a program, or against --quiet", "[cli][terminal][progress]") {
    PreparedBank bank;
    const std::string file = bank.file("day.ndjson");
    CHECK(run_on_terminal(bank, {"transaction", "import", file}, {.in = true, .out = true}).err.empty());
    CHECK(run_on_terminal(bank, {"--quiet", "transaction", "import", file}, {.err = true}).terminal.empty());
    CHECK(run_on_terminal(bank, {"verify", "--quiet"}, {.err = true}).terminal.empty());
    CHECK(run_on_terminal(bank, {"verify"}, {.in = true, .out = true}).err.empty());
    bank.environment()["TERM"] = "dumb";
    CHECK(run_on_terminal(bank, {"verify"}, {.err = true}).terminal.empty());
    test::write_file(bank.file("config"), "quiet = true\n");
    bank.environment()["TERM"] = "xterm";
    bank.environment()["BANKCTL_CONFIG"] = bank.file("config");
    CHECK(run_on_terminal(bank, {"verify"}, {.err = true}).terminal.empty());
}

TEST_CASE("an error takes the bar away first", "[cli][terminal][progress]") {
    const PreparedBank bank;
    test::write_file(bank.file("bad.ndjson"), many_lines() + "{\n");
    const Run run =
        run_on_terminal(bank, {"--no-color", "transaction", "import", bank.file("bad.ndjson")}, {.err = true});
    CHECK(run.exit_code == 2);
    const Drawn all = drawn(run.terminal);
    require_bars(all, "lines");
    CHECK(all.rest.starts_with("bankctl: line 5001: "));
}

}  // namespace
}  // namespace bankctl::cli_test
