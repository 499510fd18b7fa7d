// A model as it stands in a file: intents, one or two linear layers over hashed features, and its card.
//
// The file, little-endian: the 8 bytes of k_model_magic; its size in bytes and those of the intents and of the card;
// how many layers there are; the four numbers of its Blend; for each layer its FeatureSpace, its columns and the size
// of its part, all as 32-bit integers; the intents as lines `intent TAB category`; the card, a JSON object; the layers;
// the SHA-256 of all that. A layer is: per column its intent (16 bits); per column scale and bias (32-bit floats); per
// bucket its weight in a text's length (8 bits); per bucket the 8-bit weights of all columns, padded to whole 16.
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

inline constexpr std::string_view k_model_magic = "BKDISPM1";
/// The intent of texts that are no bank's business.
inline constexpr std::string_view k_out_of_scope = "out_of_scope";
inline constexpr std::uint32_t k_intents_max = 1024;
inline constexpr std::uint32_t k_buckets_max = std::uint32_t{1} << 20;

struct Intent {
    std::string_view name;
    DisputeCategory category{};
};

/// A linear map from features to scores.
struct Layer {
    FeatureSpace space;
    std::vector<std::uint16_t> intents;  ///< of each column
    std::vector<float> scales;           ///< what an integer weight of a column is worth
    std::vector<float> biases;
    std::span<const std::uint8_t> lengths;  ///< per bucket: how much it adds to the length that texts are divided by
    std::span<const std::int8_t> weights;   ///< row by row; a row has `stride` weights
    std::size_t stride = 0;                 ///< columns, padded to whole k_stride_unit

    std::span<const std::int8_t> row(std::uint32_t bucket) const { return weights.subspan(bucket * stride, stride); }
};

inline constexpr std::size_t k_stride_unit = 16;

/// Texts of up to `from` words are judged by the first layer alone; then the second's share grows evenly, to
/// `percent_max` for texts of `to` words and more.
struct Blend {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t percent_max = 0;
    std::uint32_t long_words = 0;  ///< from here on a text is a narrative: `Classification::is_long`
};

/// A view of a file's bytes, which must outlive it.
struct Model {
    std::vector<Intent> intents;
    std::vector<Layer> layers;  ///< one, or a second for narratives
    Blend blend;
    std::string_view card;  ///< JSON
};

/// `invalid_model` unless `bytes` is a model whose parts all fit; the checksum only where asked for.
Result<Model> read_model(std::string_view bytes, bool has_checksum_checked);

/// What a layer is written from.
struct LayerContents {
    FeatureSpace space;
    std::vector<std::uint16_t> intents;
    std::vector<float> scales;
    std::vector<float> biases;
    std::vector<std::uint8_t> lengths;
    std::vector<std::int8_t> weights;
};

struct ModelContents {
    std::vector<std::pair<std::string, DisputeCategory>> intents;
    std::vector<LayerContents> layers;
    Blend blend;
    std::string card;
};

/// The file of a model.
std::string write_model(const ModelContents& contents);

/// What a layer says of a text.
struct LayerScores {
    std::vector<double> scores;  ///< of each column
    double unit = 0;             ///< what a weight counts in this text: 1 / its length, in sixteenths
};

/// `features` as `features()` groups them.
LayerScores layer_scores(const Layer& layer, std::span<const Feature> features);

/// For each intent the probability that the text has it; they sum to 1.
std::vector<double> probabilities(const Model& model, const Words& words);

}  // namespace bankctl::classify
