#include "tests/cli/loan.h"

#include "core/base/clock.h"
#include "tests/support/temp_directory.h"

namespace bankctl::cli_test {
namespace {

std::string day(int days_ago) {
    constexpr std::int64_t k_day_us = 86'400'000'000;
    return format_date(Timestamp{SystemClock().now().us - days_ago * k_day_us});
}

}  // namespace

void add_applicant(const Bank& bank) {
    bank.ok({"limit", "set", "default", "--rate", "none"});
    bank.ok({"customer", "add", "c1", "--name", "Ada Lovelace"});
    bank.ok({"account", "open", "alice", "--customer", "c1", "--currency", "USD"});
    for (int month = 6; month >= 1; --month)
        bank.ok({"transaction", "credit", "alice", "3000", "--at", day(month * 30 - 11), "--memo", "salary"});
}

std::string application_file(const Bank& bank, const std::string& file, LoanChanges changes) {
    LoanChanges all{{"applicant.customer_id", ""},      {"as_of", "\"" + day(1) + "\""},
                    {"loan.disbursement_date", ""},     {"loan.first_payment_date", ""},
                    {"bank.tenure_months", ""},         {"bank.overdraft_days_180", ""},
                    {"bank.returned_payments_12m", ""}, {"bank.existing_loans_dpd_max", ""},
                    {"bank.account_frozen", ""},        {"bank.average_balance_6m_minor", ""},
                    {"bank.salary_months_6", ""},       {"loan.amount_minor", "1000000"},
                    {"loan.fee_minor", "10000"}};
    for (auto& [path, value] : changes) all[path] = value;
    test::write_file(bank.file(file), loan_application(all));
    return bank.file(file);
}

std::string apply(const Bank& bank, LoanChanges changes) {
    const std::string path = application_file(bank, "application.json", std::move(changes));
    return bank.data({"loan", "apply", path, "--customer", "c1", "--user", "clerk"}).at("id");
}

}  // namespace bankctl::cli_test
