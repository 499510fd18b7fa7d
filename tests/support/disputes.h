// Disputes to test on: a bank with a customer who disputes payments.
#pragma once

#include <string>
#include <utility>

#include "core/service/disputes.h"
#include "tests/support/bank.h"

namespace bankctl::test {

inline Classification classified(DisputeCategory category = DisputeCategory::duplicate_charge,
                                 std::int32_t confidence_bp = 9'000) {
    Classification said;
    said.category = category;
    said.intent = name(category);
    said.confidence_bp = confidence_bp;
    said.alternatives = {{DisputeCategory::fee_dispute, 500}};
    said.explanation = {{"twice", 120}, {"fee", -3}};
    said.model = "embedded:00ff";
    return said;
}

inline DisputeRules embedded_rules() {
    DisputeRules rules;
    rules.policy = &DisputePolicy::embedded();
    return rules;
}

/// Customer c1 of a bank has account a with 1,000.00 USD, and disputes payments from it.
class DisputeBank : public Bank {
public:
    explicit DisputeBank(Adapter adapter = Adapter::memory) : Bank(adapter) {
        must(account_request("a", "USD", "1000"));
    }

    template <class Work>
    Result<Posted> as(const std::string& user, Work work, const port::WriteOptions& options = {}) {
        Posted posted;
        const Status done = write_books(
            ledger(),
            [&](Books& books) -> Status {
                Disputes disputes(books, clock(), Actor{user, 1000});
                BANKCTL_TRY(result, work(disputes));
                posted = result;
                return ok();
            },
            options);
        if (!done) return done.error();
        return posted;
    }
    template <class Request>
    Result<Posted> step(Result<Posted> (Disputes::*method)(const Request&), const Request& request,
                        const std::string& user = "ops") {
        return as(user, [&](Disputes& disputes) { return (disputes.*method)(request); });
    }

    Seq pay(std::string_view amount_text) { return must(debit("a", amount_text)); }
    FileDispute filing(std::optional<Seq> transaction, Classification said = classified()) {
        FileDispute request;
        request.customer = CustomerId{"c1"};
        request.transaction = transaction;
        request.text = "I was charged twice";
        request.classification = std::move(said);
        return request;
    }
    Result<Posted> file(const FileDispute& request) {
        return as("clerk", [&](Disputes& disputes) { return disputes.file(request, embedded_rules()); });
    }
    /// Files a dispute about a payment of this amount; its number.
    Seq dispute(std::string_view amount_text, Classification said = classified()) {
        return file(filing(pay(amount_text), std::move(said))).value_or_throw().seq;
    }

    /// Files a dispute about a payment of this amount that no transaction shows.
    Seq dispute_described(std::string_view amount_text) {
        FileDispute request = filing(std::nullopt);
        request.amount = amount(amount_text);
        request.currency = find_currency("USD").value_or_throw();
        return file(request).value_or_throw().seq;
    }

    Result<Posted> assign(Seq number, std::string team = "cards") {
        AssignDispute request;
        request.dispute = number;
        request.team = std::move(team);
        return assign(request);
    }
    Result<Posted> assign(const AssignDispute& request) {
        return as("ops", [&](Disputes& disputes) { return disputes.assign(request, DisputePolicy::embedded()); });
    }
    Result<Posted> advance(Seq number, DisputeStatus to, const std::string& user = "ops") {
        AdvanceDispute request;
        request.dispute = number;
        request.to = to;
        return step(&Disputes::advance, request, user);
    }
    Result<Posted> credit(Seq number, std::string_view amount_text = "", bool takes_back = false) {
        CreditDispute request;
        request.dispute = number;
        if (!amount_text.empty()) request.amount = amount(amount_text);
        request.takes_back = takes_back;
        return step(&Disputes::credit, request);
    }
    Result<Posted> resolve(Seq number, DisputeOutcome outcome, std::string_view refund = "",
                           const std::string& user = "judge") {
        ResolveDispute request;
        request.dispute = number;
        request.outcome = outcome;
        if (!refund.empty()) request.refund = amount(refund);
        return step(&Disputes::resolve, request, user);
    }
    /// Decides or withdraws and takes nothing back.
    Result<Posted> resolve_keeping(Seq number, DisputeOutcome outcome, std::string_view refund = "",
                                   std::optional<std::string> note = "spent") {
        ResolveDispute request;
        request.dispute = number;
        request.outcome = outcome;
        request.note = std::move(note);
        request.keeps_credit = true;
        if (!refund.empty()) request.refund = amount(refund);
        return step(&Disputes::resolve, request);
    }
    Result<Posted> withdraw_keeping(Seq number) {
        AdvanceDispute request;
        request.dispute = number;
        request.to = DisputeStatus::withdrawn;
        request.note = "spent";
        request.keeps_credit = true;
        return step(&Disputes::advance, request);
    }
    Result<Posted> relabel(Seq number, DisputeCategory category) {
        RelabelDispute request;
        request.dispute = number;
        request.category = category;
        return as("ops", [&](Disputes& disputes) { return disputes.relabel(request, embedded_rules()); });
    }

    Dispute stored(Seq number) {
        std::optional<Dispute> found;
        ledger().read([&](port::Snapshot& snapshot) { found = snapshot.dispute(number); });
        return require(found, "a dispute");
    }
    DisputeView view(Seq number, std::optional<Seq> as_of = {}) {
        std::optional<DisputeView> found;
        ledger().read(
            [&](port::Snapshot& snapshot) { found = view_dispute(snapshot, number, as_of).value_or_throw(); });
        return *found;
    }
};

}  // namespace bankctl::test
