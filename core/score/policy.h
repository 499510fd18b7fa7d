// The policy by which an application for a loan is decided: a versioned JSON document with product limits, knock-outs,
// affordability caps, a scorecard, bands and the texts of reasons. bankctl-loan-policy(5) describes the document.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/score/loan_fact.h"
#include "core/score/scorecard.h"

namespace bankctl {

/// How many amounts a search for a counter-offer may have to try one by one, where it cannot halve them.
inline constexpr std::int64_t k_amounts_max = 100'000;

/// What may be asked for. Amounts in minor units of the application's currency.
struct LoanProduct {
    std::int64_t amount_min = 0;
    std::int64_t amount_max = 0;
    std::int64_t amount_step = 1;     ///< of counter-offers, counted from zero
    std::vector<std::int64_t> terms;  ///< in months, ascending
};

enum class Comparison { less, at_most, equal, not_equal, at_least, greater };
std::string_view symbol(Comparison comparison);

/// A fact that settles the matter whatever the score is. A fact that is not known fires none.
struct Knockout {
    std::string id;
    LoanFact fact = LoanFact::as_of;
    Comparison comparison = Comparison::equal;
    std::int64_t number = 0;  ///< a boolean's is 0 or 1
    std::string word;         ///< of facts that are words
    bool declines = false;    ///< else a person must look: refer
    std::string code;
};

/// Caps; those that are absent do not hold. Ratios in basis points, rounded up.
struct Affordability {
    std::optional<std::int64_t> dti_max_bps;
    std::optional<std::int64_t> pti_max_bps;
    std::optional<std::int64_t> ltv_max_bps;
    std::optional<std::int64_t> residual_min;  ///< in minor units, with the payment at the stressed rate
    std::int64_t stress_rate_add_bps = 0;
};

/// What the bank does with a decision: bankctl-loan-workflow(7).
struct LoanWorkflow {
    std::int64_t approval_valid_days = 30;        ///< how long an approval can be accepted
    std::optional<std::int64_t> four_eyes_above;  ///< in minor units: beyond, who applied must not decide
    bool contradictions_refer = true;             ///< an approval that the books contradict goes to a person
    std::string team = "credit";                  ///< who decides what is referred
    std::string creditor;                         ///< name and address for letters
    std::string agency;         ///< name and address of the federal agency that supervises the creditor, for letters
    std::string credit_bureau;  ///< name, address and telephone of the agency behind `bureau`, for letters
};

struct LoanPolicy {
    std::string id;
    std::string version;
    std::string status;                  ///< champion, challenger, draft or retired
    std::string effective_from;          ///< a date
    std::optional<LoanProduct> product;  ///< absent only of a card trained on columns
    std::vector<Knockout> knockouts;
    Affordability affordability;
    Scorecard card;
    LoanWorkflow workflow;
    std::int64_t approve_min = 0;  ///< scores from here on are approved,
    std::int64_t refer_min = 0;    ///< from here on referred, and lower ones declined
    std::size_t reasons_max = 4;   ///< 12 CFR 1002.9(b)(2) and its commentary: more than four are not likely to help
    std::map<std::string, std::string, std::less<>> texts;  ///< of reasons and knock-outs, by code; never empty
    std::vector<std::string> prohibited;                    ///< keys refused beside those of is_prohibited_name
    /// The facts of the card's characteristics in their order; empty if a field is none, as a CSV's column is.
    std::vector<LoanFact> card_facts;
    std::string canonical;  ///< sorted keys, no blanks
    std::string sha256;     ///< of `canonical`, in hex

    /// Reads and checks a policy. `invalid_policy` names the place in the document; a card or knock-out that rests on
    /// what none may rest on is `prohibited_input`.
    static Result<LoanPolicy> parse(std::string_view json);
    /// The policy in the executable, and its text.
    static const LoanPolicy& embedded();
    static std::string_view embedded_text();

    /// True if it can decide applications; a card trained on a CSV's columns can only score rows of such a CSV.
    bool decides_applications() const { return !card_facts.empty() && product.has_value(); }
    bool prohibits(std::string_view key) const;
    /// True if of two applications that differ in the amount alone the smaller never fares worse.
    bool favours_small_amounts() const;
    /// What `code` means to the applicant: the policy's text, else that of the policy in the executable, else its
    /// words.
    std::string text_of(std::string_view code) const;
    /// The same for what a characteristic's low points mean.
    std::string text_of(const Characteristic& characteristic) const;
};

}  // namespace bankctl
