#include "core/model/rules.h"

#include "core/base/text.h"

namespace bankctl {
namespace {

Error version_conflict(const std::string& whose, std::int64_t expected, std::int64_t actual) {
    return Error(ErrorCode::version_conflict,
                 whose + " is at version " + std::to_string(actual) + ", not " + std::to_string(expected),
                 "read it again and decide anew")
        .with("expected", expected)
        .with("actual", actual);
}

}  // namespace

Status check_usable(const Account& account) {
    if (account.status == AccountStatus::open) return ok();
    const bool is_frozen = account.status == AccountStatus::frozen;
    return Error(is_frozen ? ErrorCode::account_frozen : ErrorCode::account_closed,
                 "account " + in_quotes(account.id.text) + (is_frozen ? " is frozen" : " is closed"))
        .with("account", account.id.text);
}

Status check_version(const std::optional<std::int64_t>& expected, const Account& account) {
    if (!expected || *expected == account.version) return ok();
    return version_conflict("account " + in_quotes(account.id.text), *expected, account.version);
}

Status check_version(const std::optional<std::int64_t>& expected, const Customer& customer) {
    if (!expected || *expected == customer.version) return ok();
    return version_conflict("customer " + in_quotes(customer.id.text), *expected, customer.version);
}

Status check_version(const std::optional<std::int64_t>& expected, const LimitRule& rule) {
    if (!expected || *expected == rule.version) return ok();
    return version_conflict("the limit of " + in_quotes(rule.user), *expected, rule.version);
}

Status check_version(const std::optional<std::int64_t>& expected, const Dispute& dispute) {
    if (!expected || *expected == dispute.version) return ok();
    return version_conflict("dispute " + dispute_id(dispute.number), *expected, dispute.version);
}

Status check_version(const std::optional<std::int64_t>& expected, const Loan& loan) {
    if (!expected || *expected == loan.version) return ok();
    return version_conflict("loan " + loan_id(loan.number), *expected, loan.version);
}

Status check_time(const Account& account, Timestamp effective_at) {
    if (is_internal(account.id) || !account.effective_at || effective_at >= *account.effective_at) return ok();
    return Error(ErrorCode::invalid_time,
                 "account " + in_quotes(account.id.text) + " has a transaction effective later than " +
                     format_time(effective_at),
                 "use a time from " + format_time(*account.effective_at) + " on")
        .with("account", account.id.text)
        .with("earliest", format_time(*account.effective_at));
}

Status check_same_currency(const Account& a, const Account& b) {
    if (a.currency == b.currency) return ok();
    return Error(ErrorCode::currency_mismatch, "account " + in_quotes(a.id.text) + " is in " +
                                                   std::string(a.currency.code) + ", account " + in_quotes(b.id.text) +
                                                   " in " + std::string(b.currency.code));
}

}  // namespace bankctl
