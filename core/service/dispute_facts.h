// What the books know of a disputed payment and of its customer: the facts that a dispute policy decides by, and the
// times that the legal clocks start from.
#pragma once

#include <optional>
#include <span>

#include "core/model/dispute.h"
#include "core/service/books.h"
#include "core/service/disputes.h"

namespace bankctl {

/// How many entries of the account are read to find the disputed payment's siblings and earlier payments: filing a
/// dispute must not take longer the longer the account's history is.
inline constexpr int k_disputed_account_entries_max = 64;

struct DisputeFindings {
    Customer customer;
    DisputedPayment payment;
    std::optional<Account> account;  ///< the customer's account that the transaction is on; none: only described
    std::optional<Timestamp> account_opened_at;
    Facts facts;  ///< of the books and of the operator; the classifier's are added by the policy
};

/// Looks up what a dispute names. `earlier` are the customer's disputes, at least those of the last 365 days. Checks in
/// this order: the operator's facts (see check_operator_fact), `customer_not_found`, `transaction_not_found`,
/// `wrong_customer`, `currency_mismatch`, `unknown_currency` (an amount without one), `amount_precision`,
/// `amount_too_large`, `invalid_time` (a payment after `now`).
Result<DisputeFindings> find_dispute_facts(Books& books, const FileDispute& request, std::span<const Dispute> earlier,
                                           Jurisdiction jurisdiction, Timestamp now);

/// The times that the clocks start from, of a case that was received at `received_at`.
ClockFacts clock_facts(const DisputeFindings& findings, DisputeCategory category, Jurisdiction jurisdiction,
                       Timestamp received_at);

}  // namespace bankctl
