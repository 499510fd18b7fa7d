// A model as it stands in a file: intents, a network over hashed features, and its card. A score is the sum of what the
// features say of an intent directly, and of what hidden units say that the features switch on.
//
// The file, little-endian: the 8 bytes of k_model_magic; its size in bytes and those of the intents and of the card;
// from how many words on a text is a narrative; the numbers of the FeatureSpace; how many hidden units there are, all
// as 32-bit integers; the intents as lines `intent TAB category`; the card, a JSON object; the network; the SHA-256 of
// all that. The network is: per column its scale and its bias (32-bit floats), where a column is an intent or, after
// those, a hidden unit; per intent the scale of what hidden units say (32-bit floats); per bucket its weight in a
// text's length (8 bits); per bucket the 8-bit weights of all columns, padded to whole 16; per hidden unit the 8-bit
// weights of all intents.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/classify/features.h"
#include "core/model/dispute_category.h"

namespace bankctl::classify {

inline constexpr std::string_view k_model_magic = "BKDISPM2";
/// The intent of texts that are no bank's business.
inline constexpr std::string_view k_out_of_scope = "out_of_scope";
inline constexpr std::uint32_t k_intents_max = 1024;
inline constexpr std::uint32_t k_buckets_max = std::uint32_t{1} << 20;
inline constexpr std::uint32_t k_hidden_max = 1024;

struct Intent {
    std::string_view name;
    DisputeCategory category{};
};

/// The map from features to scores. Columns are intents first, hidden units after them.
struct Network {
    FeatureSpace space;
    std::size_t intents = 0;
    std::size_t hidden = 0;
    std::vector<float> scales;  ///< what an integer weight of a column is worth
    std::vector<float> biases;
    std::vector<float> hidden_scales;       ///< per intent: what an integer weight of a hidden unit is worth
    std::span<const std::uint8_t> lengths;  ///< per bucket: how much it adds to the length that texts are divided by
    std::span<const std::int8_t> weights;   ///< row by row, of each bucket; a row has `stride` weights
    std::size_t stride = 0;                 ///< columns, padded to whole k_stride_unit
    std::span<const std::int8_t> hidden_weights;  ///< row by row, of each hidden unit; a row has `intents` weights

    std::span<const std::int8_t> row(std::uint32_t bucket) const { return weights.subspan(bucket * stride, stride); }
    std::span<const std::int8_t> hidden_row(std::size_t unit) const {
        return hidden_weights.subspan(unit * intents, intents);
    }
};

inline constexpr std::size_t k_stride_unit = 16;

/// A view of a file's bytes, which must outlive it.
struct Model {
    std::vector<Intent> intents;
    Network network;
    std::uint32_t long_words = 0;  ///< from here on a text is a narrative: `Classification::is_long`
    std::string_view card;         ///< JSON
};

/// `invalid_model` unless `bytes` is a model whose parts all fit; the checksum only where asked for.
Result<Model> read_model(std::string_view bytes, bool has_checksum_checked);

/// What a network is written from: the parts of a Network.
struct NetworkContents {
    FeatureSpace space;
    std::uint32_t hidden = 0;
    std::vector<float> scales;
    std::vector<float> biases;
    std::vector<float> hidden_scales;
    std::vector<std::uint8_t> lengths;
    std::vector<std::int8_t> weights;
    std::vector<std::int8_t> hidden_weights;
};

struct ModelContents {
    std::vector<std::pair<std::string, DisputeCategory>> intents;
    NetworkContents network;
    std::uint32_t long_words = 0;
    std::string card;
};

/// The file of a model.
std::string write_model(const ModelContents& contents);

/// What a network says of a text.
struct Scores {
    std::vector<double> intents;
    std::vector<std::int32_t> hidden;  ///< of each unit, in parts of 1 / k_hidden_parts; 0 where it is switched off
    double unit = 0;                   ///< what a weight counts in this text: 1 / its length, in sixteenths
};

inline constexpr std::int32_t k_hidden_parts = 1024;

/// `features` as `features()` groups them.
Scores scores_of(const Network& network, std::span<const Feature> features);

/// For each intent the probability that the text has it; they sum to 1.
std::vector<double> probabilities(const Model& model, const Words& words);

}  // namespace bankctl::classify
