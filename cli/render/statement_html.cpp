#include "cli/render/statement.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_style = R"(
:root { color-scheme: light; }
body { margin: 2rem auto; max-width: 50rem; padding: 0 1rem; color: #1a1a1a; background: #fff;
  font: 1rem/1.45 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.5rem; margin: 0 0 1.5rem; }
dt { color: #555; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.35rem 0.5rem; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #444; }
td.details { overflow-wrap: anywhere; }
.date { white-space: nowrap; }
.money { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
tr.balance td, tr.balance th { font-weight: 600; background: #f4f4f4; }
footer { margin-top: 1.5rem; color: #555; font-size: 0.85rem; }
@page { margin: 18mm 15mm; }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 9.5pt; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  tr.balance td, tr.balance th { background: none; }
}
)";

/// Text from outside as the content of an element.
std::string content(const std::string& text) { return xml_text(printable(text)); }
std::string content(const Json& text) { return content(text.get<std::string>()); }

/// `<time datetime="…">2026-01-31</time>`; the first `characters` are shown.
std::string time_element(const Json& time, std::size_t characters) {
    const auto text = time.get<std::string>();
    std::string shown = text.substr(0, characters);
    if (shown.size() > 10) shown[10] = ' ';
    // HTML wants at most milliseconds.
    return "<time datetime=\"" + text.substr(0, 23) + "Z\">" + shown + "</time>";
}

std::string term(std::string_view name, const std::string& description) {
    return "<dt>" + std::string(name) + "</dt><dd>" + description + "</dd>\n";
}

std::string money_cell(const std::string& text) { return "<td class=\"money\">" + text + "</td>"; }

std::string money_cell(const Json& money) { return money_cell(money.at("decimal").get<std::string>()); }

std::string balance_row(const Json& time, std::string_view label, const std::string& totals, const Json& balance) {
    constexpr std::size_t k_date_width = 10;
    return "<tr class=\"balance\"><td class=\"date\">" + time_element(time, k_date_width) + "</td><th scope=\"row\">" +
           std::string(label) + "</th>" + totals + money_cell(balance) + "</tr>\n";
}

std::string transaction_row(const Json& transaction) {
    constexpr std::size_t k_date_width = 10;
    const DebitOrCredit amount = debit_or_credit(transaction);
    return "<tr><td class=\"date\">" + time_element(transaction.at("date"), k_date_width) +
           "</td><td class=\"details\">" + xml_text(statement_details(transaction)) + "</td>" +
           money_cell(amount.debit) + money_cell(amount.credit) + money_cell(transaction.at("balance")) + "</tr>\n";
}

}  // namespace

std::string statement_html(const Json& statement) {
    const Json& customer = statement.at("customer");
    const std::string account = content(statement.at("account"));
    const std::string currency = content(statement.at("currency"));
    std::string html =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Statement of account " +
        account + "</title>\n<style>" + std::string(k_style) + "</style>\n</head>\n<body>\n<main>\n" +
        "<h1>Statement of account</h1>\n<dl>\n" + term("Account", account) +
        term("Customer", content(customer.at("name")) + " (" + content(customer.at("id")) + ")") +
        term("Currency", currency) + term("Period", statement_period(statement, time_element)) + "</dl>\n<table>\n" +
        "<thead>\n<tr><th scope=\"col\">Date</th><th scope=\"col\">Details</th><th scope=\"col\" class=\"money\">Debit"
        "</th><th scope=\"col\" class=\"money\">Credit</th><th scope=\"col\" class=\"money\">Balance</th></tr>\n"
        "</thead>\n<tbody>\n" +
        balance_row(statement.at("since"), "Opening balance", money_cell(std::string()) + money_cell(std::string()),
                    statement.at("opening_balance"));
    for (const Json& transaction : statement.at("transactions")) html += transaction_row(transaction);
    return html +
           balance_row(statement_end(statement), "Closing balance",
                       money_cell(statement.at("total_debits")) + money_cell(statement.at("total_credits")),
                       statement.at("closing_balance")) +
           "</tbody>\n</table>\n</main>\n<footer>Amounts in " + currency + ". Dates and times in UTC.</footer>\n" +
           "</body>\n</html>\n";
}

}  // namespace bankctl::cli
