// The embedded model on the texts that were held out of its training. The data of others is no part of the project;
// without it the test says that it skips.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "core/base/sha256.h"
#include "core/classify/classifier.h"
#include "core/service/model_evaluation.h"
#include "tests/cli/program.h"
#include "tests/support/document.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {
namespace {

using test::Json;

const std::string k_data = BANKCTL_SOURCE_DIR "/../shared/data/dispute/";

/// A text with every run of white space as one blank.
std::string plain(const std::string& text) {
    std::istringstream words(text);
    std::string result;
    for (std::string word; words >> word;) result += (result.empty() ? "" : " ") + word;
    return result;
}

/// The rule of scripts/train_default_model.
bool is_held_out(const std::string& text) {
    return std::stoul(to_hex(sha256(text)).substr(0, 8), nullptr, 16) % 5 == 0;
}

std::string quoted(std::string text) {
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) text.insert(at, 1, '"');
    return '"' + text + '"';
}

/// The rows of a CSV that were held out, as a CSV.
std::string held_out_rows(const std::string& path, const LabelledColumns& columns) {
    std::ifstream file(path);
    std::string csv = "text,label\n";
    const Status status = read_labelled_rows(file, columns, [&](const LabelledRow& row) -> Status {
        const std::string text = plain(row.text);
        if (is_held_out(text)) csv += quoted(text) + "," + row.label + "\n";
        return ok();
    });
    REQUIRE(status);
    return csv;
}

ModelEvaluation judge(const std::string& csv, const std::optional<LabelMap>& map) {
    std::istringstream input(csv);
    return evaluate_model(classify::Classifier::embedded(), input, {"text", "label"}, map, nullptr).value_or_throw();
}

}  // namespace

// What an embedded model has to reach; one that does worse is no replacement.
TEST_CASE("the embedded model keeps its figures on what was held out of its training", "[real][classify]") {
    std::ifstream map_file(k_data + "banking77_to_dispute.csv");
    if (!map_file) {
        WARN("SKIPPED: the texts of customers are not at ../shared/data/dispute");
        return;
    }
    const LabelMap map = read_label_map(map_file).value_or_throw();
    const ModelEvaluation banking = judge(held_out_rows(k_data + "banking77/train.csv", {"text", "category"}), map);
    CHECK(banking.labels.count > 1'900);
    CHECK(banking.labels.accuracy >= 0.905);
    CHECK(banking.mapped->accuracy >= 0.953);
    CHECK(banking.mapped->macro_f1 >= 0.935);
    CHECK(banking.mapped->calibration_error <= 0.02);

    const Json splits = Json::parse(test::read_file(k_data + "clinc150/train_and_validation.json"));
    std::string foreign = "text,label\n";
    for (const char* split : {"oos_train", "oos_val"}) {
        for (const Json& row : splits.at(split)) {
            const std::string text = plain(row[0].get<std::string>());
            if (is_held_out(text)) foreign += quoted(text) + ",out_of_scope\n";
        }
    }
    const ModelEvaluation scope = judge(foreign, std::nullopt);
    CHECK(scope.labels.count > 30);
    CHECK(scope.taken_for_dispute <= 1);
}

TEST_CASE("the model in the executable is what its script makes of its data, byte for byte", "[real][classify]") {
    if (!std::filesystem::exists(k_data + "banking77/train.csv") || !has_program("python3")) {
        WARN("SKIPPED: the texts of customers are not at ../shared/data/dispute, or python3 is not installed");
        return;
    }
    const test::TempDirectory folder;
    const std::string made = folder.file("made.model");
    const std::string script = BANKCTL_SOURCE_DIR "/scripts/train_default_model";
    // Not by run_program: training takes half a minute of CPU, and its patience ends after a minute.
    const std::string command = "python3 '" + script + "' '" + BANKCTL_EXECUTABLE + "' '" + made + "' >/dev/null";
    REQUIRE(std::system(command.c_str()) == 0);  // NOLINT(concurrency-mt-unsafe): the test has one thread
    CHECK((test::read_file(made) == test::read_file(BANKCTL_SOURCE_DIR "/schema/model/dispute.model")));
}

TEST_CASE("the embedded model keeps its figures on the authored texts that were held out", "[classify]") {
    const std::string path = BANKCTL_SOURCE_DIR "/schema/model/authored.csv";
    const ModelEvaluation authored = judge(held_out_rows(path, {"text", "category"}), std::nullopt);
    CHECK(authored.labels.count > 1'600);
    CHECK(authored.labels.accuracy >= 0.900);
}

}  // namespace bankctl::cli_test
