// The steps of a case that move no money of their own: assigning, advancing, correcting what it is about.
#include <algorithm>

#include "core/base/text.h"
#include "core/model/rules.h"
#include "core/service/dispute_messages.h"
#include "core/service/dispute_step.h"
#include "core/service/replay.h"

namespace bankctl {

void Disputes::read_clock() { now_ = std::max(clock_.now(), books_.head().posted_at); }

std::optional<JournalEntry> Disputes::original_of(const std::optional<IdempotencyKey>& key) {
    const std::optional<Seq> seq = key ? books_.keyed(*key) : std::nullopt;
    return seq ? books_.entry(*seq) : std::nullopt;
}

const JournalEntry& Disputes::record(EntryKind kind, Seq of, const std::optional<IdempotencyKey>& key,
                                     std::string detail) {
    Draft draft;
    draft.kind = kind;
    draft.posted_at = now_;
    draft.user = actor_.user;
    draft.uid = actor_.uid;
    if (key) draft.key = key->text;
    draft.of = of;
    draft.detail = std::move(detail);
    return books_.record(std::move(draft));
}

Result<DisputeCase> Disputes::find_case(Seq number) {
    const std::optional<Dispute> state = books_.dispute(number);
    if (!state) return dispute_not_found(number);
    return case_of(books_, *state);
}

Result<Posted> Disputes::replay(const DisputeStep& request, DisputeAction action, const JournalEntry& original,
                                const Ask& ask) {
    const Replay compare(books_, original);
    BANKCTL_CHECK(compare.kind(EntryKind::dispute_changed));
    BANKCTL_CHECK(compare.text("dispute", dispute_id(request.dispute), dispute_id(original.of)));
    const DisputeDetail was = detail_of_dispute(original);
    BANKCTL_CHECK(compare.text("action", std::string(name(action)), std::string(name(was.action))));
    BANKCTL_TRY(about, find_case(original.of));
    const Result<Facts> asked = ask(about);
    if (!asked) return compare.text("amount", printable(asked.error().message), "").error();
    BANKCTL_CHECK(compare_asked(books_, original, *asked, was.asked));
    BANKCTL_CHECK(compare.text("note", request.note, was.note));
    return Posted{original.seq, true};
}

Result<Posted> Disputes::run(const DisputeStep& request, DisputeAction action, const Ask& ask, const Change& change) {
    read_clock();
    if (request.note) {
        const Result<std::string> note = parse_text(*request.note, k_note_bytes_max, "a note");
        if (!note) return note.error();
    }
    if (const auto original = original_of(request.key)) return replay(request, action, *original, ask);

    BANKCTL_TRY(about, find_case(request.dispute));
    BANKCTL_TRY(asked, ask(about));
    BANKCTL_CHECK(check_action(about.state.status, action));
    BANKCTL_CHECK(check_version(request.if_version, about.state));
    Step step{.about = std::move(about)};
    Dispute& state = step.state();
    step.from = state.status;
    step.due_before = state.due_at;
    step.customer = require(books_.customer(state.customer), "a customer").id.text;
    DisputeDetail& detail = step.detail;
    detail.previous = state.last;
    detail.action = action;
    detail.from = step.from;
    detail.note = request.note;
    detail.asked = std::move(asked);
    state.changed_at = now_;
    BANKCTL_CHECK(change(step));
    settle_due(step.about.filing, state);
    detail.state = state;
    return Posted{record(EntryKind::dispute_changed, state.number, request.key, dispute_detail(detail)).seq};
}

namespace {

Status check_team(const std::string& team, const DisputePolicy& policy) {
    const std::vector<std::string>& teams = policy.teams();
    if (std::ranges::find(teams, team) != teams.end()) return ok();
    std::string list;
    for (const std::string& each : teams) list += (list.empty() ? "" : ", ") + each;
    return Error(ErrorCode::usage, "the policy knows no team " + in_quotes(team), "one of " + list)
        .with("team", team)
        .with("teams", teams);
}

}  // namespace

Result<Posted> Disputes::assign(const AssignDispute& request, const DisputePolicy& policy) {
    for (const auto& given : {request.team, request.assignee}) {
        if (!given) continue;
        const Result<std::string> parsed = parse_text(*given, k_name_bytes_max, "a team's or person's name");
        if (!parsed) return parsed.error();
    }
    if (!request.team && !request.assignee)
        return Error(ErrorCode::missing_argument, "name a team, an assignee, or both");
    if (request.team && request.team->empty()) return Error(ErrorCode::invalid_text, "a team's name is empty");
    const auto ask = [&](const DisputeCase&) -> Result<Facts> {
        Facts asked;
        if (request.team) asked["team"] = *request.team;
        if (request.assignee) asked["assignee"] = *request.assignee;
        return asked;
    };
    return run(request, DisputeAction::assign, ask, [&](Step& step) -> Status {
        Dispute& state = step.state();
        if (request.team) BANKCTL_CHECK(check_team(*request.team, policy));
        if (request.team) state.team = *request.team;
        if (request.assignee) state.assignee = *request.assignee;
        if (state.assignee && state.assignee->empty()) state.assignee.reset();
        if (state.status == DisputeStatus::triage) state.status = DisputeStatus::routed;
        step.tell(team_message(step.about, step.customer, "assigned"));
        return ok();
    });
}

/// Everything that a change of status brings with it.
Status Disputes::change_status(Step& step, DisputeStatus to, bool keeps_credit) {
    Dispute& state = step.state();
    if (state.paused_since) {
        state.paused_us += now_.us - state.paused_since->us;
        state.paused_since.reset();
    }
    if (to == DisputeStatus::reopened) {
        if (!is_open(state.status)) BANKCTL_CHECK(check_no_open_dispute(state.transaction));
        state.outcome.reset();
        state.decided_at.reset();
        state.was_late = false;
    }
    state.status = to;
    if (to == DisputeStatus::awaiting_customer) {
        state.paused_since = now_;
        if (!state.acknowledged_at) state.acknowledged_at = now_;
        step.tell(information_request(step.about, step.customer, step.detail.note));
    }
    if (to != DisputeStatus::withdrawn) return ok();
    for (const DisputeStepEntry& each : steps_back(books_, state.last)) {
        if (each.detail.action != DisputeAction::resolve) continue;
        state.outcome = each.detail.state.outcome;  // the decision that the customer contested no more
        state.decided_at = each.detail.state.decided_at;
        state.was_late = each.detail.state.was_late;
        break;
    }
    return state.credit && !keeps_credit ? take_provisional_back(step) : ok();
}

Result<Posted> Disputes::advance(const AdvanceDispute& request) {
    if (request.keeps_credit && request.to != DisputeStatus::withdrawn)
        return Error(ErrorCode::usage, "only withdrawing a case takes its provisional credit back",
                     "leave out --keep-credit");
    BANKCTL_CHECK(check_kept_credit(request.keeps_credit, request.note));
    const auto ask = [&](const DisputeCase&) -> Result<Facts> {
        Facts asked{{"to", std::string(name(request.to))}};
        if (request.keeps_credit) asked["keep_credit"] = true;
        return asked;
    };
    return run(request, DisputeAction::advance, ask, [&](Step& step) -> Status {
        BANKCTL_CHECK(check_advance(step.from, request.to));
        return change_status(step, request.to, request.keeps_credit);
    });
}

Result<Posted> Disputes::relabel(const RelabelDispute& request, const DisputeRules& rules) {
    const auto ask = [&](const DisputeCase&) -> Result<Facts> {
        return Facts{{"category", std::string(name(request.category))}};
    };
    return run(request, DisputeAction::relabel, ask, [&](Step& step) {
        store_policy(*rules.policy);
        Dispute& state = step.state();
        DisputeDecision& decision = step.about.decision;
        Classification& said = decision.classification;
        said.category = request.category;
        said.intent = name(request.category);
        said.confidence_bp = 10'000;
        said.in_scope = true;
        said.alternatives.clear();
        said.explanation.clear();
        said.fallback.clear();
        said.model = "human";
        state.category = request.category;
        state.decided_by = DecidedBy::human;
        const DisputeFiling& filing = step.about.filing;
        ClockFacts clocks = filing.clocks;
        clocks.category = request.category;
        decision.policy_sha256 = rules.policy->sha256();
        decision.at = now_;
        decision.assessment =
            rules.policy->assess(filing.facts, said, legal_deadlines(clocks, BusinessCalendar(filing.holidays)), now_);
        const bool was_high = state.risk == RiskBand::high;
        const std::string team_before = state.team;
        state.priority = decision.assessment.priority;
        state.risk = decision.assessment.risk;
        // A team that a person chose goes on with the case.
        const std::vector<DisputeStepEntry> steps = steps_back(books_, state.last);
        const bool is_by_hand = std::ranges::any_of(steps, [](const DisputeStepEntry& each) {
            return each.detail.action == DisputeAction::assign && each.detail.asked.contains("team");
        });
        const bool is_in_work = check_action(state.status, DisputeAction::assign).operator bool();
        if (is_in_work && !is_by_hand) state.team = decision.assessment.team;
        if (is_open(state.status) && state.team != team_before)
            step.tell(team_message(step.about, step.customer, "assigned"));
        if (is_open(state.status) && !was_high && state.risk == RiskBand::high)
            step.tell(team_message(step.about, step.customer, "high_risk"));
        step.detail.decision = decision;
        return ok();
    });
}

}  // namespace bankctl
