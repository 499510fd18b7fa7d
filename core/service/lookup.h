// Finding what a request names, with the error that says it is not there. `Source` is anything that has the port's
// lookups: a snapshot, or the books while they are being written.
#pragma once

#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/base/text.h"
#include "core/model/account.h"
#include "core/model/journal.h"

namespace bankctl {

/// A transaction named by its number or by its idempotency key.
using TransactionReference = std::variant<Seq, IdempotencyKey>;

inline Error account_not_found(const AccountId& id) {
    return Error(ErrorCode::account_not_found, "there is no account " + in_quotes(id.text),
                 "open it with bankctl account open")
        .with("account", id.text);
}

/// The account, or `account_not_found`.
template <class Source>
Result<Account> find_account(Source& source, const AccountId& id) {
    if (std::optional<Account> account = source.account(id)) return std::move(*account);
    return account_not_found(id);
}

/// The customer, or `customer_not_found`.
template <class Source>
Result<Customer> find_customer(Source& source, const CustomerId& id) {
    if (const std::optional<Customer> customer = source.customer(id)) return *customer;
    return Error(ErrorCode::customer_not_found, "there is no customer " + in_quotes(id.text),
                 "add it with bankctl customer add")
        .with("customer", id.text);
}

/// The transaction, or `transaction_not_found`, also for entries that are no transactions.
template <class Source>
Result<JournalEntry> find_transaction(Source& source, const TransactionReference& reference) {
    const auto* const key = std::get_if<IdempotencyKey>(&reference);
    const std::optional<Seq> seq = key ? source.keyed(*key) : std::optional(std::get<Seq>(reference));
    const std::optional<JournalEntry> entry = seq ? source.entry(*seq) : std::nullopt;
    if (entry && is_transaction(entry->kind)) return *entry;
    const std::string what = key ? "with key " + in_quotes(key->text) : std::to_string(seq->value);
    Error error(ErrorCode::transaction_not_found, "there is no transaction " + what);
    return key ? std::move(error).with("key", key->text) : std::move(error).with("seq", seq->value);
}

}  // namespace bankctl
