// bankctl doctor: what could keep the bank from working, and what to do about it.
#include <algorithm>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/limiting.h"
#include "cli/progress.h"
#include "core/base/text.h"
#include "core/service/diagnosis.h"

namespace bankctl::cli {
namespace {

constexpr Field k_fields[] = {{"ok", CellType::boolean}, {"db"}, {"checks", CellType::report}};
const DocumentInfo k_document{"doctor/v1", k_fields};
constexpr Example k_examples[] = {
    {"bankctl doctor", "everything"},
    {"bankctl doctor --json | jq '.data.checks[] | select(.status != \"ok\")'", "only what is not as it should be"}};
constexpr ErrorCode k_errors[] = {ErrorCode::integrity_violation, ErrorCode::invalid_time};

std::string_view name(port::Health health) {
    switch (health) {
        case port::Health::ok: return "ok";
        case port::Health::warning: return "warning";
        case port::Health::problem: return "problem";
    }
    return "problem";
}

Json finding_json(const port::Finding& finding) {
    return {{"name", finding.name},
            {"ok", finding.health != port::Health::problem},
            {"status", name(finding.health)},
            {"detail", printable(finding.detail)},
            {"remedy", finding.remedy.empty() ? Json(nullptr) : Json(printable(finding.remedy))}};
}

/// Charges the command like any other, but for a limiter that does not work: that is a finding.
void charge_or_find(Context& context) {
    try {
        if (const std::optional<ReportedFailure> refusal = charge_command(context)) throw ReportedFailure(*refusal);
    } catch (const Failure& failure) {
        if (failure.error().code != ErrorCode::limiter_unavailable) throw;
    }
}

std::optional<port::LimiterDescription> described_limiter(Context& context) {
    if (!context.tenure()) return std::nullopt;
    return context.limiter().describe();
}

std::function<void(Context&)> plan(const Arguments&) {
    return [](Context& context) {
        charge_or_find(context);
        Progress progress(context.settings(), context.clock(), "entries");
        const std::vector<port::Finding> findings = diagnose(
            context.premises(), [&] { return described_limiter(context); }, context.ledger(), context.clock(),
            progress.of_entries());
        progress.clear();
        const auto is_problem = [](const port::Finding& finding) { return finding.health == port::Health::problem; };
        const auto first = std::ranges::find_if(findings, is_problem);
        Json checks = Json::array();
        for (const port::Finding& finding : findings) checks.push_back(finding_json(finding));
        const Json data{{"ok", first == findings.end()}, {"db", context.settings().database_path}, {"checks", checks}};
        if (first == findings.end()) return context.print(data);
        throw ReportedFailure(Error(first->code, first->name + ": " + first->detail, first->remedy), data);
    };
}

}  // namespace

const Command k_doctor{
    .noun = "doctor",
    .verb = "",
    .summary = "Check all that the bank depends on",
    .description =
        "Looks at the versions, the database's file, companions, folder and file system, the write-ahead log, the "
        "writer "
        "gate, the rate limiter, the clock and the system's limits, and verifies the books. Each check says what it "
        "found and, unless "
        "all "
        "is well, what to do. Warnings leave the exit code at 0; the first problem decides it, and the report then "
        "stands in the error's details. Like every command it upgrades a bank of an older bankctl, makes the limiter's "
        "file and costs a request, and it changes nothing else. It needs no sound database.",
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::by_itself,
    .suits_damaged_bank = true};

}  // namespace bankctl::cli
