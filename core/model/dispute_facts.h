// The facts that a dispute's risk and priority are decided by: each has a name, a type and, where it is known, a value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace bankctl {

enum class FactType { integer, boolean, text };

/// Where a fact comes from, if it is known at all.
enum class FactOrigin {
    books,  ///< the ledger and the earlier disputes
    classifier,
    operator_  ///< whoever files the dispute says it, as a `--fact`
};

struct FactInfo {
    std::string_view name;
    FactType type;
    FactOrigin origin;
    std::string_view what;  ///< unit and meaning, in one sentence
};

/// Every fact there is.
std::span<const FactInfo> all_facts();
const FactInfo* find_fact(std::string_view name);

using FactValue = std::variant<std::int64_t, bool, std::string>;

/// What is known of one case. A name that is missing is not known.
using Facts = std::map<std::string, FactValue, std::less<>>;

}  // namespace bankctl
