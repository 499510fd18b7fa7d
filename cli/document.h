// The documents: what each command's data looks like, as `schema/json` describes it, and the views they are made from.
#pragma once

#include "cli/command.h"
#include "cli/render/render.h"
#include "core/model/money.h"
#include "core/service/queries.h"
#include "core/service/verification.h"

namespace bankctl::cli {

extern const DocumentInfo k_transaction_document;
extern const DocumentInfo k_transaction_list_document;
extern const DocumentInfo k_balance_document;
extern const DocumentInfo k_balance_list_document;
extern const DocumentInfo k_account_document;
extern const DocumentInfo k_account_list_document;
extern const DocumentInfo k_customer_document;
extern const DocumentInfo k_customer_list_document;

/// What a write adds to the document of what it wrote.
struct WriteFlags {
    bool is_replayed = false;
    bool is_dry_run = false;
};

Json money_json(const Currency& currency, std::int64_t minor);
Json time_json(const std::optional<Timestamp>& time);
Json transaction_json(const TransactionView& view, WriteFlags flags = {});
Json balance_json(const BalanceView& view);
Json past_balance_json(const Account& account, const PastBalance& past);
Json account_json(port::Snapshot& snapshot, const Account& account, Timestamp now, WriteFlags flags = {});
Json customer_json(port::Snapshot& snapshot, const Customer& customer, WriteFlags flags = {});
Json verification_json(const Verification& verification);
Json head_json(const port::Head& head);

}  // namespace bankctl::cli
