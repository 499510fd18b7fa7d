// The facts that a dispute's risk and priority are decided by: each has a name, a type and, where it is known, a value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/base/result.h"

namespace bankctl {

enum class FactType { integer, boolean, text };
std::string_view name(FactType type);

/// Where a fact comes from, if it is known at all.
enum class FactOrigin {
    books,  ///< the ledger, the earlier disputes and the bank's settings
    classifier,
    operator_,  ///< whoever files the dispute says it, as a `--fact`
    policy  ///< what the policy has decided before it asks for the fact: not known to its rules of risk and priority
};
std::string_view name(FactOrigin origin);

enum class FactUnit { none, minor_units, basis_points };

struct FactInfo {
    std::string_view name;
    FactType type;
    FactOrigin origin;
    std::string_view what;  ///< meaning, unit and range, in one sentence
    FactUnit unit = FactUnit::none;
    std::span<const std::string_view> values = {};  ///< of a text that can only be one of these
    std::int64_t min = 0;                           ///< of a number that the operator says: its range
    std::int64_t max = (std::int64_t{1} << 53) - 1;
    std::string_view if_unknown = "unknown";  ///< how a text tells it where nobody knows it
};

/// Every fact there is.
std::span<const FactInfo> all_facts();
const FactInfo* find_fact(std::string_view name);

/// An alternative for each FactType, in its order. An integer lies within ±(2^53 − 1).
using FactValue = std::variant<std::int64_t, bool, std::string>;

/// What is known of one case. A name that is missing is not known.
using Facts = std::map<std::string, FactValue, std::less<>>;

inline constexpr std::size_t k_fact_text_bytes_max = 256;

/// ok if the operator may say this of a case: else `usage` (no such fact, not theirs to say, not one of the words
/// that it can be), `invalid_number` (a wrong type, out of range) or `invalid_text`.
Status check_operator_fact(std::string_view name, const FactValue& value);

/// `NAME=VALUE`, a fact that the operator says, with VALUE a whole number, `true` or `false`, or text, as the fact's
/// type asks. Errors as of `check_operator_fact`, and `usage` without a `=`.
Result<std::pair<std::string, FactValue>> parse_operator_fact(std::string_view text);

/// A known value as a person reads it: money in major units where `facts` know the currency, basis points as percent,
/// text without control characters and cut after 64 columns.
std::string fact_text(const FactInfo& fact, const FactValue& value, const Facts& facts);

}  // namespace bankctl
