// Cards trained on public data, judged on rows that training did not see. The data of others is no part of the project;
// without it the tests say that they skip.
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

#include <catch2/catch.hpp>

#include "core/base/random.h"
#include "tests/cli/bank.h"

namespace bankctl::cli_test {
namespace {

const std::string k_data = BANKCTL_SOURCE_DIR "/../shared/data/credit/";
constexpr std::uint64_t k_seed = 20'240'601;

bool has_data(const std::string& name) {
    if (std::filesystem::exists(k_data + name)) return true;
    WARN("SKIPPED: the loans are not at ../shared/data/credit");
    return false;
}

/// Seven tenths of the rows to train on, the others to judge by; which, a hash of the seed and the row's place tells.
void split(const Bank& bank, const std::string& name, std::uint64_t seed) {
    std::ifstream file(k_data + name);
    std::string line;
    std::getline(file, line);
    std::string train = line + "\n", rest = train;
    for (std::uint64_t row = 0; std::getline(file, line); ++row)
        (Random((seed << 32U) + row).next() % 10 >= 7 ? rest : train) += line + "\n";
    test::write_file(bank.file("train.csv"), train);
    test::write_file(bank.file("rest.csv"), rest);
}

Words training(const Bank& bank, const Words& more) {
    Words words{"loan", "policy", "train", bank.file("train.csv"), "--target", "BAD", "--out", bank.file("card.json")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Json judge(const Bank& bank) {
    return bank.data(
        {"loan", "policy", "evaluate", bank.file("rest.csv"), "--target", "BAD", "--policy", bank.file("card.json")});
}

TEST_CASE("a card for clients of credit cards tells them apart, is calibrated, and has the same bytes twice",
          "[real][training]") {
    if (!has_data("taiwan.csv")) return;
    const Bank bank(Bank::Nothing::yet);
    split(bank, "taiwan.csv", k_seed);
    bank.ok(training(bank, {"--exclude", "SEX,MARRIAGE,AGE"}));
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    CHECK(usage.ru_maxrss <= 300 * 1024);
    const std::string card = test::read_file(bank.file("card.json"));
    CHECK(Json::parse(card).at("scorecard").at("characteristics").size() <= 12);
    bank.ok(training(bank, {"--exclude", "SEX,MARRIAGE,AGE"}));
    CHECK((test::read_file(bank.file("card.json")) == card));
    const Json data = judge(bank);
    CHECK(data.at("auc").get<double>() >= 0.784);
    CHECK(data.at("ece").get<double>() <= 0.02);
    CHECK(std::abs(data.at("auc").get<double>() - data.at("auc_unrounded").get<double>()) <= 0.0005);
}

TEST_CASE("cards for a thousand loans tell them apart, in the mean of twenty splits", "[real][training]") {
    if (!has_data("south_german.csv")) return;
    const Bank bank(Bank::Nothing::yet);
    double sum = 0;
    constexpr int k_splits = 20;
    for (std::uint64_t i = 0; i < k_splits; ++i) {
        split(bank, "south_german.csv", k_seed + i);
        bank.ok(training(bank, {"--exclude", "personal_status_sex"}));
        sum += judge(bank).at("auc").get<double>();
        std::filesystem::remove(bank.file("card.json"));
    }
    CHECK(sum / k_splits >= 0.788);
}

}  // namespace
}  // namespace bankctl::cli_test
