#include "core/base/error.h"

#include <cassert>

namespace bankctl {
namespace {

using enum ErrorCode;
using K = ErrorKind;

// clang-format off
constexpr ErrorCodeInfo k_codes[] = {
    {internal_error, "internal_error", K::internal, "bankctl met a state its authors thought impossible.", "Report it with the command and the message; nothing more was written."},
    {usage, "usage", K::invalid, "The command line does not fit the command.", "Run the command with --help."},
    {unknown_command, "unknown_command", K::invalid, "There is no such noun or verb.", "Run bankctl help; the hint names the nearest word."},
    {unknown_option, "unknown_option", K::invalid, "The command has no such option.", "Run the command with --help; the hint names the nearest option."},
    {missing_argument, "missing_argument", K::invalid, "A required argument or option is absent.", "Give the argument that the message names."},
    {unknown_field, "unknown_field", K::invalid, "--fields names a column the document does not have.", "Choose from the fields that the hint lists."},
    {unknown_topic, "unknown_topic", K::invalid, "There is no help on this topic.", "Run bankctl help for the list of topics."},
    {invalid_config, "invalid_config", K::invalid, "The configuration file has a line that is not key = value, an unknown or repeated key, or a value that does not fit.", "Mend the line that the message names; bankctl help config describes the file."},
    {invalid_amount, "invalid_amount", K::invalid, "An amount is not a positive decimal number in plain digits.", "Write it like 12.34: no sign, blank, group mark or exponent."},
    {amount_precision, "amount_precision", K::invalid, "An amount has more decimals than its currency.", "Round it yourself; bankctl never does."},
    {amount_too_large, "amount_too_large", K::invalid, "An amount is beyond 9,007,199,254,740,991 minor units.", "Split the amount."},
    {invalid_id, "invalid_id", K::invalid, "An identifier has characters or a length that are not allowed.", "Use 1 to 64 of A-Z a-z 0-9 . _ : - and begin with a letter or digit."},
    {invalid_key, "invalid_key", K::invalid, "An idempotency key is empty, too long or not printable, or one is needed and absent.", "Use 1 to 255 printable ASCII characters."},
    {invalid_time, "invalid_time", K::invalid, "A time is malformed, lies in the future, or goes back behind the account's last transaction.", "Write RFC 3339, like 2026-01-31T09:00:00Z, or a date."},
    {invalid_text, "invalid_text", K::invalid, "A text is not valid UTF-8, has a NUL or is too long.", "Give valid UTF-8 within the limit that the message names."},
    {invalid_number, "invalid_number", K::invalid, "A whole number is malformed or outside its range.", "Give plain digits within the range that the message names."},
    {invalid_json, "invalid_json", K::invalid, "JSON input is malformed, too deep, too long, or has duplicate or unknown keys.", "Mend the line that the message names."},
    {invalid_csv, "invalid_csv", K::invalid, "CSV input is malformed or lacks a column.", "Mend the line or name the column in a rules file."},
    {invalid_rules, "invalid_rules", K::invalid, "An import rules file does not have the documented shape.", "See bankctl help import-rules."},
    {invalid_policy, "invalid_policy", K::invalid, "A policy file does not have the documented shape.", "Mend the place that the message names; the policy commands show one that works."},
    {prohibited_input, "prohibited_input", K::invalid, "An application or a policy for loans names what no decision may rest on, such as sex, race, religion, origin, marital status, public assistance, a postcode or filed disputes.", "Leave the field that the message names out."},
    {invalid_model, "invalid_model", K::invalid, "A model file is damaged, of another version, or none at all.", "Train it anew with bankctl dispute model train."},
    {invalid_cursor, "invalid_cursor", K::invalid, "--after is not a cursor that this list printed.", "Pass the value of \"next\" unchanged."},
    {invalid_anchor, "invalid_anchor", K::invalid, "--anchor is not SEQ:HASH.", "Pass a head as verify printed it."},
    {unknown_currency, "unknown_currency", K::invalid, "The currency is not an active ISO 4217 code.", "Use the three-letter code in capitals."},
    {same_account, "same_account", K::invalid, "A transfer names one account twice.", "Name two different accounts."},
    {unreadable_input, "unreadable_input", K::invalid, "A file given as input cannot be read.", "Check the path and its permissions."},
    {confirmation_required, "confirmation_required", K::invalid, "The command would replace something and was not told to.", "Give --yes if that is what you want."},
    {customer_not_found, "customer_not_found", K::not_found, "There is no such customer.", "Add it with bankctl customer add."},
    {account_not_found, "account_not_found", K::not_found, "There is no such account.", "Open it with bankctl account open."},
    {transaction_not_found, "transaction_not_found", K::not_found, "No transaction has this number or key.", "Look it up with bankctl transaction list."},
    {limit_not_found, "limit_not_found", K::not_found, "This user has no limit of their own.", "List the limits with bankctl limit list."},
    {dispute_not_found, "dispute_not_found", K::not_found, "There is no such dispute.", "Look it up with bankctl dispute list."},
    {loan_not_found, "loan_not_found", K::not_found, "There is no such loan.", "Look it up with bankctl loan list."},
    {notification_not_found, "notification_not_found", K::not_found, "There is no such notification.", "Look it up with bankctl notification list."},
    {insufficient_funds, "insufficient_funds", K::refused, "The account's available balance does not cover the amount.", "Use a smaller amount, or credit the account first."},
    {account_frozen, "account_frozen", K::refused, "The account is frozen; nothing is posted to it.", "Unfreeze it with bankctl account unfreeze."},
    {account_closed, "account_closed", K::refused, "The account is closed for good.", "Use another account."},
    {balance_not_zero, "balance_not_zero", K::refused, "Only an account with a zero balance can be closed.", "Move the balance first."},
    {holds_pending, "holds_pending", K::refused, "The account has pending holds.", "Capture or release them first."},
    {balance_overflow, "balance_overflow", K::refused, "A balance would pass 9,007,199,254,740,991 minor units.", "Use another account."},
    {currency_mismatch, "currency_mismatch", K::refused, "The accounts are in different currencies.", "Use accounts of one currency."},
    {hold_not_pending, "hold_not_pending", K::refused, "The transaction is no hold, or was captured or released before.", "Look it up with bankctl transaction show."},
    {hold_expired, "hold_expired", K::refused, "The hold has expired.", "Place a new hold."},
    {exceeds_hold, "exceeds_hold", K::refused, "The capture is larger than the hold.", "Capture at most the held amount."},
    {already_reversed, "already_reversed", K::refused, "The transaction has been reversed in full.", "See reversed_by of bankctl transaction show."},
    {exceeds_reversible, "exceeds_reversible", K::refused, "The reversal, or the refund of a dispute, is larger than what is left to give back.", "Reverse or refund at most what is left."},
    {not_reversible, "not_reversible", K::refused, "This kind of transaction cannot be reversed.", "Post the opposite transaction, or release the hold."},
    {illegal_transition, "illegal_transition", K::refused, "The status of the account, dispute or loan does not allow this change.", "Look it up with bankctl account show, dispute show or loan show."},
    {wrong_customer, "wrong_customer", K::refused, "The account or transaction is another customer's.", "Check the customer and the number."},
    {lines_rejected, "lines_rejected", K::refused, "The import went on past lines that failed.", "Import the file again with --keep-going --rejects FILE, which lists them, and mend those: what was applied is only replayed."},
    {version_conflict, "version_conflict", K::conflict, "What was to be changed has changed since the version given with --if-version.", "Read it again and decide anew."},
    {idempotency_key_mismatch, "idempotency_key_mismatch", K::conflict, "The key was used before for a different request.", "Use a new key for a new effect."},
    {already_exists, "already_exists", K::conflict, "Something with this name exists.", "Choose another name."},
    {integrity_violation, "integrity_violation", K::integrity, "The books were altered outside bankctl, or the anchor is not in them.", "Stop writing, keep the file, restore a copy that verifies."},
    {not_initialized, "not_initialized", K::unavailable, "There is no database at this path.", "Create it with bankctl init, or name it with --db."},
    {not_a_bank, "not_a_bank", K::unavailable, "The file is not a bankctl database.", "Name the right file with --db."},
    {unsafe_file, "unsafe_file", K::unavailable, "The database's owner, mode or links make it unsafe to use.", "Mend what the message names."},
    {network_file_system, "network_file_system", K::unavailable, "The database lies on a network file system, where locks cannot be trusted.", "Move it to a local disk."},
    {newer_schema, "newer_schema", K::unavailable, "A newer bankctl wrote the database.", "Upgrade bankctl."},
    {older_schema, "older_schema", K::unavailable, "The database has a schema that no bankctl has made, so that it cannot be upgraded.", "Restore a copy."},
    {storage_unavailable, "storage_unavailable", K::unavailable, "The storage failed, or memory ran out, before anything was applied.", "Check disk space, memory and permissions, then try again."},
    {limiter_unavailable, "limiter_unavailable", K::unavailable, "The limiter's file beside the database is damaged, unsafe, or of another time namespace; nothing was applied.", "Look at what the message names; the database's owner may remove the file, and nobody gains requests by that."},
    {output_failed, "output_failed", K::unavailable, "The result of a command that changes nothing, or the file of rejects, could not be written.", "Check the disk, the path or the pipe that it goes to."},
    {outcome_unknown, "outcome_unknown", K::outcome_unknown, "The storage failed during commit.", "Retry with the same key to learn the outcome."},
    {applied_unreported, "applied_unreported", K::outcome_unknown, "The change was committed but its document could not be written.", "Look before repeating it: transaction show, account show or customer show tells."},
    {rate_limited, "rate_limited", K::retry_later, "The user has made as many requests as their limit allows.", "Try again after retry_after_ms, or let the command wait with --wait=SECONDS."},
    {busy, "busy", K::retry_later, "Another process held the database for longer than the wait allowed.", "Try again, or wait longer with --wait=SECONDS."},
    {owner_only, "owner_only", K::forbidden, "Only the owner of the database may do this.", "Ask whoever owns the file."},
    {four_eyes_required, "four_eyes_required", K::forbidden, "A second person must do this: it is beyond what one may decide alone.", "Let another user repeat the command."},
    {interrupted, "interrupted", K::interrupted, "The command was interrupted before it changed anything; an import says what it had applied.", "Run it again."},
};
// clang-format on

}  // namespace

std::span<const ErrorCodeInfo> error_codes() { return k_codes; }

const ErrorCodeInfo& info(ErrorCode code) {
    const auto& entry = k_codes[static_cast<std::size_t>(code)];
    assert(entry.code == code);
    return entry;
}

std::string_view name(ErrorKind kind) {
    switch (kind) {
        case K::internal: return "internal";
        case K::invalid: return "invalid";
        case K::not_found: return "not_found";
        case K::refused: return "refused";
        case K::conflict: return "conflict";
        case K::integrity: return "integrity";
        case K::unavailable: return "unavailable";
        case K::outcome_unknown: return "outcome_unknown";
        case K::retry_later: return "retry_later";
        case K::forbidden: return "forbidden";
        case K::interrupted: return "interrupted";
    }
    return "internal";
}

std::string_view meaning(ErrorKind kind) {
    switch (kind) {
        case K::internal: return "A bug.";
        case K::invalid: return "Usage, configuration or malformed input.";
        case K::not_found: return "No such customer, account, transaction or limit.";
        case K::refused: return "A rule of the bank says no.";
        case K::conflict: return "A version moved, a key was used for another request, or a name is taken.";
        case K::integrity: return "The books were altered.";
        case K::unavailable: return "The storage or the limiter cannot be used; nothing was applied.";
        case K::outcome_unknown:
            return "The storage failed during commit, or the result could not be written: retry with the same key.";
        case K::retry_later: return "Nothing was applied; try again, or wait with --wait.";
        case K::forbidden: return "The user's role does not allow it.";
        case K::interrupted: return "Interrupted before anything was changed; an import reports what it applied.";
    }
    return {};
}

int exit_code(ErrorKind kind) {
    switch (kind) {
        case K::internal: return 1;
        case K::invalid: return 2;
        case K::not_found: return 3;
        case K::refused: return 4;
        case K::conflict: return 5;
        case K::integrity: return 6;
        case K::unavailable: return 69;
        case K::outcome_unknown: return 74;
        case K::retry_later: return 75;
        case K::forbidden: return 77;
        case K::interrupted: return 130;
    }
    return 1;
}

}  // namespace bankctl
