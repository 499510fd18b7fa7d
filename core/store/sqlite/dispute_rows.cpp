// The unit of work's part about disputes, policies and notifications, as lists of list_rows.h; what an element does not
// have of rank, due_at and number is 0.
//
//   list                rank  due_at  number     state
//   dispute                           number     the dispute, packed
//   queue               rank  due     number     every dispute in its place, and so in the three lists that follow
//   team:TEAM           rank  due     number
//   status:STATUS       rank  due     number
//   status:STATUS:TEAM  rank  due     number
//   assignee:NAME       rank  due     number     if it has one
//   customer:NUMBER                   number     every dispute
//   payment:SEQ                                  the number of the open dispute about this transaction
//   policy:SHA256                     number
//   notification              entry   ordinal    the notification, packed
//   undelivered:STATUS        entry   ordinal    those that are not delivered
#include <algorithm>

#include "core/base/text.h"
#include "core/store/sqlite/list_rows.h"
#include "core/store/sqlite/packed.h"
#include "core/store/sqlite/rows.h"
#include "core/store/sqlite/snapshot.h"

namespace bankctl::sqlite {
namespace {

#define SELECT_ROWS "SELECT due_at,number,state FROM list_row "
constexpr const char* k_disputes =
    SELECT_ROWS "WHERE list='dispute'AND rank=0 AND due_at=0 AND number>?ORDER BY number";
constexpr const char* k_notifications =
    SELECT_ROWS "WHERE list='notification'AND rank=0 AND(due_at,number)>(?,?)ORDER BY due_at,number";
constexpr const char* k_policies =
    "SELECT list,number FROM list_row WHERE list>='policy:'AND list<'policy;'ORDER BY list";
constexpr const char* k_policy = "SELECT number FROM list_row WHERE list=?";
// CROSS JOIN: SQLite keeps this order of the two, and walks along the list.
#define SELECT_LISTED                                                                                         \
    "SELECT d.due_at,d.number,d.state FROM list_row q CROSS JOIN list_row d ON d.list='dispute'AND d.rank=0 " \
    "AND d.due_at=0 AND d.number=q.number WHERE q.list=? AND q.rank=? AND "
constexpr const char* k_queue = SELECT_LISTED "q.due_at<=? AND(q.due_at,q.number)>(?,?)ORDER BY q.due_at,q.number";
constexpr const char* k_customer = SELECT_LISTED "q.due_at=0 ORDER BY q.number DESC LIMIT ?";
constexpr const char* k_undelivered =
    "SELECT d.due_at,d.number,d.state FROM list_row q CROSS JOIN list_row d ON d.list='notification'AND "
    "d.rank=0 AND d.due_at=q.due_at AND d.number=q.number WHERE q.list=? AND q.rank=0 AND(q.due_at,q.number)>(?,?)"
    "ORDER BY q.due_at,q.number";

Place place_of_dispute(Seq number) { return {"dispute", 0, 0, number.value}; }
Place place_of_notification(const NotificationId& id) { return {"notification", 0, id.entry.value, id.ordinal}; }

std::string list_of(const std::optional<DisputeStatus>& status, const std::optional<std::string>& team) {
    if (!status) return team ? "team:" + *team : "queue";
    return "status:" + std::to_string(static_cast<int>(*status)) + (team ? ":" + *team : "");
}

std::string list_of_customer(Seq customer) { return "customer:" + std::to_string(customer.value); }
Place place_of_payment(Seq payment) { return {"payment:" + std::to_string(payment.value), 0, 0, 0}; }

/// All places of a dispute beside its own, without the payment's.
std::vector<Place> places_of(const Dispute& row) {
    const DisputePlace place = place_of(row);
    std::vector<Place> places{{list_of_customer(row.customer), 0, 0, row.number.value}};
    const auto add = [&](std::string list) {
        places.push_back({std::move(list), place.rank, place.due, row.number.value});
    };
    add(list_of({}, {}));
    add(list_of({}, row.team));
    add(list_of(row.status, {}));
    add(list_of(row.status, row.team));
    if (row.assignee) add("assignee:" + *row.assignee);
    return places;
}

std::vector<Place> places_of(const Notification& row) {
    if (row.status == NotificationStatus::delivered) return {};
    return {{"undelivered:" + std::to_string(static_cast<int>(row.status)), 0, row.id.entry.value, row.id.ordinal}};
}

/// Disputed while the dispute is open.
std::optional<Place> payment_of(const Dispute& row) {
    if (!row.transaction || !is_open(row.status)) return std::nullopt;
    return place_of_payment(row.transaction);
}

std::string packed(const Dispute& row) {
    Packer packer;
    packer.add(row.customer).add(row.transaction).add(row.last).add(row.assessment).add(row.version);
    packer.add(row.filed_at).add(row.changed_at).add(row.status).add(row.outcome).add(row.category);
    packer.add(row.category_filed).add(std::int64_t{row.confidence_bp}).add(std::int64_t{row.priority}).add(row.risk);
    packer.add(row.team).add(row.assignee).add(row.decided_by).add(row.due_at).add(row.currency);
    packer.add(row.credit).add(row.credit_minor).add(row.credited_at).add(row.refund).add(row.refund_minor);
    packer.add(row.acknowledged_at).add(row.decided_at).add(std::int64_t{row.was_late});
    packer.add(row.paused_since).add(row.paused_us);
    return packer.take();
}

Dispute dispute_from(Seq number, std::string_view state) {
    constexpr std::int32_t k_confidence_max = 10'000;
    Unpacker from(state);
    Dispute row;
    row.number = number;
    from.read(row.customer);
    from.read(row.transaction);
    from.read(row.last);
    from.read(row.assessment);
    from.read(row.version);
    from.read(row.filed_at);
    from.read(row.changed_at);
    from.read(row.status, DisputeStatus::withdrawn);
    from.read(row.outcome, DisputeOutcome::rejected);
    from.read(row.category, DisputeCategory::not_a_dispute);
    from.read(row.category_filed, DisputeCategory::not_a_dispute);
    from.read(row.confidence_bp, k_confidence_max);
    from.read(row.priority, k_ended_ranks);
    from.read(row.risk, RiskBand::high);
    from.read(row.team);
    from.read(row.assignee);
    from.read(row.decided_by, DecidedBy::external);
    from.read(row.due_at);
    from.read(row.currency);
    from.read(row.credit);
    from.read(row.credit_minor);
    from.read(row.credited_at);
    from.read(row.refund);
    from.read(row.refund_minor);
    from.read(row.acknowledged_at);
    from.read(row.decided_at);
    from.read(row.was_late, true);
    from.read(row.paused_since);
    from.read(row.paused_us);
    from.end();
    return row;
}

Dispute read_dispute(Query& row) {
    row.first_column().integer();
    const Seq number = row.seq();
    return dispute_from(number, row.text());
}

std::string packed(const Notification& row) {
    Packer packer;
    packer.add(row.about).add(row.recipient_kind).add(row.recipient).add(row.status).add(row.attempts);
    packer.add(row.next_attempt_at).add(row.last_error).add(row.version);
    return packer.take();
}

Notification notification_from(const NotificationId& id, std::string_view state) {
    Unpacker from(state);
    Notification row;
    row.id = id;
    from.read(row.about);
    from.read(row.recipient_kind, RecipientKind::customer);
    from.read(row.recipient);
    from.read(row.status, NotificationStatus::dead);
    from.read(row.attempts);
    from.read(row.next_attempt_at);
    from.read(row.last_error);
    from.read(row.version);
    from.end();
    return row;
}

Notification read_notification(Query& row) {
    NotificationId id;
    id.entry = row.first_column().seq();
    id.ordinal = static_cast<int>(row.integer());
    return notification_from(id, row.text());
}

template <class Row>
std::optional<std::vector<Place>> places_before(const std::optional<Row>& before) {
    return before ? std::optional(places_of(*before)) : std::nullopt;
}

/// Reads a whole queue of one customer, which is short, and puts it in order.
void scan_customer(SqliteUnitOfWork& unit, const DisputeQueue& queue, const port::Visitor<Dispute>& visit) {
    std::vector<Dispute> rows = unit.disputes_of(*queue.customer, INT64_MAX);
    std::ranges::sort(rows, {}, [](const Dispute& row) { return place_of(row); });
    for (const Dispute& row : rows) {
        if (queue.matches(row) && !visit(row)) return;
    }
}

}  // namespace

std::optional<Dispute> SqliteUnitOfWork::dispute(Seq number) {
    const std::optional<std::string> state = state_at(connection_, place_of_dispute(number));
    if (!state) return std::nullopt;
    return dispute_from(number, *state);
}

std::optional<Seq> SqliteUnitOfWork::open_dispute(Seq transaction) {
    const std::optional<std::string> state = state_at(connection_, place_of_payment(transaction));
    if (!state) return std::nullopt;
    Seq number;
    Unpacker from(*state);
    from.read(number);
    from.end();
    return number;
}

std::vector<Dispute> SqliteUnitOfWork::disputes_of(Seq customer, std::int64_t limit) {
    const std::string list = list_of_customer(customer);
    Query query = connection_.query(k_customer, k_list_table);
    query.bind(list).bind(std::int64_t{0}).bind(limit);
    return all_rows(query, read_dispute);
}

void SqliteUnitOfWork::scan_disputes(Seq after, const port::Visitor<Dispute>& visit) {
    Query query = connection_.query(k_disputes, k_list_table);
    query.bind(after.value);
    visit_rows(query, read_dispute, visit);
}

void SqliteUnitOfWork::scan_queue(const DisputeQueue& queue, const port::Visitor<Dispute>& visit) {
    if (queue.customer) return scan_customer(*this, queue, visit);
    const std::string list = queue.assignee ? "assignee:" + *queue.assignee : list_of(queue.status, queue.team);
    const std::int64_t due_last = queue.due_before ? queue.due_before->us - 1 : k_never_due;
    bool goes_on = true;
    for (int rank = 1; rank <= k_ranks && goes_on; ++rank) {
        if (!queue.has_rank(rank) || (queue.after && rank < queue.after->rank)) continue;
        const bool is_within = queue.after && queue.after->rank == rank;
        Query query = connection_.query(k_queue, k_list_table);
        query.bind(list).bind(std::int64_t{rank}).bind(due_last);
        query.bind(is_within ? queue.after->due : INT64_MIN).bind(is_within ? queue.after->number.value : 0);
        visit_rows(query, read_dispute, [&](const Dispute& row) {
            goes_on = !queue.matches(row) || visit(row);
            return goes_on;
        });
    }
}

std::optional<StoredPolicy> SqliteUnitOfWork::policy(const std::string& sha256) {
    const std::string list = "policy:" + sha256;
    Query query = connection_.query(k_policy, k_list_table);
    query.bind(list);
    return first_row(query, [&](Query& row) { return StoredPolicy{row.first_column().seq(), sha256}; });
}

void SqliteUnitOfWork::scan_policies(const port::Visitor<StoredPolicy>& visit) {
    Query query = connection_.query(k_policies, k_list_table);
    const auto read = [](Query& row) {
        const std::string list = row.first_column().text();
        return StoredPolicy{row.seq(), list.substr(list.find(':') + 1)};
    };
    std::vector<StoredPolicy> policies = all_rows(query, read);
    std::ranges::sort(policies, {}, &StoredPolicy::number);
    for (const StoredPolicy& policy : policies) {
        if (!visit(policy)) return;
    }
}

std::optional<Notification> SqliteUnitOfWork::notification(const NotificationId& id) {
    const std::optional<std::string> state = state_at(connection_, place_of_notification(id));
    if (!state) return std::nullopt;
    return notification_from(id, *state);
}

void SqliteUnitOfWork::scan_notifications(const NotificationId& after, std::optional<NotificationStatus> status,
                                          const port::Visitor<Notification>& visit) {
    const bool is_undelivered = status && *status != NotificationStatus::delivered;
    const std::string list = is_undelivered ? "undelivered:" + std::to_string(static_cast<int>(*status)) : "";
    Query query = connection_.query(is_undelivered ? k_undelivered : k_notifications, k_list_table);
    if (is_undelivered) query.bind(list);
    query.bind(after.entry.value).bind(std::int64_t{after.ordinal});
    visit_rows(query, read_notification,
               [&](const Notification& row) { return (status && row.status != *status) || visit(row); });
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<Dispute>& change) {
    const Dispute& row = change.row;
    const auto before =
        replaced(change.version_before == 0 ? std::nullopt : dispute(row.number), change.version_before);
    put_row(connection_, place_of_dispute(row.number), packed(row), places_of(row), places_before(before));
    const std::optional<Place> disputed = payment_of(row);
    const std::optional<Place> disputed_before = before ? payment_of(*before) : std::nullopt;
    if (disputed == disputed_before) return;
    if (disputed_before) delete_at(connection_, *disputed_before);
    if (disputed) insert_at(connection_, *disputed, Packer().add(row.number).take());
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<Notification>& change) {
    const Notification& row = change.row;
    const auto before =
        replaced(change.version_before == 0 ? std::nullopt : notification(row.id), change.version_before);
    put_row(connection_, place_of_notification(row.id), packed(row), places_of(row), places_before(before));
}

void SqliteUnitOfWork::insert(const StoredPolicy& policy) {
    insert_at(connection_, {"policy:" + policy.sha256, 0, 0, policy.number.value}, std::nullopt);
}

void SqliteUnitOfWork::check_dispute_lists(ListCheck& check) {
    scan_disputes(Seq{INT64_MIN}, [&](const Dispute& row) {
        check.count();
        for (const Place& place : places_of(row)) check.require_at(place, "");
        if (const auto payment = payment_of(row)) check.require_at(*payment, Packer().add(row.number).take());
        return check.finding().empty();
    });
    scan_notifications({Seq{INT64_MIN}, 0}, std::nullopt, [&](const Notification& row) {
        check.count();
        for (const Place& place : places_of(row)) check.require_at(place, "");
        return check.finding().empty();
    });
    scan_policies([&](const StoredPolicy& policy) {
        check.require_at({"policy:" + policy.sha256, 0, 0, policy.number.value}, "");
        return check.finding().empty();
    });
}

}  // namespace bankctl::sqlite
