// bankctl transaction import: applies a file of transactions, each line once.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/input_file.h"
#include "cli/interrupt.h"
#include "cli/limiting.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "core/base/text.h"
#include "core/service/import.h"
#include "core/service/import_csv.h"
#include "core/service/import_ndjson.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"FILE", "NDJSON or CSV with a header; - is stdin"}};
constexpr std::string_view k_formats[] = {"ndjson", "csv"};
constexpr Option k_options[] = {
    {"source", "NAME",
     "names the stream, one for each statement: a line without a key gets NAME:LINE (default: the file's name)"},
    {.name = "format",
     .value = "FORMAT",
     .summary = "csv is the default with --rules or for a name in .csv",
     .choices = k_formats},
    {"rules", "FILE", "JSON that maps a bank's own CSV: see bankctl help import-rules"},
    {"keep-going", "", "go on past lines that fail"},
    {"rejects", "FILE", "with --keep-going: write the lines that failed, with their errors, as NDJSON"},
    {"atomic", "", "all lines or none, in one transaction that other writers wait for"},
    k_dry_run_option};
constexpr Field k_fields[] = {
    {"lines", CellType::number},      {"applied", CellType::number},   {"replayed", CellType::number},
    {"refused", CellType::number},    {"first_seq", CellType::number}, {"last_seq", CellType::number},
    {"elapsed_ms", CellType::number}, {"head", CellType::nested},      {"dry_run", CellType::boolean}};
const DocumentInfo k_document{"transaction.import/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl transaction import day.ndjson", "again after a failure: what was applied is only replayed"},
    {"bankctl tx import bank.csv --rules bank.json --keep-going --rejects bad.ndjson", "another bank's CSV"}};
constexpr ErrorCode k_errors[] = {
    ErrorCode::invalid_json,     ErrorCode::invalid_csv,    ErrorCode::invalid_rules,           ErrorCode::invalid_key,
    ErrorCode::unreadable_input, ErrorCode::lines_rejected, ErrorCode::idempotency_key_mismatch};

/// What the command line asks for; the files are opened when it runs.
struct Request {
    std::string path;
    std::string source;
    bool is_csv = false;
    std::optional<std::string> rules_path;
    std::optional<std::string> rejects_path;
    ImportOptions options;
};

ImportRules read_rules(const std::string& path) {
    InputFile input(path);
    std::ostringstream text;
    text << input.stream().rdbuf();
    if (input.stream().bad()) throw cannot_open(path);
    return parse_rules(text.str()).value_or_throw();
}

/// The file of rejected lines: one JSON object for each, with its number, error and text.
class Rejects {
public:
    explicit Rejects(const std::string& path)
        : path_(path), file_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
        if (file_ < 0)
            throw Failure(
                Error(ErrorCode::output_failed, "cannot write " + in_quotes(path) + ": " + std::strerror(errno)));
    }
    ~Rejects() { close(file_); }
    Rejects(const Rejects&) = delete;
    Rejects& operator=(const Rejects&) = delete;

    void add(const ImportLine& line, const Error& error) {
        // Bytes that are no UTF-8 cannot stand in JSON; escaped they still show what was there.
        const std::string input = is_utf8(line.raw) ? line.raw : printable(line.raw);
        const Json reject{{"line", line.line},
                          {"code", info(error.code).name},
                          {"message", printable(error.message)},
                          {"input", input}};
        if (write_all(file_, json_line(reject)) != WriteOutcome::done) {
            throw Failure(
                Error(ErrorCode::applied_unreported, "cannot write " + in_quotes(path_) + ": " + std::strerror(errno)));
        }
    }

private:
    std::string path_;
    int file_;
};

Json report_json(const ImportReport& report, bool is_dry_run) {
    const auto seq_json = [](Seq seq) { return seq ? Json(seq.value) : Json(nullptr); };
    return {{"lines", report.lines},
            {"applied", report.applied},
            {"replayed", report.replayed},
            {"refused", report.refused},
            {"first_seq", seq_json(report.first_seq)},
            {"last_seq", seq_json(report.last_seq)},
            {"elapsed_ms", report.elapsed_ms},
            {"head", head_json(report.head)},
            {"dry_run", is_dry_run}};
}

/// Ends the input at an interrupt: what was read is applied whole and reported.
class InterruptibleReader final : public LineReader {
public:
    explicit InterruptibleReader(std::unique_ptr<LineReader> reader) : reader_(std::move(reader)) {}

    bool read(ImportLine& line) override {
        const auto stop_if_interrupted = [] {
            if (was_interrupted()) throw Failure(Error(ErrorCode::interrupted, "interrupted"));
        };
        stop_if_interrupted();
        try {
            const bool is_there = reader_->read(line);
            stop_if_interrupted();  // an interrupt can look like the end of the input
            return is_there;
        } catch (const Failure&) {  // an interrupt ends a read that waits
            stop_if_interrupted();
            throw;
        }
    }
    ErrorCode syntax_code() const override { return reader_->syntax_code(); }

private:
    std::unique_ptr<LineReader> reader_;
};

/// An import settles an unknown outcome by itself: its lines have keys.
Error with_way_out(Error error) {
    if (error.code == ErrorCode::outcome_unknown)
        error.hint = "import the same again: what was applied is only replayed";
    return error;
}

/// Opening the rejects must not destroy what is about to be read.
void check_rejects_path(const Request& request) {
    for (const std::string& input : {request.path, request.rules_path.value_or("")}) {
        std::error_code ignored;
        if (std::filesystem::equivalent(*request.rejects_path, input, ignored)) {
            throw Failure(
                Error(ErrorCode::usage, "--rejects names a file that is read", "write the rejects to another file"));
        }
    }
}

void run(Context& context, const Request& request) {
    std::optional<ImportRules> rules;
    if (request.rules_path) rules = read_rules(*request.rules_path);
    InputFile input(request.path);
    std::optional<Rejects> rejects;
    if (request.rejects_path) {
        check_rejects_path(request);
        rejects.emplace(*request.rejects_path);
    }
    InterruptibleReader reader(request.is_csv ? read_csv(input.stream(), request.source, rules)
                                              : read_ndjson(input.stream(), request.source));

    defer_interrupts();
    Progress progress(context.settings(), context.clock(), "lines");
    ImportWatch watch;
    std::int64_t lines_read = 0;
    watch.progress = [&](std::int64_t lines) {
        lines_read = lines;
        if (progress.is_due()) progress.show(lines, input.share());
    };
    watch.pace = pace_of_lines(context, [&] { watch.progress(lines_read); });
    if (rejects) watch.reject = [&](const ImportLine& line, const Error& error) { rejects->add(line, error); };
    const ImportReport report = [&] {
        try {
            return run_import(context.ledger(), context.clock(), context.actor(), reader, request.options, watch);
        } catch (const Failure& failure) {
            throw Failure(with_way_out(failure.error()));
        }
    }();
    progress.clear();
    const Json data = report_json(report, request.options.dry_run);
    if (report.error) {
        Error error = *report.error;
        if (report.error_line > 0) error.message = "line " + std::to_string(report.error_line) + ": " + error.message;
        throw ReportedFailure(with_way_out(std::move(error)), data);
    }
    if (report.applied > 0 && !request.options.dry_run) context.mark_applied(data);
    context.print(data);
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    Request request;
    request.path = arguments.required("FILE");
    request.rules_path = arguments.value("rules");
    request.rejects_path = arguments.value("rejects");
    const std::string file_name = request.path == "-" ? "" : std::filesystem::path(request.path).filename().string();
    request.source = arguments.value("source").value_or(file_name);
    const std::string format =
        arguments.value("format").value_or(request.rules_path || file_name.ends_with(".csv") ? "csv" : "ndjson");
    request.is_csv = format == "csv";
    request.options.keep_going = arguments.has("keep-going");
    request.options.atomic = arguments.has("atomic");
    request.options.dry_run = arguments.has("dry-run");
    if (request.rules_path && !request.is_csv) throw Failure(Error(ErrorCode::usage, "--rules is about CSV"));
    if (request.rejects_path && !request.options.keep_going)
        throw Failure(Error(ErrorCode::usage, "--rejects needs --keep-going"));
    if (request.options.atomic && request.options.keep_going)
        throw Failure(Error(ErrorCode::usage, "--atomic and --keep-going contradict each other"));
    if (!request.source.empty() && !parse_key(request.source + ":1")) {
        throw Failure(Error(ErrorCode::invalid_key,
                            in_quotes(request.source) + " cannot name a stream: keys are printable ASCII",
                            "give --source NAME"));
    }
    return [request](Context& context) { run(context, request); };
}

}  // namespace

const Command k_transaction_import{
    .noun = "transaction",
    .verb = "import",
    .summary = "Import transactions from a file",
    .description =
        "Applies each line once: importing the same file again, or a grown one, applies only what is new, and a line "
        "that changed is "
        "a conflict. NDJSON lines are like "
        "{\"type\":\"transfer\",\"account\":\"a\",\"to\":\"b\",\"amount\":\"1.00\",\"key\":\"k\"}, with the "
        "verbs of bankctl transaction as types, and customer, customer_update, open, freeze, unfreeze, close; CSV has "
        "the same names in "
        "its header. Consecutive "
        "lines with one \"group\" are applied together or not at all. The first line that fails ends the import, "
        "keeping what went before.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
