#include "core/classify/model.h"

#include <cmath>
#include <cstring>
#include <optional>

#include "core/base/sha256.h"

namespace bankctl::classify {
namespace {

Error invalid(const std::string& what) {
    return Error(ErrorCode::invalid_model, "this is no usable model of disputes: " + what,
                 "make one with bankctl dispute model train");
}

/// Takes values from the front of a file's bytes; what is not there any more is nothing.
class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    std::string_view take(std::size_t size) {
        if (size > bytes_.size()) {
            has_failed_ = true;
            return {};
        }
        const std::string_view taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    template <class T>
    T value() {
        T result{};
        const std::string_view taken = take(sizeof result);
        if (taken.size() == sizeof result) std::memcpy(&result, taken.data(), sizeof result);
        return result;
    }
    template <class T>
    std::vector<T> values(std::size_t count) {
        std::vector<T> result(count);
        const std::string_view taken = take(count * sizeof(T));
        if (!taken.empty()) std::memcpy(result.data(), taken.data(), taken.size());
        return result;
    }
    template <class T>
    std::span<const T> view(std::size_t count) {
        static_assert(sizeof(T) == 1);
        const std::string_view taken = take(count);
        return {reinterpret_cast<const T*>(taken.data()), taken.size()};  // NOLINT: bytes
    }
    bool has_failed() const { return has_failed_; }
    bool is_at_end() const { return bytes_.empty(); }

private:
    std::string_view bytes_;
    bool has_failed_ = false;
};

class Writer {
public:
    template <class T>
    void value(const T& value) {
        bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);  // NOLINT: bytes
    }
    template <class T>
    void values(const std::vector<T>& values) {
        for (const T& each : values) value(each);
    }
    void text(std::string_view text) { bytes_ += text; }
    std::string& bytes() { return bytes_; }

private:
    std::string bytes_;
};

struct LayerHeader {
    FeatureSpace space;
    std::uint32_t columns = 0;
};

std::size_t stride_of(std::size_t columns) { return (columns + k_stride_unit - 1) / k_stride_unit * k_stride_unit; }

std::optional<LayerHeader> read_layer_header(Reader& reader) {
    LayerHeader header;
    header.space.word_buckets = reader.value<std::uint32_t>();
    header.space.letter_buckets = reader.value<std::uint32_t>();
    header.space.words_max = reader.value<std::uint32_t>();
    header.space.letters_min = reader.value<std::uint32_t>();
    header.space.letters_max = reader.value<std::uint32_t>();
    header.columns = reader.value<std::uint32_t>();
    const FeatureSpace& space = header.space;
    if (space.word_buckets == 0 || space.word_buckets > k_buckets_max || space.letter_buckets > k_buckets_max)
        return std::nullopt;
    if (space.words_max == 0 || space.words_max > 4 || space.letters_min == 0 ||
        space.letters_min > space.letters_max || space.letters_max > 8)
        return std::nullopt;
    if (header.columns == 0 || header.columns > k_intents_max) return std::nullopt;
    return header;
}

std::optional<Layer> read_layer(Reader& reader, const LayerHeader& header, std::size_t intents) {
    Layer layer;
    layer.space = header.space;
    layer.stride = stride_of(header.columns);
    layer.intents = reader.values<std::uint16_t>(header.columns);
    layer.scales = reader.values<float>(header.columns);
    layer.biases = reader.values<float>(header.columns);
    layer.lengths = reader.view<std::uint8_t>(header.space.buckets());
    layer.weights = reader.view<std::int8_t>(header.space.buckets() * layer.stride);
    if (reader.has_failed()) return std::nullopt;
    for (const std::uint16_t intent : layer.intents)
        if (intent >= intents) return std::nullopt;
    for (std::size_t i = 0; i < header.columns; ++i)
        if (!std::isfinite(layer.scales[i]) || !std::isfinite(layer.biases[i])) return std::nullopt;
    return layer;
}

Result<std::vector<Intent>> read_intents(std::string_view text) {
    std::vector<Intent> intents;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::size_t tab = text.find('\t');
        if (end == std::string_view::npos || tab >= end) return invalid("its list of intents is broken");
        const std::optional<DisputeCategory> category = dispute_category(text.substr(tab + 1, end - tab - 1));
        if (!category) return invalid("an intent has a category that does not exist");
        intents.push_back({text.substr(0, tab), *category});
        text.remove_prefix(end + 1);
    }
    if (intents.empty() || intents.size() > k_intents_max) return invalid("it has no intents, or too many");
    return intents;
}

/// e to the power of `x`, at most 0, by halving and a series: the C library's may differ from machine to machine.
double exponential(double x) {
    if (x < -700) return 0;
    constexpr int k_halvings = 10;
    const double small = x / (1 << k_halvings);
    double result = 1 + small * (1 + small / 2 * (1 + small / 3 * (1 + small / 4 * (1 + small / 5))));
    for (int i = 0; i < k_halvings; ++i) result *= result;
    return result;
}

/// Adds the rows of one count. Sums of up to 256 weights of 8 bits fit into 16.
void add_rows(const Layer& layer, std::span<const Feature> features, std::int32_t weight,
              std::vector<std::int32_t>& sums) {
    constexpr std::size_t k_rows_max = 256;
    std::vector<std::int16_t> partial(layer.stride);
    while (!features.empty()) {
        const std::size_t rows = std::min(features.size(), k_rows_max);
        std::ranges::fill(partial, std::int16_t{0});
        std::int16_t* const sum = partial.data();
        for (const Feature& feature : features.first(rows)) {
            const std::int8_t* const row = layer.weights.data() + feature.bucket * layer.stride;
            for (std::size_t i = 0; i < layer.stride; ++i) sum[i] = static_cast<std::int16_t>(sum[i] + row[i]);
        }
        for (std::size_t i = 0; i < layer.stride; ++i) sums[i] += weight * partial[i];
        features = features.subspan(rows);
    }
}

double share_of_second(const Blend& blend, std::size_t words) {
    if (words <= blend.from) return 0;
    const double largest = blend.percent_max / 100.0;
    if (words >= blend.to) return largest;
    return largest * static_cast<double>(words - blend.from) / static_cast<double>(blend.to - blend.from);
}

void add_probabilities(const Layer& layer, const Words& words, double share, std::vector<double>& result) {
    const LayerScores scores = layer_scores(layer, features(layer.space, words));
    const double best = *std::ranges::max_element(scores.scores);
    std::vector<double> powers;
    double sum = 0;
    for (const double score : scores.scores) sum += powers.emplace_back(exponential(score - best));
    for (std::size_t i = 0; i < powers.size(); ++i) result[layer.intents[i]] += share * powers[i] / sum;
}

}  // namespace

LayerScores layer_scores(const Layer& layer, std::span<const Feature> features) {
    std::vector<std::int32_t> sums(layer.stride, 0);
    std::int64_t squares = 0;
    for (std::size_t begin = 0, end = 0; begin < features.size(); begin = end) {
        const std::int32_t weight = k_count_weights[features[begin].count];
        std::int64_t group = 0;
        for (; end < features.size() && features[end].count == features[begin].count; ++end) {
            const std::int64_t length = layer.lengths[features[end].bucket];
            group += length * length;
        }
        squares += group * weight * weight;
        add_rows(layer, features.subspan(begin, end - begin), weight, sums);
    }
    LayerScores result;
    result.unit = squares > 0 ? 1 / std::sqrt(static_cast<double>(squares)) : 0;
    for (std::size_t i = 0; i < layer.biases.size(); ++i)
        result.scores.push_back(double{layer.biases[i]} + double{layer.scales[i]} * result.unit * sums[i]);
    return result;
}

Result<Model> read_model(std::string_view bytes, bool has_checksum_checked) {
    constexpr std::size_t k_checksum_bytes = Digest{}.size();
    Reader reader(bytes);
    if (reader.take(k_model_magic.size()) != k_model_magic) return invalid("it does not begin like one");
    const auto size = reader.value<std::uint32_t>();
    const auto intents_size = reader.value<std::uint32_t>();
    const auto card_size = reader.value<std::uint32_t>();
    const auto layers = reader.value<std::uint32_t>();
    Model model;
    model.blend.from = reader.value<std::uint32_t>();
    model.blend.to = reader.value<std::uint32_t>();
    model.blend.percent_max = reader.value<std::uint32_t>();
    model.blend.long_words = reader.value<std::uint32_t>();
    if (reader.has_failed() || size != bytes.size() || size < k_checksum_bytes) return invalid("it is cut short");
    if (has_checksum_checked) {
        const std::string_view covered = bytes.substr(0, bytes.size() - k_checksum_bytes);
        const Digest digest = sha256(covered);
        if (std::memcmp(digest.data(), bytes.data() + covered.size(), digest.size()) != 0)
            return invalid("its checksum is wrong");
    }
    if (layers == 0 || layers > 2 || model.blend.from > model.blend.to || model.blend.percent_max > 100)
        return invalid("its layers are broken");
    std::vector<LayerHeader> headers;
    for (std::uint32_t i = 0; i < layers; ++i) {
        const std::optional<LayerHeader> header = read_layer_header(reader);
        if (!header) return invalid("its layers are broken");
        headers.push_back(*header);
    }
    const std::string_view intents = reader.take(intents_size);
    model.card = reader.take(card_size);
    BANKCTL_TRY(list, read_intents(intents));
    model.intents = std::move(list);
    for (const LayerHeader& header : headers) {
        std::optional<Layer> layer = read_layer(reader, header, model.intents.size());
        if (!layer) return invalid("its layers are broken");
        model.layers.push_back(*std::move(layer));
    }
    reader.take(k_checksum_bytes);
    if (reader.has_failed() || !reader.is_at_end()) return invalid("its parts do not fit");
    return model;
}

std::string write_model(const ModelContents& contents) {
    std::string intents;
    for (const auto& [name, category] : contents.intents)
        intents += name + '\t' + std::string(bankctl::name(category)) + '\n';
    Writer writer;
    writer.text(k_model_magic);
    const std::size_t size_at = writer.bytes().size();
    writer.value(std::uint32_t{0});
    writer.value(static_cast<std::uint32_t>(intents.size()));
    writer.value(static_cast<std::uint32_t>(contents.card.size()));
    writer.value(static_cast<std::uint32_t>(contents.layers.size()));
    writer.value(contents.blend.from);
    writer.value(contents.blend.to);
    writer.value(contents.blend.percent_max);
    writer.value(contents.blend.long_words);
    for (const LayerContents& layer : contents.layers) {
        for (const std::uint32_t part :
             {layer.space.word_buckets, layer.space.letter_buckets, layer.space.words_max, layer.space.letters_min,
              layer.space.letters_max, static_cast<std::uint32_t>(layer.intents.size())})
            writer.value(part);
    }
    writer.text(intents);
    writer.text(contents.card);
    for (const LayerContents& layer : contents.layers) {
        writer.values(layer.intents);
        writer.values(layer.scales);
        writer.values(layer.biases);
        writer.values(layer.lengths);
        writer.values(layer.weights);
    }
    std::string bytes = std::move(writer.bytes());
    const auto size = static_cast<std::uint32_t>(bytes.size() + Digest{}.size());
    std::memcpy(bytes.data() + size_at, &size, sizeof size);
    for (const std::uint8_t byte : sha256(bytes)) bytes += static_cast<char>(byte);
    return bytes;
}

std::vector<double> probabilities(const Model& model, const Words& words) {
    std::vector<double> result(model.intents.size(), 0.0);
    const double second = model.layers.size() > 1 ? share_of_second(model.blend, words.words.size()) : 0;
    if (second < 1) add_probabilities(model.layers[0], words, 1 - second, result);
    if (second > 0) add_probabilities(model.layers[1], words, second, result);
    return result;
}

}  // namespace bankctl::classify
