// bankctl loan apr: the annual percentage rate of any advances and payments.
#include "cli/command/all.h"
#include "cli/command/loan.h"
#include "cli/input_file.h"
#include "core/score/apr_request.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_bytes_max = std::size_t{1} << 20;

constexpr Positional k_positionals[] = {{"FILE", "advances and payments in JSON; - is stdin"}};
constexpr Field k_fields[] = {{"apr", CellType::nested}};
const DocumentInfo k_document{"loan.apr/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl loan apr flows.json --json | jq -r .data.apr.regz", "the rate of the advances and payments in a file"},
    {"echo '{\"advances\":[[\"0\",\"95\"]],\"payments\":[[\"1\",\"100\"]]}' | bankctl loan apr -",
     "what is paid back after a year"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_json,     ErrorCode::invalid_amount, ErrorCode::amount_precision,
                                  ErrorCode::amount_too_large, ErrorCode::invalid_number, ErrorCode::unreadable_input};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::string path = arguments.required("FILE");
    return [path](Context& context) {
        const AprRequest request =
            read_apr_request(read_whole(path, k_bytes_max, ErrorCode::unreadable_input)).value_or_throw();
        const auto rate = [&](AprMethod method) {
            return annual_rate_ppm(request.flows, request.periods_per_year, method).value_or_throw();
        };
        const auto regz = request.has_unit_periods ? std::optional(rate(AprMethod::regz)) : std::nullopt;
        const Json data{{"apr", apr_json(regz, rate(AprMethod::eu))}};
        const Settings& settings = context.settings();
        if (settings.fields.empty() && settings.output == OutputFormat::table) {
            const std::vector<Field> fields{{"regz"}, {"eu"}};
            return context.print_text(object_table(fields, data.at("apr"), context.has_color()));
        }
        context.print(data);
    };
}

}  // namespace

const Command k_loan_apr{
    .noun = "loan",
    .verb = "apr",
    .summary = "Find the annual percentage rate of advances and payments",
    .description =
        "Reads one JSON document and finds the annual percentage rate, in percent with four decimals, half up. In "
        "unit-periods it is the advance, the payment, their count, full_periods and fraction (\"19/30\") of a "
        "unit-period until the first payment, and periods_per_year: then regz is the rate of Appendix J of Regulation "
        "Z, and eu that of Annex I of Directive 2008/48/EC with a unit-period as an equal part of the year. In years "
        "it is the arrays advances and payments of pairs of a time and an amount; then regz is null. Amounts and "
        "times are texts. What no rate fits, and what more than one rate may fit, is refused. It needs no bank.",
    .positionals = k_positionals,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
