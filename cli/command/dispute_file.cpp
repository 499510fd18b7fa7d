// bankctl dispute file: files what a customer disputes, from options, a JSON document, or many of them.
#include <unistd.h>

#include "cli/command/all.h"
#include "cli/command/dispute.h"
#include "cli/input_file.h"
#include "cli/interrupt.h"
#include "cli/limiting.h"
#include "cli/terminal.h"
#include "core/base/text.h"
#include "core/service/line_source.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {
    {.name = "FILE",
     .summary =
         "a JSON document with the options' names, or many, one a line; - is stdin, the default without --customer",
     .is_required = false}};
constexpr Option k_options[] = {
    {"customer", "CUSTOMER", "whose dispute it is"},
    {"transaction", "SEQ", "the disputed transaction; without it describe the payment"},
    {"text", "TEXT", "what the customer says; - reads it from stdin"},
    {"text-file", "FILE", "reads what the customer says from a file; - is stdin"},
    {"amount", "AMOUNT", "the disputed amount in major units (default: the transaction's)"},
    {"currency", "CURRENCY", "of the amount, where no transaction says it"},
    {"merchant", "NAME", "whom the payment went to (default: the transaction's memo)"},
    {"channel", "CHANNEL",
     "other, card, point_of_sale, online, credit_card, atm, transfer, direct_debit, deposit or branch"},
    {"date", "TIME", "when the payment was made (default: when the transaction took effect)"},
    {.name = "fact",
     .value = "NAME=VALUE",
     .summary = "something you know of the case, like vulnerable=true; may be repeated",
     .is_repeated = true},
    {.name = "evidence",
     .value = "TEXT",
     .summary = "something the customer has given, like a file's name; may be repeated",
     .is_repeated = true},
    {"source", "NAME", "names the stream of many documents: one without a key gets NAME:LINE"},
    k_policy_option,
    k_model_option,
    k_classifier_option,
    k_jurisdiction_option,
    k_holidays_option,
    k_key_option,
    k_dry_run_option};
constexpr Example k_examples[] = {
    {"bankctl dispute file --customer c1 --transaction 41 --text \"Not mine\"", "a dispute about a transaction"},
    {"echo \"It gave 40, not 60\" | bankctl dispute file --customer c1 --text -",
     "what the customer says on stdin, not in the list of processes"},
    {"bankctl dispute file new.ndjson --source web --output ndjson",
     "many; again after a failure, none is filed twice"}};
constexpr ErrorCode k_errors[] = {ErrorCode::customer_not_found, ErrorCode::transaction_not_found,
                                  ErrorCode::wrong_customer,     ErrorCode::already_exists,
                                  ErrorCode::invalid_text,       ErrorCode::invalid_json,
                                  ErrorCode::invalid_policy,     ErrorCode::invalid_model,
                                  ErrorCode::unreadable_input,   ErrorCode::idempotency_key_mismatch};

/// What the command line asks for; files are opened when it runs.
struct Request {
    std::optional<FileDispute> dispute;    ///< from options, but for the text of a file
    std::optional<std::string> text_path;  ///< where that is
    std::string path;                      ///< else where the documents are
    std::optional<std::string> source;
    bool is_dry_run = false;
};

/// What filing needs, opened once for all disputes.
class Filing {
public:
    Filing(Context& context, bool is_dry_run)
        : context_(context), is_dry_run_(is_dry_run), setup_(context), classifier_(open_classifier(context)) {}

    Json file(FileDispute& dispute) {
        dispute.classification = classify_dispute(context_, classifier_, dispute);
        return write_dispute(context_, is_dry_run_,
                             [&](Disputes& disputes) { return disputes.file(dispute, setup_.rules()); });
    }

private:
    Context& context_;
    bool is_dry_run_;
    DisputeSetup setup_;
    classify::Classifier classifier_;
};

/// The documents of a file: one, over as many lines as it likes, or one on each line.
class Documents {
public:
    Documents(std::istream& input, const std::optional<std::string>& source) : lines_(input), source_(source) {
        has_next_ = read_next();
        if (has_next_ && !nlohmann::json::accept(next_)) read_rest();
    }

    /// True until the last document was taken.
    bool has_next() const { return has_next_; }
    std::int64_t line() const { return line_; }

    Result<FileDispute> take() {
        line_ = next_line_;
        Result<FileDispute> dispute =
            is_too_long_ ? Error(ErrorCode::invalid_json, "the line is longer than 1 MiB") : parse_next();
        has_next_ = read_next();
        return dispute;
    }

private:
    bool read_next() {
        while (lines_.next()) {
            next_ = without_carriage_return(lines_.text());
            if (lines_.number() == 1) next_ = without_byte_order_mark(std::string(next_));
            if (is_blank(next_)) continue;
            is_too_long_ = lines_.is_too_long();
            next_line_ = lines_.number();
            return true;
        }
        return false;
    }
    /// One document that goes on over several lines; too much of it is found out when it is parsed.
    void read_rest() {
        const std::int64_t first_line = next_line_;
        std::string all = next_;
        while (all.size() <= k_line_bytes_max && lines_.next()) all += "\n" + std::string(lines_.text());
        next_ = std::move(all);
        next_line_ = first_line;
    }
    Result<FileDispute> parse_next() const {
        std::optional<IdempotencyKey> key;
        if (source_) key = IdempotencyKey{*source_ + ":" + std::to_string(next_line_)};
        return dispute_from_json(next_, key);
    }

    LineSource lines_;
    std::optional<std::string> source_;
    std::string next_;
    std::int64_t next_line_ = 0;
    std::int64_t line_ = 0;
    bool has_next_ = false;
    bool is_too_long_ = false;
};

/// What was done before a line failed.
struct Progress {
    std::int64_t filed = 0;
    std::int64_t replayed = 0;
    Json last = nullptr;

    void count(const Json& dispute) {
        ++(dispute.at("replayed").get<bool>() ? replayed : filed);
        last = dispute.at("id");
    }
};

ReportedFailure line_failure(Error error, std::int64_t line, const Progress& progress) {
    error.message = "line " + std::to_string(line) + ": " + error.message;
    return {std::move(error),
            {{"line", line}, {"filed", progress.filed}, {"replayed", progress.replayed}, {"last", progress.last}},
            ReportedFailure::Form::details};
}

void file_many(Context& context, Filing& filing, Documents& documents, const FileDispute& first) {
    ListPrinter printer(context);
    Progress progress;
    const auto pace = pace_of_lines(context, {});
    Result<FileDispute> dispute = first;
    for (bool is_last = false; !is_last;) {
        is_last = !documents.has_next();
        try {
            if (was_interrupted()) throw Failure(Error(ErrorCode::interrupted, "interrupted"));
            if (!dispute) throw Failure(dispute.error());
            if (!dispute->key)
                throw Failure(Error(ErrorCode::invalid_key, "it has no key", "give --source NAME or each its \"key\""));
            pace(1, Charging::in_turn);
            const Json data = filing.file(*dispute);
            progress.count(data);
            printer.add(data);
        } catch (const Failure& failure) {
            throw line_failure(failure.error(), documents.line(), progress);
        }
        if (!is_last) dispute = documents.take();
    }
    printer.finish();
}

void file_documents(Context& context, const Request& request) {
    Filing filing(context, request.is_dry_run);
    InputFile input(request.path);
    Documents documents(input.stream(), request.source);
    if (!documents.has_next()) throw Failure(Error(ErrorCode::invalid_json, "there is no document"));
    Result<FileDispute> first = documents.take();
    if (documents.has_next()) {
        if (!first) throw line_failure(first.error(), documents.line(), {});
        return file_many(context, filing, documents, *first);
    }
    FileDispute dispute = std::move(first).value_or_throw();
    print_dispute(context, filing.file(dispute));
}

void file_one(Context& context, const Request& request) {
    FileDispute dispute = *request.dispute;
    if (request.text_path) {
        dispute.text = parse_dispute_text(read_whole(*request.text_path, k_dispute_text_bytes_max,
                                                     ErrorCode::invalid_text, "the customer's text"))
                           .value_or_throw();
    }
    Filing filing(context, request.is_dry_run);
    print_dispute(context, filing.file(dispute));
}

/// Options that describe a dispute, which a document describes by itself.
void refuse_beside_document(const Arguments& arguments) {
    for (const char* option : {"customer", "transaction", "text", "text-file", "amount", "currency", "merchant",
                               "channel", "date", "fact", "evidence", "key"}) {
        if (arguments.has(option))
            throw Failure(Error(ErrorCode::usage, std::string("--") + option + " and a document exclude each other",
                                arguments.has("FILE") ? "leave one of them out" : "give --customer too"));
    }
}

Request document_request(const Arguments& arguments) {
    Request request;
    refuse_beside_document(arguments);
    if (!arguments.has("FILE") && is_terminal(STDIN_FILENO))
        throw Failure(Error(ErrorCode::missing_argument, "--customer is missing",
                            "give --customer and --text, or a document on stdin, or use bankctl dispute form"));
    request.path = arguments.value("FILE").value_or("-");
    request.source = arguments.value("source");
    if (request.source && !parse_key(*request.source + ":1"))
        throw Failure(Error(ErrorCode::invalid_key,
                            in_quotes(*request.source) + " cannot name a stream: keys are printable ASCII"));
    return request;
}

Request option_request(const Arguments& arguments) {
    Request request;
    if (arguments.has("source")) throw Failure(Error(ErrorCode::usage, "--source is about documents", "give --key"));
    FileDispute dispute = dispute_from_options(arguments).value_or_throw();
    dispute.customer = required_argument(arguments, "customer", parse_customer_id);
    const std::optional<std::string> text = arguments.value("text");
    request.text_path = arguments.value("text-file");
    if (text.has_value() == request.text_path.has_value()) {
        if (text) throw Failure(Error(ErrorCode::usage, "--text and --text-file exclude each other"));
        throw Failure(Error(ErrorCode::missing_argument, "--text is missing",
                            "give --text TEXT, or --text - and the text on stdin")
                          .with("argument", std::string("--text")));
    }
    if (text == "-") request.text_path = "-";
    if (!request.text_path) dispute.text = parse_dispute_text(*text).value_or_throw();
    request.dispute = std::move(dispute);
    return request;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const bool is_document = arguments.has("FILE") || !arguments.has("customer");
    Request request = is_document ? document_request(arguments) : option_request(arguments);
    request.is_dry_run = arguments.has("dry-run");
    return [request](Context& context) {
        if (request.dispute) return file_one(context, request);
        file_documents(context, request);
    };
}

}  // namespace

const Command k_dispute_file{
    .noun = "dispute",
    .verb = "file",
    .summary = "File what a customer disputes",
    .description =
        "Classifies the customer's words, sets priority and risk by the policy, routes the case to a team and tells "
        "it, in one transaction. The dispute is about a transaction of the bank or about a payment that the options "
        "describe. A JSON document has the members customer, transaction, text, amount or amount_minor, currency, "
        "merchant, channel, date, facts (an object), evidence (a list) and key. Of many documents, one a line, each is "
        "filed by itself; the first that fails ends the command, and what went before stays filed. bankctl help "
        "dispute-workflow says what happens next.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_dispute_document,
    .list_document = &k_dispute_file_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
