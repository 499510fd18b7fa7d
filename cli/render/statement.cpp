#include "cli/render/statement.h"

#include <algorithm>
#include <array>

#include "core/base/clock.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_width_max = 80;
constexpr std::size_t k_details_width_min = 10;
constexpr std::size_t k_columns = 5;
constexpr std::size_t k_details = 1;
constexpr std::string_view k_gap = "  ";

/// Date, details, debit, credit, balance.
using Row = std::array<std::string, k_columns>;

std::string decimal_of(const Json& money) { return money.at("decimal").get<std::string>(); }

/// `2026-01-31 09:00:00` of `2026-01-31T09:00:00.000000Z`, as far as asked for.
std::string moment(const Json& time, std::size_t characters) {
    std::string text = time.get<std::string>();
    text[10] = ' ';
    return text.substr(0, characters);
}

bool is_midnight(const Json& time) { return time.get<std::string>().ends_with("T00:00:00.000000Z"); }

std::string date_of(const Json& time) { return time.get<std::string>().substr(0, 10); }

Row row_of(const Json& transaction) {
    const DebitOrCredit amount = debit_or_credit(transaction);
    return {date_of(transaction.at("date")), statement_details(transaction), amount.debit, amount.credit,
            decimal_of(transaction.at("balance"))};
}

std::vector<Row> rows_of(const Json& statement) {
    std::vector<Row> rows{
        {"DATE", "DETAILS", "DEBIT", "CREDIT", "BALANCE"},
        {date_of(statement.at("since")), "Opening balance", "", "", decimal_of(statement.at("opening_balance"))}};
    for (const Json& transaction : statement.at("transactions")) rows.push_back(row_of(transaction));
    rows.push_back({date_of(statement_end(statement)), "Closing balance", decimal_of(statement.at("total_debits")),
                    decimal_of(statement.at("total_credits")), decimal_of(statement.at("closing_balance"))});
    return rows;
}

/// Amounts are never cut, so the details get what is left.
std::array<std::size_t, k_columns> widths_of(const std::vector<Row>& rows) {
    std::array<std::size_t, k_columns> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < k_columns; ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::size_t others = k_gap.size() * (k_columns - 1);
    for (std::size_t i = 0; i < k_columns; ++i) others += i == k_details ? 0 : widths[i];
    const std::size_t left = std::max(k_width_max - std::min(others, k_width_max), k_details_width_min);
    widths[k_details] = std::min(widths[k_details], left);
    return widths;
}

}  // namespace

std::string statement_period(const Json& statement,
                             const std::function<std::string(const Json& time, std::size_t characters)>& moment) {
    constexpr std::size_t k_day_width = 10;
    constexpr std::size_t k_second_width = 19;
    const Json& since = statement.at("since");
    const Json& until = statement.at("until");
    if (is_midnight(since) && is_midnight(until) && since != until)
        return moment(since, k_day_width) + " to " + moment(statement_end(statement), k_day_width);
    return moment(since, k_second_width) + " to " + moment(until, k_second_width) + " UTC";
}

Json statement_end(const Json& statement) {
    if (statement.at("since") == statement.at("until")) return statement.at("since");
    const Timestamp until = parse_time(statement.at("until").get<std::string>()).value_or_throw();
    return format_time(Timestamp{until.us - 1});
}

DebitOrCredit debit_or_credit(const Json& transaction) {
    const Json& amount = transaction.at("amount");
    const std::string text = decimal_of(amount);
    if (amount.at("minor").get<std::int64_t>() < 0) return {text.substr(1), ""};
    return {"", text};
}

std::string statement_details(const Json& transaction) {
    std::string text = transaction.at("kind").get<std::string>();
    if (!transaction.at("counterparty").is_null()) text += " " + transaction.at("counterparty").get<std::string>();
    const Json& memo = transaction.at("memo");
    if (!memo.is_null() && !memo.get<std::string>().empty()) text += ": " + memo.get<std::string>();
    return printable(text);
}

std::string statement_table(const Json& statement) {
    const Json& customer = statement.at("customer");
    const std::string name = printable(customer.at("name").get<std::string>());
    std::string text = shortened("Statement of account " + statement.at("account").get<std::string>() + " in " +
                                     statement.at("currency").get<std::string>(),
                                 k_width_max) +
                       "\n" + shortened(name + " (" + customer.at("id").get<std::string>() + ")", k_width_max) + "\n" +
                       statement_period(statement, moment) + "\n\n";
    const std::vector<Row> rows = rows_of(statement);
    const auto widths = widths_of(rows);
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < k_columns; ++i) {
            const std::string cell = shortened(row[i], widths[i]);
            const std::string padding(widths[i] - display_width(cell), ' ');
            const bool is_amount = i > k_details;
            line += (i == 0 ? "" : std::string(k_gap)) + (is_amount ? padding + cell : cell + padding);
        }
        text += line + "\n";
    }
    return text;
}

std::string statement_csv(const Json& statement) {
    constexpr Field k_fields[] = {
        {"seq", CellType::number},   {"date", CellType::time},     {"kind"},    {"counterparty"}, {"memo"},
        {"amount", CellType::money}, {"balance", CellType::money}, {"currency"}};
    const std::vector<Field> fields(std::begin(k_fields), std::end(k_fields));
    std::string text = csv_header(fields);
    for (Json row : statement.at("transactions")) {
        row["currency"] = statement.at("currency");
        text += csv_row(fields, row);
    }
    return text;
}

}  // namespace bankctl::cli
