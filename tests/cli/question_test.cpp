// Questions that operators ask, written down before the help was: each is answered within one screen.
#include <catch2/catch.hpp>

#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

constexpr std::size_t k_screen_lines = 24;

struct Question {
    std::string text;
    Words help;     ///< of `bankctl help`
    Words phrases;  ///< that answer it
};

const std::vector<Question> k_questions{
    {"How do I undo a transfer?", {"transaction", "reverse"}, {"bankctl transaction reverse 41", "undo a transfer"}},
    {"What did cron post last night?", {"transaction", "list"}, {".user == \"cron\"", ".posted_at >"}},
    {"Why exit 75?", {"75"}, {"Another process held the database", "--wait=SECONDS", "Nothing was applied"}},
    {"My job was killed half way: may I just run it again?",
     {"keys"},
     {"sends it again with the same key", "exactly once"}},
    {"What does insufficient_funds mean, and what do I do?",
     {"insufficient_funds"},
     {"exit 4", "does not cover the amount", "credit the account"}},
    {"How do I import another bank's CSV, and see the lines that failed?",
     {"transaction", "import"},
     {"--rules bank.json", "--keep-going --rejects"}},
    {"What did everybody have at the end of last month?", {"balance"}, {"--at", "--all"}},
    {"Has anybody tampered with the books?", {"verify"}, {"chain of hashes", "--anchor", "exit 6"}},
    {"How do I back the bank up while it is in use?", {"backup"}, {"bankctl backup", "while others go on posting"}},
    {"How do I get yesterday's bank back?", {"restore"}, {"bankctl restore --yes", "the old bank or the restored one"}},
    {"How do I send a customer their January?",
     {"account", "statement"},
     {"--since 2026-01-01 --until 2026-02-01", "--format html"}},
    {"Which database am I working on, and why that one?",
     {"config", "show"},
     {"which database, which user, and who says so", "flag, environment, file or default"}},
    {"Something is wrong with the machine. Where do I begin?", {"doctor"}, {"bankctl doctor", "what to do"}},
    {"Which environment variables count?", {"environment"}, {"BANKCTL_DB", "BANKCTL_CONFIG", "NO_COLOR", "PAGER"}},
    {"How do my auditors check the books with a program of their own?",
     {"transaction", "export"},
     {"hledger -f b.journal check", "bean-check"}}};

TEST_CASE("every question of an operator is answered within one screen of help", "[cli][help]") {
    const Bank bank(Bank::Nothing::yet);
    for (const Question& question : k_questions) {
        Words words{"help"};
        words.insert(words.end(), question.help.begin(), question.help.end());
        const Words lines = lines_of(bank.ok(words));
        std::string screen;  // as one line, so that it does not matter where lines end
        for (std::size_t i = 0; i < std::min(lines.size(), k_screen_lines); ++i) {
            const std::size_t begin = std::min(lines[i].find_first_not_of(' '), lines[i].size());
            screen += (screen.empty() ? "" : " ") + lines[i].substr(begin);
        }
        for (const std::string& phrase : question.phrases) {
            INFO(question.text << " " << phrase << "\n" << screen);
            CHECK(screen.find(phrase) != std::string::npos);
        }
    }
}

}  // namespace
}  // namespace bankctl::cli_test
