// bankctl restore: the bank as a backup has it.
#include <filesystem>

#include "cli/command/all.h"
#include "cli/command/archive.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"FILE", "a backup, which is only read"}};
constexpr Field k_fields[] = {{"db"},
                              {"file"},
                              {"bytes", CellType::number},
                              {"seq", CellType::number},
                              {"head", CellType::nested},
                              {"previous_head", CellType::nested},
                              {"elapsed_ms", CellType::number}};
const DocumentInfo k_document{"restore/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl restore --yes last.db", "in place of the bank"},
    {"bankctl --db january.db restore bank-2026-01-31.db", "as another bank, to look something up in the past"}};
constexpr ErrorCode k_errors[] = {ErrorCode::confirmation_required, ErrorCode::unreadable_input,
                                  ErrorCode::integrity_violation};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::string file = required_argument(arguments, "FILE", parse_backup_file);
    return [file](Context& context) {
        Stopwatch stopwatch(context.clock());
        const std::string& database = context.settings().database_path;
        if (std::filesystem::exists(file)) context.make_default_folder();
        const port::Placing placing = context.archive().placing_of_restore(file);
        if (placing == port::Placing::by_replacing)
            context.confirm("Replace the bank " + in_quotes(database) + " by what " + in_quotes(file) + " holds?");
        const Archived restored = archive(
            context, [&](port::Archive& archive) { return archive.restore(file, placing); },
            "choose another backup than " + in_quotes(file) + "; the bank is as it was",
            [&] { context.limiter().propose({}); });  // its rules may be others from now on
        const Json data{{"db", database},
                        {"file", file},
                        {"bytes", restored.bytes},
                        {"seq", restored.head.seq.value},
                        {"head", head_json(restored.head)},
                        {"previous_head", restored.previous_head ? head_json(*restored.previous_head) : Json(nullptr)},
                        {"elapsed_ms", stopwatch.elapsed_ms()}};
        context.mark_applied(data);
        context.print(data);
    };
}

}  // namespace

const Command k_restore{
    .noun = "restore",
    .verb = "",
    .summary = "Make the bank what a backup holds",
    .description =
        "Copies FILE beside the bank, verifies the copy in full, and only then puts it in the bank's place, in one "
        "step: "
        "killed at any point, it leaves the old bank or the restored one. A bank that exists is replaced only with "
        "--yes, "
        "even a damaged one; what was posted since the backup is gone, and previous_head says where it ended. Readers "
        "and writers that are at work see the old bank or the restored one, never a mixture.",
    .positionals = k_positionals,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .suits_damaged_bank = true};

}  // namespace bankctl::cli
