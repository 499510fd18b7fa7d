// bankctl limit simulate in all its forms, and the figures of bankctl-rate-limits(7), which it prints.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/manual_parts.h"
#include "tests/cli/program.h"

namespace bankctl::cli_test {
namespace {

const std::string k_burst = "0.9\n0.9\n0.9\n0.9\n0.9\n0.9\n1.5\n";

Words simulate(std::initializer_list<std::string> more = {}) {
    Words words{"limit", "simulate", "-"};
    words.insert(words.end(), more);
    return words;
}

/// Requests at whole milliseconds, as many as asked for.
std::string flood(int requests, int step_ms) {
    std::string trace;
    for (int i = 0; i < requests; ++i) {
        const int ms = i * step_ms;
        trace += std::to_string(ms / 1000) + "." + std::to_string(1000 + ms % 1000).substr(1) + "\n";
    }
    return trace;
}

}  // namespace

TEST_CASE("limit simulate tells what two algorithms make of a trace, and needs no bank", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data(simulate(), k_burst);
    CHECK(data.at("requests") == 7);
    CHECK(data.at("duration_ms") == 600);
    CHECK(data.at("limit") == Json{{"rate", 5}, {"period_ms", 1000}, {"burst", 5}});
    const auto result = [](const char* algorithm, int admitted, int worst, int bytes) {
        return Json{{"algorithm", algorithm}, {"admitted", admitted},  {"refused", 7 - admitted},
                    {"worst_second", worst},  {"worst_period", worst}, {"refused_run_max", 7 - admitted},
                    {"delay_ms_max", 0},      {"memory_bytes", bytes}};
    };
    Json bucket = result("token-bucket", 6, 6, 8);
    CHECK(data.at("results") == Json{bucket, result("sliding-window", 5, 5, 40)});
    CHECK(data.at("plot").at("slot_ms") == 20);
    const Json& admitted = data.at("plot").at("admitted");
    REQUIRE(admitted.size() == 2);
    REQUIRE(admitted[0].at("counts").size() == 31);
    CHECK(admitted[0].at("algorithm") == "token-bucket");
    CHECK(admitted[0].at("counts")[0] == 5);
    CHECK(admitted[0].at("counts")[30] == 1);
    CHECK(admitted[1].at("counts")[30] == 0);
    CHECK(data.at("plot").at("requests")[0] == 6);
    CHECK(names_in(bank.directory()).empty());
}

TEST_CASE("limit simulate reads a file, and times of RFC 3339", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    test::write_file(bank.file("trace"), "# two users\n2026-01-31T09:00:59.9Z\n\n2026-01-31T10:01:00+01:00\n");
    const Json data = bank.data({"limit", "simulate", bank.file("trace"), "--algorithm", "fixed-window,leaky-bucket",
                                 "--rate", "1/m", "--burst", "2"});
    CHECK(data.at("limit") == Json{{"rate", 1}, {"period_ms", 60000}, {"burst", 2}});
    CHECK(data.at("duration_ms") == 100);
    REQUIRE(data.at("results").size() == 2);
    CHECK(data.at("results")[0].at("algorithm") == "fixed-window");
    CHECK(data.at("results")[0].at("admitted") == 2);
    CHECK(data.at("results")[0].at("worst_period") == 2);
    CHECK(data.at("results")[1].at("algorithm") == "leaky-bucket");
    CHECK(data.at("results")[1].at("delay_ms_max") == 59900);
    CHECK(data.at("results")[1].at("worst_period") == 1);
}

TEST_CASE("limit simulate rounds times up to whole milliseconds", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data(simulate({"--algorithm", "leaky-bucket", "--rate", "3/s"}), "1\n1\n1.000000001\n");
    CHECK(data.at("duration_ms") == 1);
    CHECK(data.at("results")[0].at("delay_ms_max") == 667);
    const Json third = bank.data(simulate({"--algorithm", "leaky-bucket", "--rate", "3/s"}), "1\n1\n");
    CHECK(third.at("duration_ms") == 0);
    CHECK(third.at("results")[0].at("delay_ms_max") == 334);
}

TEST_CASE("limit simulate has a document, lines, CSV and chosen fields", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string all = bank.ok(simulate({"--algorithm", "all", "--output", "csv"}), k_burst);
    const std::vector<Words> rows = parse_csv(all);
    REQUIRE(rows.size() == 7);
    CHECK(rows[0] == Words{"algorithm", "admitted", "refused", "worst_second", "worst_period", "refused_run_max",
                           "delay_ms_max", "memory_bytes"});
    CHECK(rows[5] == Words{"leaky-bucket", "6", "1", "5", "5", "1", "800", "8"});
    CHECK(rows[6] == Words{"fixed-window", "6", "1", "6", "6", "1", "0", "16"});
    const std::vector<Json> lines = parse_lines(bank.ok(simulate({"--output", "ndjson"}), k_burst));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0] == bank.data(simulate(), k_burst));
    CHECK(bank.ok(simulate({"--fields", "requests,duration_ms", "--output", "csv"}), k_burst) ==
          "requests,duration_ms\n7,600\n");
    CHECK(bank.ok_json(simulate({"--algorithm", "all"}), flood(5000, 1)).at("data").at("results").size() == 6);
}

TEST_CASE("a simulation fits into 80 columns of ASCII, whatever its numbers", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const auto [trace, rate] =
        GENERATE(table<std::string, std::string>({{"", "5/s"},
                                                  {"7\n", "5/s"},
                                                  {k_burst, "5/s"},
                                                  {flood(20000, 1), "5/s"},
                                                  {flood(20000, 77), "60/m"},
                                                  {flood(20000, 1), "1000000/s"},
                                                  {"0\n0\n0\n3999999999.999999999\n4000000000\n", "1/m"}}));
    const std::string text = bank.ok(simulate({"--algorithm", "all", "--rate", rate, "--burst", "1000000"}), trace);
    INFO(text);
    for (const std::string& line : lines_of(text)) CHECK(line.size() <= 80);
    CHECK(std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c <= '~'); }));
    CHECK((text.find("a column is") == std::string::npos) == trace.empty());
}

TEST_CASE("a plot shows counts as digits, and large ones as ninths of the largest", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string small = bank.ok(simulate(), "0\n0\n0\n0.001\n0.003\n");
    CHECK(small.find("\nrequests         31.1\ntoken-bucket     31.1\n") != std::string::npos);
    CHECK(small.find("a column is 1 ms, from | to | 10 ms\na digit is a count, . none, + more\n") != std::string::npos);
    std::string trace;
    for (const auto& [time, requests] : {std::pair("0\n", 200), std::pair("0.001\n", 50), std::pair("0.002\n", 1)}) {
        for (int i = 0; i < requests; ++i) trace += time;
    }
    const std::string large = bank.ok(simulate({"--rate", "151/s", "--algorithm", "token-bucket"}), trace);
    // The bucket gains a token each 6.6 ms.
    CHECK(large.find("\nrequests         +31\ntoken-bucket     9..\n") != std::string::npos);
    CHECK(large.find("a digit is ninths of 151, . none, + more\n") != std::string::npos);
    CHECK(bank.ok(simulate({"--rate", "60/m"}), "0\n").find("WORST MINUTE") != std::string::npos);
}

TEST_CASE("an empty trace is no error", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const Json data = bank.data(simulate({"--algorithm", "all"}), "# nothing\n\n");
    CHECK(data.at("requests") == 0);
    CHECK(data.at("duration_ms") == 0);
    CHECK(data.at("plot").at("requests").empty());
    for (const Json& result : data.at("results")) {
        CHECK(result.at("admitted") == 0);
        CHECK(result.at("worst_second") == 0);
    }
}

TEST_CASE("a bad trace is refused with its line", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string line =
        GENERATE(as<std::string>{}, "x", "-1", "0.5", "1.0000000001", "1e9", "\xff\xfe", std::string("2\0", 2),
                 std::string(1, '\0'), "\x1b[31m2", "2026-01-31", "9223372036.854775808");
    const Json error = bank.fails(simulate(), "invalid_time", "1\n\n" + line + "\n2\n");
    CHECK(error.at("details").at("line") == 3);
    CHECK(error.at("message").get<std::string>().starts_with("line 3: "));
}

TEST_CASE("limit simulate refuses what it does not know", "[cli][limit]") {
    const Bank bank(Bank::Nothing::yet);
    const auto algorithms = [&](const std::string& value) {
        return bank.fails(simulate({"--algorithm", value}), "usage", k_burst);
    };
    CHECK(algorithms("token-buckt").at("hint") == "did you mean 'token-bucket'?");
    CHECK(algorithms("gcra").at("hint").get<std::string>().find("sliding-counter, leaky-bucket") != std::string::npos);
    for (const char* value : {"", ",", "token-bucket,", ",token-bucket", "all,token-bucket", "token-bucket, all",
                              "TOKEN-BUCKET", "none", "token-bucket,token-bucket"})
        algorithms(value);
    for (const char* rate : {"", "5", "0/s", "5/h", "/s", "-5/s", "5.5/s", "05/s", "1000001/s", "5/s ", "5 /s", "none"})
        bank.fails(simulate({"--rate", rate}), "invalid_number", k_burst);
    for (const char* burst : {"", "0", "-1", "1000001", "5x"})
        bank.fails(simulate({"--burst", burst}), "invalid_number", k_burst);
    bank.fails({"limit", "simulate"}, "missing_argument");
    bank.fails({"limit", "simulate", bank.file("absent")}, "unreadable_input");
    bank.fails({"limit", "simulate", bank.directory()}, "unreadable_input");
    bank.fails(simulate({"--fields", "admitted"}), "unknown_field", k_burst);
}

namespace {

/// A command that the page shows, and what it says that the command prints.
struct Shown {
    std::string command;
    std::string output;
};

/// The displays of the page that begin with a `$`.
std::vector<Shown> shown_commands(const std::string& page) {
    std::vector<Shown> shown;
    bool is_display = false;
    bool is_command = false;
    for (std::string line : lines_of(page)) {
        for (std::size_t i = 0; (i = line.find("\\e", i)) != std::string::npos; ++i) line.replace(i, 2, "\\");
        if (line.starts_with("$ ")) {
            shown.emplace_back();
            is_display = is_command = true;
            line.erase(0, 2);
        }
        if (line == ".Ed") is_display = false;
        if (!is_display) continue;
        (is_command ? shown.back().command : shown.back().output) += line + "\n";
        is_command = is_command && line.ends_with('\\');
    }
    return shown;
}

}  // namespace

TEST_CASE("the figures of bankctl-rate-limits(7) are what its commands print", "[cli][limit][manual]") {
    const Bank bank(Bank::Nothing::yet);
    const std::vector<Shown> all = shown_commands(test::read_file(page_directory() + "/bankctl-rate-limits.7"));
    REQUIRE(all.size() == 5);
    for (const Shown& shown : all) {
        const Run run = run_program(bank, "sh", {"-euc", shown.command});
        INFO(shown.command << run.err);
        CHECK(run.exit_code == 0);
        CHECK(run.err.empty());
        CHECK(run.out == shown.output);
    }
}

TEST_CASE("the table of bankctl-rate-limits(7) has the worst seconds that its traces show", "[cli][limit][manual]") {
    const Bank bank(Bank::Nothing::yet);
    const std::string page = test::read_file(page_directory() + "/bankctl-rate-limits.7");
    const Words lines = lines_of(page);
    // The flood after idling, the border, and the end of a window: each algorithm's worst is in one of them.
    std::vector<std::int64_t> worst(6, 0);
    Words names(6);
    std::vector<std::int64_t> bytes(6, 0);
    for (const std::string& trace : {flood(300, 10), flood(3000, 1).substr(std::string("0.000\n").size() * 990)}) {
        const Json results = bank.data(simulate({"--algorithm", "all"}), trace).at("results");
        for (std::size_t i = 0; i < worst.size(); ++i) {
            worst[i] = std::max(worst[i], results[i].at("worst_second").get<std::int64_t>());
            names[i] = results[i].at("algorithm").get<std::string>();
            bytes[i] = results[i].at("memory_bytes").get<std::int64_t>();
        }
    }
    CHECK(bytes[1] == 5 * 8);
    for (std::size_t i = 0; i < worst.size(); ++i) {
        INFO(names[i]);
        const auto row =
            std::ranges::find_if(lines, [&](const auto& line) { return line.starts_with(names[i] + " "); });
        REQUIRE(row != lines.end());
        const std::size_t memory = 17;
        const std::size_t figure = 45;
        CHECK(row->substr(memory, row->find(' ', memory) - memory) == (i == 1 ? "8" : std::to_string(bytes[i])));
        CHECK(row->substr(figure, row->find(' ', figure) - figure) == std::to_string(worst[i]));
    }
}

}  // namespace bankctl::cli_test
