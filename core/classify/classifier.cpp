#include "core/classify/classifier.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "embedded_dispute_model.h"

namespace bankctl::classify {
namespace {

constexpr std::size_t k_alternatives_max = 3;
constexpr std::size_t k_explanation_words_max = 8;
constexpr std::uintmax_t k_model_bytes_max = std::uintmax_t{1} << 28;

std::int32_t basis_points(double probability) { return static_cast<std::int32_t>(std::lround(probability * 10'000)); }

/// How likely an intent has to be against a finer one: one that is named like its category says nothing more than that.
double handicap(const Intent& intent) {
    constexpr double k_of_coarse = 0.03;
    return intent.name == name(intent.category) ? k_of_coarse : 1;
}

}  // namespace

std::size_t best_intent(const Model& model, std::span<const double> probabilities, DisputeCategory category) {
    std::size_t best = model.intents.size();
    double largest = -1;
    for (std::size_t i = 0; i < model.intents.size(); ++i) {
        const double value = probabilities[i] * handicap(model.intents[i]);
        if (model.intents[i].category != category || value <= largest) continue;
        best = i;
        largest = value;
    }
    return best;
}

Classifier::Classifier(std::shared_ptr<const std::string> bytes, Model model, std::string place, std::string sha256,
                       std::size_t size)
    : bytes_(std::move(bytes)),
      model_(std::move(model)),
      sha256_(std::move(sha256)),
      id_(std::move(place) + ':' + sha256_),
      size_(size) {}

Classifier Classifier::embedded() {
    Result<Model> model = read_model(embedded::dispute_model(), false);
    return Classifier(nullptr, std::move(model).value_or_throw(), "embedded",
                      std::string(embedded::k_dispute_model_sha256), embedded::dispute_model().size());
}

Result<Classifier> Classifier::open(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto unreadable = [&](const std::string& why) {
        return Error(ErrorCode::unreadable_input, "cannot read the model " + in_quotes(path) + ": " + why);
    };
    if (!file) return unreadable(std::strerror(errno));
    const std::streamoff size = file.tellg();
    if (size < 0) return unreadable("it is no regular file");
    if (static_cast<std::uintmax_t>(size) > k_model_bytes_max)
        return Error(ErrorCode::invalid_model, "the file " + in_quotes(path) + " is too large for a model of disputes");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    file.seekg(0);
    if (!file.read(bytes.data(), size)) return unreadable("it ends early, or is a folder");
    Result<Classifier> classifier = from_bytes(std::move(bytes), "file");
    if (!classifier) {
        Error error = classifier.error();
        error.message = in_quotes(path) + ": " + error.message;
        return error;
    }
    return classifier;
}

Result<Classifier> Classifier::from_bytes(std::string bytes, std::string place) {
    auto kept = std::make_shared<const std::string>(std::move(bytes));
    BANKCTL_TRY(model, read_model(*kept, true));
    const std::size_t size = kept->size();
    std::string digest = to_hex(bankctl::sha256(*kept));
    return Classifier(std::move(kept), std::move(model), std::move(place), std::move(digest), size);
}

std::vector<double> category_probabilities(const Model& model, std::span<const double> intents) {
    std::vector<double> result(k_dispute_category_names.size(), 0.0);
    for (std::size_t i = 0; i < intents.size(); ++i)
        result[static_cast<std::size_t>(model.intents[i].category)] += intents[i];
    return result;
}

Classification Classifier::classify(std::string_view text) const {
    Classification result;
    result.model = id_;
    const Words words = split_words(text);
    result.is_long = words.words.size() >= model_.long_words;
    if (words.words.empty()) {
        result.intent = k_out_of_scope;
        result.confidence_bp = basis_points(1);
        result.in_scope = false;
        return result;
    }
    const std::vector<double> intents = probabilities(model_, words);
    const std::vector<double> categories = category_probabilities(model_, intents);
    std::vector<std::size_t> order(categories.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return categories[a] > categories[b]; });
    result.category = static_cast<DisputeCategory>(order[0]);
    result.confidence_bp = basis_points(categories[order[0]]);
    const std::size_t winner = best_intent(model_, intents, result.category);
    result.intent = model_.intents[winner].name;
    result.in_scope = result.intent != k_out_of_scope;
    for (std::size_t i = 1; i <= k_alternatives_max && i < order.size(); ++i) {
        const std::int32_t confidence = basis_points(categories[order[i]]);
        if (confidence > 0) result.alternatives.push_back({static_cast<DisputeCategory>(order[i]), confidence});
    }
    const std::size_t runner_up = best_intent(model_, intents, static_cast<DisputeCategory>(order[1]));
    if (runner_up < model_.intents.size())
        result.explanation = explanation(model_, words, winner, runner_up, k_explanation_words_max);
    return result;
}

}  // namespace bankctl::classify
