// The table of lists: elements in the order of (rank, due_at, number), some with a state. Disputes, loans, what there
// is to tell of them and the policies they were decided by are lists in one table, because SQLite reads the definition
// of every table at each start. dispute_rows.cpp and loan_rows.cpp say which lists there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/store/sqlite/connection.h"
#include "core/store/sqlite/rows.h"

namespace bankctl::sqlite {

inline constexpr const char* k_list_table = "list_row";

/// Where an element stands.
struct Place {
    std::string list;
    std::int64_t rank = 0;
    std::int64_t due_at = 0;
    std::int64_t number = 0;

    bool operator==(const Place&) const = default;
};

/// The state at a place: absent where nothing stands there, empty where it has none.
std::optional<std::string> state_at(Connection& connection, const Place& place);
void insert_at(Connection& connection, const Place& place, const std::optional<std::string>& state);
void delete_at(Connection& connection, const Place& place);

/// Stores an element's state at its own place, and puts it into its other places, of which it had `places_before`;
/// without those it is new.
void put_row(Connection& connection, const Place& place, const std::string& state, const std::vector<Place>& places,
             const std::optional<std::vector<Place>>& places_before);

/// The row that a change replaces: `integrity_violation` if it is not of the version that was read.
template <class Row>
std::optional<Row> replaced(const std::optional<Row>& stored, std::int64_t version_before) {
    if (version_before == 0) return std::nullopt;
    expect_one(stored && stored->version == version_before ? 1 : 0, k_list_table);
    return stored;
}

/// Compares the table with what must stand in it, element by element, and then by their number.
class ListCheck {
public:
    explicit ListCheck(Connection& connection) : connection_(connection) {}

    /// An element that was read from its own place.
    void count() { ++expected_; }
    /// What must stand at another place.
    void require_at(const Place& place, const std::string& state);
    void finish();
    const std::string& finding() const { return finding_; }  ///< empty if nothing is wrong

private:
    Connection& connection_;
    std::int64_t expected_ = 0;
    std::string finding_;
};

}  // namespace bankctl::sqlite
