// Filing a dispute: from what the customer says to a case with a priority, a team and its deadlines.
#include <algorithm>

#include "core/base/text.h"
#include "core/service/dispute_facts.h"
#include "core/service/dispute_messages.h"
#include "core/service/dispute_step.h"
#include "core/service/replay.h"

namespace bankctl {
namespace {

constexpr std::int64_t k_us_per_day = 86'400'000'000;
// No clock looks further ahead; the days before are for a notice that comes on a holiday.
constexpr std::int64_t k_holidays_days_before = 10;
constexpr std::int64_t k_holidays_days_after = 400;

Status check_texts(const FileDispute& request) {
    BANKCTL_TRY(text, parse_text(request.text, k_dispute_text_bytes_max, "the text of a dispute"));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return Error(ErrorCode::invalid_text, "the text of a dispute is empty");
    if (request.merchant) {
        BANKCTL_CHECK([&]() -> Status {
            BANKCTL_TRY(merchant, parse_text(*request.merchant, k_name_bytes_max, "the merchant"));
            return ok();
        }());
    }
    if (request.evidence.size() > k_evidence_max)
        return Error(ErrorCode::invalid_text,
                     "there are more than " + std::to_string(k_evidence_max) + " pieces of evidence");
    for (const std::string& piece : request.evidence) {
        const Result<std::string> parsed = parse_text(piece, k_evidence_bytes_max, "a piece of evidence");
        if (!parsed) return parsed.error();
    }
    return ok();
}

/// What the request says, as far as it can be told from the facts that were gathered; its text is compared by itself.
Facts asked_of(const FileDispute& request, std::int64_t amount_minor, const std::string& currency) {
    Facts asked;
    asked["customer"] = request.customer.text;
    if (request.transaction) asked["transaction"] = request.transaction->value;
    asked["amount_minor"] = amount_minor;
    asked["currency"] = currency;
    if (request.merchant) asked["merchant"] = *request.merchant;
    if (request.channel) asked["channel"] = std::string(name(*request.channel));
    if (request.date) asked["date"] = format_time(*request.date);
    for (std::size_t i = 0; i < request.evidence.size(); ++i)
        asked["evidence_" + std::to_string(i + 1)] = request.evidence[i];
    for (const auto& [fact, value] : request.facts) asked["fact_" + fact] = value;
    return asked;
}

/// What is asked about where no amount is given: the transaction as it was posted, whatever was given back of it since.
std::int64_t minor_if_not_said(Books& books, const FileDispute& request) {
    const auto transaction = request.transaction ? books.entry(*request.transaction) : std::nullopt;
    return transaction ? transaction->amount_minor : 0;
}

DecidedBy who_decided(const Classification& classification, const Assessment& assessment) {
    if (assessment.route == Route::triage) return DecidedBy::rules;
    return classification.model.starts_with("external:") ? DecidedBy::external : DecidedBy::model;
}

std::string text_of(const FactValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
    return std::to_string(std::get<std::int64_t>(value));
}

}  // namespace

Status compare_asked(Books& books, const JournalEntry& original, const Facts& asked, const Facts& was) {
    const Replay compare(books, original);
    const auto value_in = [](const Facts& facts, const std::string& field) {
        const auto found = facts.find(field);
        return found == facts.end() ? std::nullopt : std::optional(text_of(found->second));
    };
    Facts all = asked;
    all.insert(was.begin(), was.end());
    for (const auto& [field, value] : all)
        BANKCTL_CHECK(compare.text(field, value_in(asked, field), value_in(was, field)));
    return ok();
}

Result<Posted> Disputes::replay_filing(const FileDispute& request, const JournalEntry& original) {
    const Replay compare(books_, original);
    BANKCTL_CHECK(compare.kind(EntryKind::dispute_filed));
    const DisputeDetail was = detail_of_dispute(original);
    const DisputedPayment& payment = was.filing->payment;
    std::string currency = request.currency ? std::string(request.currency->code) : "";
    if (!request.currency && request.transaction) currency = payment.currency;
    std::int64_t amount_minor = minor_if_not_said(books_, request);
    if (request.amount) {
        const auto known = find_currency(payment.currency);
        const auto minor = known ? request.amount->minor_in(*known) : Result<std::int64_t>(known.error());
        if (!minor) return compare.text("amount", "one that the currency cannot express", "").error();
        amount_minor = *minor;
    }
    BANKCTL_CHECK(compare_asked(books_, original, asked_of(request, amount_minor, currency), was.asked));
    BANKCTL_CHECK(compare.text("text", request.text, was.filing->text));
    return Posted{original.seq, true};
}

Status Disputes::check_no_open_dispute(Seq transaction) {
    const std::optional<Seq> open = transaction ? books_.open_dispute(transaction) : std::nullopt;
    if (!open) return ok();
    return Error(ErrorCode::already_exists,
                 "transaction " + std::to_string(transaction.value) + " is disputed in " + dispute_id(*open),
                 "go on with that case")
        .with("dispute", dispute_id(*open))
        .with("seq", transaction.value);
}

/// Once for each policy; a policy is found again by the hash of its canonical text.
void Disputes::store_policy(const DisputePolicy& policy) {
    if (books_.policy(policy.sha256())) return;
    record(EntryKind::policy_stored, Seq{}, std::nullopt, policy_detail({policy.sha256(), policy.canonical_text()}));
}

Result<Posted> Disputes::file(const FileDispute& request, const DisputeRules& rules) {
    read_clock();
    BANKCTL_CHECK(check_texts(request));
    if (const auto original = original_of(request.key)) return replay_filing(request, *original);

    const std::optional<Customer> customer = books_.customer(request.customer);
    std::vector<Dispute> earlier;
    if (customer) earlier = books_.disputes_of(customer->number, k_earlier_disputes_max);
    BANKCTL_TRY(found, find_dispute_facts(books_, request, earlier, rules.jurisdiction, now_));
    BANKCTL_CHECK(check_no_open_dispute(found.payment.transaction));

    store_policy(*rules.policy);
    Step step{.about = {}, .from = DisputeStatus::received};
    step.customer = found.customer.id.text;
    DisputeFiling& filing = step.about.filing;
    filing.text = request.text;
    filing.evidence = request.evidence;
    filing.payment = found.payment;
    filing.facts = found.facts;
    filing.clocks = clock_facts(found, request.classification.category, rules.jurisdiction, now_);
    const std::int64_t today = now_.us / k_us_per_day;
    filing.holidays = rules.calendar.holidays_between(today - k_holidays_days_before, today + k_holidays_days_after);

    DisputeDecision& decision = step.about.decision;
    decision.classification = request.classification;
    decision.policy_sha256 = rules.policy->sha256();
    decision.at = now_;
    decision.assessment = rules.policy->assess(filing.facts, decision.classification,
                                               legal_deadlines(filing.clocks, BusinessCalendar(filing.holidays)), now_);

    const Assessment& assessment = decision.assessment;
    Dispute& state = step.state();
    state.number = state.last = state.assessment = Seq{books_.head().seq.value + 1};
    state.customer = found.customer.number;
    state.transaction = found.payment.transaction;
    state.filed_at = state.changed_at = now_;
    state.status = assessment.route == Route::routed ? DisputeStatus::routed : DisputeStatus::triage;
    state.category = state.category_filed = decision.classification.category;
    state.confidence_bp = decision.classification.confidence_bp;
    state.priority = assessment.priority;
    state.risk = assessment.risk;
    state.team = assessment.team;
    state.decided_by = who_decided(decision.classification, assessment);
    settle_due(filing, state);

    step.tell(team_message(step.about, step.customer, "filed"));
    if (state.risk == RiskBand::high) step.tell(team_message(step.about, step.customer, "high_risk"));
    DisputeDetail& detail = step.detail;
    detail.action = DisputeAction::file;
    detail.from = DisputeStatus::received;
    const std::int64_t asked_minor = request.amount ? found.payment.amount_minor : minor_if_not_said(books_, request);
    detail.asked = asked_of(request, asked_minor, found.payment.currency);
    if (!request.transaction && !request.currency) detail.asked["currency"] = std::string();
    detail.state = state;
    detail.filing = std::move(filing);
    detail.decision = std::move(decision);
    return Posted{record(EntryKind::dispute_filed, Seq{}, request.key, dispute_detail(detail)).seq};
}

}  // namespace bankctl
