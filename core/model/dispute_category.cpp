#include "core/model/dispute_category.h"

#include <algorithm>

namespace bankctl {
namespace {

// In the order of the enumeration.
constexpr std::string_view k_names[] = {"unauthorised_card_payment",
                                        "unauthorised_cash_withdrawal",
                                        "direct_debit_not_recognised",
                                        "duplicate_charge",
                                        "wrong_amount_or_fx",
                                        "fee_dispute",
                                        "refund_or_merchant_dispute",
                                        "atm_cash_error",
                                        "deposit_or_topup_not_credited",
                                        "transfer_not_received_or_failed",
                                        "wrong_beneficiary_or_recall",
                                        "payment_declined_pending_or_reversed",
                                        "lost_or_stolen_card_or_device",
                                        "identity_theft_or_account_takeover",
                                        "scam_or_deception",
                                        "goods_or_services_not_received",
                                        "not_as_described",
                                        "cancelled_subscription",
                                        "not_a_dispute"};
static_assert(std::size(k_names) == static_cast<std::size_t>(DisputeCategory::not_a_dispute) + 1);

}  // namespace

std::span<const std::string_view> dispute_category_names() { return k_names; }

std::string_view name(DisputeCategory category) { return k_names[static_cast<std::size_t>(category)]; }

std::optional<DisputeCategory> dispute_category(std::string_view name) {
    const auto found = std::ranges::find(k_names, name);
    if (found == std::end(k_names)) return std::nullopt;
    return static_cast<DisputeCategory>(found - std::begin(k_names));
}

}  // namespace bankctl
