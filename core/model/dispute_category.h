// What a dispute can be about. The names are those of the contract with scripts.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace bankctl {

enum class DisputeCategory {
    unauthorised_card_payment,
    unauthorised_cash_withdrawal,
    direct_debit_not_recognised,
    duplicate_charge,
    wrong_amount_or_fx,
    fee_dispute,
    refund_or_merchant_dispute,
    atm_cash_error,
    deposit_or_topup_not_credited,
    transfer_not_received_or_failed,
    wrong_beneficiary_or_recall,
    payment_declined_pending_or_reversed,
    lost_or_stolen_card_or_device,
    identity_theft_or_account_takeover,
    scam_or_deception,
    goods_or_services_not_received,
    not_as_described,
    cancelled_subscription,
    not_a_dispute,  ///< also of texts that are no bank's business
};

/// The names, in the order of the enumeration.
inline constexpr auto k_dispute_category_names = std::to_array<std::string_view>(
    {"unauthorised_card_payment", "unauthorised_cash_withdrawal", "direct_debit_not_recognised", "duplicate_charge",
     "wrong_amount_or_fx", "fee_dispute", "refund_or_merchant_dispute", "atm_cash_error",
     "deposit_or_topup_not_credited", "transfer_not_received_or_failed", "wrong_beneficiary_or_recall",
     "payment_declined_pending_or_reversed", "lost_or_stolen_card_or_device", "identity_theft_or_account_takeover",
     "scam_or_deception", "goods_or_services_not_received", "not_as_described", "cancelled_subscription",
     "not_a_dispute"});
static_assert(k_dispute_category_names.size() == static_cast<std::size_t>(DisputeCategory::not_a_dispute) + 1);
std::string_view name(DisputeCategory category);
std::optional<DisputeCategory> dispute_category(std::string_view name);

}  // namespace bankctl
