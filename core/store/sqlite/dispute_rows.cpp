// The unit of work's part about disputes, their policies and their notifications.
#include <algorithm>

#include "core/store/sqlite/rows.h"
#include "core/store/sqlite/snapshot.h"

namespace bankctl::sqlite {
namespace {

#define DISPUTE_COLUMNS                                                                                            \
    "number,customer,payment,last,assessment,version,filed_at,changed_at,status,outcome,category,category_filed,"  \
    "confidence_bp,priority,risk,team,assignee,decided_by,due_at,currency,credit,credit_minor,credited_at,refund," \
    "refund_minor,acknowledged_at,decided_at,was_late,paused_since,paused_us,rank"
#define NOTIFICATION_COLUMNS \
    "entry,ordinal,dispute,recipient_kind,recipient,status,attempts,next_attempt_at,last_error,version"
#define SELECT_DISPUTE "SELECT " DISPUTE_COLUMNS " FROM dispute "
#define SELECT_NOTIFICATION "SELECT " NOTIFICATION_COLUMNS " FROM notification "

constexpr const char* k_dispute = SELECT_DISPUTE "WHERE number=?";
constexpr const char* k_open_dispute = "SELECT number FROM dispute WHERE payment=? AND rank<5";
constexpr const char* k_disputes_of = SELECT_DISPUTE "WHERE customer=? ORDER BY number DESC LIMIT ?";
constexpr const char* k_disputes = SELECT_DISPUTE "WHERE number>? ORDER BY number";
constexpr const char* k_insert_dispute =
    "INSERT INTO dispute(" DISPUTE_COLUMNS ")VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
constexpr const char* k_update_dispute =
    "UPDATE dispute SET last=?,assessment=?,version=?,changed_at=?,status=?,outcome=?,category=?,priority=?,risk=?,"
    "team=?,assignee=?,decided_by=?,due_at=?,currency=?,credit=?,credit_minor=?,credited_at=?,refund=?,refund_minor=?,"
    "acknowledged_at=?,decided_at=?,was_late=?,paused_since=?,paused_us=?,rank=? WHERE number=? AND version=?";

// One rank of a queue, a walk along one index; named, so that SQLite never prefers to sort. A customer's cases are few.
#define OF_RANK "rank=? AND due_at<=? AND(due_at,number)>(?,?)ORDER BY due_at,number"
constexpr const char* k_queue = SELECT_DISPUTE "INDEXED BY dispute_queue WHERE " OF_RANK;
constexpr const char* k_queue_team = SELECT_DISPUTE "INDEXED BY dispute_team WHERE team=? AND " OF_RANK;
constexpr const char* k_queue_status = SELECT_DISPUTE "INDEXED BY dispute_status WHERE status=? AND " OF_RANK;
constexpr const char* k_queue_team_status =
    SELECT_DISPUTE "INDEXED BY dispute_team_status WHERE team=? AND status=? AND " OF_RANK;
constexpr const char* k_queue_assignee = SELECT_DISPUTE "INDEXED BY dispute_assignee WHERE assignee=? AND " OF_RANK;
constexpr const char* k_queue_customer = SELECT_DISPUTE "INDEXED BY dispute_customer WHERE customer=? AND " OF_RANK;

constexpr const char* k_policy = "SELECT number,sha256 FROM policy WHERE sha256=?";
constexpr const char* k_policies = "SELECT number,sha256 FROM policy ORDER BY number";
constexpr const char* k_insert_policy = "INSERT INTO policy(number,sha256)VALUES(?,?)";

constexpr const char* k_notification = SELECT_NOTIFICATION "WHERE entry=? AND ordinal=?";
constexpr const char* k_notifications = SELECT_NOTIFICATION "WHERE(entry,ordinal)>(?,?)ORDER BY entry,ordinal";
constexpr const char* k_undelivered = SELECT_NOTIFICATION
    "INDEXED BY notification_undelivered WHERE status=? AND status<>1 AND(entry,ordinal)>(?,?)ORDER BY entry,ordinal";
constexpr const char* k_insert_notification =
    "INSERT INTO notification(" NOTIFICATION_COLUMNS ")VALUES(?,?,?,?,?,?,?,?,?,?)";
constexpr const char* k_update_notification =
    "UPDATE notification SET status=?,attempts=?,next_attempt_at=?,last_error=?,version=? "
    "WHERE entry=? AND ordinal=? AND version=?";

std::int64_t due_of_row(const Dispute& row) { return row.due_at ? row.due_at->us : k_never_due; }

template <class Enum>
void bind_optional(Query& query, const std::optional<Enum>& value) {
    if (value) {
        query.bind(static_cast<std::int64_t>(*value));
    } else {
        query.bind_null();
    }
}

StoredPolicy read_policy(Query& row) {
    row.first_column();
    const Seq number = row.seq();
    return {number, row.text()};
}

/// The statement for a queue, with what it asks for bound: all of the index's columns before the rank.
const char* statement_of(const DisputeQueue& queue) {
    if (queue.customer) return k_queue_customer;
    if (queue.assignee) return k_queue_assignee;
    if (queue.team) return queue.status ? k_queue_team_status : k_queue_team;
    return queue.status ? k_queue_status : k_queue;
}

}  // namespace

std::optional<Dispute> SqliteUnitOfWork::dispute(Seq number) {
    Query query = connection_.query(k_dispute, "dispute");
    query.bind(number.value);
    return first_row(query, read_dispute);
}

std::optional<Seq> SqliteUnitOfWork::open_dispute(Seq transaction) {
    Query query = connection_.query(k_open_dispute, "dispute");
    query.bind(transaction.value);
    return first_row(query, [](Query& row) { return row.first_column().seq(); });
}

std::vector<Dispute> SqliteUnitOfWork::disputes_of(Seq customer, std::int64_t limit) {
    Query query = connection_.query(k_disputes_of, "dispute");
    query.bind(customer.value).bind(limit);
    return all_rows(query, read_dispute);
}

void SqliteUnitOfWork::scan_disputes(Seq after, const port::Visitor<Dispute>& visit) {
    Query query = connection_.query(k_disputes, "dispute");
    query.bind(after.value);
    visit_rows(query, read_dispute, visit);
}

void SqliteUnitOfWork::scan_queue(const DisputeQueue& queue, const port::Visitor<Dispute>& visit) {
    const char* const statement = statement_of(queue);
    const std::int64_t due_last = queue.due_before ? queue.due_before->us - 1 : k_never_due;
    bool goes_on = true;
    for (int rank = 1; rank <= k_ranks && goes_on; ++rank) {
        if (!queue.has_rank(rank) || (queue.after && rank < queue.after->rank)) continue;
        const bool is_within = queue.after && queue.after->rank == rank;
        Query query = connection_.query(statement, "dispute");
        if (statement == k_queue_customer) query.bind(queue.customer->value);
        if (statement == k_queue_assignee) query.bind(*queue.assignee);
        if (statement == k_queue_team || statement == k_queue_team_status) query.bind(*queue.team);
        if (statement == k_queue_status || statement == k_queue_team_status)
            query.bind(static_cast<std::int64_t>(*queue.status));
        query.bind(std::int64_t{rank}).bind(due_last);
        query.bind(is_within ? queue.after->due : INT64_MIN).bind(is_within ? queue.after->number.value : 0);
        visit_rows(query, read_dispute, [&](const Dispute& row) {
            goes_on = !queue.matches(row) || visit(row);
            return goes_on;
        });
    }
}

std::optional<StoredPolicy> SqliteUnitOfWork::policy(const std::string& sha256) {
    Query query = connection_.query(k_policy, "policy");
    query.bind(sha256);
    return first_row(query, read_policy);
}

void SqliteUnitOfWork::scan_policies(const port::Visitor<StoredPolicy>& visit) {
    Query query = connection_.query(k_policies, "policy");
    visit_rows(query, read_policy, visit);
}

std::optional<Notification> SqliteUnitOfWork::notification(const NotificationId& id) {
    Query query = connection_.query(k_notification, "notification");
    query.bind(id.entry.value).bind(std::int64_t{id.ordinal});
    return first_row(query, read_notification);
}

void SqliteUnitOfWork::scan_notifications(const NotificationId& after, std::optional<NotificationStatus> status,
                                          const port::Visitor<Notification>& visit) {
    const bool is_undelivered = status && *status != NotificationStatus::delivered;
    Query query = connection_.query(is_undelivered ? k_undelivered : k_notifications, "notification");
    if (is_undelivered) query.bind(static_cast<std::int64_t>(*status));
    query.bind(after.entry.value).bind(std::int64_t{after.ordinal});
    visit_rows(query, read_notification,
               [&](const Notification& row) { return (status && row.status != *status) || visit(row); });
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<Dispute>& change) {
    const Dispute& row = change.row;
    const bool is_new = change.version_before == 0;
    Query query = connection_.query(is_new ? k_insert_dispute : k_update_dispute, "dispute");
    if (is_new) query.bind(row.number.value).bind(row.customer.value).bind_seq(row.transaction);
    query.bind(row.last.value).bind(row.assessment.value).bind(row.version);
    if (is_new) query.bind(row.filed_at.us);
    query.bind(row.changed_at.us).bind(static_cast<std::int64_t>(row.status));
    bind_optional(query, row.outcome);
    query.bind(static_cast<std::int64_t>(row.category));
    if (is_new) query.bind(static_cast<std::int64_t>(row.category_filed)).bind(std::int64_t{row.confidence_bp});
    query.bind(std::int64_t{row.priority}).bind(static_cast<std::int64_t>(row.risk)).bind(row.team).bind(row.assignee);
    query.bind(static_cast<std::int64_t>(row.decided_by)).bind(due_of_row(row)).bind(row.currency);
    query.bind_seq(row.credit).bind(row.credit_minor).bind(row.credited_at);
    query.bind_seq(row.refund).bind(row.refund_minor).bind(row.acknowledged_at).bind(row.decided_at);
    query.bind(std::int64_t{row.was_late}).bind(row.paused_since).bind(row.paused_us);
    query.bind(std::int64_t{place_of(row).rank});
    if (!is_new) query.bind(row.number.value).bind(change.version_before);
    expect_one(query.run(), "dispute");
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<Notification>& change) {
    const Notification& row = change.row;
    const bool is_new = change.version_before == 0;
    Query query = connection_.query(is_new ? k_insert_notification : k_update_notification, "notification");
    if (is_new) {
        query.bind(row.id.entry.value).bind(std::int64_t{row.id.ordinal}).bind(row.dispute.value);
        query.bind(static_cast<std::int64_t>(row.recipient_kind)).bind(row.recipient);
    }
    query.bind(static_cast<std::int64_t>(row.status)).bind(row.attempts).bind(row.next_attempt_at).bind(row.last_error);
    query.bind(row.version);
    if (!is_new) query.bind(row.id.entry.value).bind(std::int64_t{row.id.ordinal}).bind(change.version_before);
    expect_one(query.run(), "notification");
}

void SqliteUnitOfWork::insert(const StoredPolicy& policy) {
    Query query = connection_.query(k_insert_policy, "policy");
    query.bind(policy.number.value).bind(policy.sha256).run();
}

}  // namespace bankctl::sqlite
