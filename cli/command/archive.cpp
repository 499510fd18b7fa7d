#include "cli/command/archive.h"

#include "cli/interrupt.h"
#include "cli/progress.h"

namespace bankctl::cli {

Result<std::string> parse_backup_file(std::string_view text) {
    if (text.empty()) return Error(ErrorCode::usage, "FILE needs a name");
    if (text == "-") return Error(ErrorCode::usage, "a backup is a file, not a stream", "a file of that name is ./-");
    return std::string(text);
}

Archived archive(Context& context, const std::function<std::unique_ptr<port::Copy>(port::Archive&)>& make_copy,
                 const std::string& if_damaged, const std::function<void()>& before_keeping) {
    const auto stop_if_interrupted = [] {
        if (was_interrupted()) throw Failure(Error(ErrorCode::interrupted, "interrupted"));
    };
    defer_interrupts();  // they are obeyed below, where what was copied is removed
    Progress progress(context.settings(), context.clock(), "entries");
    const std::unique_ptr<port::Copy> copy = make_copy(context.archive());
    stop_if_interrupted();
    const auto show = progress.of_entries();
    const auto show_or_stop = [&](std::int64_t entries, std::int64_t total) {
        show(entries, total);
        stop_if_interrupted();
    };
    const Result<Archived> archived = verify_and_keep(*copy, show_or_stop, before_keeping);
    if (archived) context.note_effect(Effect::made);
    if (archived) return *archived;
    Error error = archived.error();
    error.hint = if_damaged;
    throw Failure(std::move(error));
}

}  // namespace bankctl::cli
