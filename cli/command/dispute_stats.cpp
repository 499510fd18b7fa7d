// bankctl dispute stats: figures about all disputes.
#include "cli/command/all.h"
#include "cli/command/dispute.h"
#include "core/service/dispute_statistics.h"

namespace bankctl::cli {
namespace {

using enum CellType;

constexpr Option k_options[] = {{"since", "TIME", "only those filed at or after this time"},
                                {"until", "TIME", "only those filed before this time"}};
constexpr Field k_fields[] = {{"as_of", time},       {"filed", number},
                              {"open", number},      {"overdue", number},
                              {"decided", number},   {"upheld", number},
                              {"partial", number},   {"rejected", number},
                              {"late", number},      {"days_to_decision", number},
                              {"corrected", number}, {"by_category", nested},
                              {"by_status", nested}, {"by_priority", nested},
                              {"by_team", nested},   {"by_age", nested},
                              {"model", nested}};
const DocumentInfo k_document{"dispute.stats/v1", k_fields};
constexpr Example k_examples[] = {{"bankctl dispute stats --since 2026-01-01", "this year's"},
                                  {"bankctl dispute stats --json | jq -c '.data.model[]'",
                                   "whether the model is corrected more often than it used to be"}};
constexpr ErrorCode k_errors[] = {ErrorCode::invalid_time};

/// `part` of `whole` with four decimals; null where there is nothing to share.
Json share_json(std::int64_t part, std::int64_t whole) {
    constexpr std::int64_t k_basis_points = 10'000;
    return whole == 0 ? Json(nullptr) : confidence_json((part * k_basis_points + whole / 2) / whole);
}

/// Days with two decimals; null where nothing was decided.
Json mean_days_json(std::int64_t us_sum, std::int64_t count) {
    constexpr std::int64_t k_us_per_hundredth = 864'000'000;
    constexpr double k_hundred = 100;
    return count == 0 ? Json(nullptr) : Json(static_cast<double>(us_sum / count / k_us_per_hundredth) / k_hundred);
}

Json counts_json(const char* key, const std::string& value, const DisputeCounts& counts) {
    return {{key, value},
            {"filed", counts.filed},
            {"open", counts.open},
            {"overdue", counts.overdue},
            {"decided", counts.decided()},
            {"upheld", counts.outcomes[0]},
            {"partial", counts.outcomes[1]},
            {"rejected", counts.outcomes[2]},
            {"late", counts.late},
            {"corrected", counts.corrected}};
}

Json ages_json(const DisputeStatistics& statistics) {
    Json ages = Json::array();
    for (std::size_t i = 0; i < k_age_days.size(); ++i) {
        const Json below = i + 1 < k_age_days.size() ? Json(k_age_days[i + 1]) : Json(nullptr);
        ages.push_back({{"from_days", k_age_days[i]}, {"below_days", below}, {"open", statistics.open_by_age[i]}});
    }
    return ages;
}

Json model_json(const DisputeStatistics& statistics) {
    Json months = Json::array();
    for (const auto& [month, model] : statistics.months)
        months.push_back({{"month", month},
                          {"filed", model.filed},
                          {"corrected", model.corrected},
                          {"corrected_share", share_json(model.corrected, model.filed)},
                          {"mean_confidence", confidence_json(model.confidence_bp_sum / model.filed)}});
    return months;
}

Json statistics_json(const DisputeStatistics& statistics, Timestamp now) {
    Json json{{"as_of", time_json(now)}};
    json.update(counts_json("as_of", format_time(now), statistics.all));
    json["days_to_decision"] = mean_days_json(statistics.us_to_decision_sum, statistics.all.decided());
    json["by_category"] = json["by_status"] = json["by_priority"] = json["by_team"] = Json::array();
    for (const auto& [category, counts] : statistics.by_category)
        json["by_category"].push_back(counts_json("category", std::string(name(category)), counts));
    for (const auto& [status, count] : statistics.by_status)
        json["by_status"].push_back({{"status", name(status)}, {"count", count}});
    for (const auto& [priority, counts] : statistics.by_priority)
        json["by_priority"].push_back(counts_json("priority", "P" + std::to_string(priority), counts));
    for (const auto& [team, counts] : statistics.by_team) json["by_team"].push_back(counts_json("team", team, counts));
    json["by_age"] = ages_json(statistics);
    json["model"] = model_json(statistics);
    return json;
}

std::function<void(Context&)> plan(const Arguments& arguments) {
    DisputeStatisticsFilter filter;
    filter.since = optional_argument(arguments, "since", parse_time);
    filter.until = optional_argument(arguments, "until", parse_time);
    return [filter](Context& context) {
        Json data;
        context.ledger().read([&](port::Snapshot& snapshot) {
            const Timestamp now = context.clock().now();
            data = statistics_json(count_disputes(snapshot, filter, now), now);
        });
        context.print(data);
    };
}

}  // namespace

const Command k_dispute_stats{
    .noun = "dispute",
    .verb = "stats",
    .summary = "Show figures about disputes",
    .description =
        "Counts the disputes that were filed in a time: how many are open and overdue, how they were decided and how "
        "many of them late, how long that took, by category, status, priority, team and age; and for each month how "
        "often a person corrected the classifier's category and how sure it was, which shows whether the model still "
        "knows what it sees.",
    .options = k_options,
    .document = &k_document,
    .examples = k_examples,
    .errors = k_errors,
    .plan = plan};

}  // namespace bankctl::cli
