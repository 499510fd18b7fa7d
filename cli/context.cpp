#include "cli/context.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/pager.h"
#include "cli/prompt.h"
#include "cli/style.h"
#include "cli/terminal.h"
#include "core/base/text.h"
#include "core/courier/program_courier.h"
#include "core/courier/spool_courier.h"
#include "core/limit/shm/shm_limiter.h"
#include "core/store/sqlite/file_safety.h"
#include "core/store/sqlite/sqlite_archive.h"
#include "core/store/sqlite/sqlite_ledger.h"
#include "core/store/sqlite/sqlite_premises.h"

namespace bankctl::cli {
namespace {

constexpr std::size_t k_stream_chunk_bytes = 1 << 16;

/// The name of `uid` in the local user database. Directory services are not asked: that takes plug-ins of the C
/// library, which a statically linked program does without.
std::optional<std::string> listed_name(uid_t uid) {
    if (std::FILE* const users = std::fopen("/etc/passwd", "re")) {
        std::string name;
        while (const passwd* const user = fgetpwent(users)) {
            if (user->pw_uid != uid) continue;
            name = user->pw_name;
            break;
        }
        std::fclose(users);
        if (!name.empty()) return name;
    }
    return std::nullopt;
}

std::string numbered_name(uid_t uid) { return "uid-" + std::to_string(uid); }

/// The listed name, else what the login session says.
std::string login_name(uid_t uid) {
    if (const std::optional<std::string> name = listed_name(uid)) return *name;
    return process_environment("LOGNAME").value_or(numbered_name(uid));
}

/// Runs what makes a change. Whatever it throws has rolled it back, unless it says that this is unknown.
template <class Change>
auto noting_effect(Context& context, Change change) {
    const Effect before = context.effect();
    try {
        return change();
    } catch (const Failure& failure) {
        if (failure.error().code != ErrorCode::outcome_unknown) context.note_effect(before);
        throw;
    }
}

/// The ledger of a command that knows what it has committed, in whatever way it ends.
class NotingLedger final : public port::Ledger {
public:
    NotingLedger(std::unique_ptr<port::Ledger> ledger, Context& context)
        : ledger_(std::move(ledger)), context_(context) {}

    void read(const std::function<void(port::Snapshot&)>& work) override { ledger_->read(work); }

    Status transact(const port::WriteOptions& options, const std::function<Status(port::UnitOfWork&)>& work) override {
        if (options.dry_run) return ledger_->transact(options, work);
        return noting_effect(context_, [&] {
            Status outcome = ledger_->transact(options, [&](port::UnitOfWork& unit) {
                Status done = work(unit);
                if (done) context_.note_effect(Effect::unknown);
                return done;
            });
            if (outcome) context_.note_effect(Effect::made);
            return outcome;
        });
    }

    void settle() override { ledger_->settle(); }

private:
    std::unique_ptr<port::Ledger> ledger_;
    Context& context_;
};

}  // namespace

std::string storage_version() { return sqlite::storage_version(); }

port::Ledger& Context::ledger() {
    if (!ledger_) {
        auto stored = sqlite::open_ledger({settings_.database_path, settings_.wait_ms, was_interrupted});
        ledger_ = std::make_unique<NotingLedger>(std::move(stored), *this);
    }
    return *ledger_;
}

std::shared_ptr<void> Context::delivery_turn() {
    return sqlite::take_delivery_turn({settings_.database_path, settings_.wait_ms, was_interrupted});
}

std::unique_ptr<port::Courier> Context::program_courier(std::string command, std::chrono::milliseconds time_limit) {
    return courier::make_program_courier(std::move(command), time_limit);
}

std::unique_ptr<port::Courier> Context::mail_courier(std::string mailer, std::string from,
                                                     std::chrono::milliseconds time_limit) {
    return courier::make_mail_courier(std::move(mailer), std::move(from), time_limit);
}

std::unique_ptr<port::Courier> Context::spool_courier(std::string folder) {
    return courier::make_spool_courier(std::move(folder));
}

const Actor& Context::actor() {
    const uid_t uid = getuid();
    if (!actor_)
        actor_ = Actor{settings_.user.empty() ? login_name(uid) : settings_.user, static_cast<std::int64_t>(uid)};
    return *actor_;
}

port::Archive& Context::archive() {
    if (!archive_) archive_ = sqlite::open_archive({settings_.database_path, settings_.wait_ms, was_interrupted});
    return *archive_;
}

port::Premises& Context::premises() {
    if (!premises_) premises_ = sqlite::open_premises({settings_.database_path, settings_.wait_ms, was_interrupted});
    return *premises_;
}

const std::optional<Tenure>& Context::tenure() {
    if (tenure_) return *tenure_;
    tenure_.emplace();
    if (const auto file = sqlite::tenure_of_database(settings_.database_path)) {
        const uid_t uid = getuid();
        *tenure_ = Tenure{uid == 0 || static_cast<std::int64_t>(uid) == file->owner_uid, file->is_shared};
    }
    return *tenure_;
}

port::LimitSubject Context::limit_subject(LimitClass limit_class) {
    const uid_t uid = getuid();
    const bool is_shared = tenure() && tenure()->is_shared;
    std::string user = is_shared ? listed_name(uid).value_or(numbered_name(uid)) : actor().user;
    user.resize(std::min(user.size(), k_user_bytes_max));  // a login session may say anything
    while (!is_utf8(user)) user.pop_back();
    if (user.empty()) user = numbered_name(uid);
    return {std::move(user), limit_class};
}

port::Limiter& Context::limiter() {
    if (!limiter_) limiter_ = shm::open_limiter({settings_.database_path});
    return *limiter_;
}

Limits& Context::limits() {
    if (!limits_) {
        const auto open_ledger = [this](Limits::Patience patience) {
            const std::int64_t wait_ms = patience == Limits::Patience::none ? 0 : settings_.wait_ms;
            return sqlite::open_ledger({settings_.database_path, wait_ms, was_interrupted});
        };
        limits_.emplace(limiter(), open_ledger, tenure() && tenure()->is_ours);
    }
    return *limits_;
}

void Context::make_default_folder() {
    const std::filesystem::path directory = std::filesystem::path(settings_.database_path).parent_path();
    std::error_code failure;
    if (directory.filename() == "bankctl" && !std::filesystem::exists(directory, failure)) {
        std::filesystem::create_directories(directory, failure);
        if (!failure) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failure);
        if (failure)
            throw Failure(Error(ErrorCode::storage_unavailable,
                                "cannot create " + in_quotes(directory.string()) + ": " + failure.message()));
    }
}

void Context::create_ledger(const std::function<void(port::Ledger&)>& fill) {
    make_default_folder();
    noting_effect(*this, [&] {
        note_effect(Effect::unknown);
        sqlite::create_ledger({settings_.database_path, settings_.wait_ms, was_interrupted}, fill);
        note_effect(Effect::made);
    });
}

void Context::mark_applied(const Json& data) {
    has_applied_ = true;
    if (data.contains("seq") && data["seq"].is_number_integer()) applied_seq_ = data["seq"].get<std::int64_t>();
}

void Context::write(const std::string& bytes) {
    if (reader_is_gone_) return;
    defer_interrupts();  // once the result is written whole, an interrupt comes too late to deny it
    const WriteOutcome outcome = write_all(STDOUT_FILENO, bytes, has_applied_ ? nullptr : was_interrupted);
    if (outcome == WriteOutcome::done) return;
    if (outcome == WriteOutcome::given_up) throw Failure(Error(ErrorCode::interrupted, "interrupted"));
    const std::string reason = std::strerror(errno);
    if (has_applied_) {
        Error error(ErrorCode::applied_unreported,
                    "the change was made, but its document could not be written: " + reason);
        if (applied_seq_) error = std::move(error).with("seq", *applied_seq_);
        throw Failure(std::move(error));
    }
    if (outcome == WriteOutcome::failed)
        throw Failure(Error(ErrorCode::output_failed, "the result could not be written: " + reason));
    reader_is_gone_ = true;
}

void Context::print_text(const std::string& text) { write(text); }

void Context::print_help(const std::string& text) {
    const std::string shown = has_color() ? with_styled_headings(text) : text;
    if (!show_in_pager(shown, settings_)) write(shown);
}

void Context::confirm(std::string_view question) {
    if (settings_.is_yes) return;
    if (can_ask(settings_)) {
        const std::string answer = ask(std::string(question) + " [y/N] ").value_or("");
        if (answer == "y" || answer == "Y" || answer == "yes") return;
    }
    throw Failure(
        Error(ErrorCode::confirmation_required, "not confirmed: " + std::string(question), "give --yes to go on"));
}

bool Context::has_color() const { return may_color(STDOUT_FILENO, settings_.never_colors); }

void Context::print(const Json& data, const Json& before_data) {
    write(document_text(data, before_data));
    note_effect(Effect::told);
}

std::string Context::document_text(const Json& data, const Json& before_data) const {
    const DocumentInfo& document = *command_.document;
    switch (settings_.output) {
        case OutputFormat::table:
            return object_table(chosen_fields(document, settings_.fields, true), data, has_color());
        case OutputFormat::ndjson: return json_line(with_fields(data, settings_.fields));
        case OutputFormat::csv: {
            const std::vector<Field> fields = chosen_fields(document, settings_.fields, false);
            return csv_header(fields) + csv_row(fields, data);
        }
        case OutputFormat::json: break;
    }
    Json whole{{"schema", document.schema}};
    whole.update(before_data);
    whole["data"] = with_fields(data, settings_.fields);
    return json_line(whole);
}

void TextPrinter::add(std::string_view text) {
    pending_ += text;
    if (pending_.size() < k_stream_chunk_bytes) return;
    flush();
    if (was_interrupted()) throw Failure(Error(ErrorCode::interrupted, "interrupted"));  // in the middle of a stream
}

void TextPrinter::flush() {
    if (!pending_.empty()) context_.write(pending_);
    pending_.clear();
}

ListPrinter::ListPrinter(Context& context)
    : context_(context),
      text_(context),
      fields_(chosen_fields(*context.command().list_document, context.settings().fields,
                            context.settings().output == OutputFormat::table)) {
    if (context.settings().output == OutputFormat::csv) text_.add(csv_header(fields_));
}

bool ListPrinter::add(const Json& row) {
    const Settings& settings = context_.settings();
    switch (settings.output) {
        case OutputFormat::json: rows_.push_back(with_fields(row, settings.fields)); break;
        case OutputFormat::table: rows_.push_back(row); break;
        case OutputFormat::ndjson: text_.add(json_line(with_fields(row, settings.fields))); break;
        case OutputFormat::csv: text_.add(csv_row(fields_, row)); break;
    }
    return !context_.reader_is_gone();
}

void ListPrinter::finish(const Json& next, const Json& before_data) {
    const OutputFormat output = context_.settings().output;
    if (output == OutputFormat::table) text_.add(list_table(fields_, rows_, context_.has_color()));
    if (output == OutputFormat::json) {
        Json whole{{"schema", context_.command().list_document->schema}};
        whole.update(before_data);
        whole["data"] = std::move(rows_);
        whole["next"] = next;
        text_.add(json_line(whole));
    }
    text_.flush();
    // Only JSON has a place for the cursor.
    const bool is_person_told = !context_.settings().is_quiet && is_terminal(STDERR_FILENO);
    if (output != OutputFormat::json && !next.is_null() && is_person_told)
        write_all(STDERR_FILENO, "more follow: --after " + next.get<std::string>() + "\n");
    context_.note_effect(Effect::told);
}

}  // namespace bankctl::cli
