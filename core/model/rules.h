// Rules that look at one account or two and need nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/model/account.h"
#include "core/model/dispute.h"
#include "core/model/limit_policy.h"
#include "core/model/loan.h"

namespace bankctl {

/// `account_frozen` or `account_closed` unless the account is open.
Status check_usable(const Account& account);

/// `version_conflict` unless the version of this account is as expected, where one is.
Status check_version(const std::optional<std::int64_t>& expected, const Account& account);
/// The same of a customer.
Status check_version(const std::optional<std::int64_t>& expected, const Customer& customer);
/// The same of a limit, which before it is set for the first time has version 0.
Status check_version(const std::optional<std::int64_t>& expected, const LimitRule& rule);

/// The same of a dispute.
Status check_version(const std::optional<std::int64_t>& expected, const Dispute& dispute);
/// The same of a loan.
Status check_version(const std::optional<std::int64_t>& expected, const Loan& loan);

/// `invalid_time` if a customer's account has a transaction that is effective later. The bank's own accounts are
/// exempt.
Status check_time(const Account& account, Timestamp effective_at);

/// `currency_mismatch` unless both have the same currency.
Status check_same_currency(const Account& a, const Account& b);

}  // namespace bankctl
