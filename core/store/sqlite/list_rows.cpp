#include "core/store/sqlite/list_rows.h"

#include <algorithm>

#include "core/base/text.h"

namespace bankctl::sqlite {
namespace {

constexpr const char* k_row = "SELECT state FROM list_row WHERE list=? AND rank=? AND due_at=? AND number=?";
constexpr const char* k_insert = "INSERT INTO list_row(list,rank,due_at,number,state)VALUES(?,?,?,?,?)";
constexpr const char* k_update = "UPDATE list_row SET state=? WHERE list=? AND rank=? AND due_at=? AND number=?";
constexpr const char* k_delete = "DELETE FROM list_row WHERE list=? AND rank=? AND due_at=? AND number=?";
constexpr const char* k_count = "SELECT count(*)FROM list_row";
constexpr const char* k_count_empty = "SELECT count(*)FROM list_row WHERE state=''";  // absent is NULL, never empty

void bind(Query& query, const Place& place) {
    query.bind(place.list).bind(place.rank).bind(place.due_at).bind(place.number);
}

}  // namespace

std::optional<std::string> state_at(Connection& connection, const Place& place) {
    Query query = connection.query(k_row, k_list_table);
    bind(query, place);
    if (!query.next()) return std::nullopt;
    return query.first_column().optional_text().value_or("");
}

void insert_at(Connection& connection, const Place& place, const std::optional<std::string>& state) {
    Query query = connection.query(k_insert, k_list_table);
    bind(query, place);
    query.bind(state).run();
}

void delete_at(Connection& connection, const Place& place) {
    Query query = connection.query(k_delete, k_list_table);
    bind(query, place);
    expect_one(query.run(), k_list_table);
}

void put_row(Connection& connection, const Place& place, const std::string& state, const std::vector<Place>& places,
             const std::optional<std::vector<Place>>& places_before) {
    if (places_before) {
        Query query = connection.query(k_update, k_list_table);
        query.bind(state);
        bind(query, place);
        expect_one(query.run(), k_list_table);
    } else {
        insert_at(connection, place, state);
    }
    const std::vector<Place> before = places_before.value_or(std::vector<Place>{});
    const auto is_in = [](const std::vector<Place>& list, const Place& one) {
        return std::ranges::find(list, one) != list.end();
    };
    for (const Place& one : before) {
        if (!is_in(places, one)) delete_at(connection, one);
    }
    for (const Place& one : places) {
        if (!is_in(before, one)) insert_at(connection, one, std::nullopt);
    }
}

void ListCheck::require_at(const Place& place, const std::string& state) {
    ++expected_;
    if (state_at(connection_, place) != state)
        finding_ = "the list " + in_quotes(place.list) + " is not what its rows say";
}

void ListCheck::finish() {
    if (finding_.empty() && connection_.single_integer(k_count) != expected_)
        finding_ = "list_row has rows that belong to nothing";
    if (finding_.empty() && connection_.single_integer(k_count_empty) != 0)
        finding_ = "list_row has a state where none belongs";
}

}  // namespace bankctl::sqlite
