// The JSON that a journal entry's `detail` holds: the state of a customer or account as the entry made it.
#pragma once

#include <string>
#include <string_view>

#include "core/model/account.h"

namespace bankctl {

std::string customer_detail(const Customer& customer);
/// The customer of the entry `number`; throws Failure with `integrity_violation` where the text does not fit.
Customer customer_from_detail(std::string_view detail, Seq number);

std::string account_detail(const Account& account);
/// The newly opened account of the entry `number`; throws like `customer_from_detail`.
Account account_from_detail(std::string_view detail, Seq number);

std::string bank_detail(std::string_view bank_id);

}  // namespace bankctl
