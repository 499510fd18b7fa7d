// bankctl transaction hold: an amount is set aside.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_account_positional, k_amount_positional};
constexpr Option k_options[] = {{"expires", "TIME", "when the hold ends by itself (default: never)"},
                                k_memo_option,
                                k_at_option,
                                k_key_option,
                                k_if_version_option,
                                k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl transaction hold alice 50.00 --expires 2027-01-31", "set aside until a day"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found,        ErrorCode::account_frozen,
                                  ErrorCode::account_closed,           ErrorCode::amount_precision,
                                  ErrorCode::insufficient_funds,       ErrorCode::version_conflict,
                                  ErrorCode::idempotency_key_mismatch, ErrorCode::invalid_time};

std::function<void(Context&)> plan(const Arguments& arguments) {
    TransactionRequest request = transaction_request(EntryKind::hold, arguments);
    request.expires_at = optional_argument(arguments, "expires", parse_time);
    return posting_plan(request, arguments);
}

}  // namespace

const Command k_transaction_hold{.noun = "transaction",
                                 .verb = "hold",
                                 .summary = "Hold an amount",
                                 .description =
                                     "Reduces ACCOUNT's available balance by AMOUNT until the hold is captured, "
                                     "released or expires. The balance itself does not change.",
                                 .positionals = k_positionals,
                                 .options = k_options,
                                 .document = &k_transaction_document,
                                 .examples = k_examples,
                                 .errors = k_errors,
                                 .plan = plan};

}  // namespace bankctl::cli
