// bankctl account statement: what moved money on an account in a period, for the customer.
#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/render/statement.h"
#include "core/service/export.h"
#include "core/service/statement.h"

namespace bankctl::cli {
namespace {

constexpr std::string_view k_formats[] = {"table", "html", "ofx", "csv"};
constexpr Positional k_positionals[] = {{"ID", "the account's id"}};
constexpr Option k_options[] = {
    {"since", "TIME", "effective at or after this time (default: the account's opening)"},
    {"until", "TIME", "effective before this time (default: now)"},
    {.name = "format", .value = "FORMAT", .summary = "what to write, whatever --output says", .choices = k_formats}};
constexpr Field k_fields[] = {{"account"},
                              {"customer", CellType::nested},
                              {"currency"},
                              {"since", CellType::time},
                              {"until", CellType::time},
                              {"opening_balance", CellType::money},
                              {"closing_balance", CellType::money},
                              {"total_credits", CellType::money},
                              {"total_debits", CellType::money},
                              {"transactions", CellType::nested}};
const DocumentInfo k_document{"account.statement/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl account statement alice --since 2026-01-01 --until 2026-02-01", "alice's January"},
    {"bankctl account statement alice --format html > alice.html", "a page to send or print"}};
constexpr ErrorCode k_errors[] = {ErrorCode::account_not_found, ErrorCode::invalid_time, ErrorCode::balance_overflow};

enum class Form { document, table, html, ofx, csv };

/// Of a --format, which the parser has checked.
Result<Form> parse_form(std::string_view text) {
    if (text == "html") return Form::html;
    if (text == "ofx") return Form::ofx;
    return text == "csv" ? Form::csv : Form::table;
}

/// What --output asks for where there is no --format. Chosen fields are printed as those of any document.
Form form_of(const Settings& settings) {
    if (!settings.fields.empty()) return Form::document;
    if (settings.output == OutputFormat::table) return Form::table;
    return settings.output == OutputFormat::csv ? Form::csv : Form::document;
}

Json line_json(const Currency& currency, const StatementLine& line) {
    return {{"seq", line.entry.seq.value},
            {"date", time_json(line.entry.effective_at)},
            {"kind", name(line.entry.kind)},
            {"counterparty", line.counterparty.text},
            {"memo", line.entry.memo ? Json(*line.entry.memo) : Json(nullptr)},
            {"amount", money_json(currency, line.amount_minor)},
            {"balance", money_json(currency, line.balance_minor)}};
}

Json statement_json(const Statement& statement) {
    const Currency& currency = statement.account.currency;
    Json transactions = Json::array();
    for (const StatementLine& line : statement.lines) transactions.push_back(line_json(currency, line));
    return {{"account", statement.account.id.text},
            {"customer", {{"id", statement.customer.id.text}, {"name", statement.customer.name}}},
            {"currency", currency.code},
            {"since", time_json(statement.since)},
            {"until", time_json(statement.until)},
            {"opening_balance", money_json(currency, statement.opening_minor)},
            {"closing_balance", money_json(currency, statement.closing_minor)},
            {"total_credits", money_json(currency, statement.credits_minor)},
            {"total_debits", money_json(currency, statement.debits_minor)},
            {"transactions", std::move(transactions)}};
}

std::string statement_ofx(port::Snapshot& snapshot, const Statement& statement) {
    std::string text;
    export_ofx(snapshot, {statement.account.id, statement.since, statement.until},
               [&](std::string_view lines) { text += lines; });
    return text;
}

void print_statement(Context& context, const Json& data, Form form) {
    switch (form) {
        case Form::table: return context.print_text(statement_table(data));
        case Form::html: return context.print_text(statement_html(data));
        case Form::csv: return context.print_text(statement_csv(data));
        default: return context.print(data);
    }
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    StatementRequest request;
    request.account = required_argument(arguments, "ID", parse_account_id);
    request.since = optional_argument(arguments, "since", parse_time);
    request.until = optional_argument(arguments, "until", parse_time);
    const auto format = optional_argument(arguments, "format", parse_form);
    if (format && arguments.has("fields"))
        throw Failure(Error(ErrorCode::usage, "--fields goes with --output, not with --format"));
    if (request.since && request.until)
        static_cast<void>(check_period(*request.since, *request.until).value_or_throw());
    return [request, format](Context& context) {
        const Form form = format.value_or(form_of(context.settings()));
        Json data;
        std::string ofx;
        context.ledger().read([&](port::Snapshot& snapshot) {
            const Statement statement = account_statement(snapshot, request, context.clock().now()).value_or_throw();
            if (form == Form::ofx) {
                ofx = statement_ofx(snapshot, statement);
            } else {
                data = statement_json(statement);
            }
        });
        form == Form::ofx ? context.print_text(ofx) : print_statement(context, data, form);
    };
}

}  // namespace

const Command k_account_statement{
    .noun = "account",
    .verb = "statement",
    .summary = "Write a statement of account for the customer",
    .description =
        "Writes what moved money on a customer's account in a period, from the opening balance to the closing one. "
        "--since is inclusive, --until exclusive; both speak of the effective time. A table, or with --format html a "
        "page to print, ofx a file for personal finance programs, csv the transactions. Without --format, --output "
        "decides.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
