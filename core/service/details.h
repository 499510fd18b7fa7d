// The JSON that a journal entry's `detail` holds: the state of a customer, account or limit rule as the entry made it.
#pragma once

#include <string>
#include <string_view>

#include "core/model/account.h"
#include "core/model/limit_policy.h"

namespace bankctl {

std::string customer_detail(const Customer& customer);
/// The customer of the entry `number`; throws Failure with `integrity_violation` where the text does not fit.
Customer customer_from_detail(std::string_view detail, Seq number);

std::string account_detail(const Account& account);
/// The newly opened account of the entry `number`; throws like `customer_from_detail`.
Account account_from_detail(std::string_view detail, Seq number);

/// The rule's policy, or without one only whose rule it is.
std::string limit_detail(const LimitRule& rule);
/// The rule `number` in its first version; throws like `customer_from_detail`.
LimitRule limit_from_detail(std::string_view detail, Seq number);

std::string bank_detail(std::string_view bank_id);

}  // namespace bankctl
