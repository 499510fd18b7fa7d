#include "core/model/dispute_facts.h"

#include <algorithm>
#include <array>

#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/model/dispute_category.h"
#include "core/model/money.h"

namespace bankctl {
namespace {

using enum FactType;
using enum FactOrigin;

constexpr std::size_t k_shown_columns_max = 64;
constexpr std::int64_t k_days_max = 36'500;

// The names of PaymentChannel, Jurisdiction, the transactions' EntryKind, RiskBand and Route; a test compares them.
constexpr std::string_view k_channels[] = {"other", "card",     "point_of_sale", "online",  "credit_card",
                                           "atm",   "transfer", "direct_debit",  "deposit", "branch"};
constexpr std::string_view k_jurisdictions[] = {"none", "us", "eu"};
constexpr std::string_view k_kinds[] = {"opening", "credit",  "debit",   "transfer",
                                        "hold",    "capture", "release", "reversal"};
constexpr std::string_view k_risks[] = {"low", "medium", "high"};
constexpr std::string_view k_routes[] = {"routed", "suggested", "triage"};
constexpr std::string_view k_authentications[] = {"none", "signature", "contactless", "password", "3ds", "pin"};

std::span<const std::string_view> categories() { return dispute_category_names(); }

const std::array k_facts{
    FactInfo{.name = "amount_minor",
             .type = integer,
             .origin = books,
             .what = "the disputed amount, in minor units of its currency",
             .unit = FactUnit::minor_units,
             .if_unknown = "the disputed amount"},
    FactInfo{"currency", text, books, "the disputed amount's currency, as in ISO 4217"},
    FactInfo{"amount_exceeds_txn", boolean, books, "whether more is disputed than the transaction's amount"},
    FactInfo{"has_transaction", boolean, books, "whether the dispute names a transaction of the journal"},
    FactInfo{.name = "txn_kind",
             .type = text,
             .origin = books,
             .what = "the kind of the disputed transaction",
             .values = k_kinds},
    FactInfo{"txn_takes_money", boolean, books, "whether the disputed transaction lessened the customer's balance"},
    FactInfo{.name = "channel",
             .type = text,
             .origin = books,
             .what = "how the disputed payment was made",
             .values = k_channels},
    FactInfo{.name = "merchant",
             .type = text,
             .origin = books,
             .what = "whom the disputed payment went to, by default the transaction's memo",
             .if_unknown = "the merchant"},
    FactInfo{"hours_since_txn", integer, books, "whole hours from the disputed payment to the filing"},
    FactInfo{"account_age_days", integer, books, "whole days since the account was opened"},
    FactInfo{"balance_minor", integer, books, "the account's balance, in minor units", FactUnit::minor_units},
    FactInfo{"siblings_24h", integer, books,
             "other payments from the account within 24 hours of the disputed one, as far as 64 entries show"},
    FactInfo{"sibling_unrecognised_24h", integer, books, "those of them that are disputed too"},
    FactInfo{"same_merchant_prior_ok", integer, books,
             "earlier payments to the same merchant that nobody disputed, among the account's 64 entries before"},
    FactInfo{"disputes_180d", integer, books,
             "disputes that the customer filed in the last 180 days, without this one"},
    FactInfo{"disputes_lost_365d", integer, books, "disputes of the customer that were rejected in the last 365 days"},
    FactInfo{.name = "jurisdiction",
             .type = text,
             .origin = books,
             .what = "whose law the bank's disputes follow",
             .values = k_jurisdictions},
    FactInfo{.name = "category",
             .type = text,
             .origin = classifier,
             .what = "what the dispute is about",
             .values = categories()},
    FactInfo{"category_conf", integer, classifier, "how sure the category is, 0 to 10,000", FactUnit::basis_points},
    FactInfo{"intent", text, classifier, "the fine label behind the category"},
    FactInfo{"in_scope", boolean, classifier, "whether the text is a bank's business"},
    FactInfo{"is_long", boolean, classifier, "whether the text is a narrative rather than a message"},
    FactInfo{.name = "days_since_statement",
             .type = integer,
             .origin = operator_,
             .what = "whole days since the statement that first showed the payment was sent",
             .max = k_days_max},
    FactInfo{"device_known", boolean, operator_, "whether the customer had used the payment's device before"},
    FactInfo{.name = "contact_change_h",
             .type = integer,
             .origin = operator_,
             .what = "hours since address, telephone, password or SIM card were last changed",
             .max = 24 * k_days_max},
    FactInfo{.name = "new_payee_h",
             .type = integer,
             .origin = operator_,
             .what = "hours from the first use of the payee to the payment",
             .max = 24 * k_days_max},
    FactInfo{.name = "txn_auth",
             .type = text,
             .origin = operator_,
             .what = "how the payment was authenticated",
             .values = k_authentications},
    FactInfo{"card_present", boolean, operator_, "whether the card was at the terminal"},
    FactInfo{"vulnerable", boolean, operator_, "whether the customer needs special care"},
    FactInfo{"is_foreign", boolean, operator_, "whether the payment was begun outside the country"},
    FactInfo{"is_remittance", boolean, operator_, "whether it was a consumer's transfer to a recipient abroad"},
    FactInfo{"notice_is_oral", boolean, operator_, "whether the customer only spoke, and the bank wants it in writing"},
    FactInfo{.name = "billing_cycle_day",
             .type = integer,
             .origin = operator_,
             .what = "the day of the month on which the credit card's billing cycle ends",
             .min = 1,
             .max = 31},
    FactInfo{.name = "risk", .type = text, .origin = policy, .what = "the band of risk", .values = k_risks},
    FactInfo{"priority", integer, policy, "the priority, 1 (most urgent) to 4"},
    FactInfo{.name = "route",
             .type = text,
             .origin = policy,
             .what = "whether the case goes on by itself, is to be confirmed or needs triage",
             .values = k_routes},
};

std::string money_text(std::int64_t minor, const Facts& facts) {
    const auto found = facts.find("currency");
    const auto* const code = found == facts.end() ? nullptr : std::get_if<std::string>(&found->second);
    const auto currency = code ? find_currency(*code) : Error(ErrorCode::unknown_currency, "");
    if (!currency) return std::to_string(minor) + " minor units";
    return decimal_text({*currency, minor}) + " " + *code;
}

std::string percent_text(std::int64_t basis_points) {
    const std::string cents = std::to_string(basis_points % 100 + 100).substr(1);
    return std::to_string(basis_points / 100) + "." + cents + " %";
}

Error usage(std::string_view fact, const std::string& why, std::string hint = {}) {
    return Error(ErrorCode::usage, "the fact " + in_quotes(fact) + " " + why, std::move(hint))
        .with("fact", printable(fact.substr(0, 64)));
}

/// The fact, if the operator may say it.
Result<const FactInfo*> operator_fact(std::string_view name) {
    const FactInfo* const fact = find_fact(name);
    if (fact && fact->origin == operator_) return fact;
    std::string known;
    for (const FactInfo& each : k_facts) {
        if (each.origin == operator_) known += (known.empty() ? "" : ", ") + std::string(each.name);
    }
    return usage(name, fact ? "is not said but found out by bankctl" : "is unknown", "one of " + known);
}

Error wrong_type(const FactInfo& fact) {
    switch (fact.type) {
        case integer:
            return Error(ErrorCode::invalid_number, "the fact " + in_quotes(fact.name) +
                                                        " must be a whole number from " + std::to_string(fact.min) +
                                                        " to " + std::to_string(fact.max));
        case boolean: return usage(fact.name, "must be true or false");
        case text: return usage(fact.name, "must be text");
    }
    return usage(fact.name, "has no type");
}

}  // namespace

std::string_view name(FactType type) {
    switch (type) {
        case integer: return "integer";
        case boolean: return "boolean";
        case text: return "text";
    }
    return "text";
}

std::string_view name(FactOrigin origin) {
    switch (origin) {
        case books: return "books";
        case classifier: return "classifier";
        case operator_: return "operator";
        case policy: return "policy";
    }
    return "policy";
}

std::span<const FactInfo> all_facts() { return k_facts; }

const FactInfo* find_fact(std::string_view name) {
    const auto found = std::ranges::find(k_facts, name, &FactInfo::name);
    return found == k_facts.end() ? nullptr : &*found;
}

Status check_operator_fact(std::string_view name, const FactValue& value) {
    BANKCTL_TRY(fact, operator_fact(name));
    if (static_cast<std::size_t>(fact->type) != value.index()) return wrong_type(*fact);
    if (const auto* const number = std::get_if<std::int64_t>(&value)) {
        if (*number < fact->min || *number > fact->max) return wrong_type(*fact);
    }
    if (const auto* const word = std::get_if<std::string>(&value)) {
        if (const auto fits = parse_text(*word, k_fact_text_bytes_max, fact->name); !fits) return fits.error();
        if (!fact->values.empty() && std::ranges::find(fact->values, *word) == fact->values.end()) {
            std::string known;
            for (const std::string_view each : fact->values) known += (known.empty() ? "" : ", ") + std::string(each);
            return usage(name, "cannot be " + in_quotes(*word), "one of " + known);
        }
    }
    return ok();
}

Result<std::pair<std::string, FactValue>> parse_operator_fact(std::string_view argument) {
    const std::size_t equals = argument.find('=');
    const std::string_view fact_name = argument.substr(0, equals);
    BANKCTL_TRY(fact, operator_fact(fact_name));
    if (equals == std::string_view::npos) return usage(fact_name, "has no value", "write NAME=VALUE");
    const std::string_view word = argument.substr(equals + 1);
    FactValue value{std::string(word)};
    if (fact->type == integer) {
        const auto number = parse_number(word, fact->min, fact->max, fact->name);
        if (!number) return wrong_type(*fact);
        value = *number;
    } else if (fact->type == boolean) {
        if (word != "true" && word != "false") return wrong_type(*fact);
        value = word == "true";
    }
    BANKCTL_CHECK(check_operator_fact(fact_name, value));
    return std::pair(std::string(fact_name), std::move(value));
}

std::string fact_text(const FactInfo& fact, const FactValue& value, const Facts& facts) {
    if (const auto* const flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
    if (const auto* const word = std::get_if<std::string>(&value))
        return shortened(printable(*word), k_shown_columns_max);
    const std::int64_t number = std::get<std::int64_t>(value);
    switch (fact.unit) {
        case FactUnit::minor_units: return money_text(number, facts);
        case FactUnit::basis_points: return percent_text(number);
        case FactUnit::none: break;
    }
    return std::to_string(number);
}

}  // namespace bankctl
