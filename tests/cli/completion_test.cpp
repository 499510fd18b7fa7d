// The completion scripts, run by their shells: what they offer is what the commands declare.
#include <algorithm>
#include <set>

#include <catch2/catch.hpp>

#include "cli/command.h"
#include "tests/cli/bank.h"
#include "tests/cli/program.h"

namespace bankctl::cli_test {
namespace {

using cli::all_commands;
using cli::Command;
using Candidates = std::set<std::string>;

enum class Shell { bash, zsh, fish };
constexpr const char* name_of(Shell shell) {
    return shell == Shell::bash ? "bash" : shell == Shell::zsh ? "zsh" : "fish";
}

// Each program reads command lines from stdin and prints the candidates at their ends, a line for each, then a line
// with a dot. zsh's own part, which compares the candidates with the word at the cursor, is left out.
constexpr const char* k_bash_program = R"(
source ./script
while IFS= read -r line; do
    COMP_LINE=$line COMP_POINT=${#line} COMPREPLY=()
    _bankctl
    printf '%s\n' "${COMPREPLY[@]}" .
done
)";
constexpr const char* k_zsh_program = R"(
compset() { PREFIX=${PREFIX#*=} }
compadd() { print -rl -- "${(@P)argv[-1]}" }
_files() { print -r -- ":file" }
source ./script
while IFS= read -r line; do
    words=(${(z)line})
    if [[ $line == *' ' ]]; then words+=(''); fi
    CURRENT=$#words PREFIX=${words[-1]}
    _bankctl </dev/null
    print .
done
)";
constexpr const char* k_fish_program = R"(
source ./script
while read --local line
    complete --do-complete $line | string replace --regex '\t.*' ''
    echo .
end
)";

/// What the shell offers at the end of each line.
std::vector<Candidates> completions(const Bank& bank, Shell shell, const Words& lines) {
    test::write_file(bank.file("script"), bank.ok({"completion", name_of(shell)}));
    std::string input;
    for (const std::string& line : lines) input += line + "\n";
    Words words{"-c", shell == Shell::bash ? k_bash_program : shell == Shell::zsh ? k_zsh_program : k_fish_program};
    if (shell == Shell::zsh) words.insert(words.begin(), "-f");
    const Run run = run_program(bank, name_of(shell), words, input);
    INFO(describe(words, run));
    REQUIRE(run.exit_code == 0);
    CHECK(run.err.empty());
    std::vector<Candidates> all(1);
    for (const std::string& line : lines_of(run.out)) {
        if (line == ".") {
            all.emplace_back();
        } else if (!line.empty()) {
            all.back().insert(line);
        }
    }
    all.pop_back();
    REQUIRE(all.size() == lines.size());
    return all;
}

/// Those of `candidates` that begin with `prefix`: what zsh would show.
Candidates beginning_with(const std::string& prefix, const Candidates& candidates) {
    Candidates kept;
    for (const std::string& candidate : candidates) {
        if (candidate.starts_with(prefix)) kept.insert(candidate);
    }
    return kept;
}

std::string line_of(const Command& command) {
    return "bankctl " + std::string(command.noun) + (command.verb.empty() ? "" : " " + std::string(command.verb));
}

TEST_CASE("completions offer every noun, verb, option and choice, and nothing else", "[cli][manual][completion]") {
    const Shell shell = GENERATE(Shell::bash, Shell::zsh, Shell::fish);
    if (!has_program(name_of(shell))) return;
    const Bank bank;
    Words lines{"bankctl "};
    std::vector<Candidates> expected(1);
    const auto expect = [&](const std::string& line, const Candidates& candidates) {
        lines.push_back(line);
        expected.push_back(candidates);
    };
    std::map<std::string, Candidates> verbs;
    for (const Command* command : all_commands()) {
        const std::string noun(command->noun);
        const std::size_t blank = noun.find(' ');
        expected.front().insert(noun.substr(0, blank));
        if (blank != std::string::npos) verbs[noun.substr(0, blank)].insert(noun.substr(blank + 1));
        if (!command->verb.empty()) verbs[noun].emplace(command->verb);
        Candidates options{"--help"};
        for (const auto& declared : {cli::global_options(), command->options}) {
            for (const cli::Option& option : declared) {
                const std::string name = "--" + std::string(option.name);
                options.insert(name);
                if (option.choices.empty()) continue;
                expect(line_of(*command) + " " + name + " ", {option.choices.begin(), option.choices.end()});
            }
        }
        expect(line_of(*command) + " --", options);
    }
    for (const auto& [noun, words] : verbs) expect("bankctl " + noun + " ", words);
    const std::vector<Candidates> actual = completions(bank, shell, lines);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        INFO(name_of(shell) << ": " << lines[i]);
        CHECK(actual[i] == expected[i]);
    }
}

TEST_CASE("completions ask the bank for ids", "[cli][completion]") {
    const Shell shell = GENERATE(Shell::bash, Shell::zsh, Shell::fish);
    if (!has_program(name_of(shell))) return;
    const Bank bank;
    bank.add_accounts({"alice", "bob"}, "5");
    const std::vector<Candidates> actual =
        completions(bank, shell,
                    {"bankctl account show ", "bankctl account show al", "bankctl account open ",
                     "bankctl balance alice b", "bankctl account open x --customer ", "bankctl customer show ",
                     "bankctl tx credit alice ", "bankctl tx transfer alice ", "bankctl tx list --account ",
                     "bankctl --db /nowhere account show ", "bankctl tx credit --key k ", "bankctl tx credit -- "});
    const Candidates accounts{"@cash.USD", "alice", "bob"};
    CHECK(actual[0] == accounts);
    CHECK(beginning_with("al", actual[1]) == Candidates{"alice"});
    CHECK(actual[2].empty());
    CHECK(beginning_with("b", actual[3]) == Candidates{"bob"});
    CHECK(actual[4] == Candidates{"c1"});
    CHECK(actual[5] == Candidates{"c1"});
    CHECK(actual[6].empty());
    CHECK(actual[7] == accounts);
    CHECK(actual[8] == accounts);
    CHECK(actual[9].empty());
    CHECK(actual[10] == accounts);
    CHECK(actual[11] == accounts);
}

TEST_CASE("an id that begins another is offered beside it", "[cli][completion]") {
    const Shell shell = GENERATE(Shell::bash, Shell::zsh, Shell::fish);
    if (!has_program(name_of(shell))) return;
    const Bank bank;
    bank.add_accounts({"acc1", "acc10", "zoe"}, "5");
    const std::vector<Candidates> actual = completions(
        bank, shell, {"bankctl balance acc1", "bankctl tx credit acc1 5 --counter ", "bankctl account show @"});
    CHECK(beginning_with("acc1", actual[0]) == Candidates{"acc1", "acc10"});
    CHECK(actual[1] == Candidates{"@cash.USD"});
    CHECK(beginning_with("@", actual[2]) == Candidates{"@cash.USD"});
}

TEST_CASE("bash completes behind an equals sign, ids with colons and files", "[cli][completion]") {
    if (!has_program("bash")) return;
    const Bank bank;
    bank.add_accounts({"a:one", "a:two"});
    test::write_file(bank.file("day.ndjson"), "");
    const std::vector<Candidates> actual =
        completions(bank, Shell::bash, {"bankctl --output=js", "bankctl account show a:t", "bankctl tx import d"});
    CHECK(actual[0] == Candidates{"json"});
    CHECK(actual[1] == Candidates{"two"});
    CHECK(actual[2] == Candidates{"day.ndjson"});
}

TEST_CASE("the scripts please shellcheck", "[cli][completion]") {
    if (!has_program("shellcheck")) return;
    const Bank bank(Bank::Nothing::yet);
    test::write_file(bank.file("script"), bank.ok({"completion", "bash"}));
    const Run run = run_program(bank, "shellcheck", {"--shell=bash", "script"});
    INFO(run.out);
    CHECK(run.exit_code == 0);
}

TEST_CASE("completion names the shells that it knows", "[cli][completion]") {
    const Bank bank(Bank::Nothing::yet);
    bank.fails({"completion"}, "missing_argument");
    CHECK(bank.fails({"completion", "tcsh"}, "usage").at("hint").get<std::string>().find("fish") != std::string::npos);
    bank.fails({"completion", "bash", "zsh"}, "usage");
}

}  // namespace
}  // namespace bankctl::cli_test
