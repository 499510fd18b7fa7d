// The features of a text: how often each bucket of a hash table is met by its words, pairs of words and runs of
// letters.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/classify/words.h"

namespace bankctl::classify {

/// What is hashed, and into how many buckets.
struct FeatureSpace {
    std::uint32_t word_buckets = 0;    ///< for words and runs of words
    std::uint32_t letter_buckets = 0;  ///< for runs of letters inside a word and its two blanks; 0: there are none
    std::uint32_t words_max = 2;       ///< the longest run of words
    std::uint32_t letters_min = 2;     ///< the shortest run of letters
    std::uint32_t letters_max = 5;     ///< the longest

    std::uint32_t buckets() const { return word_buckets + letter_buckets; }
    bool operator==(const FeatureSpace&) const = default;
};

/// More often than this a bucket does not count.
inline constexpr std::uint8_t k_count_max = 16;

/// A bucket met `count` times weighs 1 + ln(count), in sixteenths (Manning, Raghavan and Schütze, Introduction to
/// Information Retrieval, 6.4.1: sublinear scaling of the term frequency).
inline constexpr std::array<std::uint8_t, k_count_max + 1> k_count_weights{0,  16, 27, 34, 38, 42, 45, 47, 49,
                                                                           51, 53, 54, 56, 57, 58, 59, 60};

struct Feature {
    std::uint32_t bucket = 0;
    std::uint8_t count = 0;  ///< 1 to k_count_max
};

/// Finds the buckets of a text's features: `visit_word` calls `visit(bucket)` for word `i` and each of its runs of
/// letters, and `visit_run(bucket, first word)` for each run of words that it ends.
class FeatureHasher {
public:
    FeatureHasher(FeatureSpace space, const Words& words) : space_(space), words_(words) {}

    template <class Visit, class VisitRun>
    void visit_word(std::size_t i, Visit visit, VisitRun visit_run) const {
        std::uint64_t hash = word_hash(i);
        visit(bucket(hash, 0, space_.word_buckets));
        for (std::size_t length = 2; length <= space_.words_max && length <= i + 1; ++length) {
            hash = mixed(hash, word_hash(i + 1 - length));
            visit_run(bucket(hash, 0, space_.word_buckets), i + 1 - length);
        }
        if (space_.letter_buckets > 0) visit_letters(i, visit);
    }

private:
    static constexpr std::uint64_t k_prime = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio (Knuth, TAOCP 3, 6.4)

    static std::uint64_t mixed(std::uint64_t hash, std::uint64_t next) {
        hash = (hash ^ next) * k_prime;
        return hash ^ (hash >> 29);
    }
    static std::uint32_t bucket(std::uint64_t hash, std::uint32_t first, std::uint32_t buckets) {
        const std::uint64_t high = (hash * k_prime) >> 32;
        return first + static_cast<std::uint32_t>((high * buckets) >> 32);
    }
    std::uint64_t word_hash(std::size_t i) const {
        const Word& word = words_.words[i];
        std::uint64_t hash = 1;
        for (std::size_t at = word.begin; at < word.begin + word.size; ++at)
            hash = mixed(hash, static_cast<unsigned char>(words_.text[at]));
        return hash;
    }
    template <class Visit>
    void visit_letters(std::size_t i, Visit visit) const {
        const Word& word = words_.words[i];
        const std::size_t end = word.begin + word.size + 1;  // with the blank after it
        for (std::size_t from = word.begin - 1; from + space_.letters_min <= end; ++from) {
            std::uint64_t hash = 2;
            const std::size_t last = std::min<std::size_t>(end, from + space_.letters_max);
            for (std::size_t at = from; at < last; ++at) {
                hash = mixed(hash, static_cast<unsigned char>(words_.text[at]));
                if (at + 1 - from >= space_.letters_min)
                    visit(bucket(hash, space_.word_buckets, space_.letter_buckets));
            }
        }
    }

    FeatureSpace space_;
    const Words& words_;
};

/// The buckets that a text meets, grouped by how often: those met once first.
std::vector<Feature> features(const FeatureSpace& space, const Words& words);

}  // namespace bankctl::classify
