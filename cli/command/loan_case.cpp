#include "cli/command/loan_case.h"

#include "cli/loan_document.h"

namespace bankctl::cli {

std::string loan_decision_bytes(const LoanApplication& application, const LoanDecision& decision,
                                const LoanPolicy& policy, const std::string& input_sha256) {
    return loan_decision_json(application, decision, policy, input_sha256).dump();
}

Json write_loan(Context& context, bool is_dry_run, const std::function<Result<Posted>(Loans&)>& step,
                std::optional<Seq> number) {
    const auto describe = [&](port::Snapshot& snapshot, const Posted& posted, WriteFlags flags) {
        return loan_json(view_loan(snapshot, number.value_or(posted.seq), posted.seq).value_or_throw(), flags);
    };
    const auto work = [&](Books& books) {
        Loans loans(books, context.clock(), context.actor());
        return step(loans);
    };
    return write_books_once(context, is_dry_run, work, describe);
}

void print_loan(Context& context, const Json& loan) {
    const Settings& settings = context.settings();
    if (settings.fields.empty() && settings.output == OutputFormat::table)
        return context.print_text(loan_text(loan, context.has_color()));
    context.print(loan);
}

}  // namespace bankctl::cli
