// What there is to know of a loan, and whether its decision comes out again.
#include <algorithm>

#include "core/service/loan_case.h"

namespace bankctl {

std::vector<Seq> overdue_offers(port::Snapshot& snapshot, Timestamp now) {
    std::vector<Seq> found;
    LoanQueue queue;
    queue.due_before = Timestamp{now.us + 1};
    snapshot.scan_loan_queue(queue, [&](const Loan& loan) {
        if (loan.valid_until && loan.status != LoanStatus::accepted) found.push_back(loan.number);
        return true;
    });
    return found;
}

Result<LoanView> view_loan(port::Snapshot& snapshot, Seq number, std::optional<Seq> as_of) {
    const std::optional<Loan> stored = snapshot.loan(number);
    if (!stored) return loan_not_found(number);
    std::vector<LoanStepEntry> steps;
    for (Seq at = as_of.value_or(stored->last); at; at = steps.back().detail.previous) {
        steps.push_back(loan_step(snapshot, at));
        if (steps.back().detail.previous >= at)
            throw Failure(Error(ErrorCode::integrity_violation, "a loan's entries are no chain").with("seq", at.value));
    }
    std::ranges::reverse(steps);
    Loan state = steps.back().detail.state;
    if (state.number != number) return loan_not_found(number);
    state.version = static_cast<std::int64_t>(steps.size());
    if (!as_of && state != *stored)
        throw Failure(Error(ErrorCode::integrity_violation, loan_id(number) + " is not what the journal says")
                          .with("loan", loan_id(number)));
    LoanView view;
    view.loan = state;
    view.customer = require(snapshot.customer(state.customer), "a customer");
    if (state.account) view.account = require(snapshot.account(state.account), "an account").id;
    view.application = require(steps.front().detail.application, "an application");
    for (const LoanStepEntry& step : steps)
        view.history.push_back({step.entry.posted_at, step.detail.from, step.detail.state.status, step.detail.action,
                                step.entry.user, step.detail.note, step.detail.reasons, step.entry.seq});
    return view;
}

Result<LoanRecomputation> recompute_loan(port::Snapshot& snapshot, Seq number, const DescribeLoanDecision& describe) {
    if (!snapshot.loan(number)) return loan_not_found(number);
    const LoanDetail applied = loan_step(snapshot, number).detail;
    const LoanApplicationRecord& was = *applied.application;
    const LoanPolicy policy = stored_loan_policy(snapshot, was.policy_sha256);
    ApplicationReader reader(policy);
    BANKCTL_TRY(application, reader.read(was.input));
    BANKCTL_TRY(again, assess_loan(policy, *application, reader.sha256(), was.facts, describe));
    LoanRecomputation result;
    if (again.record.decision != was.decision) result.differences.emplace_back("decision");
    if (again.record.contradictions != was.contradictions) result.differences.emplace_back("contradictions");
    if (again.status != applied.state.status) result.differences.emplace_back("status");
    result.is_identical = result.differences.empty();
    return result;
}

}  // namespace bankctl
