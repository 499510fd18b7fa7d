// bankctl verify: are the books what they were written as?
#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/progress.h"
#include "core/service/verification.h"

namespace bankctl::cli {
namespace {

constexpr Option k_options[] = {
    {"anchor", "SEQ:HASH", "a head that verify printed earlier; finds a rollback to an older copy"}};
constexpr Field k_fields[] = {
    {"ok", CellType::boolean}, {"seq", CellType::number}, {"head", CellType::nested}, {"checks", CellType::report}};
const DocumentInfo k_document{"verification/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl verify", "the whole bank"},
    {"bankctl verify --json | jq -r '.data.head | \"\\(.seq):\\(.hash)\"'", "an anchor to keep elsewhere"}};
constexpr ErrorCode k_errors[] = {ErrorCode::integrity_violation, ErrorCode::invalid_anchor};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto anchor = optional_argument(arguments, "anchor", parse_anchor);
    return [anchor](Context& context) {
        Progress progress(context.settings(), context.clock(), "entries");
        const Verification verification = verify(context.ledger(), anchor, progress.of_entries());
        progress.clear();
        const Json data = verification_json(verification);
        if (verification.is_ok) return context.print(data);
        throw ReportedFailure(Error(ErrorCode::integrity_violation, "the books were altered: " + findings(verification),
                                    "stop writing, keep the file, and restore a copy that verifies"),
                              data);
    };
}

}  // namespace

const Command k_verify{
    .noun = "verify",
    .verb = "",
    .summary = "Check that the books were not altered",
    .description =
        "Recomputes the chain of hashes from the first entry, replays the journal and compares every row of current "
        "state "
        "with it, sums all balances, and has SQLite check its file. A finding is exit 6. Keep the head that it prints "
        "somewhere else and give it as --anchor later: only this finds a rollback of the whole file.",
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .suits_damaged_bank = true};

}  // namespace bankctl::cli
