// bankctl account show: one account with its balance.
#include "cli/command/all.h"
#include "cli/command/common.h"
#include "core/service/lookup.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"ID", "the account's id, also of one of the bank's own (@cash.USD)"}};
constexpr Example k_examples[] = {{"bankctl account show alice", "status, overdraft and balance"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const AccountId id = required_argument(arguments, "ID", parse_any_account_id);
    return [id](Context& context) {
        Json data;
        context.ledger().read([&](port::Snapshot& snapshot) {
            data = account_json(snapshot, find_account(snapshot, id).value_or_throw(), context.clock().now());
        });
        context.print(data);
    };
}

}  // namespace

const Command k_account_show{.noun = "account",
                             .verb = "show",
                             .summary = "Show an account",
                             .description = "Shows an account as of now.",
                             .positionals = k_positionals,
                             .document = &k_account_document,
                             .examples = k_examples,
                             .errors = k_errors,
                             .plan = plan};

}  // namespace bankctl::cli
