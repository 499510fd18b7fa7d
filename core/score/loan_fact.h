// What a decision on a loan knows: the fields of an application (`loan.application/v1`) and what is derived from them,
// in one table, so that reading, knock-outs and scorecards name them alike.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bankctl {

// clang-format off
enum class LoanFact : std::uint8_t {
    as_of, date_of_birth, residency, consent_credit_check,
    product, purpose, amount, term_months, rate_bps, fee, fee_financed, disbursement_date, first_payment_date, collateral_value,
    gross_monthly, net_monthly, income_verified, income_type, employment_months,
    monthly_debt_payments, housing, essential_expenses, dependants_costs,
    utilisation_bps, defaults_open, bankruptcy_months_ago, inquiries_6m, oldest_account_months, delinquencies_24m, months_since_delinquency,
    tenure_months, overdraft_days_180, returned_payments_12m, existing_loans_dpd_max, account_frozen, average_balance_6m, salary_months_6,
    // derived
    age_years, payment, stressed_payment, dti_bps, pti_bps, ltv_bps, residual, average_balance_to_income_bps,
};
// clang-format on
inline constexpr std::size_t k_loan_facts = static_cast<std::size_t>(LoanFact::average_balance_to_income_bps) + 1;

enum class LoanFactType {
    integer,
    amount,   ///< in minor units
    date,     ///< days since 1970-01-01
    boolean,  ///< 0 or 1
    word,     ///< `[a-z][a-z0-9_]*`, at most 64 bytes
};

struct LoanFactInfo {
    LoanFact fact;
    std::string_view path;  ///< `income.gross_monthly_minor`; derived ones begin with `derived.`
    LoanFactType type = LoanFactType::integer;
    bool is_required = false;
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::string_view meaning;

    bool is_derived() const { return path.starts_with("derived."); }
};

/// All facts, in the order of LoanFact.
std::span<const LoanFactInfo> loan_facts();
const LoanFactInfo& info(LoanFact fact);
std::optional<LoanFact> loan_fact(std::string_view path);

/// Values by fact. What is null in the input is not known.
class LoanValues {
public:
    std::optional<std::int64_t> get(LoanFact fact) const {
        return known_[index(fact)] ? std::optional(numbers_[index(fact)]) : std::nullopt;
    }
    std::int64_t value_or(LoanFact fact, std::int64_t other) const { return known_[index(fact)] ? at(fact) : other; }
    /// Of a fact that is known.
    std::int64_t at(LoanFact fact) const { return numbers_[index(fact)]; }
    bool has(LoanFact fact) const { return known_[index(fact)]; }
    void set(LoanFact fact, std::int64_t value) {
        numbers_[index(fact)] = value;
        known_.set(index(fact));
    }
    void forget(LoanFact fact) { known_.reset(index(fact)); }
    /// Of a word; empty if not known.
    const std::string& word(LoanFact fact) const { return words_[word_index(fact)]; }
    void set_word(LoanFact fact, std::string_view word) {
        words_[word_index(fact)] = word;
        known_.set(index(fact));
    }

private:
    static constexpr std::size_t index(LoanFact fact) { return static_cast<std::size_t>(fact); }
    static constexpr std::size_t word_index(LoanFact fact) {
        switch (fact) {
            case LoanFact::residency: return 0;
            case LoanFact::product: return 1;
            case LoanFact::purpose: return 2;
            default: return 3;  // income_type
        }
    }

    std::array<std::int64_t, k_loan_facts> numbers_{};
    std::bitset<k_loan_facts> known_;
    std::array<std::string, 4> words_;
};

/// Whether the name of a field or column says that it is something no decision may rest on: sex, race, colour,
/// religion, national origin, marital status, public assistance (12 CFR 1002.4, 1002.6(b)), a postcode, which stands in
/// for them, or the disputes that a customer has filed. Case, and `-` for `_`, do not matter.
bool is_prohibited_name(std::string_view name);

}  // namespace bankctl
