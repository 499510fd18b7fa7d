// What there is to know of a case, and whether its decision comes out again.
#include <algorithm>

#include "core/service/dispute_case.h"
#include "core/service/disputes.h"

namespace bankctl {
namespace {

/// The policy that the bank stored under this hash.
DisputePolicy stored_policy(port::Snapshot& snapshot, const std::string& sha256) {
    const StoredPolicy stored = require(snapshot.policy(sha256), "a dispute policy");
    const JournalEntry entry = require(snapshot.entry(stored.number), "a dispute policy's entry");
    return DisputePolicy::parse(policy_from_detail(entry.detail.value_or("")).text).value_or_throw();
}

/// What a later step set and moved.
void add_changes(DisputeEvent& event, const DisputeDetail& step, const std::string& team_before) {
    const Dispute& state = step.state;
    if (step.asked.contains("team") || state.team != team_before) event.team = state.team;
    if (step.asked.contains("assignee")) event.assignee = state.assignee.value_or("");
    if (step.action == DisputeAction::relabel) event.category = state.category;
    if (step.action == DisputeAction::resolve) event.outcome = state.outcome;
    if (step.action == DisputeAction::resolve) event.refund_minor = state.refund_minor;
    for (const DisputePosting& posting : step.postings)
        event.amount_minor =
            event.amount_minor.value_or(0) + (posting.reverses ? -posting.amount_minor : posting.amount_minor);
}

/// A filing goes through three statuses at once.
void add_events(std::vector<DisputeEvent>& history, const DisputeStepEntry& step, const std::string& team_before) {
    const auto add = [&](DisputeStatus from, DisputeStatus to) {
        DisputeEvent& event = history.emplace_back();
        event.at = step.entry.posted_at;
        event.from = from;
        event.to = to;
        event.action = step.detail.action;
        event.user = step.entry.user;
        event.note = step.detail.note;
        event.seq = step.entry.seq;
    };
    const Dispute& state = step.detail.state;
    if (step.detail.action != DisputeAction::file) {
        add(step.detail.from, state.status);
        return add_changes(history.back(), step.detail, team_before);
    }
    add(DisputeStatus::received, DisputeStatus::received);
    add(DisputeStatus::received, DisputeStatus::classified);
    history.back().category = state.category;
    add(DisputeStatus::classified, state.status);
    history.back().team = state.team;
}

/// `embedded:` and `file:` name the same model where the hash is the same.
std::string model_hash(const std::string& model) {
    const std::size_t colon = model.find(':');
    return colon == std::string::npos || model.starts_with("external:") ? "" : model.substr(colon + 1);
}

/// Adds `name` where the two differ.
template <class T>
void compare(std::vector<std::string>& differences, const char* name, const T& stored, const T& again) {
    if (stored != again) differences.emplace_back(name);
}

/// Decides again as `decision` was, about what `classification` says now, and adds the names of what came out
/// otherwise.
void compare_decision(port::Snapshot& snapshot, const DisputeFiling& filing, const DisputeDecision& decision,
                      const Classification& classification, std::vector<std::string>& differences) {
    ClockFacts clocks = filing.clocks;
    clocks.category = classification.category;
    const Assessment again = stored_policy(snapshot, decision.policy_sha256)
                                 .assess(filing.facts, classification,
                                         legal_deadlines(clocks, BusinessCalendar(filing.holidays)), decision.at);
    const Assessment& was = decision.assessment;
    compare(differences, "priority", was.priority, again.priority);
    compare(differences, "priority_points", was.priority_points, again.priority_points);
    compare(differences, "priority_reasons", was.priority_reasons, again.priority_reasons);
    compare(differences, "risk", was.risk, again.risk);
    compare(differences, "risk_points", was.risk_points, again.risk_points);
    compare(differences, "risk_reasons", was.risk_reasons, again.risk_reasons);
    compare(differences, "flags", was.flags, again.flags);
    compare(differences, "needs_four_eyes", was.needs_four_eyes, again.needs_four_eyes);
    compare(differences, "team", was.team, again.team);
    compare(differences, "route", was.route, again.route);
    compare(differences, "route_reasons", was.route_reasons, again.route_reasons);
    compare(differences, "recommendations", was.recommendations, again.recommendations);
    compare(differences, "evidence_requested", was.evidence_requested, again.evidence_requested);
    compare(differences, "network_codes", was.network_codes, again.network_codes);
    compare(differences, "missing_facts", was.missing_facts, again.missing_facts);
}

}  // namespace

Result<DisputeView> view_dispute(port::Snapshot& snapshot, Seq number, std::optional<Seq> as_of) {
    const std::optional<Dispute> now_stored = snapshot.dispute(number);
    if (!now_stored) return dispute_not_found(number);
    std::vector<DisputeStepEntry> steps = steps_back(snapshot, as_of.value_or(now_stored->last));
    std::ranges::reverse(steps);
    Dispute state = steps.back().detail.state;
    if (state.number != number) return dispute_not_found(number);
    state.version = static_cast<std::int64_t>(steps.size());
    if (!as_of && state != *now_stored)
        throw Failure(Error(ErrorCode::integrity_violation, dispute_id(number) + " is not what the journal says")
                          .with("dispute", dispute_id(number)));

    DisputeView view;
    view.dispute = state;
    view.customer = require(snapshot.customer(state.customer), "a customer");
    std::string team_before;
    for (const DisputeStepEntry& step : steps) {
        add_events(view.history, step, team_before);
        team_before = step.detail.state.team;
        if (!step.detail.decision) continue;
        view.classification = step.detail.decision->classification;
        view.assessment = step.detail.decision->assessment;
        view.policy_sha256 = step.detail.decision->policy_sha256;
    }
    const DisputeFiling& filing = *steps.front().detail.filing;
    view.text = filing.text;
    view.payment = filing.payment;
    view.evidence = filing.evidence;
    view.facts = filing.facts;
    view.deadlines = deadlines_of(filing, state);
    const bool is_embedded = view.policy_sha256 == DisputePolicy::embedded().sha256();
    const auto describe = [&](const DisputePolicy& policy) {
        view.policy_id = policy.id();
        view.policy_version = policy.version();
    };
    if (is_embedded) {
        describe(DisputePolicy::embedded());
    } else {
        describe(stored_policy(snapshot, view.policy_sha256));
    }
    return view;
}

Result<Recomputation> recompute_dispute(port::Snapshot& snapshot, Seq number,
                                        const std::function<Classification(const std::string& text)>& classify) {
    const std::optional<Dispute> state = snapshot.dispute(number);
    if (!state) return dispute_not_found(number);
    const DisputeDetail filed = dispute_step(snapshot, number).detail;
    const DisputeFiling& filing = *filed.filing;
    const DisputeDecision& decision = require(filed.decision, "a decision");
    Recomputation result;

    Classification classification = decision.classification;
    const std::string model = model_hash(decision.classification.model);
    if (!model.empty()) {
        Classification again = classify(filing.text);
        if (model_hash(again.model) == model) {
            again.model = classification.model;
            again.fallback = classification.fallback;
            compare(result.differences, "classification", classification, again);
            classification = std::move(again);
            result.classification_was_recomputed = true;
        }
    }
    std::vector<std::string>& differences = result.differences;
    compare_decision(snapshot, filing, decision, classification, differences);
    for (const DisputeStepEntry& step : steps_back(snapshot, state->last)) {  // and what a relabel has decided since
        const std::optional<DisputeDecision>& later = step.detail.decision;
        if (later && step.entry.seq != number)
            compare_decision(snapshot, filing, *later, later->classification, differences);
    }
    Dispute due = filed.state;
    settle_due(filing, due);
    compare(differences, "due_at", filed.state.due_at, due.due_at);
    result.is_identical = differences.empty();
    return result;
}

}  // namespace bankctl
