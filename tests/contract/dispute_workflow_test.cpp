// The workflow of disputes over both adapters: every status with every action, and the money that follows the case.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "core/service/verification.h"
#include "tests/support/disputes.h"
#include "tests/support/failure.h"

namespace bankctl::test {
namespace {

using S = DisputeStatus;
constexpr int k_statuses = static_cast<int>(S::withdrawn) + 1;

/// The state diagram of the issue, written down again: what leads where by hand.
const std::map<S, std::set<S>> k_diagram{
    {S::received, {}},
    {S::classified, {}},
    {S::triage, {S::investigating, S::withdrawn}},
    {S::routed, {S::investigating, S::withdrawn}},
    {S::investigating, {S::awaiting_customer, S::chargeback, S::withdrawn}},
    {S::awaiting_customer, {S::investigating, S::withdrawn}},
    {S::chargeback, {S::representment, S::withdrawn}},
    {S::representment, {S::pre_arbitration, S::withdrawn}},
    {S::pre_arbitration, {S::arbitration, S::withdrawn}},
    {S::arbitration, {S::withdrawn}},
    {S::decided, {S::closed, S::reopened}},
    {S::closed, {S::reopened}},
    {S::reopened, {S::investigating, S::triage, S::withdrawn}},
    {S::withdrawn, {S::reopened}},
};

/// Leads a new case to a status that cases rest in.
Seq dispute_in(DisputeBank& bank, S status) {
    const auto go = [&](Seq number, std::initializer_list<S> path) {
        for (const S to : path) REQUIRE(outcome(bank.advance(number, to)) == "ok");
        return number;
    };
    if (status == S::triage) return bank.dispute("10", classified(DisputeCategory::duplicate_charge, 2'000));
    const Seq number = bank.dispute("10");
    switch (status) {
        case S::investigating: return go(number, {S::investigating});
        case S::awaiting_customer: return go(number, {S::investigating, S::awaiting_customer});
        case S::chargeback: return go(number, {S::investigating, S::chargeback});
        case S::representment: return go(number, {S::investigating, S::chargeback, S::representment});
        case S::pre_arbitration:
            return go(number, {S::investigating, S::chargeback, S::representment, S::pre_arbitration});
        case S::arbitration:
            return go(number, {S::investigating, S::chargeback, S::representment, S::pre_arbitration, S::arbitration});
        case S::withdrawn: return go(number, {S::withdrawn});
        case S::decided:
        case S::closed:
        case S::reopened:
            go(number, {S::investigating});
            REQUIRE(bank.resolve(number, DisputeOutcome::rejected));
            return status == S::decided ? number : go(number, {status});
        default: return number;
    }
}

std::int64_t balance(DisputeBank& bank, std::string_view account) { return bank.account(account).balance_minor; }

Detail detail_of(const Result<Posted>& refused, std::string_view key) {
    for (const auto& [name, value] : refused.error().details)
        if (name == key) return value;
    return std::string("no such detail");
}

bool is_sound(DisputeBank& bank) {
    const Verification result = verify(bank.ledger(), std::nullopt);
    INFO(findings(result));
    CHECK(result.is_ok);
    return result.is_ok;
}

}  // namespace

TEST_CASE("Each status admits exactly the advances of the state diagram", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    DisputeBank bank(adapter);
    bank.must(credit("a", "10000"));
    for (int from = 0; from < k_statuses; ++from) {
        for (int to = 0; to < k_statuses; ++to) {
            const bool is_allowed = k_diagram.at(S(from)).contains(S(to));
            INFO(name(S(from)) << " to " << name(S(to)));
            const Status checked = check_advance(S(from), S(to));
            CHECK(checked.operator bool() == is_allowed);
            if (S(from) < S::triage) continue;
            const Seq number = dispute_in(bank, S(from));
            REQUIRE(bank.stored(number).status == S(from));
            const Result<Posted> done = bank.advance(number, S(to));
            CHECK(outcome(done) == (is_allowed ? "ok" : "illegal_transition"));
            CHECK(bank.stored(number).status == (is_allowed ? S(to) : S(from)));
            if (done) continue;
            const auto& details = done.error().details;
            CHECK(details.at(0) == std::pair<std::string, Detail>("from", std::string(name(S(from)))));
            CHECK(details.at(1) == std::pair<std::string, Detail>("to", std::string(name(S(to)))));
        }
    }
    CHECK(is_sound(bank));
}

TEST_CASE("Each status admits exactly the actions that are documented", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    const std::set<S> in_work{S::triage,     S::routed,        S::investigating,   S::awaiting_customer,
                              S::chargeback, S::representment, S::pre_arbitration, S::arbitration,
                              S::reopened};
    const std::set<S> decidable{S::investigating, S::chargeback, S::representment, S::pre_arbitration, S::arbitration};
    for (int status = 2; status < k_statuses; ++status) {
        DisputeBank bank(adapter);
        INFO(name(S(status)));
        const auto expected = [&](bool is_allowed) { return is_allowed ? "ok" : "illegal_transition"; };
        const auto status_after = [&](S after, bool is_allowed) { return is_allowed ? after : S(status); };
        Seq number = dispute_in(bank, S(status));
        CHECK(outcome(bank.assign(number)) == expected(in_work.contains(S(status))));
        CHECK(bank.stored(number).status == (S(status) == S::triage ? S::routed : S(status)));
        number = dispute_in(bank, S(status));
        CHECK(outcome(bank.credit(number)) == expected(in_work.contains(S(status))));
        CHECK(bank.stored(number).status == S(status));
        CHECK(outcome(bank.credit(number, "", true)) == expected(in_work.contains(S(status))));
        number = dispute_in(bank, S(status));
        CHECK(outcome(bank.resolve(number, DisputeOutcome::upheld)) == expected(decidable.contains(S(status))));
        CHECK(bank.stored(number).status == status_after(S::decided, decidable.contains(S(status))));
        number = dispute_in(bank, S(status));
        CHECK(outcome(bank.relabel(number, DisputeCategory::fee_dispute)) == "ok");
        CHECK(bank.stored(number).status == S(status));
        CHECK(bank.stored(number).category == DisputeCategory::fee_dispute);
        CHECK(is_sound(bank));
    }
    for (const S status : {S::received, S::classified}) {
        for (int action = 0; action <= static_cast<int>(DisputeAction::relabel); ++action)
            CHECK(outcome(check_action(status, DisputeAction(action))) == "illegal_transition");
    }
}

TEST_CASE("A decision makes a provisional credit final, or takes back what is too much", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    DisputeBank bank(adapter);
    const auto decide = [&](std::string_view credited, DisputeOutcome decided, std::string_view refund) {
        const Seq number = bank.dispute("100");
        const std::int64_t before = balance(bank, "a");
        REQUIRE(bank.advance(number, S::investigating));
        if (!credited.empty()) REQUIRE(outcome(bank.credit(number, credited)) == "ok");
        REQUIRE(outcome(bank.resolve(number, decided, refund)) == "ok");
        const Dispute after = bank.stored(number);
        CHECK(balance(bank, "a") - before == after.refund_minor);
        CHECK(!after.credit);
        CHECK(after.credit_minor == 0);
        CHECK(after.refund.operator bool() == (after.refund_minor > 0));
        return after.refund_minor;
    };
    CHECK(decide("", DisputeOutcome::upheld, "") == 100'00);
    CHECK(decide("100", DisputeOutcome::upheld, "") == 100'00);
    CHECK(decide("60", DisputeOutcome::upheld, "") == 100'00);
    CHECK(decide("100", DisputeOutcome::partial, "40") == 40'00);
    CHECK(decide("30", DisputeOutcome::partial, "40") == 40'00);
    CHECK(decide("100", DisputeOutcome::rejected, "") == 0);
    CHECK(decide("", DisputeOutcome::rejected, "") == 0);
    CHECK(is_sound(bank));
}

TEST_CASE("A case gives no more than is disputed, less what came back in another way", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    DisputeBank bank(adapter);
    const Seq payment = bank.pay("100");
    const Seq number = bank.file(bank.filing(payment)).value_or_throw().seq;
    REQUIRE(bank.advance(number, S::investigating));
    const Result<Posted> refused = bank.credit(number, "100.01");
    REQUIRE(outcome(refused) == "exceeds_reversible");
    CHECK(detail_of(refused, "disputed_minor") == Detail(std::int64_t{100'00}));
    CHECK(detail_of(refused, "reversible_minor") == Detail(std::int64_t{100'00}));
    CHECK(outcome(bank.resolve(number, DisputeOutcome::upheld, "100.01")) == "exceeds_reversible");
    CHECK(outcome(bank.resolve(number, DisputeOutcome::partial, "100.01")) == "exceeds_reversible");
    const std::int64_t before = balance(bank, "a");
    SECTION("a reversal by hand counts at the credit") {
        bank.must(reverse(payment, "30"));
        const Result<Posted> less = bank.credit(number, "70.01");
        REQUIRE(outcome(less) == "exceeds_reversible");
        CHECK(detail_of(less, "returned_minor") == Detail(std::int64_t{30'00}));
        CHECK(detail_of(less, "reversible_minor") == Detail(std::int64_t{70'00}));
        REQUIRE(bank.credit(number));
        CHECK(bank.stored(number).credit_minor == 70'00);
        REQUIRE(bank.resolve(number, DisputeOutcome::upheld));
        CHECK(bank.stored(number).refund_minor == 70'00);
        CHECK(balance(bank, "a") == before + 100'00);
    }
    SECTION("and at the decision, which takes back what was credited before") {
        REQUIRE(bank.credit(number));
        bank.must(reverse(payment));
        CHECK(outcome(bank.resolve(number, DisputeOutcome::partial, "0.01")) == "exceeds_reversible");
        REQUIRE(outcome(bank.resolve(number, DisputeOutcome::upheld)) == "ok");
        CHECK(bank.stored(number).refund_minor == 0);
        CHECK(balance(bank, "a") == before + 100'00);
    }
    SECTION("another case about the payment counts, too") {
        REQUIRE(bank.advance(number, S::withdrawn));
        const Seq second = bank.file(bank.filing(payment)).value_or_throw().seq;
        REQUIRE(bank.advance(second, S::investigating));
        REQUIRE(bank.resolve(second, DisputeOutcome::partial, "60"));
        REQUIRE(bank.advance(second, S::closed));
        REQUIRE(bank.advance(number, S::reopened));
        CHECK(outcome(bank.credit(number, "40.01")) == "exceeds_reversible");
        CHECK(outcome(bank.credit(number)) == "ok");
        CHECK(balance(bank, "a") == before + 100'00);
    }
    SECTION("and the case's own refund of before it was reopened") {
        REQUIRE(bank.resolve(number, DisputeOutcome::partial, "60"));
        REQUIRE(bank.advance(number, S::reopened));
        CHECK(outcome(bank.credit(number, "40.01")) == "exceeds_reversible");
        CHECK(outcome(bank.credit(number, "40")) == "ok");
        CHECK(balance(bank, "a") == before + 100'00);
    }
    CHECK(is_sound(bank));
}

TEST_CASE("A step whose money is refused changes nothing", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    DisputeBank bank(adapter);
    const Seq number = bank.dispute("100");
    REQUIRE(bank.credit(number));
    bank.must(debit("a", "1000"));
    const port::Head before = bank.head();
    REQUIRE(bank.stored(number).credit_minor == 100'00);
    CHECK(outcome(bank.credit(number, "", true)) == "insufficient_funds");
    CHECK(outcome(bank.advance(number, S::withdrawn)) == "insufficient_funds");
    CHECK(bank.head().hash == before.hash);
    REQUIRE(bank.advance(number, S::investigating));
    CHECK(outcome(bank.resolve(number, DisputeOutcome::rejected)) == "insufficient_funds");
    REQUIRE(bank.change(EntryKind::account_frozen, "a"));
    CHECK(outcome(bank.credit(bank.dispute_described("10"))) == "account_frozen");
    CHECK(outcome(bank.resolve(number, DisputeOutcome::upheld)) == "ok");  // what stands becomes final
    CHECK(is_sound(bank));
}

TEST_CASE("Whoever took up a case of high risk does not decide it", "[dispute]") {
    DisputeBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    FileDispute request = bank.filing(bank.pay("900"), classified(DisputeCategory::identity_theft_or_account_takeover));
    request.facts = {{"contact_change_h", std::int64_t{2}}, {"device_known", false}};
    const Seq number = bank.file(request).value_or_throw().seq;
    REQUIRE(bank.view(number).assessment.needs_four_eyes);
    REQUIRE(bank.advance(number, S::investigating, "anna"));
    REQUIRE(bank.advance(number, S::awaiting_customer, "anna"));
    REQUIRE(bank.advance(number, S::investigating, "bert"));
    CHECK(outcome(bank.resolve(number, DisputeOutcome::upheld, "", "anna")) == "four_eyes_required");
    CHECK(bank.stored(number).status == S::investigating);
    CHECK(outcome(bank.resolve(number, DisputeOutcome::upheld, "", "bert")) == "four_eyes_required");
    CHECK(outcome(bank.resolve(number, DisputeOutcome::upheld, "", "cleo")) == "ok");
}

TEST_CASE("A case can end though its provisional credit is spent", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    DisputeBank bank(adapter);
    const Seq number = bank.dispute("100");
    REQUIRE(bank.advance(number, S::investigating));
    REQUIRE(bank.credit(number));
    bank.must(debit("a", "1000"));
    CHECK(outcome(bank.resolve(number, DisputeOutcome::rejected)) == "insufficient_funds");
    CHECK(outcome(bank.resolve_keeping(number, DisputeOutcome::rejected, "", {})) == "missing_argument");
    CHECK(outcome(bank.resolve_keeping(number, DisputeOutcome::rejected, "", "")) == "missing_argument");
    SECTION("rejected") {
        REQUIRE(outcome(bank.resolve_keeping(number, DisputeOutcome::rejected)) == "ok");
        CHECK(bank.stored(number).credit_minor == 100'00);
        CHECK(bank.stored(number).refund_minor == 0);
        bank.must(credit("a", "500"));
        REQUIRE(bank.advance(number, S::reopened));
        REQUIRE(outcome(bank.credit(number, "", true)) == "ok");
        CHECK(balance(bank, "a") == 400'00);
    }
    SECTION("in part, then reopened and the rest collected") {
        REQUIRE(outcome(bank.resolve_keeping(number, DisputeOutcome::partial, "40")) == "ok");
        CHECK(bank.stored(number).credit_minor == 60'00);
        CHECK(bank.stored(number).refund_minor == 40'00);
        REQUIRE(bank.advance(number, S::closed));
        bank.must(credit("a", "500"));
        REQUIRE(bank.advance(number, S::reopened));
        REQUIRE(outcome(bank.credit(number, "", true)) == "ok");
        CHECK(bank.stored(number).refund_minor == 40'00);
        CHECK(balance(bank, "a") == 440'00);
    }
    SECTION("withdrawn") {
        CHECK(outcome(bank.advance(number, S::withdrawn)) == "insufficient_funds");
        REQUIRE(outcome(bank.withdraw_keeping(number)) == "ok");
        CHECK(bank.stored(number).credit_minor == 100'00);
    }
    SECTION("its account is closed") {
        REQUIRE(bank.change(EntryKind::account_closed, "a"));
        CHECK(outcome(bank.resolve(number, DisputeOutcome::rejected)) == "account_closed");
        CHECK(outcome(bank.resolve_keeping(number, DisputeOutcome::rejected)) == "ok");
    }
    CHECK(is_sound(bank));
}

TEST_CASE("A reopened case that is withdrawn stands as it was decided", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    DisputeBank bank(adapter);
    const Seq number = bank.dispute("100");
    REQUIRE(bank.advance(number, S::investigating));
    REQUIRE(bank.resolve(number, DisputeOutcome::partial, "40"));
    const Dispute decided = bank.stored(number);
    REQUIRE(bank.advance(number, S::reopened));
    CHECK_FALSE(bank.stored(number).outcome);
    REQUIRE(bank.credit(number));
    REQUIRE(bank.advance(number, S::withdrawn));
    const Dispute after = bank.stored(number);
    CHECK(after.outcome == DisputeOutcome::partial);
    CHECK(after.decided_at == decided.decided_at);
    CHECK(after.refund_minor == 40'00);
    CHECK(after.refund == decided.refund);
    CHECK(after.credit_minor == 0);
    CHECK(balance(bank, "a") == 940'00);
    CHECK(is_sound(bank));
}

TEST_CASE("Only a provisional credit of what is disputed meets its clock", "[dispute]") {
    DisputeBank bank;
    const auto is_met = [&](DisputeCategory category, std::string_view credited) {
        const Seq number = bank.dispute("100", classified(category));
        REQUIRE(outcome(bank.credit(number, credited)) == "ok");
        for (const Deadline& each : bank.view(number).deadlines)
            if (each.rule == "reg_e_provisional_credit") return each.is_met;
        FAIL("there is no such clock");
        return false;
    };
    CHECK_FALSE(is_met(DisputeCategory::duplicate_charge, "0.01"));
    CHECK_FALSE(is_met(DisputeCategory::duplicate_charge, "99.99"));
    CHECK(is_met(DisputeCategory::duplicate_charge, "100"));
    CHECK_FALSE(is_met(DisputeCategory::unauthorised_card_payment, "49.99"));
    CHECK(is_met(DisputeCategory::unauthorised_card_payment, "50"));
}

TEST_CASE("A key answers the same step with its result and refuses another, naming the field", "[dispute]") {
    DisputeBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    FileDispute filing = bank.filing(bank.pay("100"));
    filing.key = IdempotencyKey{"f"};
    const Seq number = bank.file(filing).value_or_throw().seq;
    const auto field = [](const Result<Posted>& result) -> std::string {
        if (result) return result->is_replayed ? "replayed" : "done";
        if (result.error().code != ErrorCode::idempotency_key_mismatch) return outcome(result);
        return std::get<std::string>(result.error().details.at(0).second);
    };
    filing.classification = classified(DisputeCategory::fee_dispute, 1);
    CHECK(field(bank.file(filing)) == "replayed");
    const auto refile = [&](auto change) {
        FileDispute other = filing;
        change(other);
        return field(bank.file(other));
    };
    CHECK(refile([](FileDispute& other) { other.text += '.'; }) == "text");
    CHECK(refile([](FileDispute& other) { other.amount = amount("99"); }) == "amount_minor");
    CHECK(refile([](FileDispute& other) { other.amount = amount("100"); }) == "replayed");
    CHECK(refile([](FileDispute& other) { other.channel = PaymentChannel::card; }) == "channel");
    CHECK(refile([](FileDispute& other) { other.merchant = "shop"; }) == "merchant");
    CHECK(refile([](FileDispute& other) { other.facts = {{"vulnerable", true}}; }) == "fact_vulnerable");
    CHECK(refile([](FileDispute& other) { other.evidence = {"receipt"}; }) == "evidence_1");

    REQUIRE(bank.advance(number, S::investigating));
    ResolveDispute resolve;
    resolve.dispute = number;
    resolve.outcome = DisputeOutcome::partial;
    resolve.refund = amount("40");
    resolve.key = IdempotencyKey{"r"};
    resolve.if_version = 2;
    CHECK(field(bank.step(&Disputes::resolve, resolve)) == "done");
    const std::int64_t after = balance(bank, "a");
    CHECK(field(bank.step(&Disputes::resolve, resolve, "somebody")) == "replayed");
    resolve.refund = amount("40.01");
    CHECK(field(bank.step(&Disputes::resolve, resolve)) == "refund_minor");
    resolve.refund = amount("40.001");
    CHECK(field(bank.step(&Disputes::resolve, resolve)) == "amount");
    resolve.refund = amount("40");
    resolve.note = "why";
    CHECK(field(bank.step(&Disputes::resolve, resolve)) == "note");
    resolve.note.reset();
    resolve.account = AccountId{"a"};
    CHECK(field(bank.step(&Disputes::resolve, resolve)) == "account");
    resolve.account.reset();
    resolve.dispute = bank.dispute("1");
    CHECK(field(bank.step(&Disputes::resolve, resolve)) == "dispute");
    CHECK(balance(bank, "a") == after - 100);
    AdvanceDispute advance;
    advance.dispute = number;
    advance.to = S::closed;
    advance.key = IdempotencyKey{"r"};
    CHECK(field(bank.step(&Disputes::advance, advance)) == "action");
    advance.key.reset();
    advance.if_version = 2;
    CHECK(field(bank.step(&Disputes::advance, advance)) == "version_conflict");
}

TEST_CASE("A transaction has one open dispute, also after an older one is reopened", "[dispute]") {
    DisputeBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq payment = bank.pay("10");
    const Seq first = bank.file(bank.filing(payment)).value_or_throw().seq;
    const Result<Posted> again = bank.file(bank.filing(payment));
    REQUIRE(outcome(again) == "already_exists");
    CHECK(again.error().details.at(0) == std::pair<std::string, Detail>("dispute", dispute_id(first)));
    REQUIRE(bank.advance(first, S::withdrawn));
    const Seq second = bank.file(bank.filing(payment)).value_or_throw().seq;
    CHECK(outcome(bank.advance(first, S::reopened)) == "already_exists");
    REQUIRE(bank.advance(second, S::withdrawn));
    CHECK(outcome(bank.advance(first, S::reopened)) == "ok");
    CHECK(is_sound(bank));
}

TEST_CASE("What a case was decided on gives the same decision again", "[dispute]") {
    DisputeBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq number = bank.dispute("75.50");
    const auto recompute = [&](const Classification& said) {
        Recomputation result;
        bank.ledger().read([&](port::Snapshot& snapshot) {
            result = recompute_dispute(snapshot, number, [&](const std::string&) { return said; }).value_or_throw();
        });
        return result;
    };
    CHECK(recompute(classified()).is_identical);
    CHECK(recompute(classified()).classification_was_recomputed);
    Classification other = classified(DisputeCategory::identity_theft_or_account_takeover);
    CHECK_FALSE(recompute(other).is_identical);
    other.model = "file:1234";
    CHECK(recompute(other).is_identical);
    CHECK_FALSE(recompute(other).classification_was_recomputed);
}

TEST_CASE("A case's view has its history, and stands still at an entry", "[dispute]") {
    DisputeBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq number = bank.dispute("10");
    const Seq taken = bank.advance(number, S::investigating).value_or_throw().seq;
    REQUIRE(bank.relabel(number, DisputeCategory::fee_dispute));
    const DisputeView view = bank.view(number);
    CHECK(view.dispute == bank.stored(number));
    CHECK(view.dispute.version == 3);
    REQUIRE(view.history.size() == 5);
    CHECK(view.history[1].to == S::classified);
    CHECK(view.history[2].to == S::routed);
    CHECK(view.history[3].to == S::investigating);
    CHECK(view.classification.model == "human");
    CHECK(view.dispute.decided_by == DecidedBy::human);
    const DisputeView before = bank.view(number, taken);
    CHECK(before.dispute.version == 2);
    CHECK(before.history.size() == 4);
    CHECK(before.dispute.category == DisputeCategory::duplicate_charge);
    CHECK(bank.view(number, number).dispute.status == S::routed);
}

TEST_CASE("Targets pause while the customer is waited for, the law's clocks never", "[dispute]") {
    DisputeBank bank;
    const Seq number = bank.dispute("10");
    REQUIRE(bank.advance(number, S::investigating));
    REQUIRE(bank.advance(number, S::awaiting_customer));
    for (const Deadline& each : bank.view(number).deadlines) CHECK(each.paused == !each.is_legal);
    bank.clock().advance_us(3 * 3600 * k_second_us);
    REQUIRE(bank.advance(number, S::investigating));
    CHECK(bank.stored(number).paused_us >= 3 * 3600 * k_second_us);
    CHECK_FALSE(bank.stored(number).paused_since);
}

TEST_CASE("After any steps case and money agree, and verify finds nothing", "[dispute]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    const auto seed = GENERATE(range(1U, 9U));
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    DisputeBank bank(adapter);
    std::vector<Seq> cases;
    std::int64_t others_minor = 1000'00;  // what is on the account without the cases' money
    for (int round = 0; round < 120; ++round) {
        if (cases.empty() || below(12) == 0) {
            const int amount_major = 1 + below(60);
            cases.push_back(bank.dispute(std::to_string(amount_major), classified(DisputeCategory(below(18)))));
            others_minor -= amount_major * 100;
        }
        const Seq number = cases[static_cast<std::size_t>(below(static_cast<int>(cases.size())))];
        const std::string some = std::to_string(1 + below(50));
        switch (below(9)) {
            case 0: (void)bank.assign(number); break;
            case 1: (void)bank.credit(number, below(2) ? some : ""); break;
            case 2: (void)bank.credit(number, "", true); break;
            case 3: (void)bank.resolve(number, DisputeOutcome::partial, some); break;
            case 4: (void)bank.resolve(number, below(2) ? DisputeOutcome::upheld : DisputeOutcome::rejected); break;
            case 6:
                below(2) ? (void)bank.resolve_keeping(number, DisputeOutcome::partial, some)
                         : (void)bank.withdraw_keeping(number);
                break;
            case 5: (void)bank.relabel(number, DisputeCategory(below(19))); break;
            default: (void)bank.advance(number, S(below(k_statuses))); break;
        }
        std::int64_t granted_minor = 0;
        for (const Seq each : cases) {
            const Dispute row = bank.stored(each);
            // What stands after a decision that was reopened stays the customer's until it is decided anew.
            granted_minor += row.credit_minor + row.refund_minor;
            CHECK(row.due_at.has_value() <= is_open(row.status));
        }
        REQUIRE(balance(bank, "a") == others_minor + granted_minor);
    }
    CHECK(is_sound(bank));
}

}  // namespace bankctl::test
