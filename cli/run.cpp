#include "cli/run.h"

#include <unistd.h>

#include <csignal>
#include <exception>

#include "cli/context.h"
#include "cli/help.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

Json details_json(const Error& error, const Json& report) {
    Json details = report;
    for (const auto& [key, value] : error.details) {
        std::visit([&](const auto& plain) { details[key] = plain; }, value);
    }
    return details;
}

/// The error as one document, as the contract defines it.
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

/// The error for people; a report follows as the command's own table would show it.
std::string error_text(const Error& error, const Json& report, const DocumentInfo* document) {
    const std::string_view hint = error.hint.empty() ? info(error.code).remedy : std::string_view(error.hint);
    std::string text = "bankctl: " + printable(error.message) + "\nhint: " + printable(hint) + "\n";
    if (!report.empty() && document != nullptr) text += object_table(chosen_fields(*document, {}, true), report);
    return text;
}

// The one thing a signal handler must know.
volatile std::sig_atomic_t wants_json_errors = 0;

/// How errors are to be printed, known as early as anything is.
struct ErrorForm {
    bool is_json = false;
    const DocumentInfo* document = nullptr;
};

int report_error(const Error& error, const Json& report, const ErrorForm& form) {
    write_all(STDERR_FILENO, form.is_json ? error_document(error, report) : error_text(error, report, form.document));
    return exit_code(info(error.code).kind);
}

bool wants_json(std::span<const std::string> words) {
    std::string output = requested_output(words);
    if (output.empty()) output = process_environment("BANKCTL_OUTPUT").value_or("");
    return output == "json" || output == "ndjson";
}

void execute(std::span<const std::string> words, ErrorForm& form) {
    const Invocation invocation = parse_command_line(words).value_or_throw();
    const Command& command = *invocation.command;
    form.document = command.document;
    if (invocation.wants_help) {
        Context context(command, Settings{});
        return context.print_text(command_help(command));
    }
    const DocumentInfo* const document = command.document != nullptr ? command.document : command.list_document;
    Settings settings = resolve_settings(invocation.arguments, document, process_environment).value_or_throw();
    const auto work = command.plan(invocation.arguments);
    Context context(command, std::move(settings));
    work(context);
}

}  // namespace

std::string_view interrupt_message() {
    if (!wants_json_errors) return "bankctl: interrupted\nhint: Run it again.\n";
    return R"({"schema":"error/v1","error":{"kind":"interrupted","code":"interrupted","message":"interrupted",)"
           R"("hint":"Run it again.","retryable":false,"retry_after_ms":null,"details":{}}})"
           "\n";
}

int run(std::span<const std::string> words) {
    ErrorForm form;
    try {
        form.is_json = wants_json(words);
        wants_json_errors = form.is_json;
        execute(words, form);
        return 0;
    } catch (const ReportedFailure& failure) {
        return report_error(failure.error(), failure.report(), form);
    } catch (const Failure& failure) {
        return report_error(failure.error(), Json::object(), form);
    } catch (const std::exception& exception) {
        return report_error(Error(ErrorCode::internal_error, std::string("unexpected: ") + exception.what()),
                            Json::object(), form);
    }
}

}  // namespace bankctl::cli
