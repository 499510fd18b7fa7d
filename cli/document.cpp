#include "cli/document.h"

namespace bankctl::cli {
namespace {

using enum CellType;

constexpr Field k_transaction_fields[] = {{"seq", number},
                                          {"kind"},
                                          {"amount", money},
                                          {"currency", text, false},
                                          {"debit_account"},
                                          {"credit_account"},
                                          {"key", text, false},
                                          {"memo"},
                                          {"posted_at", time, false},
                                          {"effective_at", time},
                                          {"user", text, false},
                                          {"uid", number, false},
                                          {"reverses", number, false},
                                          {"reversed_by", list, false},
                                          {"hold", number, false},
                                          {"hold_status", text, false},
                                          {"expires_at", time, false},
                                          {"hash", text, false},
                                          {"replayed", boolean, false},
                                          {"dry_run", boolean, false},
                                          {"accounts", nested, false}};
/// One transaction is shown whole.
constexpr Field k_one_transaction_fields[] = {{"seq", number},
                                              {"kind"},
                                              {"amount", money},
                                              {"currency", text, false},
                                              {"debit_account"},
                                              {"credit_account"},
                                              {"key"},
                                              {"memo"},
                                              {"posted_at", time},
                                              {"effective_at", time},
                                              {"user"},
                                              {"uid", number},
                                              {"reverses", number},
                                              {"reversed_by", list},
                                              {"hold", number},
                                              {"hold_status"},
                                              {"expires_at", time},
                                              {"hash"},
                                              {"replayed", boolean},
                                              {"dry_run", boolean},
                                              {"accounts", nested}};
constexpr Field k_balance_fields[] = {{"account"},        {"currency", text, false}, {"version", number}, {"status"},
                                      {"balance", money}, {"held", money},           {"available", money}};
constexpr Field k_account_fields[] = {{"id"},
                                      {"customer"},
                                      {"currency", text, false},
                                      {"status"},
                                      {"version", number},
                                      {"overdraft", money, false},
                                      {"balance", money},
                                      {"held", money, false},
                                      {"available", money},
                                      {"opened_at", time, false},
                                      {"replayed", boolean, false},
                                      {"dry_run", boolean, false}};
constexpr Field k_one_account_fields[] = {{"id"},
                                          {"customer"},
                                          {"currency"},
                                          {"status"},
                                          {"version", number},
                                          {"overdraft", money},
                                          {"balance", money},
                                          {"held", money},
                                          {"available", money},
                                          {"opened_at", time},
                                          {"replayed", boolean},
                                          {"dry_run", boolean}};
constexpr Field k_customer_fields[] = {{"id"},
                                       {"name"},
                                       {"email"},
                                       {"phone"},
                                       {"version", number},
                                       {"added_at", time},
                                       {"replayed", boolean, false},
                                       {"dry_run", boolean, false}};

Json text_json(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }
Json seq_json(Seq seq) { return seq ? Json(seq.value) : Json(nullptr); }
Json id_json(const std::optional<AccountId>& id) { return id ? Json(id->text) : Json(nullptr); }

Json leg_json(const std::optional<AccountId>& id, const std::optional<Leg>& leg, const Currency& currency) {
    return {{"id", id->text}, {"version", leg->version}, {"balance", money_json(currency, leg->balance_minor)}};
}

}  // namespace

const DocumentInfo k_transaction_document{"transaction/v1", k_one_transaction_fields};
const DocumentInfo k_transaction_list_document{"transaction.list/v1", k_transaction_fields};
const DocumentInfo k_balance_document{"balance/v1", k_balance_fields};
const DocumentInfo k_balance_list_document{"balance.list/v1", k_balance_fields};
const DocumentInfo k_account_document{"account.show/v1", k_one_account_fields};
const DocumentInfo k_account_list_document{"account.list/v1", k_account_fields};
const DocumentInfo k_customer_document{"customer.show/v1", k_customer_fields};
const DocumentInfo k_customer_list_document{"customer.list/v1", k_customer_fields};

Json money_json(const Currency& currency, std::int64_t minor) {
    return {{"currency", currency.code}, {"minor", minor}, {"decimal", decimal_text({currency, minor})}};
}

Json time_json(const std::optional<Timestamp>& time) { return time ? Json(format_time(*time)) : Json(nullptr); }

Json transaction_json(const TransactionView& view, WriteFlags flags) {
    const JournalEntry& entry = view.entry;
    const bool ends_hold = entry.kind == EntryKind::capture || entry.kind == EntryKind::release;
    Json reversed_by = Json::array();
    for (const Seq seq : view.reversed_by) reversed_by.push_back(seq.value);
    Json accounts = Json::array();
    if (entry.debit) accounts.push_back(leg_json(view.debit_account, entry.debit, view.currency));
    if (entry.credit) accounts.push_back(leg_json(view.credit_account, entry.credit, view.currency));
    return {{"seq", flags.is_dry_run ? Json(nullptr) : Json(entry.seq.value)},
            {"kind", name(entry.kind)},
            {"amount", money_json(view.currency, entry.amount_minor)},
            {"currency", view.currency.code},
            {"debit_account", id_json(view.debit_account)},
            {"credit_account", id_json(view.credit_account)},
            {"key", text_json(entry.key)},
            {"memo", text_json(entry.memo)},
            {"posted_at", time_json(entry.posted_at)},
            {"effective_at", time_json(entry.effective_at)},
            {"user", entry.user},
            {"uid", entry.uid},
            {"reverses", entry.kind == EntryKind::reversal ? seq_json(entry.of) : Json(nullptr)},
            {"reversed_by", reversed_by},
            {"hold", ends_hold ? seq_json(entry.of) : Json(nullptr)},
            {"hold_status", view.hold_status ? Json(name(*view.hold_status)) : Json(nullptr)},
            {"expires_at", time_json(entry.expires_at)},
            {"hash", flags.is_dry_run ? Json(nullptr) : Json(to_hex(entry.hash))},
            {"replayed", flags.is_replayed},
            {"dry_run", flags.is_dry_run},
            {"accounts", accounts}};
}

Json balance_json(const BalanceView& view) {
    const Account& account = view.account;
    return {{"account", account.id.text},
            {"currency", account.currency.code},
            {"version", account.version},
            {"status", name(account.status)},
            {"balance", money_json(account.currency, account.balance_minor)},
            {"held", money_json(account.currency, view.held_minor)},
            {"available", money_json(account.currency, view.available_minor)}};
}

Json past_balance_json(const Account& account, const PastBalance& past) {
    return {{"account", account.id.text},
            {"currency", account.currency.code},
            {"version", past.version},
            {"status", name(account.status)},
            {"balance", money_json(account.currency, past.balance_minor)},
            {"held", nullptr},
            {"available", nullptr}};
}

Json account_json(port::Snapshot& snapshot, const Account& account, Timestamp now, WriteFlags flags) {
    const BalanceView view = balance_now(snapshot, account, now);
    const std::optional<Customer> customer = account.customer ? snapshot.customer(account.customer) : std::nullopt;
    return {{"id", account.id.text},
            {"customer", customer ? Json(customer->id.text) : Json(nullptr)},
            {"currency", account.currency.code},
            {"status", name(account.status)},
            {"version", account.version},
            {"overdraft", money_json(account.currency, account.overdraft_minor)},
            {"balance", money_json(account.currency, account.balance_minor)},
            {"held", money_json(account.currency, view.held_minor)},
            {"available", money_json(account.currency, view.available_minor)},
            {"opened_at", time_json(require(snapshot.entry(account.number), "an account's first entry").posted_at)},
            {"replayed", flags.is_replayed},
            {"dry_run", flags.is_dry_run}};
}

Json customer_json(port::Snapshot& snapshot, const Customer& customer, WriteFlags flags) {
    return {{"id", customer.id.text},
            {"name", customer.name},
            {"email", text_json(customer.email)},
            {"phone", text_json(customer.phone)},
            {"version", customer.version},
            {"added_at", time_json(require(snapshot.entry(customer.number), "a customer's first entry").posted_at)},
            {"replayed", flags.is_replayed},
            {"dry_run", flags.is_dry_run}};
}

Json head_json(const port::Head& head) { return {{"seq", head.seq.value}, {"hash", to_hex(head.hash)}}; }

Json verification_json(const Verification& verification) {
    Json checks = Json::array();
    for (const port::Check& check : verification.checks)
        checks.push_back({{"name", check.name}, {"ok", check.ok}, {"detail", check.detail}});
    return {{"ok", verification.is_ok},
            {"seq", verification.head.seq.value},
            {"head", head_json(verification.head)},
            {"checks", checks}};
}

}  // namespace bankctl::cli
