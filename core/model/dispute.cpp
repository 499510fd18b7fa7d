#include "core/model/dispute.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::string_view k_statuses[] = {
    "received",      "classified",      "triage",      "routed",  "investigating", "awaiting_customer", "chargeback",
    "representment", "pre_arbitration", "arbitration", "decided", "closed",        "reopened",          "withdrawn"};
static_assert(std::size(k_statuses) == static_cast<std::size_t>(DisputeStatus::withdrawn) + 1);

constexpr std::string_view k_outcomes[] = {"upheld", "partial", "rejected"};
constexpr std::string_view k_actions[] = {"file", "assign", "advance", "credit", "resolve", "relabel"};
constexpr std::string_view k_decided_by[] = {"model", "rules", "human", "external"};

template <class Enum, std::size_t size>
std::optional<Enum> find_name(const std::string_view (&names)[size], std::string_view name) {
    const auto* const found = std::ranges::find(names, name);
    if (found == std::end(names)) return std::nullopt;
    return static_cast<Enum>(found - std::begin(names));
}

using S = DisputeStatus;

/// What may be done by hand. `decided` is reached by resolving alone, and `routed` by assigning.
constexpr struct {
    S from;
    S to;
} k_advances[] = {
    {S::triage, S::investigating},
    {S::triage, S::withdrawn},
    {S::routed, S::investigating},
    {S::routed, S::withdrawn},
    {S::investigating, S::awaiting_customer},
    {S::investigating, S::chargeback},
    {S::investigating, S::withdrawn},
    {S::awaiting_customer, S::investigating},
    {S::awaiting_customer, S::withdrawn},
    {S::chargeback, S::representment},
    {S::chargeback, S::withdrawn},
    {S::representment, S::pre_arbitration},
    {S::representment, S::withdrawn},
    {S::pre_arbitration, S::arbitration},
    {S::pre_arbitration, S::withdrawn},
    {S::arbitration, S::withdrawn},
    {S::decided, S::closed},
    {S::decided, S::reopened},
    {S::closed, S::reopened},
    {S::reopened, S::triage},
    {S::reopened, S::investigating},
    {S::reopened, S::withdrawn},
    {S::withdrawn, S::reopened},
};

bool is_at_network(S status) { return status >= S::chargeback && status <= S::arbitration; }
/// Routed or to be routed, and not decided yet.
bool is_in_work(S status) { return (status >= S::triage && status <= S::arbitration) || status == S::reopened; }

std::string joined(const std::vector<S>& statuses) {
    std::string text;
    for (const S status : statuses) text += (text.empty() ? "" : ", ") + std::string(name(status));
    return text;
}

std::vector<std::string> names_of(const std::vector<S>& statuses) {
    std::vector<std::string> names;
    for (const S status : statuses) names.emplace_back(name(status));
    return names;
}

}  // namespace

std::string_view name(DisputeStatus status) { return k_statuses[static_cast<std::size_t>(status)]; }
std::optional<DisputeStatus> dispute_status(std::string_view name) {
    return find_name<DisputeStatus>(k_statuses, name);
}
std::string_view name(DisputeOutcome outcome) { return k_outcomes[static_cast<std::size_t>(outcome)]; }
std::optional<DisputeOutcome> dispute_outcome(std::string_view name) {
    return find_name<DisputeOutcome>(k_outcomes, name);
}
std::string_view name(DisputeAction action) { return k_actions[static_cast<std::size_t>(action)]; }
std::optional<DisputeAction> dispute_action(std::string_view name) { return find_name<DisputeAction>(k_actions, name); }
std::string_view name(DecidedBy decided_by) { return k_decided_by[static_cast<std::size_t>(decided_by)]; }
std::optional<DecidedBy> decided_by(std::string_view name) { return find_name<DecidedBy>(k_decided_by, name); }

Error illegal_transition(DisputeStatus from, std::string_view to, const std::string& why, std::string hint) {
    return Error(ErrorCode::illegal_transition, why, std::move(hint))
        .with("from", std::string(name(from)))
        .with("to", std::string(to));
}

std::vector<DisputeStatus> advances_from(DisputeStatus from) {
    std::vector<DisputeStatus> found;
    for (const auto& advance : k_advances) {
        if (advance.from == from) found.push_back(advance.to);
    }
    return found;
}

Status check_advance(DisputeStatus from, DisputeStatus to) {
    const std::vector<DisputeStatus> allowed = advances_from(from);
    if (std::ranges::find(allowed, to) != allowed.end()) return ok();
    std::string hint = allowed.empty() ? "" : "it can be advanced to " + joined(allowed);
    if (to == S::decided) hint = "decide it with bankctl dispute resolve";
    if (to == S::routed) hint = "route it with bankctl dispute assign";
    return illegal_transition(
               from, name(to),
               "a dispute that is " + std::string(name(from)) + " cannot be advanced to " + std::string(name(to)),
               std::move(hint))
        .with("allowed", names_of(allowed));
}

Status check_action(DisputeStatus status, DisputeAction action) {
    std::string_view to = name(status);
    bool is_admitted = false;
    switch (action) {
        case DisputeAction::file: to = name(S::received); break;  // a case is filed once
        case DisputeAction::assign:
            is_admitted = is_in_work(status);
            if (status == S::triage) to = name(S::routed);
            break;
        case DisputeAction::advance:
            is_admitted = !advances_from(status).empty();
            to = "";
            break;
        case DisputeAction::credit: is_admitted = is_in_work(status); break;
        case DisputeAction::resolve:
            is_admitted = status == S::investigating || is_at_network(status);
            to = name(S::decided);
            break;
        case DisputeAction::relabel: is_admitted = status >= S::triage; break;
    }
    if (is_admitted) return ok();
    return illegal_transition(
               status, to,
               "a dispute that is " + std::string(name(status)) + " does not admit " + std::string(name(action)))
        .with("action", std::string(name(action)));
}

bool is_open(DisputeStatus status) { return status != S::closed && status != S::withdrawn; }

Result<Seq> parse_dispute_id(std::string_view text) {
    constexpr std::string_view k_prefix = "DSP-";
    if (text.starts_with(k_prefix)) {
        const Result<Seq> number = parse_seq(text.substr(k_prefix.size()));
        if (number) return *number;
    }
    return Error(ErrorCode::invalid_id, in_quotes(text) + " is not a dispute's id", "write it like DSP-42");
}

std::string dispute_id(Seq number) { return "DSP-" + std::to_string(number.value); }

}  // namespace bankctl
