#include "core/classify/training.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/text.h"
#include "core/classify/network_training.h"

namespace bankctl::classify {
namespace {

// What the recipes and lengths below were chosen by: cross-validation inside the training part of the default model's
// data (see bankctl-dispute-model(1)), never its held-out part.
const Recipe k_recipe{
    .space = {.word_buckets = 3136, .letter_buckets = 5216, .words_max = 2, .letters_min = 2, .letters_max = 5},
    .word_factor = 1.5,
    .support_cost = 3,
    .softmax_cost = 100,
    .support_share = 4,
    .passes = 25,
    .hidden = 64,
    .hidden_share = 2.3,
    .hidden_passes = 20};
constexpr std::uint32_t k_long_words = 70;

// Foreign texts are many, and short messages of rare intents look like them. A foreign text counts half, and has to
// score so much more than an intent of the bank's to win, in units of score before calibration.
constexpr float k_foreign_weight = 0.5F;
constexpr float k_foreign_handicap = 3;

constexpr std::size_t k_calibration_texts_min = 5;

Error invalid(const std::string& what) { return Error(ErrorCode::invalid_csv, what); }

/// The fifth of the texts that a first fit leaves out, to calibrate with (FNV-1a, by Fowler, Noll and Vo).
bool is_for_calibration(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3;
    return ((hash ^ (hash >> 32)) & 0xFFFFFFFF) % 5 == 0;
}

struct PreparedText {
    Words words;
    std::uint16_t intent = 0;
    bool is_for_calibration = false;
    float weight = 1;
};

/// Labels with few texts would be drowned by the others.
void weigh_rare_intents(std::vector<PreparedText>& texts) {
    std::map<std::uint16_t, std::uint32_t> counts;
    for (const PreparedText& text : texts) ++counts[text.intent];
    constexpr float k_count_wanted = 150;
    constexpr float k_weight_max = 3;
    for (PreparedText& text : texts)
        text.weight *= std::clamp(k_count_wanted / static_cast<float>(counts[text.intent]), 1.0F, k_weight_max);
}

Result<std::vector<std::pair<std::string, DisputeCategory>>> intents_of(std::span<const LabelledText> texts) {
    std::map<std::string, DisputeCategory> found;
    for (const LabelledText& text : texts) {
        const auto [entry, is_new] = found.emplace(text.label, text.category);
        if (!is_new && entry->second != text.category)
            return invalid("the label " + in_quotes(text.label) + " has more than one category");
    }
    if (found.size() < 2) return invalid("the texts have fewer than two labels: there is nothing to tell apart");
    if (found.size() > k_intents_max) return invalid("the texts have more than 1024 labels");
    return std::vector<std::pair<std::string, DisputeCategory>>(found.begin(), found.end());
}

}  // namespace

Result<ModelContents> train(std::span<const LabelledText> texts, const TrainingOptions& options) {
    ModelContents model;
    BANKCTL_TRY(intents, intents_of(texts));
    model.intents = std::move(intents);
    std::map<std::string_view, std::uint16_t> index;
    std::vector<std::uint32_t> groups;
    for (const auto& [name, category] : model.intents) {
        index.emplace(name, static_cast<std::uint16_t>(index.size()));
        groups.push_back(static_cast<std::uint32_t>(category));
    }
    std::optional<std::uint16_t> foreign;
    if (const auto found = index.find(k_out_of_scope); found != index.end()) foreign = found->second;
    std::vector<PreparedText> prepared;
    for (const LabelledText& text : texts)
        prepared.push_back({.words = split_words(text.text),
                            .intent = index.at(text.label),
                            .is_for_calibration = is_for_calibration(text.text),
                            .weight = text.label == k_out_of_scope ? k_foreign_weight : 1});
    weigh_rare_intents(prepared);
    std::vector<FittingText> all;
    std::vector<FittingText> fitted;
    std::vector<FittingText> left_out;
    for (const PreparedText& text : prepared) {
        const FittingText& each = all.emplace_back(FittingText{&text.words, text.intent, text.weight});
        if (!text.is_for_calibration)
            fitted.push_back(each);
        else if (foreign != text.intent)
            left_out.push_back({each.words, each.column, 1});
    }
    if (left_out.size() < k_calibration_texts_min)
        return invalid("there are too few texts to calibrate confidences with: some dozens are needed");

    const double steps = 2 * (2 * k_recipe.passes + k_recipe.hidden_passes);
    double done = 0;
    const auto report = [&] {
        if (options.report) options.report(++done / steps);
    };
    const auto fit = [&](const std::vector<FittingText>& chosen) {
        FittedNetwork network = fit_network(k_recipe, chosen, groups.size(), options.seed, report);
        if (foreign) network.matrix.row(network.matrix.rows - 1)[*foreign] -= k_foreign_handicap;
        return network;
    };
    const double sharpness = best_sharpness(fit(fitted), left_out, groups);
    model.network = compressed(fit(all), sharpness);
    model.long_words = k_long_words;
    return model;
}

}  // namespace bankctl::classify
