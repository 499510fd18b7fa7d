#include "core/classify/model.h"

#include <algorithm>
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

std::size_t stride_of(std::size_t columns) { return (columns + k_stride_unit - 1) / k_stride_unit * k_stride_unit; }

/// Takes the numbers of `network` from the file's head; false: they cannot be right.
bool read_sizes(Reader& reader, Network& network) {
    FeatureSpace& space = network.space;
    for (std::uint32_t* const part :
         {&space.word_buckets, &space.letter_buckets, &space.words_max, &space.letters_min, &space.letters_max})
        *part = reader.value<std::uint32_t>();
    network.hidden = reader.value<std::uint32_t>();
    return space.word_buckets > 0 && space.word_buckets <= k_buckets_max && space.letter_buckets <= k_buckets_max &&
           space.words_max > 0 && space.words_max <= 4 && space.letters_min > 0 &&
           space.letters_min <= space.letters_max && space.letters_max <= 8 && network.hidden <= k_hidden_max;
}

bool are_finite(const std::vector<float>& values) {
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

/// Takes the rest of `network`; false: it is broken.
bool read_network(Reader& reader, Network& network) {
    const std::size_t columns = network.intents + network.hidden;
    network.stride = stride_of(columns);
    network.scales = reader.values<float>(columns);
    network.biases = reader.values<float>(columns);
    network.hidden_scales = reader.values<float>(network.intents);
    network.lengths = reader.view<std::uint8_t>(network.space.buckets());
    network.weights = reader.view<std::int8_t>(network.space.buckets() * network.stride);
    network.hidden_weights = reader.view<std::int8_t>(network.hidden * network.intents);
    return !reader.has_failed() && are_finite(network.scales) && are_finite(network.biases) &&
           are_finite(network.hidden_scales);
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
void add_rows(const Network& network, std::span<const Feature> features, std::int32_t weight,
              std::vector<std::int32_t>& sums) {
    constexpr std::size_t k_rows_max = 256;
    std::vector<std::int16_t> partial(network.stride);
    while (!features.empty()) {
        const std::size_t rows = std::min(features.size(), k_rows_max);
        std::ranges::fill(partial, std::int16_t{0});
        std::int16_t* const sum = partial.data();
        for (const Feature& feature : features.first(rows)) {
            const std::int8_t* const row = network.weights.data() + feature.bucket * network.stride;
            for (std::size_t i = 0; i < network.stride; ++i) sum[i] = static_cast<std::int16_t>(sum[i] + row[i]);
        }
        for (std::size_t i = 0; i < network.stride; ++i) sums[i] += weight * partial[i];
        features = features.subspan(rows);
    }
}

/// What the hidden units of `result` add to its scores.
void add_hidden(const Network& network, Scores& result) {
    std::vector<std::int32_t> sums(network.intents, 0);
    for (std::size_t unit = 0; unit < network.hidden; ++unit) {
        const std::int32_t value = result.hidden[unit];
        if (value == 0) continue;
        const std::int8_t* const row = network.hidden_row(unit).data();
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += value * row[i];
    }
    for (std::size_t i = 0; i < sums.size(); ++i)
        result.intents[i] += double{network.hidden_scales[i]} * sums[i] / k_hidden_parts;
}

}  // namespace

Scores scores_of(const Network& network, std::span<const Feature> features) {
    std::vector<std::int32_t> sums(network.stride, 0);
    std::int64_t squares = 0;
    for (std::size_t begin = 0, end = 0; begin < features.size(); begin = end) {
        const std::int32_t weight = k_count_weights[features[begin].count];
        std::int64_t group = 0;
        for (; end < features.size() && features[end].count == features[begin].count; ++end) {
            const std::int64_t length = network.lengths[features[end].bucket];
            group += length * length;
        }
        squares += group * weight * weight;
        add_rows(network, features.subspan(begin, end - begin), weight, sums);
    }
    Scores result;
    result.unit = squares > 0 ? 1 / std::sqrt(static_cast<double>(squares)) : 0;
    const auto column = [&](std::size_t i) {
        return double{network.biases[i]} + double{network.scales[i]} * result.unit * sums[i];
    };
    for (std::size_t i = 0; i < network.intents; ++i) result.intents.push_back(column(i));
    // Beyond the largest value, far from what occurs, sums might not fit into 32 bits: 1,024 units times 127 times it.
    constexpr double k_largest = 16'000;
    for (std::size_t i = network.intents; i < network.biases.size(); ++i)
        result.hidden.push_back(
            static_cast<std::int32_t>(std::lround(std::clamp(column(i) * k_hidden_parts, 0.0, k_largest))));
    add_hidden(network, result);
    return result;
}

Result<Model> read_model(std::string_view bytes, bool has_checksum_checked) {
    constexpr std::size_t k_checksum_bytes = Digest{}.size();
    Reader reader(bytes);
    if (reader.take(k_model_magic.size()) != k_model_magic) return invalid("it does not begin like one");
    const auto size = reader.value<std::uint32_t>();
    const auto intents_size = reader.value<std::uint32_t>();
    const auto card_size = reader.value<std::uint32_t>();
    Model model;
    model.long_words = reader.value<std::uint32_t>();
    const bool has_sizes = read_sizes(reader, model.network);
    if (reader.has_failed() || size != bytes.size() || size < k_checksum_bytes) return invalid("it is cut short");
    if (has_checksum_checked) {
        const std::string_view covered = bytes.substr(0, bytes.size() - k_checksum_bytes);
        const Digest digest = sha256(covered);
        if (std::memcmp(digest.data(), bytes.data() + covered.size(), digest.size()) != 0)
            return invalid("its checksum is wrong");
    }
    if (!has_sizes) return invalid("the sizes of its network are broken");
    const std::string_view intents = reader.take(intents_size);
    model.card = reader.take(card_size);
    BANKCTL_TRY(list, read_intents(intents));
    model.intents = std::move(list);
    model.network.intents = model.intents.size();
    if (!read_network(reader, model.network)) return invalid("its network is broken");
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
    writer.value(contents.long_words);
    const NetworkContents& network = contents.network;
    for (const std::uint32_t part : {network.space.word_buckets, network.space.letter_buckets, network.space.words_max,
                                     network.space.letters_min, network.space.letters_max, network.hidden})
        writer.value(part);
    writer.text(intents);
    writer.text(contents.card);
    writer.values(network.scales);
    writer.values(network.biases);
    writer.values(network.hidden_scales);
    writer.values(network.lengths);
    writer.values(network.weights);
    writer.values(network.hidden_weights);
    std::string bytes = std::move(writer.bytes());
    const auto size = static_cast<std::uint32_t>(bytes.size() + Digest{}.size());
    std::memcpy(bytes.data() + size_at, &size, sizeof size);
    for (const std::uint8_t byte : sha256(bytes)) bytes += static_cast<char>(byte);
    return bytes;
}

std::vector<double> probabilities(const Model& model, const Words& words) {
    std::vector<double> result = scores_of(model.network, features(model.network.space, words)).intents;
    const double best = *std::ranges::max_element(result);
    double sum = 0;
    for (double& each : result) sum += each = exponential(each - best);
    for (double& each : result) each /= sum;
    return result;
}

}  // namespace bankctl::classify
