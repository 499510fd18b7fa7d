// bankctl account list: all accounts by id.
#include "cli/command/all.h"
#include "cli/command/paging.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {k_limit_option, k_after_option};
constexpr Example k_examples[] = {
    {"bankctl account list --json | jq '.data[] | select(.status == \"frozen\")'", "which accounts are frozen"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_cursor};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto limit = optional_argument(arguments, "limit", parse_limit);
    const AccountId after = optional_argument(arguments, "after", parse_cursor<AccountId>).value_or(AccountId{});
    return [limit, after](Context& context) {
        context.ledger().read([&](port::Snapshot& snapshot) {
            const Timestamp now = context.clock().now();
            ListPrinter printer(context);
            printer.finish(print_page<Account>(
                printer, limit, [&](const auto& visit) { snapshot.scan_accounts(after, visit); },
                [&](const Account& account) { return account_json(snapshot, account, now); },
                [](const Account& account) { return account.id.text; }));
        });
    };
}

}  // namespace

const Command k_account_list{.noun = "account",
                             .verb = "list",
                             .summary = "List accounts",
                             .description = "Lists accounts ascending by id, the bank's own (@cash.USD) among them.",
                             .options = k_options,
                             .list_document = &k_account_list_document,
                             .examples = k_examples,
                             .errors = k_errors,
                             .plan = plan};

}  // namespace bankctl::cli
