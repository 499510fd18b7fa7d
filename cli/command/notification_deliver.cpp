// bankctl notification deliver: carries what waits in the outbox out of the bank.
#include <chrono>

#include "cli/command/all.h"
#include "cli/command/notification.h"
#include "cli/interrupt.h"
#include "core/base/text.h"
#include "core/model/mail_address.h"

namespace bankctl::cli {
namespace {

constexpr std::int64_t k_time_limit_s_max = 600;
constexpr std::int64_t k_time_limit_s = 30;

constexpr Option k_options[] = {
    {"exec", "COMMAND", "run this shell command for each, with its document on stdin; exit code 0 means delivered"},
    {.name = "sendmail",
     .value = "PATH",
     .summary = "give each as a message to a mailer that takes -t -i (--sendmail alone: /usr/sbin/sendmail)",
     .value_if_bare = "/usr/sbin/sendmail"},
    {"spool", "DIR", "write each as a file into this folder"},
    {"from", "ADDRESS", "the sender of mail"},
    {.name = "to",
     .value = "TEAM=ADDRESS",
     .summary = "where mail to a team goes; *=ADDRESS: to every other team; may be repeated",
     .is_repeated = true},
    k_recipient_option,
    {"timeout", "SECONDS", "how long a command or mailer may take for each, 1 to 600 (default: 30)"},
    {"limit", "N", "at most N attempts (default: all that are due)"}};
constexpr Example k_examples[] = {
    {"bankctl notification deliver --spool . --limit 100", "a file for each, for somebody else to take away"},
    {"bankctl notification deliver --exec 'cat >/dev/null' --recipients team --json", "by a command of your own"}};
constexpr ErrorCode k_errors[] = {ErrorCode::busy, ErrorCode::invalid_text, ErrorCode::output_failed};

/// Which way things go out.
struct Request {
    std::optional<std::string> command;
    std::optional<std::string> mailer;
    std::optional<std::string> folder;
    std::string from;
    std::chrono::seconds time_limit{k_time_limit_s};
    DeliveryOptions options;
};

Result<std::string> parse_address(std::string_view text) {
    if (is_mail_address(text)) return std::string(text);
    return Error(ErrorCode::invalid_text, in_quotes(text) + " is not an e-mail address",
                 "write it like desk@bank.example");
}

Result<std::int64_t> parse_timeout(std::string_view text) {
    return parse_number(text, 1, k_time_limit_s_max, "--timeout");
}

void add_team_address(DeliveryOptions& options, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        throw Failure(Error(ErrorCode::usage, "--to " + in_quotes(text) + " is not TEAM=ADDRESS"));
    const std::string address = parse_address(std::string_view(text).substr(equals + 1)).value_or_throw();
    if (!options.team_addresses.emplace(text.substr(0, equals), address).second)
        throw Failure(Error(ErrorCode::usage, "--to names " + in_quotes(text.substr(0, equals)) + " twice"));
}

Request request_of(const Arguments& arguments) {
    Request request;
    request.command = arguments.value("exec");
    request.mailer = arguments.value("sendmail");
    request.folder = arguments.value("spool");
    const int ways =
        int{request.command.has_value()} + int{request.mailer.has_value()} + int{request.folder.has_value()};
    if (ways != 1)
        throw Failure(Error(ErrorCode::usage, "one of --exec, --sendmail and --spool must say how to deliver"));
    for (const auto& way : {request.command, request.mailer, request.folder})
        if (way && way->empty()) throw Failure(Error(ErrorCode::usage, "the way to deliver is empty"));
    const std::vector<std::string> teams = arguments.values("to");
    if (!request.mailer && (arguments.has("from") || !teams.empty()))
        throw Failure(Error(ErrorCode::usage, "--from and --to are about mail", "give --sendmail"));
    if (request.mailer && !arguments.has("from"))
        throw Failure(Error(ErrorCode::missing_argument, "--sendmail needs --from ADDRESS").with("argument", "--from"));
    if (request.mailer) request.from = required_argument(arguments, "from", parse_address);
    for (const std::string& team : teams) add_team_address(request.options, team);
    if (const auto seconds = optional_argument(arguments, "timeout", parse_timeout))
        request.time_limit = std::chrono::seconds(*seconds);
    request.options.only = recipients_argument(arguments);
    request.options.limit = optional_argument(arguments, "limit", parse_limit).value_or(0);
    return request;
}

std::unique_ptr<port::Courier> courier_of(const Request& request) {
    if (request.command) return Context::program_courier(*request.command, request.time_limit);
    if (request.mailer) return Context::mail_courier(*request.mailer, request.from, request.time_limit);
    return Context::spool_courier(*request.folder);
}

void run(Context& context, const Request& request) {
    const std::unique_ptr<port::Courier> courier = courier_of(request);
    port::Ledger& ledger = context.ledger();
    ledger.read([](port::Snapshot&) {});  // where there is no bank there is nothing to take a turn at
    const std::shared_ptr<void> turn = context.delivery_turn();
    defer_interrupts();  // the attempt under way is recorded; then it ends
    ListPrinter printer(context);
    DeliveryWatch watch;
    watch.stops = [] { return was_interrupted(); };
    watch.attempted = [&](const NotificationView& view) {
        context.mark_applied(Json::object());
        printer.add(notification_json(view));
    };
    deliver_notifications(ledger, context.clock(), context.actor(), *courier, request.options, watch);
    if (was_interrupted()) throw Failure(Error(ErrorCode::interrupted, "interrupted: what was attempted is recorded"));
    printer.finish();
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    return [request = request_of(arguments)](Context& context) { run(context, request); };
}

}  // namespace

const Command k_notification_deliver{
    .noun = "notification",
    .verb = "deliver",
    .summary = "Carry what disputes have to tell out of the bank",
    .description =
        "Tries each notification that is due once, in the order in which they were written, records each attempt, and "
        "lists what was attempted as it stands then. What fails is due again after a minute, then after twice as long "
        "each time, six hours at most; after ten failures it is dead. Each is delivered at least once: who is killed "
        "between sending and recording sends it again, with the same id. Only one process delivers at a time; another "
        "waits its turn or is busy.",
    .options = k_options,
    .list_document = &k_notification_delivery_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
