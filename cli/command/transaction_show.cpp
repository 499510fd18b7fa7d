// bankctl transaction show: one transaction, by number or key.
#include "cli/command/all.h"
#include "cli/command/common.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"SEQ", "the transaction's number", false}};
constexpr Option k_options[] = {{"key", "KEY", "the transaction that carries this idempotency key"}};
constexpr Example k_examples[] = {{"bankctl transaction show 42", "by its number"},
                                  {"bankctl transaction show --key inv-17", "did it happen?"}};
constexpr ErrorCode k_errors[] = {ErrorCode::transaction_not_found};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const auto seq = optional_argument(arguments, "SEQ", parse_seq);
    const auto key = optional_argument(arguments, "key", parse_key);
    if (seq.has_value() == key.has_value()) {
        throw Failure(seq ? Error(ErrorCode::usage, "SEQ and --key contradict each other")
                          : Error(ErrorCode::missing_argument, "SEQ is missing", "give SEQ or --key KEY"));
    }
    const TransactionReference reference = seq ? TransactionReference(*seq) : TransactionReference(*key);
    return [reference](Context& context) {
        Json data;
        context.ledger().read([&](port::Snapshot& snapshot) {
            const JournalEntry entry = find_transaction(snapshot, reference).value_or_throw();
            data = transaction_json(Describer(snapshot, context.clock().now()).describe(entry));
        });
        context.print(data);
    };
}

}  // namespace

const Command k_transaction_show{.noun = "transaction",
                                 .verb = "show",
                                 .summary = "Show a transaction",
                                 .description = "Shows a transaction, with its accounts as they were right after it.",
                                 .positionals = k_positionals,
                                 .options = k_options,
                                 .document = &k_transaction_document,
                                 .examples = k_examples,
                                 .errors = k_errors,
                                 .plan = plan};

}  // namespace bankctl::cli
