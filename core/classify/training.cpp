#include "core/classify/training.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "core/base/text.h"
#include "core/classify/layer_training.h"

namespace bankctl::classify {
namespace {

// What the recipes and lengths below were chosen by: cross-validation inside the training part of the default model's
// data (see bankctl-dispute-model(1)), never its held-out part.
const LayerRecipe k_message_recipe{
    .space = {.word_buckets = 3584, .letter_buckets = 6656, .words_max = 2, .letters_min = 2, .letters_max = 5},
    .word_factor = 1.5,
    .support_cost = 3,
    .softmax_cost = 100,
    .support_share = 4,
    .passes = 25};
// Narratives are told apart by what they are about, less by how things are said: single words and longer runs.
const LayerRecipe k_narrative_recipe{
    .space = {.word_buckets = 3584, .letter_buckets = 5632, .words_max = 1, .letters_min = 3, .letters_max = 5},
    .word_factor = 2,
    .support_cost = 3,
    .softmax_cost = 100,
    .support_share = 1,
    .passes = 25};
constexpr Blend k_blend{.from = 20, .to = 70, .percent_max = 50, .long_words = 70};

// Foreign texts are many, and short messages of rare intents look like them. A foreign text counts half, and has to
// score so much more than an intent of the bank's to win, in units of score before calibration.
constexpr float k_foreign_weight = 0.5F;
constexpr float k_foreign_handicap = 3;

constexpr std::size_t k_narrative_words = 60;       // a text of so many words can teach the second layer
constexpr std::size_t k_narratives_min = 20;        // a label with fewer is not in it
constexpr std::size_t k_calibration_texts_min = 5;  // of each layer

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

/// What one layer is fitted to: its columns, and which texts take part.
class LayerPlan {
public:
    /// `handicapped` is the intent that has to win by more, if any.
    LayerPlan(const LayerRecipe& recipe, std::vector<std::uint16_t> intents, std::vector<PreparedText> texts,
              std::optional<std::uint16_t> handicapped)
        : recipe_(recipe), intents_(std::move(intents)), texts_(std::move(texts)), handicapped_(handicapped) {
        std::map<std::uint16_t, std::uint32_t> counts;
        for (const PreparedText& text : texts_) ++counts[text.intent];
        for (std::uint32_t column = 0; column < intents_.size(); ++column) columns_[intents_[column]] = column;
        // Labels with few texts would be drowned by the others.
        constexpr float k_count_wanted = 150;
        constexpr float k_weight_max = 3;
        for (PreparedText& text : texts_)
            text.weight *= std::clamp(k_count_wanted / static_cast<float>(counts[text.intent]), 1.0F, k_weight_max);
    }

    /// `calibrates` says which of the texts left out count for the calibration.
    Result<LayerContents> fit(const std::vector<std::uint32_t>& group_of_intent, std::uint64_t seed,
                              const std::function<void()>& report,
                              const std::function<bool(const PreparedText&)>& calibrates) const {
        std::vector<LayerText> all;
        std::vector<LayerText> fitted;
        std::vector<LayerText> left_out;
        for (const PreparedText& text : texts_) {
            const LayerText each{&text.words, columns_.at(text.intent), text.weight};
            all.push_back(each);
            if (!text.is_for_calibration)
                fitted.push_back(each);
            else if (calibrates(text))
                left_out.push_back({each.words, each.column, 1});
        }
        if (left_out.size() < k_calibration_texts_min)
            return invalid("there are too few texts to calibrate confidences with: some dozens are needed");
        std::vector<std::uint32_t> groups;
        for (const std::uint16_t intent : intents_) groups.push_back(group_of_intent[intent]);
        const FittedLayer trial = fit_handicapped(fitted, seed, report);
        const double sharpness = best_sharpness(trial, left_out, groups);
        return compressed(fit_handicapped(all, seed, report), sharpness, intents_);
    }

    int passes() const { return recipe_.passes * 4; }

private:
    FittedLayer fit_handicapped(const std::vector<LayerText>& texts, std::uint64_t seed,
                                const std::function<void()>& report) const {
        FittedLayer layer = fit_layer(recipe_, texts, intents_.size(), seed, report);
        float* const biases = layer.matrix.row(layer.matrix.rows - 1);
        if (handicapped_) biases[columns_.at(*handicapped_)] -= k_foreign_handicap;
        return layer;
    }

    const LayerRecipe& recipe_;
    std::vector<std::uint16_t> intents_;
    std::vector<PreparedText> texts_;
    std::optional<std::uint16_t> handicapped_;
    std::map<std::uint16_t, std::uint32_t> columns_;
};

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

/// The intents that enough narratives have, and the one of no bank's business.
std::vector<std::uint16_t> narrative_intents(const std::vector<PreparedText>& texts, const ModelContents& model) {
    std::map<std::uint16_t, std::size_t> narratives;
    for (const PreparedText& text : texts)
        if (text.words.words.size() >= k_narrative_words) ++narratives[text.intent];
    std::vector<std::uint16_t> intents;
    for (const auto& [intent, count] : narratives)
        if (count >= k_narratives_min) intents.push_back(intent);
    if (intents.size() < 2) return {};
    for (std::size_t i = 0; i < model.intents.size(); ++i) {
        const auto intent = static_cast<std::uint16_t>(i);
        if (model.intents[i].first == k_out_of_scope && !std::ranges::count(intents, intent)) intents.push_back(intent);
    }
    std::ranges::sort(intents);
    return intents;
}

/// The texts of those intents.
std::vector<PreparedText> narrative_texts(const std::vector<PreparedText>& texts,
                                          const std::vector<std::uint16_t>& intents) {
    std::vector<PreparedText> chosen;
    for (const PreparedText& text : texts)
        if (std::ranges::binary_search(intents, text.intent)) chosen.push_back(text);
    return chosen;
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
    std::vector<PreparedText> prepared;
    for (const LabelledText& text : texts)
        prepared.push_back({.words = split_words(text.text),
                            .intent = index.at(text.label),
                            .is_for_calibration = is_for_calibration(text.text),
                            .weight = text.label == k_out_of_scope ? k_foreign_weight : 1});

    std::vector<std::uint16_t> all_intents;
    for (const auto& [name, intent] : index) all_intents.push_back(intent);
    const std::vector<std::uint16_t> long_intents = narrative_intents(prepared, model);
    const auto is_in_scope = [&](const PreparedText& text) {
        return model.intents[text.intent].first != k_out_of_scope;
    };
    std::optional<std::uint16_t> foreign;
    if (const auto found = index.find(k_out_of_scope); found != index.end()) foreign = found->second;
    const LayerPlan messages(k_message_recipe, all_intents, prepared, foreign);
    const LayerPlan narratives(k_narrative_recipe, long_intents, narrative_texts(prepared, long_intents), std::nullopt);
    const double steps = messages.passes() + (long_intents.empty() ? 0 : narratives.passes());
    double done = 0;
    const auto report = [&] {
        if (options.report) options.report(++done / steps);
    };
    BANKCTL_TRY(first, messages.fit(groups, options.seed, report, [&](const PreparedText& text) {
        return is_in_scope(text) && text.words.words.size() < k_narrative_words;
    }));
    model.layers.push_back(std::move(first));
    model.blend = k_blend;
    if (long_intents.empty()) return model;
    BANKCTL_TRY(second, narratives.fit(groups, options.seed, report, [&](const PreparedText& text) {
        return is_in_scope(text) && text.words.words.size() >= k_narrative_words;
    }));
    model.layers.push_back(std::move(second));
    return model;
}

}  // namespace bankctl::classify
