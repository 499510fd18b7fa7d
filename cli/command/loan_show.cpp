// bankctl loan show: one loan, as it stands now.
#include "cli/command/all.h"
#include "cli/command/loan_case.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {k_loan_positional};
constexpr Option k_options[] = {{"recompute", "", "decide again from what is stored, and compare the bytes"}};
constexpr Example k_examples[] = {
    {"bankctl loan show LOAN-54", "where it stands, why, what is offered and what was done"},
    {"bankctl loan show LOAN-54 --recompute", "whether the decision still follows from what is stored"}};
constexpr ErrorCode k_errors[] = {ErrorCode::loan_not_found};

std::function<void(Context&)> plan(const Arguments& arguments) {
    const Seq number = required_argument(arguments, "ID", parse_loan_id);
    const bool recomputes = arguments.has("recompute");
    return [number, recomputes](Context& context) {
        Json data;
        context.ledger().read([&](port::Snapshot& snapshot) {
            data = loan_json(view_loan(snapshot, number).value_or_throw());
            if (!recomputes) return;
            data["recomputation"] =
                loan_recomputation_json(recompute_loan(snapshot, number, loan_decision_bytes).value_or_throw());
        });
        print_loan(context, data);
    };
}

}  // namespace

const Command k_loan_show{
    .noun = "loan",
    .verb = "show",
    .summary = "Show a loan",
    .description =
        "Shows a loan as of now: the decision and its reasons, what the ledger knew, the offers, what was accepted and "
        "paid out, and the history. --recompute decides again from the input, the ledger's facts and the policy that "
        "the journal has, and says whether the very same bytes come out.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_loan_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
