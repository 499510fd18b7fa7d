// The unit of work's part about loans, as lists of list_rows.h:
//
//   list                rank  due_at  number     state
//   loan                              number     the loan, packed
//   loans               rank  due     number     every loan in its place, and so in the two lists that follow
//   loans:STATUS        rank  due     number
//   loans_of:CUSTOMER   rank  due     number
#include <algorithm>

#include "core/store/sqlite/list_rows.h"
#include "core/store/sqlite/packed.h"
#include "core/store/sqlite/snapshot.h"

namespace bankctl::sqlite {
namespace {

constexpr const char* k_loans =
    "SELECT number,state FROM list_row WHERE list='loan'AND rank=0 AND due_at=0 AND number>?ORDER BY number";
// CROSS JOIN: SQLite keeps this order of the two, and walks along the list.
constexpr const char* k_queue =
    "SELECT d.number,d.state FROM list_row q CROSS JOIN list_row d ON d.list='loan'AND d.rank=0 AND d.due_at=0 AND "
    "d.number=q.number WHERE q.list=? AND q.rank=? AND q.due_at<=? AND(q.due_at,q.number)>(?,?)"
    "ORDER BY q.due_at,q.number";

Place place_of_loan(Seq number) { return {"loan", 0, 0, number.value}; }
std::string list_of_customer(Seq customer) { return "loans_of:" + std::to_string(customer.value); }
std::string list_of_status(LoanStatus status) { return "loans:" + std::to_string(static_cast<int>(status)); }

/// All places of a loan beside its own.
std::vector<Place> places_of(const Loan& row) {
    const LoanPlace place = place_of(row);
    std::vector<Place> places;
    for (const std::string& list : {std::string("loans"), list_of_status(row.status), list_of_customer(row.customer)})
        places.push_back({list, place.rank, place.due, row.number.value});
    return places;
}

std::string packed(const Loan& row) {
    Packer packer;
    packer.add(row.customer).add(row.account).add(row.last).add(row.version).add(row.applied_at).add(row.changed_at);
    packer.add(row.status).add(row.currency).add(row.amount_minor).add(row.term_months);
    packer.add(row.valid_until).add(row.offer).add(row.accepted_minor).add(row.accepted_months);
    packer.add(row.disbursement).add(row.disbursed_minor).add(row.due_at);
    return packer.take();
}

Loan loan_from(Seq number, std::string_view state) {
    Unpacker from(state);
    Loan row;
    row.number = number;
    from.read(row.customer);
    from.read(row.account);
    from.read(row.last);
    from.read(row.version);
    from.read(row.applied_at);
    from.read(row.changed_at);
    from.read(row.status, LoanStatus::expired);
    from.read(row.currency);
    from.read(row.amount_minor);
    from.read(row.term_months);
    from.read(row.valid_until);
    from.read(row.offer);
    from.read(row.accepted_minor);
    from.read(row.accepted_months);
    from.read(row.disbursement);
    from.read(row.disbursed_minor);
    from.read(row.due_at);
    from.end();
    return row;
}

Loan read_loan(Query& row) {
    const Seq number = row.first_column().seq();
    return loan_from(number, row.text());
}

}  // namespace

std::optional<Loan> SqliteUnitOfWork::loan(Seq number) {
    const std::optional<std::string> state = state_at(connection_, place_of_loan(number));
    if (!state) return std::nullopt;
    return loan_from(number, *state);
}

void SqliteUnitOfWork::scan_loans(Seq after, const port::Visitor<Loan>& visit) {
    Query query = connection_.query(k_loans, k_list_table);
    query.bind(after.value);
    visit_rows(query, read_loan, visit);
}

void SqliteUnitOfWork::scan_loan_queue(const LoanQueue& queue, const port::Visitor<Loan>& visit) {
    const std::string list = queue.customer ? list_of_customer(*queue.customer)
                             : queue.status ? list_of_status(*queue.status)
                                            : "loans";
    const std::int64_t due_last = queue.due_before ? queue.due_before->us - 1 : k_never_due;
    bool goes_on = true;
    for (int rank = 1; rank <= k_loan_ranks && goes_on; ++rank) {
        if (queue.after && rank < queue.after->rank) continue;
        const bool is_within = queue.after && queue.after->rank == rank;
        Query query = connection_.query(k_queue, k_list_table);
        query.bind(list).bind(std::int64_t{rank}).bind(due_last);
        query.bind(is_within ? queue.after->due : INT64_MIN).bind(is_within ? queue.after->number.value : 0);
        visit_rows(query, read_loan, [&](const Loan& row) {
            goes_on = !queue.matches(row) || visit(row);
            return goes_on;
        });
    }
}

void SqliteUnitOfWork::put(const port::Changes::Versioned<Loan>& change) {
    const Loan& row = change.row;
    const auto before = replaced(change.version_before == 0 ? std::nullopt : loan(row.number), change.version_before);
    put_row(connection_, place_of_loan(row.number), packed(row), places_of(row),
            before ? std::optional(places_of(*before)) : std::nullopt);
}

void SqliteUnitOfWork::check_loan_lists(ListCheck& check) {
    scan_loans(Seq{INT64_MIN}, [&](const Loan& row) {
        check.count();
        for (const Place& place : places_of(row)) check.require_at(place, "");
        return check.finding().empty();
    });
}

}  // namespace bankctl::sqlite
