#include "cli/run.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>

#include "cli/context.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/limiting.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/prompt.h"
#include "cli/style.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

/// An error on its way to the user, with what its command knows of it.
struct Report {
    const Error& error;
    const Json* found = nullptr;  ///< what the command has found out, shaped like its data
    const DocumentInfo* document = nullptr;
    const Json* key = nullptr;  ///< that settles an unknown outcome; null if none was given; absent where there is none
};

/// What stands in the document's details beside what the error itself says.
Json beside_error(const Report& report) {
    Json beside = report.found != nullptr ? *report.found : Json::object();
    if (report.key != nullptr) beside["key"] = *report.key;
    return beside;
}

/// The error for people; a report follows as the command's own table would show it.
std::string error_text(const Report& report, bool has_color) {
    const Error& error = report.error;
    const auto mark = [&](std::string_view word, Look look) { return styled(word, has_color ? look : Look::plain); };
    const std::string_view hint = error.hint.empty() ? info(error.code).remedy : std::string_view(error.hint);
    std::string text = mark("bankctl:", Look::failure) + " " + printable(error.message) + "\n" +
                       mark("hint:", Look::hint) + " " + printable(hint) + "\n";
    if (report.found != nullptr && report.document != nullptr)
        text += object_table(chosen_fields(*report.document, {}, true), *report.found, has_color);
    return text;
}

/// The error as far as it can be told without any memory: its row of the table of codes.
void report_plainly(const ErrorCodeInfo& code, bool is_json) {
    const auto write = [&](std::string_view text) {
        for (; is_json && text.find('"') != std::string_view::npos; text.remove_prefix(text.find('"') + 1)) {
            write_all(STDERR_FILENO, text.substr(0, text.find('"')));
            write_all(STDERR_FILENO, "\\\"");
        }
        write_all(STDERR_FILENO, text);
    };
    const auto member = [&](std::string_view name, std::string_view value) {
        write_all(STDERR_FILENO, name);
        write(value);
    };
    member(is_json ? R"({"schema":"error/v1","error":{"kind":")" : "bankctl: ", is_json ? name(code.kind) : code.cause);
    if (is_json) member(R"(","code":")", code.name);
    if (is_json) member(R"(","message":")", code.cause);
    member(is_json ? R"(","hint":")" : "\nhint: ", code.remedy);
    const bool is_retryable = code.kind == ErrorKind::retry_later;
    if (is_json) member(R"(","retryable":)", is_retryable ? "true" : "false");
    write_all(STDERR_FILENO, is_json ? R"(,"retry_after_ms":null,"details":{}}})"
                                       "\n"
                                     : "\n");
}

// The one thing a signal handler must know.
volatile std::sig_atomic_t wants_json_errors = 0;

/// One command line on its way from its words to an exit code.
class Session {
public:
    explicit Session(std::span<const std::string> words) : words_(words) {}

    /// Returns the exit code of a refusal that needed no exception, else 0.
    int execute();
    /// Prints the error in the form that the settings ask for, however little of them is known; returns the exit code.
    int report(const Error& error, const Json* found = nullptr, const DocumentInfo* document = nullptr);
    int report(const ReportedFailure& failure) {
        const bool is_document = failure.form() == ReportedFailure::Form::document;
        return report(failure.error(), &failure.report(), is_document ? document_ : nullptr);
    }
    /// The same for what is not the user's doing: too little memory, or a bug.
    int report(const std::exception& exception);
    /// The same where there is no memory at all.
    int report_out_of_memory() const;

private:
    void tell_note() const;
    Effect effect() const { return context_ ? context_->effect() : Effect::none; }
    Error with_way_out(const Error& error) const;
    bool expects_json() const;
    const Result<Config>& config(const Arguments& arguments);
    const Settings& understood_settings();
    Settings resolved_settings(const Invocation& invocation);
    void set_error_form(const Settings& settings);

    std::span<const std::string> words_;
    std::optional<Result<Config>> config_;  // read once: it may be a pipe
    std::optional<Settings> understood_;
    const DocumentInfo* document_ = nullptr;
    std::optional<Json> key_;  // of a command that takes one
    std::optional<Context> context_;

    /// How errors are to be printed.
    struct ErrorForm {
        bool is_json = false;
        bool never_colors = false;
    };
    std::optional<ErrorForm> form_;
};

const Result<Config>& Session::config(const Arguments& arguments) {
    if (!config_) config_.emplace(load_config(arguments, process_environment));
    return *config_;
}

/// The settings as far as they can be understood without knowing that the words are right.
const Settings& Session::understood_settings() {
    if (understood_) return *understood_;
    const Arguments options = understood_options(words_);
    const Result<Config>& file = config(options);
    understood_ =
        resolve_settings(options, nullptr, process_environment, file ? *file : Config{}, Strictness::none_must_fit)
            .value_or_throw();
    return *understood_;
}

Settings Session::resolved_settings(const Invocation& invocation) {
    const Command& command = *invocation.command;
    const DocumentInfo* const document = command.document != nullptr ? command.document : command.list_document;
    const Result<Config>& file = config(invocation.arguments);
    if (!file && !command.is_about_program) throw Failure(file.error());
    return resolve_settings(invocation.arguments, document, process_environment, file ? *file : Config{},
                            command.is_about_program ? Strictness::flags_must_fit : Strictness::all_must_fit)
        .value_or_throw();
}

void Session::set_error_form(const Settings& settings) {
    form_ = {settings.output == OutputFormat::json || settings.output == OutputFormat::ndjson, settings.never_colors};
    wants_json_errors = form_->is_json;
}

int Session::execute() {
    Invocation invocation = parse_command_line(words_).value_or_throw();
    const Command& command = *invocation.command;
    document_ = command.document;
    if (std::ranges::find(command.options, "key", &Option::name) != command.options.end()) {
        const std::optional<std::string> key = invocation.arguments.value("key");
        key_ = key ? Json(*key) : Json(nullptr);
    }
    if (invocation.wants_help) {
        Context context(command, understood_settings());
        context.print_help(command_help(command));
        return 0;
    }
    if (first_missing(command, invocation.arguments) && can_ask(understood_settings())) {
        set_error_form(understood_settings());
        ask_for_missing(command, invocation.arguments);
    }
    if (const Status status = check_arguments(command, invocation.arguments); !status) throw Failure(status.error());
    Settings settings = resolved_settings(invocation);
    set_error_form(settings);
    const auto work = command.plan(invocation.arguments);
    context_.emplace(command, std::move(settings));
    if (const std::optional<ReportedFailure> refusal = charge_for(*context_)) return report(*refusal);
    work(*context_);
    tell_note();
    return 0;
}

/// Beside an error document there is nothing else on stderr, so there the note is left out.
void Session::tell_note() const {
    if (context_ && !context_->note().empty() && !context_->settings().is_quiet)
        write_all(STDERR_FILENO, "note: " + context_->note() + "\n");
}

/// The error with a hint that tells how to learn an unknown outcome by this command.
Error Session::with_way_out(const Error& error) const {
    Error told = error;
    if (error.code != ErrorCode::outcome_unknown || !error.hint.empty()) return told;
    if (!key_) told.hint = "look whether it was done before you repeat it";
    if (key_ && key_->is_null())
        told.hint = "look for it in the list of transactions before you repeat it; with --key you could just repeat it";
    if (key_ && key_->is_string())
        told.hint = "repeat the same command with --key " + in_quotes(key_->get<std::string>()) +
                    ": it has its effect once, whether or not it had it now";
    return told;
}

/// Whether errors are wanted as JSON, as far as that is known without memory.
bool Session::expects_json() const {
    return form_ ? form_->is_json : std::ranges::find(words_, "--json") != words_.end();
}

int Session::report(const Error& error, const Json* found, const DocumentInfo* document) {
    const ErrorCodeInfo& code = info(error.code);
    try {
        if (!form_) set_error_form(understood_settings());
        const Error told = with_way_out(error);
        const Json* const key = code.kind == ErrorKind::outcome_unknown && key_ ? &*key_ : nullptr;
        const Report report{told, found, document, key};
        defer_interrupts();  // one error is told, with its exit code
        if (!form_->is_json) tell_note();
        write_all(STDERR_FILENO, form_->is_json ? error_document(told, beside_error(report))
                                                : error_text(report, may_color(STDERR_FILENO, form_->never_colors)));
    } catch (const std::bad_alloc&) {
        report_plainly(code, expects_json());
    }
    return exit_code(code.kind);
}

/// The code of what ended a command that could not go on, by what became of its change.
ErrorCode code_by_effect(Effect effect, ErrorCode without_effect) {
    switch (effect) {
        case Effect::none: return without_effect;
        case Effect::unknown: return ErrorCode::outcome_unknown;
        case Effect::made: return ErrorCode::applied_unreported;
        case Effect::told: break;
    }
    return without_effect;
}

int Session::report(const std::exception& exception) {
    if (dynamic_cast<const std::bad_alloc*>(&exception) != nullptr) return report_out_of_memory();
    const ErrorCode code = code_by_effect(effect(), ErrorCode::internal_error);
    return report(Error(code, std::string("unexpected: ") + exception.what()));
}

int Session::report_out_of_memory() const {
    if (effect() == Effect::told) return 0;  // it was only cleaning up
    const ErrorCodeInfo& code = info(code_by_effect(effect(), ErrorCode::storage_unavailable));
    report_plainly(code, expects_json());
    return exit_code(code.kind);
}

/// Even cleaning up can lack memory; then the process ends like one that is killed, but says so.
const Session* running = nullptr;
std::terminate_handler terminate_otherwise = nullptr;

[[noreturn]] void end_without_memory() {
    const std::exception_ptr failure = std::current_exception();
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const std::bad_alloc&) {
        if (running != nullptr) _exit(running->report_out_of_memory());
    } catch (...) {
    }
    terminate_otherwise();
    std::abort();
}

}  // namespace

std::string error_document(const Error& error, const Json& beside) {
    Json details = beside;
    for (const auto& [key, value] : error.details)
        std::visit([&detail = details[key]](const auto& plain) { detail = plain; }, value);
    const ErrorCodeInfo& code = info(error.code);
    // Put in place member by member: a braced list would copy each value, and a refusal must cost next to nothing.
    Json document;
    document["schema"] = "error/v1";
    Json& inner = document["error"];
    inner["kind"] = name(code.kind);
    inner["code"] = code.name;
    inner["message"] = printable(error.message);
    inner["hint"] = error.hint.empty() ? std::string(code.remedy) : printable(error.hint);
    inner["retryable"] = code.kind == ErrorKind::retry_later;
    inner["retry_after_ms"] = error.retry_after_ms ? Json(*error.retry_after_ms) : Json(nullptr);
    inner["details"] = std::move(details);
    return json_line(document);
}

std::string_view interrupt_message() {
    if (!wants_json_errors) return "bankctl: interrupted\nhint: Run it again.\n";
    return R"({"schema":"error/v1","error":{"kind":"interrupted","code":"interrupted","message":"interrupted",)"
           R"("hint":"Run it again.","retryable":false,"retry_after_ms":null,"details":{}}})"
           "\n";
}

int run(std::span<const std::string> words) {
    Session session(words);
    running = &session;
    terminate_otherwise = std::set_terminate(end_without_memory);
    try {
        return session.execute();
    } catch (const ReportedFailure& failure) {
        return session.report(failure);
    } catch (const Failure& failure) {
        return session.report(failure.error());
    } catch (const std::exception& exception) {
        return session.report(exception);
    }
}

}  // namespace bankctl::cli
