// bankctl backup: a verified copy of the bank.
#include "cli/command/all.h"
#include "cli/command/archive.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"FILE", "where the copy is to lie, on a local disk"}};
constexpr Field k_fields[] = {{"file"},
                              {"db"},
                              {"bytes", CellType::number},
                              {"seq", CellType::number},
                              {"head", CellType::nested},
                              {"elapsed_ms", CellType::number}};
const DocumentInfo k_document{"backup/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl backup backups/bank-2026-02-01.db", "while others go on posting"},
    {"bankctl backup --yes last.db --json | jq -r '.data.head | \"\\(.seq):\\(.hash)\"'", "and an anchor of it"}};
constexpr ErrorCode k_errors[] = {ErrorCode::confirmation_required, ErrorCode::integrity_violation,
                                  ErrorCode::already_exists};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::string file = required_argument(arguments, "FILE", parse_backup_file);
    return [file](Context& context) {
        Stopwatch stopwatch(context.clock());
        const port::Placing placing = context.archive().placing_of_backup(file);
        if (placing == port::Placing::by_replacing) context.confirm("Replace the file " + in_quotes(file) + "?");
        const Archived backup = archive(
            context, [&](port::Archive& archive) { return archive.back_up(file, placing); },
            "the bank itself is damaged: see bankctl doctor");
        const Json data{{"file", file},
                        {"db", context.settings().database_path},
                        {"bytes", backup.bytes},
                        {"seq", backup.head.seq.value},
                        {"head", head_json(backup.head)},
                        {"elapsed_ms", stopwatch.elapsed_ms()}};
        context.mark_applied(data);
        context.print(data);
    };
}

}  // namespace

const Command k_backup{
    .noun = "backup",
    .verb = "",
    .summary = "Copy the bank to a file",
    .description =
        "Copies the bank as it is at one moment, while others go on posting, verifies the copy in full, and only then "
        "gives it the name FILE. A FILE that exists is replaced only with --yes, in one step. The copy is a bank of "
        "its "
        "own: --db FILE reads it. Its head is an anchor: verify --anchor later tells whether the bank still continues "
        "from it.",
    .positionals = k_positionals,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
