// What a running command has: the ledger, the clock, the user, the settings, and the way to print its document. The
// composition root: only context.cpp names an adapter.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/render/render.h"
#include "cli/settings.h"
#include "core/base/clock.h"
#include "core/port/archive.h"
#include "core/port/courier.h"
#include "core/port/ledger.h"
#include "core/port/limiter.h"
#include "core/port/premises.h"
#include "core/service/limits.h"
#include "core/service/posting.h"

namespace bankctl::cli {

/// A failure that has found something out: the report stands in the error's details, shaped like the command's data.
class ReportedFailure : public Failure {
public:
    /// What the report is: the command's document, shown to people as such, or details for scripts alone.
    enum class Form { document, details };

    ReportedFailure(Error error, Json report, Form form = Form::document)
        : Failure(std::move(error)), report_(std::move(report)), form_(form) {}
    const Json& report() const { return report_; }
    Form form() const { return form_; }

private:
    Json report_;
    Form form_;
};

/// Whose a bank is.
struct Tenure {
    bool is_ours = false;    ///< this process is its owner's, or root's
    bool is_shared = false;  ///< with a group: then users are told apart by their real uid, whatever they say
};

/// Whether a change was made: while it is being committed that is unknown. Once the result is told, nothing is left
/// that could fail.
enum class Effect { none, unknown, made, told };

class Context {
public:
    Context(const Command& command, Settings settings) : command_(command), settings_(std::move(settings)) {}

    const Settings& settings() const { return settings_; }
    port::Ledger& ledger();
    Clock& clock() { return clock_; }
    /// The user to record: --user, else the login name of the real uid.
    const Actor& actor();
    /// Until what it returns is gone, nobody else delivers this bank's notifications; `busy` where somebody does.
    std::shared_ptr<void> delivery_turn();
    /// What carries letters: a command, a mailer, or a folder.
    static std::unique_ptr<port::Courier> program_courier(std::string command, std::chrono::milliseconds time_limit);
    static std::unique_ptr<port::Courier> mail_courier(std::string mailer, std::string from,
                                                       std::chrono::milliseconds time_limit);
    static std::unique_ptr<port::Courier> spool_courier(std::string folder);
    /// Creates the database; `fill` writes its first entry. Makes the default path's directory.
    void create_ledger(const std::function<void(port::Ledger&)>& fill);

    /// The folder of the database's default path, if that is the path and the folder is missing.
    void make_default_folder();
    port::Archive& archive();
    port::Premises& premises();

    /// Whose the bank is; nothing where there is none that could be used.
    const std::optional<Tenure>& tenure();
    /// Whose requests are counted: in a shared bank the real uid's, else the user's to record.
    port::LimitSubject limit_subject(LimitClass limit_class);
    /// The one that counts this bank's requests; Failure with `limiter_unavailable`.
    port::Limiter& limiter();
    Limits& limits();

    /// Prints one document. `more` are members beside `data`, in their order.
    void print(const Json& data, const Json& before_data = Json::object());
    /// Prints text as it is.
    void print_text(const std::string& text);
    /// Prints help: through a pager where a person reads it and it is long.
    void print_help(const std::string& text);
    /// Returns if --yes was given or the person at the terminal says yes to `question`; else `confirmation_required`.
    void confirm(std::string_view question);
    /// True if what is printed for people may have colours.
    bool has_color() const;

    /// From now on a result that cannot be written is `applied_unreported`, with the seq in `data` if it has one.
    void mark_applied(const Json& data);
    /// What is known of the command's change, should it end here.
    Effect effect() const { return effect_; }
    void note_effect(Effect effect) { effect_ = effect; }

    /// Something that the user should hear of, on stderr, but not in the middle of a document: at the end.
    void set_note(std::string note) { note_ = std::move(note); }
    const std::string& note() const { return note_; }

    /// True once whoever reads stdout has gone: what is left need not be made.
    bool reader_is_gone() const { return reader_is_gone_; }

    const Command& command() const { return command_; }

private:
    friend class TextPrinter;
    void write(const std::string& bytes);
    std::string document_text(const Json& data, const Json& before_data) const;

    const Command& command_;
    Settings settings_;
    SystemClock clock_;
    std::unique_ptr<port::Ledger> ledger_;
    std::unique_ptr<port::Archive> archive_;
    std::unique_ptr<port::Premises> premises_;
    std::optional<Actor> actor_;
    std::optional<std::optional<Tenure>> tenure_;
    std::unique_ptr<port::Limiter> limiter_;
    std::optional<Limits> limits_;
    Effect effect_ = Effect::none;
    bool has_applied_ = false;
    std::optional<std::int64_t> applied_seq_;
    bool reader_is_gone_ = false;
    std::string note_;
};

/// The storage engine's name and version.
std::string storage_version();

/// Prints text piece by piece, in large writes.
class TextPrinter {
public:
    explicit TextPrinter(Context& context) : context_(context) {}
    void add(std::string_view text);
    void flush();

private:
    Context& context_;
    std::string pending_;
};

/// Prints a list: ndjson and csv as the elements come, json and tables whole at the end.
class ListPrinter {
public:
    explicit ListPrinter(Context& context);
    /// Returns false once nobody reads any more.
    bool add(const Json& row);
    /// Writes what has come of ndjson and csv, before an error ends the list.
    void flush() { text_.flush(); }
    /// `next` is the cursor to go on with, or null; `before_data` as for Context::print. Where the form has no place
    /// for the cursor, a person at a terminal gets it as a note on stderr.
    void finish(const Json& next = nullptr, const Json& before_data = Json::object());

private:
    Context& context_;
    TextPrinter text_;
    std::vector<Field> fields_;
    std::vector<Json> rows_;
};

}  // namespace bankctl::cli
