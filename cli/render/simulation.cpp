#include "cli/render/simulation.h"

#include <algorithm>

namespace bankctl::cli {
namespace {

using enum CellType;

constexpr Field k_result_fields[] = {{"algorithm"},
                                     {"admitted", number},
                                     {"refused", number},
                                     {"worst_second", number},
                                     {"worst_period", number},
                                     {"refused_run_max", number},
                                     {"delay_ms_max", number},
                                     {"memory_bytes", number}};
const DocumentInfo k_results{"", k_result_fields};

constexpr std::int64_t k_minute_ms = 60'000;
constexpr std::int64_t k_digit_max = 9;
constexpr std::size_t k_label_width = 17;  // of the longest name, and a gap
constexpr std::size_t k_mark_every = 10;

std::int64_t whole(const Json& object, const char* key) { return object.at(key).get<std::int64_t>(); }

std::string counted(std::int64_t count, std::string thing) {
    return std::to_string(count) + " " + std::move(thing) + (count == 1 ? "" : "s");
}

/// `800 ms`, `2 s`, `2.99 s`.
std::string duration_text(std::int64_t ms) {
    if (ms < 1000) return std::to_string(ms) + " ms";
    std::string fraction = std::to_string(1000 + ms % 1000).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    return std::to_string(ms / 1000) + (fraction.empty() ? "" : "." + fraction) + " s";
}

std::string results_table(const Json& simulation, bool has_color) {
    const bool is_per_minute = whole(simulation.at("limit"), "period_ms") == k_minute_ms;
    const char* const worst = is_per_minute ? "worst minute" : "worst second";
    std::vector<Json> rows;
    for (const Json& result : simulation.at("results")) {
        rows.push_back({{"algorithm", result.at("algorithm")},
                        {"admitted", result.at("admitted")},
                        {"refused", result.at("refused")},
                        {worst, result.at("worst_period")},
                        {"in a row", result.at("refused_run_max")},
                        {"delay", duration_text(whole(result, "delay_ms_max"))},
                        {"bytes", result.at("memory_bytes")}});
    }
    const std::vector<Field> fields{{"algorithm"},        {"admitted", number}, {"refused", number}, {worst, number},
                                    {"in a row", number}, {"delay", number},    {"bytes", number}};
    return list_table(fields, rows, has_color);
}

std::int64_t largest_count(const Json& rows) {
    std::int64_t largest = 0;
    for (const Json& row : rows) {
        for (const Json& count : row.at("counts")) largest = std::max(largest, count.get<std::int64_t>());
    }
    return largest;
}

std::string labelled(const std::string& label, const std::string& text) {
    return label + std::string(k_label_width - label.size(), ' ') + text + "\n";
}

/// Counts as digits, of which nine stand for `top`.
std::string plot_row(const std::string& label, const Json& counts, std::int64_t top) {
    std::string text;
    for (const Json& each : counts) {
        const auto count = each.get<std::int64_t>();
        const std::int64_t digit = (count * k_digit_max + top - 1) / top;
        text += count == 0 ? '.' : count > top ? '+' : static_cast<char>('0' + digit);
    }
    return labelled(label, text);
}

std::string plot(const Json& plot) {
    const std::int64_t top = std::max(k_digit_max, largest_count(plot.at("admitted")));
    const std::int64_t slot_ms = whole(plot, "slot_ms");
    std::string marks;
    for (std::size_t i = 0; i < plot.at("requests").size(); ++i) marks += i % k_mark_every == 0 ? '|' : ' ';
    marks.erase(marks.find_last_not_of(' ') + 1);
    std::string text = plot_row("requests", plot.at("requests"), top);
    for (const Json& row : plot.at("admitted"))
        text += plot_row(row.at("algorithm").get<std::string>(), row.at("counts"), top);
    text += labelled("", marks);
    text += "a column is " + duration_text(slot_ms) + ", from | to | " +
            duration_text(slot_ms * static_cast<std::int64_t>(k_mark_every)) + "\n";
    const std::string more = ", . none, + more\n";
    return text + (top == k_digit_max ? "a digit is a count" : "a digit is ninths of " + std::to_string(top)) + more;
}

}  // namespace

std::string simulation_table(const Json& simulation, bool has_color) {
    const Json& limit = simulation.at("limit");
    const bool is_per_minute = whole(limit, "period_ms") == k_minute_ms;
    const std::int64_t requests = whole(simulation, "requests");
    const std::string text = counted(requests, "request") + " in " + duration_text(whole(simulation, "duration_ms")) +
                             ", limit " + std::to_string(whole(limit, "rate")) + (is_per_minute ? "/m" : "/s") +
                             ", burst " + std::to_string(whole(limit, "burst")) + "\n\n" +
                             results_table(simulation, has_color);
    return requests == 0 ? text : text + "\n" + plot(simulation.at("plot"));
}

std::string simulation_csv(const Json& simulation) {
    const std::vector<Field> fields = chosen_fields(k_results, {}, false);
    std::string text = csv_header(fields);
    for (const Json& result : simulation.at("results")) text += csv_row(fields, result);
    return text;
}

}  // namespace bankctl::cli
