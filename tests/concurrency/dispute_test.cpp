// Several clients that decide the same case at once, some of them killed: one decides, and its money moves once.
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/concurrency/processes.h"
#include "tests/support/temp_directory.h"

namespace bankctl::concurrency_test {
namespace {

using Json = nlohmann::json;

constexpr int k_rounds = 12;
constexpr std::size_t k_clients = 5;
constexpr std::int64_t k_disputed_minor = 4200;

Json data_of(const Answer& answer) {
    if (answer.exit_code != 0) throw std::runtime_error("a command failed: " + answer.err);
    return Json::parse(answer.out).at("data");
}

class Bank {
public:
    Bank() : processes_(directory_.file("bank.db"), directory_.path()) {
        for (const Words& words :
             {Words{"init"}, Words{"customer", "add", "c1", "--name", "Ada"},
              Words{"account", "open", "alice", "--customer", "c1", "--currency", "USD", "--opening-balance", "5000"}})
            ask(words);
    }

    Json ask(Words words) {
        words.insert(words.begin(), "--json");
        return data_of(processes_.run(words));
    }
    std::int64_t balance() { return ask({"balance", "alice"}).at("balance").at("minor"); }

    /// A case in investigation with a provisional credit of a part of what is disputed.
    std::string investigated() {
        const Json paid = ask({"transaction", "debit", "alice", "42", "--memo", "Acme Shop"});
        const std::string id = ask({"dispute", "file", "--customer", "c1", "--text", "Charged twice", "--transaction",
                                    paid.at("seq").dump()})
                                   .at("id");
        ask({"dispute", "assign", id, "--team", "cards"});
        ask({"dispute", "advance", id, "investigating"});
        ask({"dispute", "credit", id, "10"});
        return id;
    }

    /// All clients ask at once, each for what one of the three outcomes is and with a key of its own.
    std::array<Answer, k_clients> decide_at_once(const std::string& id, bool kills, std::mt19937_64& random) {
        std::array<Answer, k_clients> answers;
        std::atomic<bool> is_over = false;
        std::vector<std::thread> clients;
        for (std::size_t i = 0; i < k_clients; ++i) {
            clients.emplace_back([&, i] {
                Words words{"--json", "--wait=60", "dispute", "resolve", id};
                const std::array<Words, 3> outcomes{Words{"upheld"}, Words{"partial", "--refund", "7"},
                                                    Words{"rejected"}};
                words.insert(words.end(), outcomes[i % 3].begin(), outcomes[i % 3].end());
                words.insert(words.end(), {"--key", id + "-" + std::to_string(i)});
                answers[i] = processes_.run(words);
            });
        }
        std::thread killer([&] {
            while (kills && !is_over) {
                if (const auto process = processes_.any(random)) processes_.send(*process, SIGKILL);
                std::this_thread::sleep_for(std::chrono::milliseconds(1 + random() % 10));
            }
        });
        for (std::thread& client : clients) client.join();
        is_over = true;
        killer.join();
        return answers;
    }

private:
    test::TempDirectory directory_;
    Processes processes_;
};

/// What the customer has back of a decided case.
std::int64_t refunded_minor(const Json& shown) {
    return shown.at("refund").is_null() ? 0 : shown.at("refund").at("amount").at("minor").get<std::int64_t>();
}

std::int64_t due_minor(const std::string& outcome) {
    if (outcome == "upheld") return k_disputed_minor;
    return outcome == "partial" ? 700 : 0;
}

}  // namespace

TEST_CASE("of several that decide one case at once one succeeds, and money moves once", "[dispute]") {
    Bank bank;
    std::mt19937_64 random(Catch::rngSeed());
    for (int round = 0; round < k_rounds; ++round) {
        const bool kills = round % 2 == 1;
        const std::int64_t before = bank.balance() - k_disputed_minor;
        const std::string id = bank.investigated();
        const auto answers = bank.decide_at_once(id, kills, random);
        INFO(id << (kills ? ", with kills" : ""));
        int successes = 0;
        int killed = 0;
        for (const Answer& answer : answers) {
            successes += answer.exit_code == 0;
            killed += answer.signal == SIGKILL;
            if (answer.exit_code == 0 || answer.signal == SIGKILL) continue;
            INFO(answer.err);
            const std::string code = Json::parse(answer.err).at("error").at("code");
            CHECK((code == "illegal_transition" || code == "version_conflict"));
        }
        CHECK(successes <= 1);
        if (killed == 0) CHECK(successes == 1);

        const Json shown = bank.ask({"dispute", "show", id});
        int decisions = 0;
        for (const Json& step : shown.at("history")) decisions += step.at("action") == "resolve";
        const bool is_decided = shown.at("status") == "decided";
        CHECK(decisions == int{is_decided});
        CHECK(successes <= decisions);
        CHECK(shown.at("provisional_credit").is_null() == is_decided);
        if (is_decided) CHECK(refunded_minor(shown) == due_minor(shown.at("outcome")));
        CHECK(bank.balance() == before + (is_decided ? refunded_minor(shown) : 1000));
    }
    bank.ask({"verify"});
}

}  // namespace bankctl::concurrency_test
