// Loans to test on: a bank with a customer of half a year who applies for them.
#pragma once

#include <string>
#include <utility>

#include "core/service/loans.h"
#include "tests/support/bank.h"
#include "tests/support/loan_application.h"

namespace bankctl::test {

inline constexpr std::int64_t k_day_us = 86'400 * k_second_us;

inline std::string describe_loan(const LoanApplication& application, const LoanDecision& decision,
                                 const LoanPolicy& policy, const std::string& sha256) {
    return std::string(application.currency.code) + " " + std::to_string(decision.score) + " " + policy.version + " " +
           sha256 + " " + decision.recommendation;
}

inline LoanRules embedded_loan_rules() { return {&LoanPolicy::embedded(), describe_loan}; }

/// An application of 2026-08-01 that says nothing of the bank's own, with changes.
inline std::string application_with(LoanChanges changes = {}) {
    LoanChanges all{{"applicant.customer_id", ""},      {"as_of", "\"2026-08-01\""},
                    {"loan.disbursement_date", ""},     {"loan.first_payment_date", ""},
                    {"bank.tenure_months", ""},         {"bank.overdraft_days_180", ""},
                    {"bank.returned_payments_12m", ""}, {"bank.existing_loans_dpd_max", ""},
                    {"bank.account_frozen", ""},        {"bank.average_balance_6m_minor", ""},
                    {"bank.salary_months_6", ""},       {"loan.amount_minor", "1000000"},
                    {"loan.fee_minor", "10000"}};
    for (auto& [path, value] : changes) all[path] = value;
    return loan_application(all);
}
inline std::string approved_application() { return application_with(); }
inline std::string referred_application() { return application_with({{"income.verified", "false"}}); }
inline std::string declined_application() {
    return application_with({{"applicant.date_of_birth", "\"2010-01-01\""},
                             {"income.employment_months", "1"},
                             {"bureau.oldest_account_months", "1"}});
}
inline std::string countered_application() { return application_with({{"loan.amount_minor", "2800000"}}); }

/// Customer c1 has account a since 2026-01-31, with a salary of 3,000.00 USD each 30 days; it is 2026-08-19.
class LoanBank : public Bank {
public:
    explicit LoanBank(Adapter adapter = Adapter::memory) : Bank(adapter) {
        must(account_request("a", "USD"));
        for (int month = 1; month <= 6; ++month) {
            clock().set({k_start.us + month * 30 * k_day_us});
            must(credit("a", "3000"));
        }
        clock().set({k_start.us + 200 * k_day_us});
    }

    template <class Work>
    Result<Posted> as(const std::string& user, Work work, const port::WriteOptions& options = {}) {
        Posted posted;
        const Status done = write_books(
            ledger(),
            [&](Books& books) -> Status {
                Loans loans(books, clock(), Actor{user, 1000});
                BANKCTL_TRY(result, work(loans));
                posted = result;
                return ok();
            },
            options);
        if (!done) return done.error();
        return posted;
    }
    template <class Request>
    Result<Posted> step(Result<Posted> (Loans::*method)(const Request&), const Request& request,
                        const std::string& user = "ops") {
        return as(user, [&](Loans& loans) { return (loans.*method)(request); });
    }

    ApplyForLoan applying(std::string input) {
        ApplyForLoan request;
        request.input = std::move(input);
        request.customer = CustomerId{"c1"};
        return request;
    }
    Result<Posted> apply(const ApplyForLoan& request, const LoanRules& rules = embedded_loan_rules()) {
        return as("clerk", [&](Loans& loans) { return loans.apply(request, rules); });
    }
    Seq applied(std::string input) { return apply(applying(std::move(input))).value_or_throw().seq; }

    Result<Posted> decide(Seq loan, bool approves, const std::string& user = "judge") {
        DecideLoan request;
        request.loan = loan;
        request.approves = approves;
        request.reasons = {"unable_to_verify_income"};
        return step(&Loans::decide, request, user);
    }
    Result<Posted> accept(Seq loan, std::int64_t offer = 0) {
        AcceptLoan request;
        request.loan = loan;
        request.offer = offer;
        return step(&Loans::accept, request);
    }
    Result<Posted> disburse(Seq loan) {
        DisburseLoan request;
        request.loan = loan;
        return step(&Loans::disburse, request);
    }
    Result<Posted> withdraw(Seq loan) {
        WithdrawLoan request;
        request.loan = loan;
        return step(&Loans::withdraw, request);
    }
    Result<Posted> expire(Seq loan) {
        return as("cron", [&](Loans& loans) { return loans.expire(loan); });
    }

    Loan stored(Seq number) {
        std::optional<Loan> found;
        ledger().read([&](port::Snapshot& snapshot) { found = snapshot.loan(number); });
        return require(found, "a loan");
    }
    LoanView view(Seq number, std::optional<Seq> as_of = {}) {
        std::optional<LoanView> found;
        ledger().read([&](port::Snapshot& snapshot) { found = view_loan(snapshot, number, as_of).value_or_throw(); });
        return *found;
    }
    LoanRecomputation recompute(Seq number, const DescribeLoanDecision& describe = describe_loan) {
        LoanRecomputation found;
        ledger().read(
            [&](port::Snapshot& snapshot) { found = recompute_loan(snapshot, number, describe).value_or_throw(); });
        return found;
    }
    /// The message that entry `seq` has to tell, of which there is one.
    Message message(Seq seq) {
        const LoanDetail detail = detail_of_loan(entry(seq));
        return detail.messages.at(0);
    }
};

}  // namespace bankctl::test
