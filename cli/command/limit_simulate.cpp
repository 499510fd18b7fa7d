// bankctl limit simulate: what several ways to limit would do with the same requests.
#include <algorithm>

#include "cli/command/all.h"
#include "cli/command/common.h"
#include "cli/command/limit.h"
#include "cli/input_file.h"
#include "cli/progress.h"
#include "cli/render/simulation.h"
#include "cli/suggest.h"
#include "core/base/text.h"
#include "core/service/limit_simulation.h"
#include "core/service/limit_trace.h"

namespace bankctl::cli {
namespace {

constexpr Positional k_positionals[] = {{"TRACE", "the times of requests, one a line; - is stdin"}};
constexpr Option k_options[] = {
    {.name = "algorithm",
     .value = "A,B,C",
     .summary = "one or more of token-bucket, sliding-window, token-counter, sliding-counter, leaky-bucket, "
                "fixed-window, or all (default: token-bucket,sliding-window)"},
    {"rate", "RATE", "requests in a second or a minute, like 5/s or 300/m (default: 5/s)"},
    {"burst", "N", "how many at once; windows know no burst (default: the rate's number)"}};
constexpr Field k_fields[] = {{"requests", CellType::number},
                              {"duration_ms", CellType::number},
                              {"limit", CellType::nested},
                              {"results", CellType::nested},
                              {"plot", CellType::nested}};
const DocumentInfo k_document{"limit.simulation/v1", k_fields};
constexpr Example k_examples[] = {
    {"seq 0 0.01 2.99 | bankctl limit simulate -", "a hundred requests a second, for three seconds"},
    {"printf '%s\\n' 0.9 1 | bankctl limit simulate - --algorithm all --rate 1/s",
     "two requests around a border of windows, by every algorithm"},
    {"bankctl tx list --json | jq -r '.data[].posted_at' | bankctl limit simulate -",
     "what the limit would have done to what the bank has posted"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_time, ErrorCode::invalid_number, ErrorCode::unreadable_input};

constexpr std::string_view k_all = "all";

Result<std::vector<LimitMethod>> parse_methods(std::string_view text) {
    if (text == k_all) return std::vector<LimitMethod>(k_limit_methods.begin(), k_limit_methods.end());
    std::vector<std::string_view> known{k_all};
    std::string listing;
    for (const LimitMethod method : k_limit_methods) {
        known.push_back(name(method));
        listing += (listing.empty() ? "" : ", ") + std::string(name(method));
    }
    std::vector<LimitMethod> methods;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string_view word = text.substr(begin, end - begin);
        const std::optional<LimitMethod> method = limit_method(word);
        if (!method)
            return Error(ErrorCode::usage, "there is no algorithm " + in_quotes(word),
                         suggestion(word, known, "one or more of " + listing + ", or all"));
        if (std::ranges::find(methods, *method) != methods.end())
            return Error(ErrorCode::usage, "--algorithm names " + in_quotes(word) + " twice");
        methods.push_back(*method);
        begin = end + 1;
    }
    return methods;
}

Json simulation_json(const LimitPolicy& policy, const SimulationReport& report) {
    Json results = Json::array();
    Json admitted = Json::array();
    for (std::size_t i = 0; i < report.results.size(); ++i) {
        const MethodResult& result = report.results[i];
        results.push_back({{"algorithm", name(result.method)},
                           {"admitted", result.admitted},
                           {"refused", result.refused},
                           {"worst_second", result.worst_second},
                           {"worst_period", result.worst_period},
                           {"refused_run_max", result.refused_run},
                           {"delay_ms_max", milliseconds_up(result.delay_max)},
                           {"memory_bytes", result.bytes}});
        admitted.push_back({{"algorithm", name(result.method)}, {"counts", report.slots.by_kind[i + 1]}});
    }
    return {{"requests", report.requests},
            {"duration_ms", milliseconds_up(report.duration)},
            {"limit", {{"rate", policy.rate}, {"period_ms", policy.period_ms}, {"burst", policy.burst}}},
            {"results", results},
            {"plot",
             {{"slot_ms", report.slots.slot.count()}, {"requests", report.slots.by_kind[0]}, {"admitted", admitted}}}};
}

Json simulate(Context& context, const std::string& path, const LimitPolicy& policy,
              const std::vector<LimitMethod>& methods) {
    InputFile input(path);
    LimitTrace trace(input.stream());
    LimitSimulation simulation(policy, methods);
    Progress progress(context.settings(), context.clock(), "requests");
    std::int64_t requests = 0;
    while (const auto time = trace.next().value_or_throw()) {
        simulation.ask(*time);
        ++requests;
        if (progress.is_due()) progress.show(requests, input.share());
    }
    progress.clear();
    return simulation_json(policy, simulation.report(k_plot_slots_max));
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    const std::string path = arguments.required("TRACE");
    const std::vector<LimitMethod> methods =
        optional_argument(arguments, "algorithm", parse_methods)
            .value_or(std::vector{LimitMethod::token_bucket, LimitMethod::sliding_window});
    LimitPolicy policy = optional_argument(arguments, "rate", parse_rate).value_or(LimitPolicy{});
    policy.burst = optional_argument(arguments, "burst", parse_burst).value_or(policy.burst);
    return [=](Context& context) {
        const Json data = simulate(context, path, policy, methods);
        const Settings& settings = context.settings();
        // Chosen fields are printed as those of any document.
        if (settings.fields.empty() && settings.output == OutputFormat::table)
            return context.print_text(simulation_table(data, context.has_color()));
        if (settings.fields.empty() && settings.output == OutputFormat::csv)
            return context.print_text(simulation_csv(data));
        context.print(data);
    };
}

}  // namespace

const Command k_limit_simulate{
    .noun = "limit",
    .verb = "simulate",
    .summary = "Try limits on a trace of requests",
    .description =
        "Reads the times at which one user made requests and tells, side by side, what each algorithm would have "
        "admitted, the most that it let go on in any one second, the longest row of refusals, the longest delay of "
        "an admitted request, and the bytes that it has to remember of a user; a plot shows when. token-bucket and "
        "sliding-window are bankctl's own rules; bankctl help rate-limits compares all of them. A line of "
        "the trace is seconds since some start, with at most nine decimals, or a time of RFC 3339, and never before "
        "the one above it. Blank lines and lines that begin with # are passed over. The memory that this takes "
        "depends on the limit, not on the length of the trace. With --output csv only the results are printed.",
    .positionals = k_positionals,
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan,
    .cost = Cost::nothing};

}  // namespace bankctl::cli
