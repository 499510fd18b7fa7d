// bankctl loan policy train: a scorecard from a table of past loans.
#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/credit_data.h"
#include "cli/loan_policy_document.h"
#include "cli/output_file.h"
#include "cli/progress.h"
#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/score/card_training.h"
#include "core/score/fine_bins.h"
#include "core/score/policy.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"CSV", "past loans, one a row; the first line names the columns; - is stdin"}};
constexpr Option k_options[] = {
    {.name = "target", .value = "COLUMN", .summary = "1 for a loan that went bad, else 0", .is_required = true},
    {"exclude", "A,B", "columns that the card must not use"},
    {"max-characteristics", "N", "at most N characteristics (default: 12)"},
    {"max-bins", "N", "at most N bins each, with those of missing values and special codes (default: 12)"},
    {"special", "CODE,…", "numbers that are codes and no quantities, like -9: each gets a bin of its own"},
    {"seed", "N", "for the random parts; equal seeds give equal bytes (default: 1)"},
    {.name = "out", .value = "FILE", .summary = "where the policy is written", .is_required = true}};
constexpr Field k_fields[] = {{"rows", CellType::number},          {"bad", CellType::number},
                              {"characteristics", CellType::list}, {"rounds", CellType::number},
                              {"policy", CellType::nested},        {"out"}};
const DocumentInfo k_document{"loan.policy.training/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl loan policy train loans.csv --target BAD --exclude AGE --out card.json", "a card without the column AGE"},
    {"bankctl loan policy train loans.csv --target BAD --special -9,-8 --out s.json",
     "codes that stand for no number"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_csv,      ErrorCode::invalid_number,   ErrorCode::unknown_field,
                                  ErrorCode::prohibited_input, ErrorCode::unreadable_input, ErrorCode::output_failed};

constexpr std::int64_t k_seed_max = (std::int64_t{1} << 53) - 1;

Result<std::vector<double>> parse_codes(std::string_view text) {
    BANKCTL_TRY(parts, parse_list(text, "--special"));
    if (parts.size() > score::k_special_codes_max)
        return Error(ErrorCode::usage,
                     "--special has more than " + std::to_string(score::k_special_codes_max) + " codes");
    std::vector<double> codes;
    for (const std::string& part : parts) {
        const std::optional<double> code = score::parse_cell_number(part);
        if (!code) return Error(ErrorCode::invalid_number, "--special: " + in_quotes(part) + " is not a number");
        codes.push_back(*code);
    }
    return codes;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    score::TrainingOptions options;
    options.target = arguments.required("target");
    options.left_out = optional_argument(arguments, "exclude", [](std::string_view text) {
                           return parse_list(text, "--exclude");
                       }).value_or(std::vector<std::string>{});
    options.special_codes = optional_argument(arguments, "special", parse_codes).value_or(std::vector<double>{});
    const auto number = [&](std::string_view name, std::int64_t low, std::int64_t high) {
        return optional_argument(arguments, name, [&](std::string_view text) {
            return parse_number(text, low, high, "--" + std::string(name));
        });
    };
    options.characteristics_max = static_cast<std::size_t>(
        number("max-characteristics", 1, static_cast<std::int64_t>(k_characteristics_max)).value_or(12));
    options.bins_max = static_cast<std::size_t>(number("max-bins", 2, 32).value_or(12));
    options.seed = static_cast<std::uint64_t>(number("seed", 0, k_seed_max).value_or(1));
    const std::string input = arguments.required("CSV");
    const std::string out = arguments.required("out");
    return [=](Context& context) {
        require_other_file(out, {input}, "--out");
        const score::CreditTable table = read_credit_data(context, input, options.target, options.left_out);
        Progress progress(context.settings(), context.clock(), "rounds of learning");
        const score::TrainedPolicy trained = score::train_card(table, options, [&](std::size_t rounds) {
                                                 if (progress.is_due())
                                                     progress.show(static_cast<std::int64_t>(rounds), {});
                                             }).value_or_throw();
        progress.clear();
        // What the engine would refuse to read must not be handed out.
        const LoanPolicy policy = LoanPolicy::parse(trained.json).value_or_throw();
        write_output_file(out, trained.json);
        context.print({{"rows", trained.rows},
                       {"bad", trained.bad},
                       {"characteristics", trained.characteristics},
                       {"rounds", trained.rounds},
                       {"policy", loan_policy_reference(policy)},
                       {"out", out}});
    };
}

}  // namespace

const Command k_loan_policy_train{
    .noun = "loan policy",
    .verb = "train",
    .summary = "Train a scorecard from past loans",
    .description =
        "Learns from loans whose outcome is known which columns tell how likely a loan goes bad, and writes a policy "
        "with an additive card of whole points: 20 more double the odds, 600 stand for odds of 50. Numbers get bins "
        "whose points only rise or only fall where the data bears it; missing values and special codes have bins of "
        "their own; columns of "
        "text become categories. A column whose name says what no decision may rest on (sex, race, marital status …) "
        "must be left out with --exclude. The same data and seed give the same bytes. The policy is a draft: its bands "
        "pass who is safer than the average of the data, until somebody sets them.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
