// bankctl loan schedule: what a loan costs, payment by payment.
#include "cli/command/all.h"
#include "cli/command/loan.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {
    {"principal", "AMOUNT", "what is lent, in major units, like 10000.00", true},
    {"currency", "CODE", "its currency, of ISO 4217", true},
    {"rate-bps", "N", "the yearly rate in basis points: 850 is 8.5 percent", true},
    {"months", "N", "how many monthly payments, at most 600", true},
    {"fee", "AMOUNT", "a fee that is taken off what is paid out; it counts in the rates alone"}};
constexpr Field k_fields[] = {{"payment", CellType::money},
                              {"last_payment", CellType::money},
                              {"total_interest", CellType::money},
                              {"apr", CellType::nested},
                              {"rows", CellType::nested}};
constexpr Field k_row_fields[] = {{"n", CellType::number},
                                  {"payment", CellType::money},
                                  {"interest", CellType::money},
                                  {"principal", CellType::money},
                                  {"balance", CellType::money}};
const DocumentInfo k_document{"loan.schedule/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl loan schedule --principal 10000 --currency USD --rate-bps 1200 --months 12", "a loan of a year"},
    {"bankctl loan schedule --principal 10000 --currency USD --rate-bps 850 --months 60 --fee 200 --json | jq "
     ".data.apr",
     "the rates of a loan with a fee"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_amount, ErrorCode::amount_precision, ErrorCode::amount_too_large,
                                  ErrorCode::unknown_currency, ErrorCode::invalid_number};

struct Request {
    Currency currency;
    LoanTerms terms;
    std::int64_t fee = 0;
};

Request request_of(const Arguments& arguments) {
    Request request;
    const Amount principal = required_argument(arguments, "principal", Amount::parse);
    const Amount fee = optional_argument(arguments, "fee", Amount::parse_or_zero).value_or(Amount());
    request.currency = required_argument(arguments, "currency", find_currency);
    const auto number = [&](std::string_view name, std::int64_t low, std::int64_t high) {
        return parse_number(arguments.required(name), low, high, "--" + std::string(name)).value_or_throw();
    };
    const std::int64_t rate = number("rate-bps", 0, info(LoanFact::rate_bps).high);
    const std::int64_t months = number("months", 1, k_loan_months_max);
    request.terms = {principal.minor_in(request.currency).value_or_throw(), rate, months};
    request.fee = fee.minor_in(request.currency).value_or_throw();
    if (request.fee >= request.terms.principal)
        throw Failure(Error(ErrorCode::invalid_amount, "--fee leaves nothing of the loan to pay out"));
    return request;
}

Json schedule_json(const Request& request) {
    const Schedule schedule = amortise(request.terms, ScheduleDetail::rows).value_or_throw();
    LoanValues values;
    values.set(LoanFact::amount, request.terms.principal);
    values.set(LoanFact::fee, request.fee);
    values.set(LoanFact::term_months, request.terms.months);
    const auto money = [&](std::int64_t minor) { return money_json(request.currency, minor); };
    Json rows = Json::array();
    for (const ScheduleRow& row : schedule.rows)
        rows.push_back({{"n", row.number},
                        {"payment", money(row.payment)},
                        {"interest", money(row.interest)},
                        {"principal", money(row.principal)},
                        {"balance", money(row.balance)}});
    return {{"payment", money(schedule.payment)},
            {"last_payment", money(schedule.last_payment)},
            {"total_interest", money(schedule.total_interest)},
            {"apr", apr_json(loan_rate_ppm(values, schedule, AprMethod::regz).value_or_throw(),
                             loan_rate_ppm(values, schedule, AprMethod::eu).value_or_throw())},
            {"rows", std::move(rows)}};
}

/// The rows below what they come to.
std::string schedule_table(const Json& data, bool has_color) {
    const Json head{{"payment", data.at("payment")},
                    {"last_payment", data.at("last_payment")},
                    {"total_interest", data.at("total_interest")},
                    {"apr_regz", data.at("apr").at("regz").get<std::string>() + " percent"},
                    {"apr_eu", data.at("apr").at("eu").get<std::string>() + " percent"}};
    const std::vector<Field> fields{{"payment", CellType::money},
                                    {"last_payment", CellType::money},
                                    {"total_interest", CellType::money},
                                    {"apr_regz"},
                                    {"apr_eu"}};
    const std::vector<Json> rows(data.at("rows").begin(), data.at("rows").end());
    return object_table(fields, head, has_color) + "\n" +
           list_table({std::begin(k_row_fields), std::end(k_row_fields)}, rows, has_color);
}

std::string schedule_csv(const Json& data) {
    const std::vector<Field> fields(std::begin(k_row_fields), std::end(k_row_fields));
    std::string text = csv_header(fields);
    for (const Json& row : data.at("rows")) text += csv_row(fields, row);
    return text;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const Request request = request_of(arguments);
    return [request](Context& context) {
        const Json data = schedule_json(request);
        const Settings& settings = context.settings();
        // Chosen fields are printed as those of any document.
        if (settings.fields.empty() && settings.output == OutputFormat::table)
            return context.print_text(schedule_table(data, context.has_color()));
        if (settings.fields.empty() && settings.output == OutputFormat::csv)
            return context.print_text(schedule_csv(data));
        context.print(data);
    };
}

}  // namespace

const Command k_loan_schedule{
    .noun = "loan",
    .verb = "schedule",
    .summary = "Show what a loan costs, payment by payment",
    .description =
        "Shows the equal monthly payments of a loan, the interest and principal in each of them, what is owed after "
        "it, and the annual percentage rates: by Appendix J of Regulation Z (regz) and by Annex I of Directive "
        "2008/48/EC (eu). A payment and a month's interest are rounded to whole minor units, half up; the last payment "
        "clears what is left. A fee is not lent but taken off what is paid out. It needs no bank. With --output csv "
        "only the rows are printed.",
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
