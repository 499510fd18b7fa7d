#include "core/model/loan.h"

#include <algorithm>
#include <iterator>

#include "core/base/text.h"

namespace bankctl {
namespace {

using S = LoanStatus;
using A = LoanAction;

constexpr std::string_view k_statuses[] = {"approved",  "referred",  "declined", "accepted",
                                           "disbursed", "withdrawn", "expired"};
static_assert(std::size(k_statuses) == static_cast<std::size_t>(S::expired) + 1);
constexpr std::string_view k_actions[] = {"apply", "decide", "accept", "disburse", "withdraw", "expire"};
static_assert(std::size(k_actions) == static_cast<std::size_t>(A::expire) + 1);
constexpr std::int64_t k_us_per_day = 86'400'000'000;

/// The state diagram. What needs an offer needs one that stands.
constexpr struct {
    S from;
    A action;
    S to;
    bool needs_offer;
} k_steps[] = {
    {S::approved, A::accept, S::accepted, true},     {S::approved, A::withdraw, S::withdrawn, false},
    {S::approved, A::expire, S::expired, true},      {S::referred, A::decide, S::approved, false},
    {S::referred, A::decide, S::declined, false},    {S::referred, A::withdraw, S::withdrawn, false},
    {S::declined, A::accept, S::accepted, true},     {S::declined, A::expire, S::expired, true},
    {S::accepted, A::disburse, S::disbursed, false}, {S::accepted, A::withdraw, S::withdrawn, false},
};

template <class Enum, std::size_t size>
std::optional<Enum> find_name(const std::string_view (&names)[size], std::string_view name) {
    const auto* const found = std::ranges::find(names, name);
    if (found == std::end(names)) return std::nullopt;
    return static_cast<Enum>(found - std::begin(names));
}

}  // namespace

std::string_view name(LoanStatus status) { return k_statuses[static_cast<std::size_t>(status)]; }
std::optional<LoanStatus> loan_status(std::string_view name) { return find_name<LoanStatus>(k_statuses, name); }
std::string_view name(LoanAction action) { return k_actions[static_cast<std::size_t>(action)]; }
std::optional<LoanAction> loan_action(std::string_view name) { return find_name<LoanAction>(k_actions, name); }

std::vector<LoanStatus> reachable_from(const Loan& loan) {
    std::vector<LoanStatus> found;
    for (const auto& step : k_steps) {
        if (step.from == loan.status && (!step.needs_offer || loan.valid_until)) found.push_back(step.to);
    }
    std::ranges::sort(found);
    return found;
}

bool is_open(const Loan& loan) { return !reachable_from(loan).empty(); }

void settle_due(Loan& loan) {
    loan.due_at.reset();
    if (loan.status == S::referred) loan.due_at = Timestamp{loan.applied_at.us + k_loan_notice_days * k_us_per_day};
    if (loan.status == S::approved || loan.status == S::declined) loan.due_at = loan.valid_until;
}

Error loan_transition_refused(const Loan& loan, LoanAction action, LoanStatus to, const std::string& why,
                              std::string hint) {
    std::string allowed;
    for (const S status : reachable_from(loan)) allowed += (allowed.empty() ? "" : ", ") + std::string(name(status));
    if (hint.empty() && !allowed.empty()) hint = "from here it can become " + allowed;
    return Error(ErrorCode::illegal_transition, why, std::move(hint))
        .with("from", std::string(name(loan.status)))
        .with("to", std::string(name(to)))
        .with("action", std::string(name(action)))
        .with("allowed", allowed);
}

Status check_loan_action(const Loan& loan, LoanAction action, LoanStatus to) {
    for (const auto& step : k_steps) {
        const bool is_it = step.from == loan.status && step.action == action && step.to == to;
        if (is_it && (!step.needs_offer || loan.valid_until)) return ok();
    }
    return loan_transition_refused(
        loan, action, to,
        "a loan that is " + std::string(name(loan.status)) +
            (loan.status == S::declined && !loan.valid_until ? ", without a counter-offer," : "") + " does not admit " +
            std::string(name(action)));
}

Result<Seq> parse_loan_id(std::string_view text) {
    constexpr std::string_view k_prefix = "LOAN-";
    if (text.starts_with(k_prefix)) {
        const Result<Seq> number = parse_seq(text.substr(k_prefix.size()));
        if (number) return *number;
    }
    return Error(ErrorCode::invalid_id, in_quotes(text) + " is not a loan's id", "write it like LOAN-42");
}

std::string loan_id(Seq number) { return "LOAN-" + std::to_string(number.value); }

Error loan_not_found(Seq number) {
    return Error(ErrorCode::loan_not_found, "there is no loan " + loan_id(number), "look it up with bankctl loan list")
        .with("loan", loan_id(number));
}

LoanPlace place_of(const Loan& loan) {
    return {is_open(loan) ? 1 : k_loan_ranks, loan.due_at ? loan.due_at->us : k_never_due, loan.number};
}

bool LoanQueue::matches(const Loan& loan) const {
    if (status && loan.status != *status) return false;
    if (customer && loan.customer != *customer) return false;
    if (due_before && (!loan.due_at || *loan.due_at >= *due_before)) return false;
    return !after || place_of(loan) > *after;
}

}  // namespace bankctl
