// What a customer's words say their dispute is about: a pure function of a text and a model file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/classify/model.h"
#include "core/model/dispute_classification.h"

namespace bankctl::classify {

class Classifier {
public:
    /// The model in the executable. Costs next to nothing: of its bytes only those are read that a text needs.
    static Classifier embedded();
    /// The model in a file, read and checked as a whole. Errors: `unreadable_input`, `invalid_model`.
    static Result<Classifier> open(const std::string& path);
    /// A model that was just made. `place` is what `id` says of where it is. Error: `invalid_model`.
    static Result<Classifier> from_bytes(std::string bytes, std::string place);

    /// Takes any bytes; whoever stores the text checks it. Depends on nothing but `text` and the model. A text without
    /// any word is out of scope.
    Classification classify(std::string_view text) const;

    /// The model file's SHA-256, in hexadecimal.
    const std::string& sha256() const { return sha256_; }
    /// Where the model is and its SHA-256: `embedded:…` or `file:…`, as in Classification::model.
    const std::string& id() const { return id_; }
    const Model& model() const { return model_; }
    /// The size of the model's file.
    std::size_t bytes() const { return size_; }

private:
    Classifier(std::shared_ptr<const std::string> bytes, Model model, std::string place, std::string sha256,
               std::size_t size);

    std::shared_ptr<const std::string> bytes_;  // of a file
    Model model_;
    std::string sha256_;
    std::string id_;
    std::size_t size_;
};

/// The intent that `category` stands for: the likeliest of those that it has, where one that is named like the category
/// yields to a finer one unless that is far less likely. Without any: the number of intents.
std::size_t best_intent(const Model& model, std::span<const double> probabilities, DisputeCategory category);

/// Of each category, in the order of the enumeration, the sum over its intents.
std::vector<double> category_probabilities(const Model& model, std::span<const double> intents);

/// The words that spoke most for `intent` rather than for `other` (indices of the model's intents), and those that
/// spoke against it; the weightiest first, at most `words_max`. A weight is in thousandths of a unit of score: a
/// difference of 1,000 makes an intent e times as likely. A pair of words counts half for each.
std::vector<WordWeight> explanation(const Model& model, const Words& words, std::size_t intent, std::size_t other,
                                    std::size_t words_max);

}  // namespace bankctl::classify
