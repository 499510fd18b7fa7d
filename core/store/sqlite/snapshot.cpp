#include "core/store/sqlite/snapshot.h"

#include <array>
#include <cassert>

#include "core/store/sqlite/list_rows.h"
#include "core/store/sqlite/migrations.h"
#include "core/store/sqlite/rows.h"

namespace bankctl::sqlite {
namespace {

#define JOURNAL_COLUMNS                                                                                            \
    "seq,kind,posted_at,effective_at,user,uid,key,memo,detail,expires_at,amount,of,debit_account,debit_version,"   \
    "debit_balance,debit_previous,debit_jump,credit_account,credit_version,credit_balance,credit_previous,credit_" \
    "jump,"                                                                                                        \
    "hash"
#define ACCOUNT_COLUMNS "number,id,customer,currency,overdraft,status,version,balance,held,last,jump,effective_at"
#define CUSTOMER_COLUMNS "number,id,name,email,phone,version"
#define HOLD_COLUMNS "seq,account,amount,expires_at,status,resolved_by"
#define LIMIT_RULE_COLUMNS "number,user,class,algorithm,rate,period_ms,burst,fails_open,version"

constexpr const char* k_head = "SELECT seq,posted_at,hash FROM journal ORDER BY seq DESC LIMIT 1";
constexpr const char* k_entry = "SELECT " JOURNAL_COLUMNS " FROM journal WHERE seq=?";
constexpr const char* k_entries = "SELECT " JOURNAL_COLUMNS " FROM journal WHERE seq>? ORDER BY seq";
#define ENTRY_VALUES "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
constexpr const char* k_insert_entry = "INSERT INTO journal(" JOURNAL_COLUMNS ")VALUES" ENTRY_VALUES;
constexpr std::size_t k_entries_at_once = 8;  // a statement's beginning and end cost as much as one row
constexpr const char* k_insert_entries =      // OR ROLLBACK: else SQLite copies each page first, to undo one statement
    "INSERT OR ROLLBACK INTO journal(" JOURNAL_COLUMNS ")VALUES" ENTRY_VALUES "," ENTRY_VALUES "," ENTRY_VALUES
    "," ENTRY_VALUES "," ENTRY_VALUES "," ENTRY_VALUES "," ENTRY_VALUES "," ENTRY_VALUES;
constexpr const char* k_account_by_id = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id=?";
constexpr const char* k_account = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE number=?";
constexpr const char* k_accounts = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id>? ORDER BY id";
constexpr const char* k_accounts_of = "SELECT " ACCOUNT_COLUMNS " FROM account WHERE customer=? ORDER BY number";
constexpr const char* k_insert_account = "INSERT INTO account(" ACCOUNT_COLUMNS ")VALUES(?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr const char* k_update_account =
    "UPDATE account SET status=?,version=?,balance=?,held=?,last=?,jump=?,effective_at=? WHERE number=? AND version=?";
constexpr const char* k_customer_by_id = "SELECT " CUSTOMER_COLUMNS " FROM customer WHERE id=?";
constexpr const char* k_customer = "SELECT " CUSTOMER_COLUMNS " FROM customer WHERE number=?";
constexpr const char* k_customers = "SELECT " CUSTOMER_COLUMNS " FROM customer WHERE id>? ORDER BY id";
constexpr const char* k_insert_customer = "INSERT INTO customer(" CUSTOMER_COLUMNS ")VALUES(?,?,?,?,?,?)";
constexpr const char* k_update_customer =
    "UPDATE customer SET name=?,email=?,phone=?,version=? WHERE number=? AND version=?";
constexpr const char* k_hold = "SELECT " HOLD_COLUMNS " FROM hold WHERE seq=?";
constexpr const char* k_holds = "SELECT " HOLD_COLUMNS " FROM hold ORDER BY seq";
constexpr const char* k_expiring_holds =
    "SELECT " HOLD_COLUMNS " FROM hold WHERE account=? AND status=0 AND expires_at IS NOT NULL";
constexpr const char* k_insert_hold = "INSERT INTO hold(" HOLD_COLUMNS ")VALUES(?,?,?,?,?,?)";
constexpr const char* k_update_hold = "UPDATE hold SET status=?,resolved_by=? WHERE seq=? AND status=0";
constexpr const char* k_reversals_of = "SELECT of,seq,total,reversible FROM reversal WHERE of=? ORDER BY seq";
constexpr const char* k_reversals = "SELECT of,seq,total,reversible FROM reversal ORDER BY of,seq";
constexpr const char* k_insert_reversal = "INSERT INTO reversal(of,seq,total,reversible)VALUES(?,?,?,?)";
constexpr const char* k_limit_rule = "SELECT " LIMIT_RULE_COLUMNS " FROM limit_rule WHERE user=? AND class=?";
constexpr const char* k_limit_rules = "SELECT " LIMIT_RULE_COLUMNS " FROM limit_rule ORDER BY number";
constexpr const char* k_insert_limit_rule = "INSERT INTO limit_rule(" LIMIT_RULE_COLUMNS ")VALUES(?,?,?,?,?,?,?,?,?)";
constexpr const char* k_update_limit_rule =
    "UPDATE limit_rule SET algorithm=?,rate=?,period_ms=?,burst=?,fails_open=?,version=? WHERE number=? AND version=?";
constexpr std::array k_statements_of_a_posting = {k_head,  k_account_by_id, k_account,
                                                  k_entry, k_insert_entry,  k_update_account};
constexpr const char* k_integrity_check = "PRAGMA integrity_check(10)";
constexpr const char* k_foreign_key_check = "SELECT count(*)FROM pragma_foreign_key_check";

std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void bind_leg(Query& query, const std::optional<Leg>& leg) {
    if (leg) {
        query.bind(leg->account.value)
            .bind(leg->version)
            .bind(leg->balance_minor)
            .bind(leg->previous.value)
            .bind(leg->jump.value);
    } else {
        query.bind_null().bind_null().bind_null().bind_null().bind_null();
    }
}

void bind_entry(Query& query, const JournalEntry& entry) {
    query.bind(entry.seq.value)
        .bind(static_cast<std::int64_t>(entry.kind))
        .bind(entry.posted_at.us)
        .bind(entry.effective_at);
    query.bind(entry.user).bind(entry.uid).bind(entry.key).bind(entry.memo).bind(entry.detail).bind(entry.expires_at);
    query.bind(entry.amount_minor).bind_seq(entry.of);
    bind_leg(query, entry.debit);
    bind_leg(query, entry.credit);
    query.bind_blob(bytes_of(entry.hash));
}

/// The values of algorithm, rate, period_ms, burst and fails_open.
void bind_policy(Query& query, const std::optional<LimitPolicy>& policy) {
    if (!policy) {
        query.bind_null().bind_null().bind_null().bind_null().bind_null();
        return;
    }
    query.bind(static_cast<std::int64_t>(policy->algorithm));
    if (policy->algorithm == LimitAlgorithm::none) {
        query.bind_null().bind_null().bind_null();
    } else {
        query.bind(policy->rate).bind(policy->period_ms).bind(policy->burst);
    }
    query.bind(std::int64_t{policy->fails_open});
}

}  // namespace

port::Head SqliteUnitOfWork::head() {
    const auto read = [](Query& row) {
        row.first_column();
        const Seq seq = row.seq();
        const Timestamp posted_at{row.integer()};
        return port::Head{seq, posted_at, read_digest(row)};
    };
    Query query = connection_.query(k_head, "journal");
    return first_row(query, read).value_or(port::Head{});
}

std::optional<JournalEntry> SqliteUnitOfWork::entry(Seq seq) {
    Query query = connection_.query(k_entry, "journal");
    query.bind(seq.value);
    return first_row(query, read_entry);
}

std::optional<Seq> SqliteUnitOfWork::keyed(const IdempotencyKey& key) { return keys_.find(key.text); }

std::optional<Account> SqliteUnitOfWork::account(const AccountId& id) {
    Query query = connection_.query(k_account_by_id, "account");
    query.bind(id.text);
    return first_row(query, read_account);
}

std::optional<Account> SqliteUnitOfWork::account(Seq number) {
    Query query = connection_.query(k_account, "account");
    query.bind(number.value);
    return first_row(query, read_account);
}

std::vector<Account> SqliteUnitOfWork::accounts_of(Seq customer) {
    Query query = connection_.query(k_accounts_of, "account");
    query.bind(customer.value);
    return all_rows(query, read_account);
}

std::optional<Customer> SqliteUnitOfWork::customer(const CustomerId& id) {
    Query query = connection_.query(k_customer_by_id, "customer");
    query.bind(id.text);
    return first_row(query, read_customer);
}

std::optional<Customer> SqliteUnitOfWork::customer(Seq number) {
    Query query = connection_.query(k_customer, "customer");
    query.bind(number.value);
    return first_row(query, read_customer);
}

std::optional<Hold> SqliteUnitOfWork::hold(Seq seq) {
    Query query = connection_.query(k_hold, "hold");
    query.bind(seq.value);
    return first_row(query, read_hold);
}

std::vector<Hold> SqliteUnitOfWork::expiring_holds(Seq account) {
    Query query = connection_.query(k_expiring_holds, "hold");
    query.bind(account.value);
    return all_rows(query, read_expiring_hold);
}

std::vector<Reversal> SqliteUnitOfWork::reversals(Seq of) {
    Query query = connection_.query(k_reversals_of, "reversal");
    query.bind(of.value);
    return all_rows(query, read_reversal);
}

std::optional<LimitRule> SqliteUnitOfWork::limit_rule(const std::string& user, LimitClass limit_class) {
    Query query = connection_.query(k_limit_rule, "limit_rule");
    query.bind(user).bind(static_cast<std::int64_t>(limit_class));
    return first_row(query, read_limit_rule);
}

void SqliteUnitOfWork::scan_entries(Seq after, const port::Visitor<JournalEntry>& visit) {
    Query query = connection_.query(k_entries, "journal");
    query.bind(after.value);
    visit_rows(query, read_entry, visit);
}

void SqliteUnitOfWork::scan_accounts(const AccountId& after, const port::Visitor<Account>& visit) {
    Query query = connection_.query(k_accounts, "account");
    query.bind(after.text);
    visit_rows(query, read_account, visit);
}

void SqliteUnitOfWork::scan_customers(const CustomerId& after, const port::Visitor<Customer>& visit) {
    Query query = connection_.query(k_customers, "customer");
    query.bind(after.text);
    visit_rows(query, read_customer, visit);
}

void SqliteUnitOfWork::scan_holds(const port::Visitor<Hold>& visit) {
    Query query = connection_.query(k_holds, "hold");
    visit_rows(query, read_hold, visit);
}

void SqliteUnitOfWork::scan_reversals(const port::Visitor<Reversal>& visit) {
    Query query = connection_.query(k_reversals, "reversal");
    visit_rows(query, read_reversal, visit);
}

void SqliteUnitOfWork::scan_limit_rules(const port::Visitor<LimitRule>& visit) {
    Query query = connection_.query(k_limit_rules, "limit_rule");
    visit_rows(query, read_limit_rule, visit);
}

std::int64_t SqliteUnitOfWork::count_keys() { return keys_.count(); }

std::vector<port::Check> SqliteUnitOfWork::self_check() {
    port::Check sqlite{"sqlite", true, "integrity_check and foreign_key_check pass"};
    Query query = connection_.query(k_integrity_check, "integrity_check");
    while (query.next()) {
        const std::string finding = query.first_column().text();
        if (finding == "ok") continue;
        if (sqlite.ok) sqlite = {"sqlite", false, finding};
    }
    if (!sqlite.ok) connection_.require_readable();
    if (sqlite.ok && connection_.single_integer(k_foreign_key_check) != 0)
        sqlite = {"sqlite", false, "a row refers to one that does not exist"};
    if (sqlite.ok) {
        ListCheck lists(connection_);
        check_dispute_lists(lists);
        check_loan_lists(lists);
        lists.finish();
        if (!lists.finding().empty()) sqlite = {"sqlite", false, lists.finding()};
    }
    return {check_schema(connection_), sqlite};
}

void SqliteUnitOfWork::save(const port::Changes& changes) {
    insert(changes.entries);
    for (const JournalEntry& entry : changes.entries) {
        if (entry.key) keys_.add(*entry.key, entry.seq);
    }
    keys_.insert();
    for (const auto& change : changes.customers) put(change);
    for (const auto& change : changes.accounts) put(change);
    for (const auto& change : changes.holds) put(change);
    for (const Reversal& reversal : changes.reversals) insert(reversal);
    for (const auto& change : changes.limit_rules) put(change);
    for (const StoredPolicy& policy : changes.policies) insert(policy);
    for (const auto& change : changes.disputes) put(change);
    for (const auto& change : changes.loans) put(change);
    for (const auto& change : changes.notifications) put(change);
}

void SqliteUnitOfWork::prepare() {
    for (const char* const statement : k_statements_of_a_posting) connection_.query(statement, "");
    keys_.prepare();
}

void SqliteUnitOfWork::insert(std::span<const JournalEntry> entries) {
    while (!entries.empty()) {
        const std::size_t rows = entries.size() < k_entries_at_once ? 1 : k_entries_at_once;
        Query query = connection_.query(rows == 1 ? k_insert_entry : k_insert_entries, "journal");
        for (const JournalEntry& entry : entries.first(rows)) bind_entry(query, entry);
        query.run();
        entries = entries.subspan(rows);
    }
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<Account>& change) {
    const Account& row = change.row;
    if (change.version_before == 0) {
        const std::string currency(row.currency.code);
        Query query = connection_.query(k_insert_account, "account");
        query.bind(row.number.value).bind(row.id.text).bind_seq(row.customer).bind(currency).bind(row.overdraft_minor);
        query.bind(static_cast<std::int64_t>(row.status))
            .bind(row.version)
            .bind(row.balance_minor)
            .bind(row.held_minor);
        query.bind(row.last.value).bind(row.jump.value).bind(row.effective_at).run();
        return;
    }
    Query query = connection_.query(k_update_account, "account");
    query.bind(static_cast<std::int64_t>(row.status)).bind(row.version).bind(row.balance_minor).bind(row.held_minor);
    query.bind(row.last.value)
        .bind(row.jump.value)
        .bind(row.effective_at)
        .bind(row.number.value)
        .bind(change.version_before);
    expect_one(query.run(), "account");
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<Customer>& change) {
    const Customer& row = change.row;
    if (change.version_before == 0) {
        Query query = connection_.query(k_insert_customer, "customer");
        query.bind(row.number.value)
            .bind(row.id.text)
            .bind(row.name)
            .bind(row.email)
            .bind(row.phone)
            .bind(row.version)
            .run();
        return;
    }
    Query query = connection_.query(k_update_customer, "customer");
    query.bind(row.name)
        .bind(row.email)
        .bind(row.phone)
        .bind(row.version)
        .bind(row.number.value)
        .bind(change.version_before);
    expect_one(query.run(), "customer");
}

void SqliteUnitOfWork::put(const port::Changes::HoldChange& change) {
    const Hold& row = change.row;
    if (change.is_new) {
        Query query = connection_.query(k_insert_hold, "hold");
        query.bind(row.seq.value).bind(row.account.value).bind(row.amount_minor).bind(row.expires_at);
        query.bind(static_cast<std::int64_t>(row.status)).bind_seq(row.resolved_by).run();
        return;
    }
    Query query = connection_.query(k_update_hold, "hold");
    expect_one(query.bind(static_cast<std::int64_t>(row.status)).bind_seq(row.resolved_by).bind(row.seq.value).run(),
               "hold");
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<LimitRule>& change) {
    const LimitRule& row = change.row;
    if (change.version_before == 0) {
        Query query = connection_.query(k_insert_limit_rule, "limit_rule");
        query.bind(row.number.value).bind(row.user).bind(static_cast<std::int64_t>(row.limit_class));
        bind_policy(query, row.policy);
        query.bind(row.version).run();
        return;
    }
    Query query = connection_.query(k_update_limit_rule, "limit_rule");
    bind_policy(query, row.policy);
    query.bind(row.version).bind(row.number.value).bind(change.version_before);
    expect_one(query.run(), "limit_rule");
}

void SqliteUnitOfWork::insert(const Reversal& reversal) {
    Query query = connection_.query(k_insert_reversal, "reversal");
    query.bind(reversal.of.value).bind(reversal.seq.value).bind(reversal.total_minor).bind(reversal.limit_minor).run();
}

}  // namespace bankctl::sqlite
