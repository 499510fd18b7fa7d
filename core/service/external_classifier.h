// A program of the bank's own that says what a customer's words are about, in the place of our model.
//
// It runs by the shell for each text, gets a document on stdin and answers with another on stdout, at most 16 KiB:
//
//   {"schema":"dispute.case/v1","text":"…","amount":{"currency":"USD","minor":1234,"decimal":"12.34"} or null,
//    "merchant":"…" or null,"channel":"card" or null,"date":"2026-01-31T08:00:00.000000Z" or null}
//   {"category":"duplicate_charge","confidence":0.93,"intent":"charged_twice","in_scope":true}
//
// `intent` and `in_scope` may be absent. Whatever else comes, or nothing within the time limit, is not heeded.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/model/dispute_classification.h"
#include "core/model/dispute_clock.h"
#include "core/model/money.h"

namespace bankctl {

struct ExternalClassifier {
    std::string command;  ///< for the shell
    std::chrono::milliseconds time_limit{2000};
};

/// What the program gets to see of a dispute.
struct CaseForClassifier {
    std::string text;  ///< UTF-8
    std::optional<Money> amount;
    std::optional<std::string> merchant;
    std::optional<PaymentChannel> channel;
    std::optional<Timestamp> date;  ///< of the disputed payment
};

/// The document that the program gets.
std::string case_document(const CaseForClassifier& dispute);

/// What the program's answer means; else `invalid_json` with the reason: no JSON, an unknown or doubled key, a category
/// that there is not, a confidence that is no number from 0 to 1, an intent that is not 1 to 64 printable characters,
/// or one that contradicts: out of scope is `not_a_dispute`.
Result<Classification> read_classifier_answer(std::string_view answer);

/// Asks the program; `model` is then `external:` and the command's SHA-256, for a command may hold a secret. Where it
/// is not to be heeded, what `own_model` says of the text, with the reason in `fallback`.
Classification classify_externally(const ExternalClassifier& classifier, const CaseForClassifier& dispute,
                                   const std::function<Classification(std::string_view text)>& own_model);

}  // namespace bankctl
