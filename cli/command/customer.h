// What the customer commands share.
#pragma once

#include "cli/command/common.h"

namespace bankctl::cli {

inline constexpr Positional k_customer_positional{"ID", "the customer's id"};
inline constexpr Option k_email_option{"email", "ADDRESS", "where to write"};
inline constexpr Option k_phone_option{"phone", "NUMBER", "where to call"};

/// The plan of customer add and customer update.
std::function<void(Context&)> put_customer_plan(const Arguments& arguments, bool is_new);

}  // namespace bankctl::cli
