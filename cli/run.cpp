#include "cli/run.h"

#include <unistd.h>

#include <csignal>
#include <exception>
#include <optional>

#include "cli/context.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/prompt.h"
#include "cli/style.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

Json details_json(const Error& error, const Json& report) {
    Json details = report;
    for (const auto& [key, value] : error.details) {
        std::visit([&detail = details[key]](const auto& plain) { detail = plain; }, value);
    }
    return details;
}

/// The error for people; a report follows as the command's own table would show it.
std::string error_text(const Error& error, const Json& report, const DocumentInfo* document, bool has_color) {
    const auto mark = [&](std::string_view word, Look look) { return styled(word, has_color ? look : Look::plain); };
    const std::string_view hint = error.hint.empty() ? info(error.code).remedy : std::string_view(error.hint);
    std::string text = mark("bankctl:", Look::failure) + " " + printable(error.message) + "\n" +
                       mark("hint:", Look::hint) + " " + printable(hint) + "\n";
    if (!report.empty() && document != nullptr)
        text += object_table(chosen_fields(*document, {}, true), report, has_color);
    return text;
}

// The one thing a signal handler must know.
volatile std::sig_atomic_t wants_json_errors = 0;

/// One command line on its way from its words to an exit code.
class Session {
public:
    explicit Session(std::span<const std::string> words) : words_(words) {}

    void execute();
    /// Prints the error in the form that the settings ask for, however little of them is known; returns the exit code.
    int report(const Error& error, const Json& report);

private:
    const Result<Config>& config(const Arguments& arguments);
    const Settings& understood_settings();
    Settings resolved_settings(const Invocation& invocation);
    void set_error_form(const Settings& settings);

    std::span<const std::string> words_;
    std::optional<Result<Config>> config_;  // read once: it may be a pipe
    std::optional<Settings> understood_;
    const DocumentInfo* document_ = nullptr;

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

void Session::execute() {
    Invocation invocation = parse_command_line(words_).value_or_throw();
    const Command& command = *invocation.command;
    document_ = command.document;
    if (invocation.wants_help) {
        Context context(command, understood_settings());
        return context.print_help(command_help(command));
    }
    if (first_missing(command, invocation.arguments) && can_ask(understood_settings())) {
        set_error_form(understood_settings());
        ask_for_missing(command, invocation.arguments);
    }
    if (const Status status = check_arguments(command, invocation.arguments); !status) throw Failure(status.error());
    Settings settings = resolved_settings(invocation);
    set_error_form(settings);
    const auto work = command.plan(invocation.arguments);
    Context context(command, std::move(settings));
    work(context);
}

int Session::report(const Error& error, const Json& report) {
    if (!form_) set_error_form(understood_settings());
    write_all(STDERR_FILENO, form_->is_json
                                 ? error_document(error, report)
                                 : error_text(error, report, document_, may_color(STDERR_FILENO, form_->never_colors)));
    return exit_code(info(error.code).kind);
}

}  // namespace

std::string error_document(const Error& error, const Json& report) {
    const ErrorCodeInfo& code = info(error.code);
    const Json document{{"kind", name(code.kind)},
                        {"code", code.name},
                        {"message", printable(error.message)},
                        {"hint", error.hint.empty() ? Json(code.remedy) : Json(printable(error.hint))},
                        {"retryable", code.kind == ErrorKind::retry_later},
                        {"retry_after_ms", error.retry_after_ms ? Json(*error.retry_after_ms) : Json(nullptr)},
                        {"details", details_json(error, report)}};
    return json_line({{"schema", "error/v1"}, {"error", document}});
}

std::string_view interrupt_message() {
    if (!wants_json_errors) return "bankctl: interrupted\nhint: Run it again.\n";
    return R"({"schema":"error/v1","error":{"kind":"interrupted","code":"interrupted","message":"interrupted",)"
           R"("hint":"Run it again.","retryable":false,"retry_after_ms":null,"details":{}}})"
           "\n";
}

int run(std::span<const std::string> words) {
    Session session(words);
    try {
        session.execute();
        return 0;
    } catch (const ReportedFailure& failure) {
        return session.report(failure.error(), failure.report());
    } catch (const Failure& failure) {
        return session.report(failure.error(), Json::object());
    } catch (const std::exception& exception) {
        return session.report(Error(ErrorCode::internal_error, std::string("unexpected: ") + exception.what()),
                              Json::object());
    }
}

}  // namespace bankctl::cli
