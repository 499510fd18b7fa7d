#include "core/service/notifications.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/service/dispute_details.h"
#include "core/service/loan_details.h"

namespace bankctl {
namespace {

constexpr std::size_t k_error_characters_max = 300;

std::string id_of_bank(port::Snapshot& snapshot) {
    const JournalEntry first = require(snapshot.entry(Seq{1}), "the entry that began the bank");
    const auto detail = nlohmann::json::parse(first.detail.value_or(""), nullptr, false);
    const auto id = detail.is_object() ? detail.find("id") : detail.end();
    if (!detail.is_object() || id == detail.end() || !id->is_string())
        throw Failure(Error(ErrorCode::integrity_violation, "the books lack the bank's id"));
    return id->get<std::string>();
}

/// What is due now, in the order in which it was written.
std::vector<NotificationId> due_notifications(port::Snapshot& snapshot, Timestamp now, const DeliveryOptions& options) {
    std::vector<NotificationId> due;
    snapshot.scan_notifications({}, NotificationStatus::pending, [&](const Notification& row) {
        if (options.only && row.recipient_kind != *options.only) return true;
        if (row.next_attempt_at && *row.next_attempt_at > now) return true;
        due.push_back(row.id);
        return options.limit == 0 || static_cast<std::int64_t>(due.size()) < options.limit;
    });
    return due;
}

class Deliverer {
public:
    Deliverer(port::Ledger& ledger, Clock& clock, const Actor& actor, port::Courier& courier,
              const DeliveryOptions& options)
        : ledger_(ledger), clock_(clock), actor_(actor), courier_(courier), options_(options) {}

    std::vector<NotificationId> due();
    /// Nothing if it is not pending any more.
    std::optional<NotificationView> attempt(const NotificationId& id);

private:
    std::optional<std::string> address_of(port::Snapshot& snapshot, const Notification& row);
    std::optional<NotificationView> record(const NotificationView& before, const std::optional<std::string>& error);

    port::Ledger& ledger_;
    Clock& clock_;
    const Actor& actor_;
    port::Courier& courier_;
    const DeliveryOptions& options_;
    std::string bank_;
};

std::vector<NotificationId> Deliverer::due() {
    std::vector<NotificationId> due;
    ledger_.read([&](port::Snapshot& snapshot) {
        bank_ = id_of_bank(snapshot);
        due = due_notifications(snapshot, clock_.now(), options_);
    });
    return due;
}

std::optional<std::string> Deliverer::address_of(port::Snapshot& snapshot, const Notification& row) {
    if (row.recipient_kind == RecipientKind::customer) {
        const auto customer = snapshot.customer(CustomerId{row.recipient});
        return customer ? customer->email : std::nullopt;
    }
    for (const std::string& team : {row.recipient, std::string("*")})
        if (const auto found = options_.team_addresses.find(team); found != options_.team_addresses.end())
            return found->second;
    return std::nullopt;
}

std::optional<NotificationView> Deliverer::attempt(const NotificationId& id) {
    std::optional<NotificationView> view;
    port::Letter letter;
    ledger_.read([&](port::Snapshot& snapshot) {
        const std::optional<Notification> row = snapshot.notification(id);
        if (!row || row->status != NotificationStatus::pending) return;
        view = view_notification(snapshot, *row);
        letter = {id,
                  bank_,
                  view->is_about_loan ? loan_id(row->about) : dispute_id(row->about),
                  view->message,
                  address_of(snapshot, *row),
                  view->written_at,
                  row->attempts + 1};
    });
    if (!view) return std::nullopt;
    if (courier_.needs_address() && !letter.address)
        return record(*view, "no address is known of " + std::string(name(view->row.recipient_kind)) + " " +
                                 in_quotes(view->row.recipient));
    return record(*view, courier_.deliver(letter));
}

std::optional<NotificationView> Deliverer::record(const NotificationView& before,
                                                  const std::optional<std::string>& error) {
    std::optional<NotificationView> view;
    const Status status = ledger_.transact({}, [&](port::UnitOfWork& unit) -> Status {
        Books books(unit);
        std::optional<Notification> row = books.notification(before.row.id);
        if (!row || row->status != NotificationStatus::pending) return ok();
        const Timestamp now = clock_.now();
        ++row->attempts;
        row->next_attempt_at = error ? next_attempt(row->attempts, now) : std::nullopt;
        row->status = !error                 ? NotificationStatus::delivered
                      : row->next_attempt_at ? NotificationStatus::pending
                                             : NotificationStatus::dead;
        row->last_error.reset();
        if (error) row->last_error = first_characters(printable(*error), k_error_characters_max);
        Draft draft;
        draft.kind = EntryKind::notification_attempted;
        draft.posted_at = now;
        draft.user = actor_.user;
        draft.uid = actor_.uid;
        draft.of = row->id.entry;
        draft.detail = attempt_detail(*row);
        books.record(std::move(draft));
        view = NotificationView{require(books.notification(row->id), "a notification"), before.message,
                                before.written_at, before.is_about_loan};
        books.keep();
        books.save();
        return ok();
    });
    if (!status) throw Failure(status.error());
    return view;
}

}  // namespace

NotificationView view_notification(port::Snapshot& snapshot, const Notification& row) {
    const JournalEntry entry = require(snapshot.entry(row.id.entry), "the entry of a notification");
    const bool is_about_loan = entry.kind == EntryKind::loan_applied || entry.kind == EntryKind::loan_changed;
    const std::vector<Message> messages =
        is_about_loan ? detail_of_loan(entry).messages : detail_of_dispute(entry).messages;
    if (row.id.ordinal < 1 || static_cast<std::size_t>(row.id.ordinal) > messages.size())
        throw Failure(Error(ErrorCode::integrity_violation, "an entry lacks a notification's text")
                          .with("seq", row.id.entry.value));
    return {row, messages[static_cast<std::size_t>(row.id.ordinal) - 1], entry.posted_at, is_about_loan};
}

Result<Notification> find_notification(port::Snapshot& snapshot, const NotificationId& id) {
    if (std::optional<Notification> row = snapshot.notification(id)) return *std::move(row);
    return Error(ErrorCode::notification_not_found, "there is no notification " + notification_id(id))
        .with("notification", notification_id(id));
}

void deliver_notifications(port::Ledger& ledger, Clock& clock, const Actor& actor, port::Courier& courier,
                           const DeliveryOptions& options, const DeliveryWatch& watch) {
    Deliverer deliverer(ledger, clock, actor, courier, options);
    for (const NotificationId& id : deliverer.due()) {
        if (watch.stops && watch.stops()) return;
        if (const auto view = deliverer.attempt(id); view && watch.attempted) watch.attempted(*view);
    }
}

Result<Posted> retry_notification(Books& books, Clock& clock, const Actor& actor, const NotificationId& id) {
    std::optional<Notification> row = books.notification(id);
    if (!row)
        return Error(ErrorCode::notification_not_found, "there is no notification " + notification_id(id))
            .with("notification", notification_id(id));
    if (row->status != NotificationStatus::dead)
        return Error(ErrorCode::illegal_transition,
                     notification_id(id) + " is " + std::string(name(row->status)) + ", not dead",
                     "only what nobody tries to deliver any more can be put back")
            .with("notification", notification_id(id))
            .with("from", std::string(name(row->status)))
            .with("to", std::string(name(NotificationStatus::pending)));
    row->status = NotificationStatus::pending;
    row->attempts = 0;
    row->next_attempt_at.reset();
    Draft draft;
    draft.kind = EntryKind::notification_attempted;
    draft.posted_at = clock.now();
    draft.user = actor.user;
    draft.uid = actor.uid;
    draft.of = id.entry;
    draft.detail = attempt_detail(*row);
    return Posted{books.record(std::move(draft)).seq};
}

}  // namespace bankctl
