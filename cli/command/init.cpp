// bankctl init: creates the database.
#include <random>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/interrupt.h"
#include "core/service/details.h"

namespace bankctl::cli {
namespace {

constexpr Field k_fields[] = {{"id"}, {"db"}, {"created_at", CellType::time}, {"head", CellType::nested}};
const DocumentInfo k_document{"bank/v1", k_fields};
constexpr Example k_examples[] = {{"bankctl init", "at the default path"},
                                  {"bankctl --db ./bank.db init --json", "in this folder, for a script"}};
constexpr ErrorCode k_errors[] = {ErrorCode::already_exists, ErrorCode::unsafe_file};

/// A random UUID (RFC 9562, version 4): tells one bank's files from another's.
std::string new_bank_id() {
    std::random_device random;
    std::string text;
    for (int i = 0; i < 4; ++i) {
        const std::uint32_t word = random();
        for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[(word >> shift) & 15U];
    }
    text[12] = '4';
    text[16] = "89ab"[random() & 3U];
    for (const std::size_t place : {20U, 16U, 12U, 8U}) text.insert(place, 1, '-');
    return text;
}

std::function<void(Context&)> plan(const Arguments&) {
    return [](Context& context) {
        const std::string id = new_bank_id();
        JournalEntry entry;
        defer_interrupts();
        context.create_ledger([&](port::Ledger& ledger) {
            const Status status = ledger.transact({}, [&](port::UnitOfWork& unit) {
                const Actor actor = context.actor();
                Draft draft;
                draft.kind = EntryKind::bank_created;
                draft.posted_at = context.clock().now();
                draft.user = actor.user;
                draft.uid = actor.uid;
                draft.detail = bank_detail(id);
                Books books(unit);
                entry = books.record(draft);
                books.keep();
                books.save();
                return ok();
            });
            if (!status) throw Failure(status.error());
            context.limiter().propose({});  // what it knows is of a bank that was here before
        });
        context.mark_applied(Json::object());
        context.print({{"id", id},
                       {"db", context.settings().database_path},
                       {"created_at", time_json(entry.posted_at)},
                       {"head", head_json({entry.seq, entry.posted_at, entry.hash})}});
    };
}

}  // namespace

const Command k_init{
    .noun = "init",
    .verb = "",
    .summary = "Create the bank's database",
    .description =
        "Creates an empty bank at the path of --db and prints its id. A database that exists is left alone "
        "(already_exists); beside the log of one that is gone none is created (unsafe_file). Only the default path's "
        "folder is created if it is missing.",
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
