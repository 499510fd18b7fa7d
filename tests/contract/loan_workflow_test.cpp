// The workflow of loans over both adapters: every status with every action, what the ledger knows, and the money.
#include <map>
#include <set>

#include <SQLiteCpp/SQLiteCpp.h>
#include <catch2/catch.hpp>

#include "core/service/verification.h"
#include "tests/support/failure.h"
#include "tests/support/loans.h"

namespace bankctl::test {
namespace {

using S = LoanStatus;
using A = LoanAction;
constexpr int k_statuses = static_cast<int>(S::expired) + 1;

bool is_sound(LoanBank& bank) {
    const Verification result = verify(bank.ledger(), std::nullopt);
    INFO(findings(result));
    CHECK(result.is_ok);
    return result.is_ok;
}

/// A new loan that is in `status`; declined ones with or without a counter-offer.
Seq loan_in(LoanBank& bank, S status, bool has_offer) {
    if (status == S::approved) return bank.applied(approved_application());
    if (status == S::referred) return bank.applied(referred_application());
    if (status == S::declined) return bank.applied(has_offer ? countered_application() : declined_application());
    const Seq loan = bank.applied(approved_application());
    if (status == S::withdrawn) REQUIRE(outcome(bank.withdraw(loan)) == "ok");
    if (status == S::accepted || status == S::disbursed) REQUIRE(outcome(bank.accept(loan)) == "ok");
    if (status == S::disbursed) REQUIRE(outcome(bank.disburse(loan)) == "ok");
    if (status == S::expired) {
        bank.clock().advance_us(31 * k_day_us);
        REQUIRE(outcome(bank.expire(loan)) == "ok");
    }
    return loan;
}

Result<Posted> act(LoanBank& bank, Seq loan, A action, S to) {
    switch (action) {
        case A::decide: return bank.decide(loan, to == S::approved);
        case A::accept: return bank.accept(loan, bank.stored(loan).status == S::declined ? 1 : 0);
        case A::disburse: return bank.disburse(loan);
        case A::withdraw: return bank.withdraw(loan);
        default: return bank.expire(loan);
    }
}

std::string detail_of(const Error& error, const std::string& key) {
    for (const auto& [name, value] : error.details) {
        if (name == key) return std::get<std::string>(value);
    }
    return "none";
}

/// The fields of a refusal that a script acts on.
std::string mismatch(const Result<Posted>& result) {
    if (result) return result->is_replayed ? "replayed" : "done";
    return outcome(result) == "idempotency_key_mismatch" ? detail_of(result.error(), "field") : outcome(result);
}

}  // namespace

TEST_CASE("Each status of a loan admits exactly the actions of the state diagram", "[loan]") {
    const auto adapter = GENERATE(Adapter::memory, Adapter::sqlite);
    // Written down again from the page: what leads where. A declined loan with a counter-offer stands for itself.
    using Steps = std::set<std::pair<A, S>>;
    const std::map<std::pair<S, bool>, Steps> diagram{
        {{S::approved, true}, {{A::accept, S::accepted}, {A::withdraw, S::withdrawn}, {A::expire, S::expired}}},
        {{S::referred, false}, {{A::decide, S::approved}, {A::decide, S::declined}, {A::withdraw, S::withdrawn}}},
        {{S::declined, false}, {}},
        {{S::declined, true}, {{A::accept, S::accepted}, {A::expire, S::expired}}},
        {{S::accepted, true}, {{A::disburse, S::disbursed}, {A::withdraw, S::withdrawn}}},
        {{S::disbursed, true}, {}},
        {{S::withdrawn, false}, {}},
        {{S::expired, false}, {}}};
    const std::pair<A, S> all[] = {{A::decide, S::approved},    {A::decide, S::declined},    {A::accept, S::accepted},
                                   {A::disburse, S::disbursed}, {A::withdraw, S::withdrawn}, {A::expire, S::expired}};
    LoanBank bank(adapter);
    std::set<int> seen;
    for (const auto& [start, allowed] : diagram) {
        seen.insert(static_cast<int>(start.first));
        for (const auto& [action, to] : all) {
            INFO(name(start.first) << (start.second ? " with an offer, " : ", ") << name(action) << " to " << name(to));
            const Seq loan = loan_in(bank, start.first, start.second);
            REQUIRE(bank.stored(loan).status == start.first);
            CHECK(bank.stored(loan).valid_until.has_value() == start.second);
            if (action == A::expire) bank.clock().advance_us(91 * k_day_us);
            const bool is_allowed = allowed.contains({action, to});
            const Result<Posted> done = act(bank, loan, action, to);
            CHECK(outcome(done) == (is_allowed ? "ok" : "illegal_transition"));
            CHECK(bank.stored(loan).status == (is_allowed ? to : start.first));
            if (done) continue;
            CHECK(detail_of(done.error(), "from") == name(start.first));
            CHECK(detail_of(done.error(), "to") == name(to));
            std::set<std::string> reachable;
            for (const auto& step : allowed) reachable.insert(std::string(name(step.second)));
            const std::string listed = detail_of(done.error(), "allowed");
            for (const std::string& one : reachable) CHECK(listed.find(one) != std::string::npos);
            CHECK(listed.empty() == reachable.empty());
        }
    }
    CHECK(seen.size() == k_statuses);
    CHECK(is_sound(bank));
}

TEST_CASE("What the ledger knows of an applicant is decided on, and what contradicts it refers the case", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const auto fact = [&](Seq loan, LoanFact which) {
        for (const LedgerFact& each : bank.view(loan).application.facts) {
            if (each.fact == which) return each.value;
        }
        return std::optional<std::int64_t>(-1);
    };
    const Seq first = bank.applied(approved_application());
    CHECK(fact(first, LoanFact::tenure_months) == 6);
    CHECK(fact(first, LoanFact::account_frozen) == 0);
    CHECK(fact(first, LoanFact::average_balance_6m) == 9500'00);  // 10 days of 0, 30 of each 3,000 on, 20 of 18,000
    CHECK(fact(first, LoanFact::overdraft_days_180) == 0);
    CHECK(fact(first, LoanFact::salary_months_6) == 6);
    CHECK(fact(first, LoanFact::returned_payments_12m) == 0);
    CHECK(bank.stored(first).status == S::approved);

    // Twice the salary would have to come for this income; of the same salary, an income twice as high counts none.
    CHECK(fact(bank.applied(application_with(
                   {{"income.net_monthly_minor", "600000"}, {"income.gross_monthly_minor", "700000"}})),
               LoanFact::salary_months_6) == 6);
    CHECK(fact(bank.applied(application_with(
                   {{"income.net_monthly_minor", "600001"}, {"income.gross_monthly_minor", "700000"}})),
               LoanFact::salary_months_6) == 0);

    const Seq stated = bank.applied(application_with({{"bank.salary_months_6", "5"}, {"bank.tenure_months", "6"}}));
    CHECK(bank.stored(stated).status == S::referred);
    REQUIRE(bank.view(stated).application.contradictions.size() == 1);
    const LoanContradiction contradiction = bank.view(stated).application.contradictions.front();
    CHECK(contradiction.fact == LoanFact::salary_months_6);
    CHECK(contradiction.stated == 5);
    CHECK(contradiction.ledger == 6);
    CHECK(bank.message(stated).body.find("stated 5, in the books 6") != std::string::npos);

    // A credit that came back, three ends of a day below zero, in parts reversed: counted once; today does not count.
    const Seq returned = bank.must(credit("a", "10"));
    bank.must(reverse(returned, "4"));
    bank.must(reverse(returned, "6"));
    bank.must(account_request("b", "USD", "", "100"));
    const Seq overdrawn = bank.must(debit("b", "50"));
    CHECK(fact(bank.applied(approved_application()), LoanFact::overdraft_days_180) == 0);
    bank.clock().advance_us(3 * k_day_us);
    bank.must(credit("b", "50"));
    const Seq later = bank.applied(approved_application());
    CHECK(fact(later, LoanFact::overdraft_days_180) == 3);
    CHECK(fact(later, LoanFact::returned_payments_12m) == 1);
    static_cast<void>(overdrawn);

    const Seq euros = bank.applied(application_with({{"currency", "\"EUR\""}}));
    CHECK(fact(euros, LoanFact::average_balance_6m) == std::nullopt);
    CHECK(fact(euros, LoanFact::tenure_months) == 6);
    REQUIRE(bank.change(EntryKind::account_frozen, "b"));
    CHECK(fact(bank.applied(approved_application()), LoanFact::account_frozen) == 1);
    CHECK(is_sound(bank));
}

TEST_CASE("Filed disputes and their money change no fact of a loan", "[loan]") {
    LoanBank bank;
    const auto facts = [&] { return bank.view(bank.applied(approved_application())).application.facts; };
    const std::vector<LedgerFact> before = facts();
    TransactionRequest provisional = credit("a", "500");
    provisional.counter = AccountId{"@dispute.USD"};
    bank.must(reverse(bank.must(provisional)));
    CHECK(facts() == before);
}

TEST_CASE("A loan is paid out once, less its fee, from the account of loans", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq loan = bank.applied(approved_application());
    REQUIRE(bank.accept(loan));
    const std::int64_t before = bank.account("a").balance_minor;
    DisburseLoan request;
    request.loan = loan;
    request.key = IdempotencyKey{"d"};
    REQUIRE(bank.as("ops", [&](Loans& loans) { return loans.disburse(request); }, {.dry_run = true}));
    CHECK(bank.account("a").balance_minor == before);
    const Posted done = bank.step(&Loans::disburse, request).value_or_throw();
    const Posted again = bank.step(&Loans::disburse, request).value_or_throw();
    CHECK(again.is_replayed);
    CHECK(again.seq == done.seq);
    CHECK(outcome(bank.disburse(loan)) == "illegal_transition");
    CHECK(bank.account("a").balance_minor - before == 9'900'00);
    CHECK(bank.account("@loan.USD").balance_minor == -9'900'00);
    const Loan after = bank.stored(loan);
    CHECK(after.accepted_minor == 10'000'00);
    CHECK(after.disbursed_minor == 9'900'00);
    CHECK(bank.entry(after.disbursement).amount_minor == 9'900'00);
    CHECK(is_sound(bank));

    const Seq refused = bank.applied(approved_application());
    REQUIRE(bank.accept(refused));
    REQUIRE(bank.change(EntryKind::account_frozen, "a"));
    const Digest head = bank.head().hash;
    CHECK(outcome(bank.disburse(refused)) == "account_frozen");
    CHECK(bank.head().hash == head);
    CHECK(bank.stored(refused).status == S::accepted);
}

TEST_CASE("A counter-offer is accepted by its number, within 90 days, and paid out", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq loan = bank.applied(countered_application());
    const Loan before = bank.stored(loan);
    REQUIRE(before.valid_until);
    CHECK(before.valid_until->us == before.applied_at.us + 90 * k_day_us);
    CHECK(bank.message(loan).topic == "loan_counter_offer");
    const std::vector<LoanOffer> offers = bank.view(loan).application.offers;
    REQUIRE(offers.size() > 1);
    for (const std::int64_t absent : {std::int64_t{0}, static_cast<std::int64_t>(offers.size())})
        CHECK(outcome(bank.accept(loan, absent)) == "illegal_transition");
    bank.clock().set({before.valid_until->us - 1000});
    CHECK(outcome(bank.expire(loan)) == "illegal_transition");
    REQUIRE(bank.accept(loan, 1));
    REQUIRE(bank.disburse(loan));
    CHECK(bank.stored(loan).disbursed_minor == offers[1].amount_minor - 100'00);

    const Seq late = bank.applied(countered_application());
    bank.clock().set(*bank.stored(late).valid_until);
    CHECK(outcome(bank.accept(late, 1)) == "illegal_transition");
    std::vector<Seq> overdue;
    bank.ledger().read([&](port::Snapshot& snapshot) { overdue = overdue_offers(snapshot, bank.clock().next()); });
    CHECK(overdue == std::vector<Seq>{late});
    REQUIRE(bank.expire(late));
    CHECK(is_sound(bank));
}

TEST_CASE("A person decides a referred loan for a reason, and not who applied for it above the limit", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq small = bank.applied(referred_application());
    CHECK(bank.stored(small).due_at->us == bank.stored(small).applied_at.us + 30 * k_day_us);
    CHECK(bank.message(small).recipient == "credit");
    DecideLoan wordless;
    wordless.loan = small;
    CHECK(outcome(bank.step(&Loans::decide, wordless)) == "missing_argument");
    wordless.reasons = {"no_such_code"};
    CHECK(outcome(bank.step(&Loans::decide, wordless)) == "usage");
    const Seq decided = bank.decide(small, false, "clerk").value_or_throw().seq;
    const std::string letter = bank.message(decided).body;
    CHECK(letter.find("We could not verify your income") != std::string::npos);
    CHECK(letter.find("Equal Credit Opportunity Act") != std::string::npos);
    CHECK(!bank.stored(small).valid_until);

    const Seq large = bank.applied(application_with({{"income.verified", "false"},
                                                     {"loan.amount_minor", "2100000"},
                                                     {"income.gross_monthly_minor", "900000"},
                                                     {"income.net_monthly_minor", "700000"}}));
    REQUIRE(bank.stored(large).status == S::referred);
    CHECK(outcome(bank.decide(large, true, "clerk")) == "four_eyes_required");
    CHECK(bank.stored(large).status == S::referred);
    REQUIRE(bank.decide(large, true, "judge"));
    CHECK(outcome(bank.accept(large)) == "ok");
    CHECK(is_sound(bank));
}

TEST_CASE("A key answers the same step of a loan, and refuses another, naming the field", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    ApplyForLoan apply = bank.applying(referred_application());
    apply.key = IdempotencyKey{"k"};
    const Seq loan = bank.apply(apply).value_or_throw().seq;
    CHECK(mismatch(bank.apply(apply)) == "replayed");
    ApplyForLoan other = apply;
    other.input = approved_application();
    CHECK(mismatch(bank.apply(other)) == "input_sha256");
    other = apply;
    other.account = AccountId{"a"};
    CHECK(mismatch(bank.apply(other)) == "account");

    DecideLoan decide;
    decide.loan = loan;
    decide.approves = true;
    decide.note = "seen the payslips";
    decide.if_version = 1;
    decide.key = IdempotencyKey{"k"};
    CHECK(mismatch(bank.step(&Loans::decide, decide)) == "kind");
    decide.key = IdempotencyKey{"d"};
    CHECK(mismatch(bank.step(&Loans::decide, decide)) == "done");
    CHECK(mismatch(bank.step(&Loans::decide, decide)) == "replayed");
    decide.approves = false;
    CHECK(mismatch(bank.step(&Loans::decide, decide)) == "outcome");
    AcceptLoan accept;
    accept.loan = loan;
    accept.if_version = 1;
    CHECK(outcome(bank.step(&Loans::accept, accept)) == "version_conflict");
    accept.if_version = 2;
    accept.key = IdempotencyKey{"d"};
    CHECK(mismatch(bank.step(&Loans::accept, accept)) == "action");
    accept.key = IdempotencyKey{"a"};
    CHECK(mismatch(bank.step(&Loans::accept, accept)) == "done");
    accept.offer = 1;
    CHECK(mismatch(bank.step(&Loans::accept, accept)) == "offer");
}

TEST_CASE("An application that is refused stores nothing", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    bank.must(account_request("e", "EUR"));
    const Digest head = bank.head().hash;
    const auto refused = [&](ApplyForLoan request) { return outcome(bank.apply(request)); };
    ApplyForLoan request = bank.applying(application_with({{"as_of", "\"2026-08-20\""}}));
    CHECK(refused(request) == "invalid_time");
    request = bank.applying(application_with({{"applicant.sex", "\"f\""}}));
    CHECK(refused(request) == "prohibited_input");
    request = bank.applying(approved_application());
    request.customer = CustomerId{"nobody"};
    CHECK(refused(request) == "customer_not_found");
    request.customer.reset();
    CHECK(refused(request) == "missing_argument");
    request = bank.applying(application_with({{"applicant.customer_id", "\"c2\""}}));
    CHECK(refused(request) == "wrong_customer");
    request = bank.applying(approved_application());
    request.account = AccountId{"none"};
    CHECK(refused(request) == "account_not_found");
    request.account = AccountId{"e"};
    CHECK(refused(request) == "currency_mismatch");
    CHECK(bank.head().hash == head);
}

TEST_CASE("A loan's decision comes out again under the policy of then", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    std::string text = LoanPolicy::embedded().canonical;
    const std::string version = "\"version\":\"1.0.0\"";
    text.replace(text.rfind(version), version.size(), "\"version\":\"0.9.0\"");
    const LoanPolicy older = LoanPolicy::parse(text).value_or_throw();
    REQUIRE(older.sha256 != LoanPolicy::embedded().sha256);
    const Seq loan = bank.apply(bank.applying(countered_application()), {&older, describe_loan}).value_or_throw().seq;
    bank.must(debit("a", "9000"));
    REQUIRE(bank.accept(loan, 1));
    CHECK(bank.recompute(loan).is_identical);
    CHECK(bank.view(loan).application.decision.find(" 0.9.0 ") != std::string::npos);
    const auto other = [](const LoanApplication& application, const LoanDecision& decision, const LoanPolicy& policy,
                          const std::string& sha256) {
        return describe_loan(application, decision, policy, sha256) + " ";
    };
    CHECK(bank.recompute(loan, other).differences == std::vector<std::string>{"decision"});
    CHECK(bank.view(loan).loan.version == 2);
    CHECK(bank.view(loan, loan).loan.version == 1);
    CHECK(is_sound(bank));
}

TEST_CASE("Lists of loans come by status and customer, what is due first, page by page", "[loan]") {
    LoanBank bank(GENERATE(Adapter::memory, Adapter::sqlite));
    const Seq approved = bank.applied(approved_application());
    const Seq countered = bank.applied(countered_application());
    const Seq declined = bank.applied(declined_application());
    const Seq withdrawn = loan_in(bank, S::withdrawn, false);
    const auto list = [&](const LoanQueue& queue) {
        std::vector<Seq> found;
        bank.ledger().read([&](port::Snapshot& snapshot) {
            snapshot.scan_loan_queue(queue, [&](const Loan& loan) {
                found.push_back(loan.number);
                return true;
            });
        });
        return found;
    };
    CHECK(list({}) == std::vector<Seq>{approved, countered, declined, withdrawn});
    CHECK(list({.status = S::declined}) == std::vector<Seq>{countered, declined});
    CHECK(list({.due_before = Timestamp{bank.clock().next().us + 60 * k_day_us}}) == std::vector<Seq>{approved});
    CHECK(list({.customer = bank.stored(approved).customer}).size() == 4);
    CHECK(list({.customer = approved}).empty());
    CHECK(list({.after = place_of(bank.stored(countered))}) == std::vector<Seq>{declined, withdrawn});
}

TEST_CASE("One changed row of a loan's lists is found", "[loan][tamper]") {
    LoanBank bank(Adapter::sqlite);
    bank.applied(approved_application());
    const Seq loan = bank.applied(countered_application());
    REQUIRE(bank.accept(loan, 1));
    REQUIRE(bank.disburse(loan));
    REQUIRE(is_sound(bank));
    SQLite::Database raw(bank.path(), SQLite::OPEN_READWRITE);
    raw.exec("CREATE TEMP TABLE kept AS SELECT * FROM list_row");
    int changes = 0;
    const auto expect_found = [&](const std::string& sql) {
        INFO(sql);
        if (raw.exec(sql) == 0) return;  // another element stands there
        ++changes;
        CHECK_FALSE(verify(bank.ledger(), std::nullopt).is_ok);
        raw.exec("DELETE FROM list_row");
        raw.exec("INSERT INTO list_row SELECT * FROM kept");
    };
    SQLite::Statement rows(raw, "SELECT rowid,list,rank,due_at,number FROM kept WHERE list LIKE 'loan%'");
    while (rows.executeStep()) {
        const std::string where =
            " WHERE list='" + rows.getColumn(1).getString() + "' AND rank=" + rows.getColumn(2).getString() +
            " AND due_at=" + rows.getColumn(3).getString() + " AND number=" + rows.getColumn(4).getString();
        expect_found("UPDATE list_row SET list=list||'x'" + where);
        for (const std::string column : {"rank", "due_at", "number"})
            expect_found("UPDATE OR IGNORE list_row SET " + column + "=" + column + "-1" + where);
        expect_found("UPDATE list_row SET state=coalesce(state,'')||'x'" + where);
        expect_found("DELETE FROM list_row" + where);
    }
    // Each number of the packed state by itself.
    const std::string state =
        raw.execAndGet("SELECT state FROM kept WHERE list='loan' ORDER BY number DESC").getString();
    for (std::size_t i = 0; i < state.size(); ++i) {
        if (state[i] < '0' || state[i] > '9') continue;
        std::string other = state;
        other[i] = state[i] == '1' ? '2' : '1';
        expect_found("UPDATE list_row SET state='" + other +
                     "' WHERE list='loan' AND number=" + std::to_string(loan.value));
    }
    CHECK(changes > 60);
    CHECK(is_sound(bank));
}

}  // namespace bankctl::test
