// bankctl balance: what accounts have, now or at a time, in one consistent snapshot.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"ACCOUNT", "the accounts' ids, also of the bank's own", false, true}};
constexpr Option k_options[] = {{"all", "", "all accounts, by id"},
                                {"at", "TIME", "as of this time, inclusive: RFC 3339, or a date for its 00:00 UTC"}};
constexpr Example k_examples[] = {
    {"bankctl balance alice", "one account"},
    {"bankctl balance alice bob --at 2026-01-31", "two accounts as of a day's beginning"},
    {"bankctl balance --all --json | jq '.data[] | {account, minor: .balance.minor}'", "all of them, for jq"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found, ErrorCode::invalid_time, ErrorCode::balance_overflow};

/// Only in the journal's order does every balance stay within what is exact in JSON, not by effective time.
PastBalance exact_balance_at(port::Snapshot& snapshot, const Account& account, Timestamp at) {
    const PastBalance past = balance_at(snapshot, account, at);
    if (past.balance_minor >= -k_minor_max && past.balance_minor <= k_minor_max) return past;
    throw Failure(Error(ErrorCode::balance_overflow,
                        "the balance of " + account.id.text + " at that time is beyond 9007199254740991 minor units",
                        "ask for another time, or see bankctl transaction export --format hledger")
                      .with("account", account.id.text));
}

Json row_of(port::Snapshot& snapshot, const Account& account, const std::optional<Timestamp>& at, Timestamp now) {
    if (at) return past_balance_json(account, exact_balance_at(snapshot, account, *at));
    return balance_json(balance_now(snapshot, account, now));
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    std::vector<AccountId> ids;
    for (const std::string& text : arguments.values("ACCOUNT"))
        ids.push_back(parse_any_account_id(text).value_or_throw());
    const bool is_all = arguments.has("all");
    const auto at = optional_argument(arguments, "at", parse_time);
    if (is_all == !ids.empty()) {
        throw Failure(ids.empty()
                          ? Error(ErrorCode::missing_argument, "ACCOUNT is missing", "name accounts, or give --all")
                          : Error(ErrorCode::usage, "--all and names of accounts contradict each other"));
    }
    return [ids, is_all, at](Context& context) {
        context.ledger().read([&](port::Snapshot& snapshot) {
            const Timestamp now = context.clock().now();
            const Json seq{{"seq", snapshot.head().seq.value}};
            if (ids.size() == 1)
                return context.print(row_of(snapshot, find_account(snapshot, ids.front()).value_or_throw(), at, now),
                                     seq);
            std::vector<Account> named;  // all found before the first is printed
            for (const AccountId& id : ids) named.push_back(find_account(snapshot, id).value_or_throw());
            ListPrinter printer(context);
            const auto print = [&](const Account& account) { return printer.add(row_of(snapshot, account, at, now)); };
            for (const Account& account : named) print(account);
            if (is_all) snapshot.scan_accounts(AccountId{}, print);
            printer.finish(nullptr, seq);
        });
    };
}

}  // namespace

const Command k_balance{
    .noun = "balance",
    .verb = "",
    .summary = "Show balances, now or at a time",
    .description =
        "Shows balances from one consistent snapshot of the bank; the JSON document carries the seq it shows. A "
        "balance "
        "is credits minus debits; available is balance minus held plus overdraft. With --at, held and available are "
        "null "
        "and the status is that of now. One account answers balance/v1, several or --all balance.list/v1.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_balance_document,
    .list_document = &k_balance_list_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
