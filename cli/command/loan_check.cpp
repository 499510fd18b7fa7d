// bankctl loan check: decides applications without storing anything.
#include "cli/command/all.h"
#include "cli/command/loan.h"
#include "cli/command/loan_answers.h"
#include "cli/input_file.h"
#include "cli/loan_document.h"
#include "core/service/line_source.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {
    {"FILE", "one application in JSON, or one a line; - is stdin. Without it, options or questions", false}};
constexpr Example k_examples[] = {
    {"bankctl loan check application.json", "what would be decided, and why"},
    {"bankctl loan check application.json --json | jq -r '.data.reasons[].text'", "what the applicant is told"},
    {"bankctl loan check many.ndjson --output ndjson --fields decision,score", "many applications, one a line"}};
constexpr ErrorCode k_errors[] = {
    ErrorCode::prohibited_input, ErrorCode::invalid_json,     ErrorCode::invalid_policy,   ErrorCode::invalid_number,
    ErrorCode::invalid_amount,   ErrorCode::amount_precision, ErrorCode::amount_too_large, ErrorCode::invalid_time,
    ErrorCode::invalid_text,     ErrorCode::invalid_id,       ErrorCode::unknown_currency, ErrorCode::unreadable_input};

/// Decides applications one after the other, with as much of each as the chosen fields ask for.
class Desk {
public:
    Desk(const LoanPolicy& policy, const std::vector<std::string>& fields)
        : policy_(policy), reader_(policy), engine_(policy), detail_(detail_for(fields)) {}

    Result<Json> decide(std::string_view text) {
        BANKCTL_TRY(application, reader_.read(text));
        BANKCTL_TRY(decision, engine_.decide(*application, detail_));
        if (detail_ == DecisionDetail::score) return loan_score_json(*application, decision);
        return loan_decision_json(*application, decision, policy_, reader_.sha256());
    }

private:
    const LoanPolicy& policy_;
    ApplicationReader reader_;
    LoanEngine engine_;
    DecisionDetail detail_;
};

/// Rows as they come: what was decided before a line that fails is printed before the error.
class DecisionPrinter {
public:
    explicit DecisionPrinter(Context& context) : context_(context), text_(context), list_(context) {}

    bool add(const Json& row) {
        const Settings& settings = context_.settings();
        if (settings.output != OutputFormat::ndjson) return list_.add(row);
        text_.add(json_line(with_fields(row, settings.fields)));
        return !context_.reader_is_gone();
    }
    void finish() {
        text_.flush();
        if (context_.settings().output != OutputFormat::ndjson) list_.finish();
    }
    void stop() {
        const OutputFormat output = context_.settings().output;
        if (output == OutputFormat::ndjson) text_.flush();
        if (output == OutputFormat::csv) list_.finish();
    }

private:
    Context& context_;
    TextPrinter text_;
    ListPrinter list_;
};

void print_one(Context& context, const Json& data) {
    const Settings& settings = context.settings();
    if (settings.fields.empty() && settings.output == OutputFormat::table)
        return context.print_text(loan_decision_text(data, context.has_color()));
    context.print(data);
}

Failure at_line(const Error& error, std::int64_t number) {
    Error placed = error;
    placed.message = "line " + std::to_string(number) + ": " + placed.message;
    return Failure(std::move(placed).with("line", number));
}

/// The rest of a document whose first line is no JSON by itself.
std::string rest_of_document(LineSource& lines) {
    std::string text(lines.text());
    while (text.size() <= k_application_bytes_max && lines.next()) {
        text += '\n';
        text += lines.text();
    }
    return text;
}

bool next_line(LineSource& lines) {
    while (lines.next()) {
        if (!is_blank(lines.text())) return true;
    }
    return false;
}

Result<Json> decide_line(Desk& desk, const LineSource& lines) {
    if (lines.is_too_long()) return Error(ErrorCode::invalid_json, "the line has more than 1 MiB");
    return desk.decide(without_carriage_return(lines.text()));
}

void check_stream(Context& context, const std::string& path, Desk& desk) {
    InputFile input(path);
    LineSource lines(input.stream());
    if (!next_line(lines)) throw Failure(Error(ErrorCode::invalid_json, "there is no application in the input"));
    Result<Json> row = decide_line(desk, lines);
    const bool is_no_json = !row && !row.error().details.empty() && row.error().details.front().first == "byte";
    if (is_no_json) return print_one(context, desk.decide(rest_of_document(lines)).value_or_throw());
    std::int64_t number = lines.number();
    if (!next_line(lines)) return print_one(context, std::move(row).value_or_throw());
    DecisionPrinter printer(context);
    for (bool has_line = true;; has_line = next_line(lines)) {
        if (!row) {
            printer.stop();
            throw at_line(row.error(), number);
        }
        if (!printer.add(*row)) return;
        if (!has_line) break;
        row = decide_line(desk, lines);
        number = lines.number();
    }
    printer.finish();
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto path = arguments.value("FILE");
    const auto answers = loan_answers(arguments);
    if (path && !answers.empty())
        throw Failure(Error(ErrorCode::usage, "FILE and --" + answers.begin()->first + " contradict each other",
                            "an application comes from a file or from options"));
    return [=](Context& context) {
        const LoanPolicy policy = open_deciding_policy(context.settings().loan_policy_path);
        Desk desk(policy, context.settings().fields);
        if (path) return check_stream(context, *path, desk);
        auto complete = answers;
        ask_for_loan(context, complete);
        const std::string today = format_date(context.clock().now());
        print_one(context, desk.decide(loan_application_json(complete, today)).value_or_throw());
    };
}

}  // namespace

const Command k_loan_check{
    .noun = "loan",
    .verb = "check",
    .summary = "Decide an application for a loan, without storing anything",
    .description =
        "Reads an application (loan.application/v1), decides it by a policy and explains the decision: approve, refer "
        "to a person, or decline, with the score, knock-outs, affordability, reasons, rates, and the loans that would "
        "be approved instead. A file with many lines is many applications, and answers loan.decision.list/v1; with "
        "ndjson or csv each decision is printed as it is made, until a line fails. Equal applications under equal "
        "policies give equal decisions. Keys that are unknown, stand twice or contradict one another are refused, and "
        "what no decision may rest on is prohibited_input. Without FILE the application is made of the options, and at "
        "a terminal of the answers to questions. It needs no bank.",
    .positionals = k_positionals,
    .options = k_loan_check_options,
    .document = &k_loan_decision_document,
    .list_document = &k_loan_decision_list_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
