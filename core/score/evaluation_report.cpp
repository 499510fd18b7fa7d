#include "core/score/evaluation_report.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/score/report_plots.h"
#include "core/score/scored_rows.h"

namespace bankctl::score {
namespace {

constexpr std::string_view k_style =
    "body{font:15px/1.5 sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}"
    "h1,h2,h3{line-height:1.2}table{border-collapse:collapse;margin:.5rem 0 1.5rem}"
    "th,td{padding:.2rem .7rem;border-bottom:1px solid #d0d7de;text-align:left;overflow-wrap:anywhere}"
    "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}svg{max-width:100%;height:auto;font-size:11px}"
    "svg text{fill:#1b1f24}.frame{fill:none;stroke:#8c959f}.even{fill:none;stroke:#8c959f;stroke-dasharray:4}"
    ".curve{fill:none;stroke:#0550ae;stroke-width:2}.mark{fill:#0550ae}.good{fill:#a5c8f0}.bad{fill:#0a3069}"
    ".points{fill:#0550ae}code{overflow-wrap:anywhere}";

struct Cell {
    std::string text;  // not yet escaped
    bool is_number = false;
};
Cell number(std::string text) { return {std::move(text), true}; }
Cell number(std::int64_t value) { return number(std::to_string(value)); }
Cell share(double part, double whole) { return number(whole > 0 ? fixed(100 * part / whole, 2) + " %" : "-"); }
Cell optional_number(const std::optional<double>& value) { return number(value ? fixed(*value, 4) : "-"); }

std::string row_of(const std::vector<Cell>& cells, const std::string& tag) {
    std::string row = "<tr>";
    for (const Cell& cell : cells)
        row += "<" + tag + (cell.is_number ? " class=\"n\">" : ">") + html_text(cell.text) + "</" + tag + ">";
    return row + "</tr>\n";
}

std::string table_of(const std::vector<Cell>& header, const std::vector<std::vector<Cell>>& rows) {
    std::string table = "<table>\n";
    if (!header.empty()) table += row_of(header, "th");
    for (const std::vector<Cell>& row : rows) table += row_of(row, "td");
    return table + "</table>\n";
}

std::string metrics_table(const Evaluation& evaluation) {
    const auto rows = static_cast<double>(evaluation.rows);
    return table_of({},
                    {{{"Loans"}, number(evaluation.rows)},
                     {{"Bad loans"}, share(static_cast<double>(evaluation.bad), rows)},
                     {{"AUC: a bad loan has a lower score than a good one"}, number(fixed(evaluation.auc, 4))},
                     {{"AUC of the points before rounding"}, number(fixed(evaluation.auc_unrounded, 4))},
                     {{"Gini"}, number(fixed(2 * evaluation.auc - 1, 4))},
                     {{"Kolmogorov-Smirnov"}, number(fixed(evaluation.ks, 4))},
                     {{"Brier score"}, number(fixed(evaluation.brier, 4))},
                     {{"Expected calibration error"}, number(fixed(evaluation.ece, 4))},
                     {{"Population stability index of the scores against training"}, optional_number(evaluation.psi)}});
}

/// A scalar or a list of the training record, as text.
std::string record_text(const nlohmann::ordered_json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (!value.is_array()) return value.dump();
    std::string text;
    for (const auto& element : value) text += (text.empty() ? "" : ", ") + record_text(element);
    return text.empty() ? "none" : text;
}

std::string training_table(const Scorecard& card) {
    const auto record = nlohmann::ordered_json::parse(card.training, nullptr, false);
    if (!record.is_object()) return "<p>The card says nothing of a training.</p>\n";
    constexpr std::pair<const char*, const char*> k_lines[] = {{"rows", "Loans"},
                                                               {"bad", "Bad loans"},
                                                               {"target", "Target column"},
                                                               {"excluded", "Columns left out"},
                                                               {"special", "Special codes"},
                                                               {"max_characteristics", "Characteristics at most"},
                                                               {"max_bins", "Bins at most"},
                                                               {"seed", "Seed"},
                                                               {"rounds", "Rounds of boosting"},
                                                               {"auc_cross_validated", "AUC on the folds left out"}};
    std::vector<std::vector<Cell>> rows;
    for (const auto& [key, label] : k_lines)
        if (record.contains(key)) rows.push_back({{label}, {record_text(record[key])}});
    return table_of({}, rows);
}

std::string model_card(const LoanPolicy& policy) {
    const Scorecard& card = policy.card;
    std::string text = "<h2>Model card</h2>\n<h3>The model</h3>\n";
    text += table_of({}, {{{"Policy"}, {policy.id + " " + policy.version}},
                          {{"SHA-256"}, {policy.sha256}},
                          {{"Kind"}, {"additive scorecard of whole points"}},
                          {{"Origin"}, {card.is_trained ? "trained" : "expert"}},
                          {{"Scale"},
                           {std::to_string(card.base) + " points at odds of " + std::to_string(card.odds) + "; " +
                            std::to_string(card.pdo) + " more double the odds"}},
                          {{"Base points"}, {std::to_string(card.base_points.points)}},
                          {{"Approves from"}, {std::to_string(policy.approve_min)}}});
    text +=
        "<h3>Intended use</h3>\n<p>To rank loans like those of the data below by how likely they go bad, as one "
        "part of a decision that a person can explain and that an applicant can contest. It is not meant for other "
        "products, other countries or prices, nor to be the only ground of a refusal.</p>\n";
    text += "<h3>Training</h3>\n" + training_table(card);
    if (!card.is_trained)
        text += "<p>Its points were set by experts, not learnt: its probabilities are illustrative.</p>\n";
    text +=
        "<h3>Limits</h3>\n<p>Past loans are those that were granted: of applicants who were refused nothing is "
        "known. What the card saw may stand for what it must not see, so the approval rates of groups belong to "
        "every evaluation. Figures are of the loans judged here; other times and places differ. A population "
        "stability index above 0.25 says that the loans are no longer those of the training.</p>\n";
    return text;
}

std::string bands_table(const Evaluation& evaluation) {
    std::vector<std::vector<Cell>> rows;
    for (const ScoreBand& band : evaluation.bands) {
        const auto count = static_cast<double>(band.rows);
        rows.push_back({number(band.low ? std::to_string(*band.low) : ""),
                        number(band.high ? std::to_string(*band.high) : ""), number(band.rows), number(band.bad),
                        share(static_cast<double>(band.bad), count), share(band.expected_bad, count),
                        band.training_share ? share(*band.training_share, 1) : number("-")});
    }
    return table_of({number("From"), number("To"), number("Loans"), number("Bad"), number("Bad rate"),
                     number("Expected"), number("Share in training")},
                    rows);
}

std::string groups_table(const Evaluation& evaluation) {
    if (evaluation.groups.empty()) return "<p>No column was named to compare groups by (<code>--group</code>).</p>\n";
    std::vector<std::vector<Cell>> rows;
    for (const GroupResult& group : evaluation.groups)
        rows.push_back({{group.value.empty() ? "(missing)" : group.value},
                        number(group.rows),
                        share(static_cast<double>(group.approved), static_cast<double>(group.rows)),
                        optional_number(group.impact_ratio)});
    return table_of({{"Group"}, number("Loans"), number("Approved"), number("Ratio to the highest")}, rows) +
           "<p>A ratio below 0.8 is evidence of adverse impact (29 CFR 1607.4(D)).</p>\n";
}

/// A bin's points as a bar beside their number.
std::string bin_row(const std::string& bin, std::int64_t points, std::int64_t most) {
    constexpr double k_bar = 180;
    const double width = most > 0 && points > 0 ? k_bar * static_cast<double>(points) / static_cast<double>(most) : 0;
    return "<tr><td>" + html_text(bin) + "</td><td class=\"n\">" + std::to_string(points) +
           "</td><td><svg width=\"180\" height=\"12\" viewBox=\"0 0 180 12\"><rect class=\"points\" width=\"" +
           fixed(width, 1) + "\" height=\"12\"/></svg></td></tr>\n";
}

std::string characteristic_part(const Characteristic& characteristic, std::optional<double> psi) {
    const std::int64_t most = std::max(max_points(characteristic), characteristic.missing.points);
    std::string text = "<h3>" + html_text(characteristic.field) +
                       "</h3>\n<p>Direction: " + html_text(name(characteristic.direction)) +
                       "; reference: " + std::to_string(characteristic.reference_points) + " points" +
                       (psi ? "; stability index against training: " + fixed(*psi, 4) : "") + "</p>\n<table>\n";
    const auto add = [&](Place::Kind kind, std::size_t index, const BinPoints& points) {
        text += bin_row(describe(characteristic, {kind, index, points}), points.points, most);
    };
    for (std::size_t i = 0; i < characteristic.bins.size(); ++i)
        add(Place::Kind::number, i, characteristic.bins[i].points);
    for (std::size_t i = 0; i < characteristic.categories.size(); ++i)
        add(Place::Kind::category, i, characteristic.categories[i].points);
    for (std::size_t i = 0; i < characteristic.special.size(); ++i)
        add(Place::Kind::special, i, characteristic.special[i].points);
    if (characteristic.is_categorical()) add(Place::Kind::other, 0, characteristic.other);
    add(Place::Kind::missing, 0, characteristic.missing);
    return text + "</table>\n";
}

std::string characteristics_part(const LoanPolicy& policy, const Evaluation& evaluation) {
    std::string text;
    for (const Characteristic& characteristic : policy.card.characteristics) {
        const auto found = std::ranges::find(evaluation.stability, characteristic.id, &CharacteristicStability::id);
        text += characteristic_part(characteristic,
                                    found == evaluation.stability.end() ? std::nullopt : std::optional(found->psi));
    }
    return text;
}

}  // namespace

std::string report_html(const LoanPolicy& policy, const Evaluation& evaluation) {
    const std::string title = "Scorecard " + policy.id + " " + policy.version;
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
           "content=\"width=device-width\">\n<title>" +
           html_text(title) + "</title>\n<style>" + std::string(k_style) + "</style>\n</head>\n<body>\n<h1>" +
           html_text(title) + "</h1>\n<h2>How it judges the loans</h2>\n" + metrics_table(evaluation) +
           roc_plot(evaluation) + calibration_plot(evaluation) + score_plot(evaluation) + "<h2>Score bands</h2>\n" +
           bands_table(evaluation) + "<h2>Groups</h2>\n" + groups_table(evaluation) + model_card(policy) +
           "<h2>Characteristics and points</h2>\n" + characteristics_part(policy, evaluation) + "</body>\n</html>\n";
}

}  // namespace bankctl::score
