// Training a scorecard: its parts against definitions and brute force, and whole cards on made-up loans.
#include "core/score/card_training.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "core/base/random.h"
#include "core/score/bin_merging.h"
#include "core/score/boosting.h"
#include "core/score/evaluation.h"
#include "core/score/evaluation_report.h"
#include "core/score/fine_bins.h"
#include "core/score/metrics.h"
#include "core/score/policy.h"

namespace bankctl::score {
namespace {

double fraction(Random& random) { return static_cast<double>(random.below(1'000'000)) / 1e6; }

using Row = std::vector<std::string>;

CreditTable table_of(const Row& header, const std::vector<Row>& rows, const std::vector<std::string>& left_out = {}) {
    CreditTableBuilder builder = CreditTableBuilder::create(header, "BAD", left_out).value_or_throw();
    std::int64_t line = 1;
    for (const Row& row : rows) builder.add(row, ++line).value_or_throw();
    return std::move(builder).finish().value_or_throw();
}

/// Loans that go bad more often with more debt, less income, and for a region; -9 stands for an unknown debt. A copy of
/// a column, a constant one, an empty one, one of noise and a group that the card must not see are beside them.
CreditTable made_up_loans(std::size_t count, std::uint64_t seed, const std::vector<std::string>& left_out = {"GROUP"}) {
    Random random(seed);
    std::vector<Row> rows;
    for (std::size_t i = 0; i < count; ++i) {
        const double debt = fraction(random) * 2;
        const double income = std::floor(fraction(random) * 5000);
        const auto region = random.below(5);
        const bool is_unknown = random.below(10) == 0;
        const bool has_income = random.below(10) != 0;
        const double log_odds =
            -1.5 + (is_unknown ? 1.5 : 1.5 * (debt - 1)) - (has_income ? income / 2500 : 0) + (region == 3 ? 1.0 : 0.0);
        const bool is_bad = fraction(random) < probability(log_odds);
        const std::string debt_text = is_unknown ? "-9" : std::to_string(debt);
        rows.push_back({is_bad ? "1" : "0", debt_text, has_income ? std::to_string(income) : "", debt_text,
                        "R" + std::to_string(region), "7", "NA", std::to_string(fraction(random)),
                        region == 3 ? "a" : "b"});
    }
    return table_of({"BAD", "DEBT", "INCOME", "DEBT2", "REGION", "SAME", "EMPTY", "NOISE", "GROUP"}, rows, left_out);
}

TrainingOptions options_of(std::uint64_t seed = 1) {
    TrainingOptions options;
    options.special_codes = {-9};
    options.target = "BAD";
    options.seed = seed;
    return options;
}

TrainedPolicy train(const CreditTable& table, const TrainingOptions& options = options_of()) {
    return train_card(table, options, [](std::size_t) {}).value_or_throw();
}

}  // namespace

TEST_CASE("the logistic function is that of the library", "[training]") {
    for (double x = -40; x <= 40; x += 0.37) CHECK(probability(x) == Approx(1 / (1 + std::exp(-x))).epsilon(1e-12));
    CHECK(probability(-1e6) >= 0);
    CHECK(probability(1e6) == 1);
}

TEST_CASE("a stump takes Newton steps and keeps to its trend", "[training]") {
    const std::vector<BinSum> sums{{-4, 2, 20}, {-2, 2, 20}, {6, 3, 20}};
    BoostingOptions options;
    const Stump falling = best_stump(sums, Trend::falling, options);
    CHECK(falling.left_bins == 2);
    CHECK(falling.left_step == Approx(6.0 / 5));
    CHECK(falling.right_step == Approx(-6.0 / 4));
    CHECK(falling.gain == Approx(36.0 / 5 + 36.0 / 4 - 0));
    CHECK(best_stump(sums, Trend::rising, options).left_bins == 0);
    CHECK(best_stump(sums, Trend::free, options).left_bins == 2);
    options.leaf_rows_min = 21;
    CHECK(best_stump(sums, Trend::falling, options).left_bins == 0);
}

TEST_CASE("few ordered bins take steps of their own and keep to their trend", "[training]") {
    // Of 100 rows in each of four bins so many are bad: the third runs against the others.
    const std::size_t bad[] = {10, 30, 20, 60};
    BinnedRows rows;
    rows.features = {{{}, 4, 4, Trend::free}};
    for (std::uint8_t bin = 0; bin < 4; ++bin) {
        for (std::size_t row = 0; row < 100; ++row) {
            rows.features[0].bin_of_row.push_back(bin);
            rows.outcomes.push_back(row < bad[bin] ? 1 : 0);
        }
    }
    BoostingOptions options;
    options.loose_bins_max = 4;
    const std::vector<std::size_t> order{0};
    const auto effects = [&](Trend trend) {
        rows.features[0].trend = trend;
        return boost(rows, nullptr, order, options, [] {}).effects_after(options.rounds_max, rows)[0];
    };
    const std::vector<double> free = effects(Trend::free);
    CHECK((free[0] < free[2] && free[2] < free[1] && free[1] < free[3]));
    const std::vector<double> rising = effects(Trend::rising);
    CHECK((rising[0] < rising[1] && rising[1] == Approx(rising[2]) && rising[2] < rising[3]));
    CHECK(std::ranges::is_sorted(effects(Trend::falling), std::greater{}));
    // A bin more than that, and a round has one stump.
    options.loose_bins_max = 3;
    options.rounds_max = 1;
    const std::vector<double> stump = effects(Trend::free);
    CHECK((stump[0] == stump[1] && stump[1] == stump[2] && stump[2] < stump[3]));
}

TEST_CASE("merging bins finds what trying all divisions finds", "[training]") {
    Random random(7);
    for (int trial = 0; trial < 200; ++trial) {
        std::vector<SmallBin> bins;
        const std::size_t count = 1 + random.below(9);
        for (std::size_t i = 0; i < count; ++i)
            bins.push_back({fraction(random) * 4, 1 + fraction(random) * 5, 1 + random.below(10)});
        const MergingLimits limits{1 + random.below(5), 1 + random.below(12), fraction(random) * 2};
        std::size_t all_rows = 0;
        for (const SmallBin& bin : bins) all_rows += bin.rows;
        const auto cost = [&](const std::vector<std::size_t>& ends) {
            double sum = 0;
            std::size_t begin = 0;
            for (const std::size_t end : ends) {
                double weight = 0, mean = 0;
                std::size_t rows = 0;
                for (std::size_t i = begin; i < end; ++i) {
                    weight += bins[i].weight;
                    mean += bins[i].weight * bins[i].effect;
                    rows += bins[i].rows;
                }
                mean /= weight;
                for (std::size_t i = begin; i < end; ++i)
                    sum += bins[i].weight * (bins[i].effect - mean) * (bins[i].effect - mean);
                sum += limits.bin_penalty;
                if (rows < std::min(limits.rows_min, all_rows)) return 1e9;
                begin = end;
            }
            return sum;
        };
        double least = 1e9;
        for (std::size_t mask = 0; mask < std::size_t{1} << (count - 1); ++mask) {
            std::vector<std::size_t> ends;
            for (std::size_t i = 1; i < count; ++i)
                if (mask >> (i - 1) & 1) ends.push_back(i);
            ends.push_back(count);
            if (ends.size() <= limits.bins_max) least = std::min(least, cost(ends));
        }
        const std::vector<std::size_t> merged = merge_bins(bins, limits);
        CHECK(merged.size() <= limits.bins_max);
        CHECK(cost(merged) == Approx(least).margin(1e-9));
    }
}

TEST_CASE("AUC with ties is the share of pairs in order", "[training]") {
    Random random(3);
    for (int trial = 0; trial < 50; ++trial) {
        std::vector<double> values;
        std::vector<std::uint8_t> outcomes{0, 1};
        values = {static_cast<double>(random.below(5)), static_cast<double>(random.below(5))};
        for (int i = 0; i < 30; ++i) {
            values.push_back(static_cast<double>(random.below(5)));
            outcomes.push_back(static_cast<std::uint8_t>(random.below(2)));
        }
        double won = 0, pairs = 0;
        for (std::size_t bad = 0; bad < values.size(); ++bad) {
            for (std::size_t good = 0; good < values.size(); ++good) {
                if (outcomes[bad] == 0 || outcomes[good] != 0) continue;
                won += values[bad] > values[good] ? 1 : values[bad] == values[good] ? 0.5 : 0;
                pairs += 1;
            }
        }
        CHECK(auc(values, outcomes) == Approx(won / pairs));
    }
}

TEST_CASE("metrics of small examples", "[training]") {
    CHECK(kolmogorov_smirnov({1, 2, 3, 4}, {0, 0, 1, 1}) == Approx(1));
    CHECK(kolmogorov_smirnov({1, 1, 1, 1}, {0, 0, 1, 1}) == Approx(0));
    CHECK(brier({0.5, 1, 0}, {0, 1, 1}) == Approx((0.25 + 0 + 1) / 3));
    // One part of ten equal rows: mean probability 0.3, half of them bad.
    CHECK(calibration_error(std::vector<double>(10, 0.3), {0, 1, 0, 1, 0, 1, 0, 1, 0, 1}) == Approx(0.2));
    CHECK(calibration_error({0, 1}, {0, 1}) == Approx(0));
    CHECK(stability_index({50, 50}, {50, 50}) == Approx(0));
    CHECK(stability_index({50, 50}, {80, 20}) == Approx(0.3 * std::log(1.6) - 0.3 * std::log(0.4)));
    CHECK(closest_rising({1, 2, 3}, {1, 1, 1}) == std::vector<double>{1, 2, 3});
    CHECK(closest_rising({2, 1}, {1, 3}) == std::vector<double>{1.25, 1.25});
    CHECK(closest_rising({1, 4, 3, 2, 9}, {1, 1, 1, 1, 1}) == std::vector<double>{1, 3, 3, 3, 9});
}

TEST_CASE("a curve of refusals goes through what each limit would refuse", "[training]") {
    const std::vector<RocPoint> curve = roc_curve({3, 1, 2, 2}, {1, 0, 1, 0}, 100);
    REQUIRE(curve.size() == 4);
    CHECK((curve[0].good_share == 0 && curve[0].bad_share == 0));
    CHECK((curve[1].good_share == 0 && curve[1].bad_share == 0.5));
    CHECK((curve[2].good_share == 0.5 && curve[2].bad_share == 1));
    CHECK((curve[3].good_share == 1 && curve[3].bad_share == 1));
    std::vector<double> values;
    std::vector<std::uint8_t> outcomes;
    for (int i = 0; i < 1000; ++i) {
        values.push_back(i);
        outcomes.push_back(static_cast<std::uint8_t>(i % 3 == 0));
    }
    const std::vector<RocPoint> thin = roc_curve(values, outcomes, 50);
    CHECK(thin.size() <= 52);
    CHECK((thin.front().good_share == 0 && thin.back().good_share == 1 && thin.back().bad_share == 1));
    CHECK(roc_curve({1, 2}, {0, 0}, 10).empty());
}

TEST_CASE("parts by probability keep equal ones together and hold every row once", "[training]") {
    const std::vector<CalibrationPart> parts = calibration_parts({0.1, 0.1, 0.9, 0.9, 0.9}, {0, 1, 1, 1, 0});
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].rows == 2);
    CHECK(parts[0].expected == Approx(0.2));
    CHECK(parts[0].bad == 1);
    CHECK(parts[1].rows == 3);
    CHECK(calibration_error({0.1, 0.1, 0.9, 0.9, 0.9}, {0, 1, 1, 1, 0}) == Approx((0.8 + 0.7) / 5));
}

TEST_CASE("the report holds what a name says as text, and nothing from elsewhere", "[training]") {
    LoanPolicy policy = LoanPolicy::parse(train(made_up_loans(2000, 1)).json).value_or_throw();
    const CreditTable newer = made_up_loans(1000, 2, {});
    const Evaluation evaluation = evaluate(policy, newer, "GROUP").value_or_throw();
    policy.card.characteristics[0].field = "<script src=\"https://x.example\">\x1b[1m&";
    const std::string report = report_html(policy, evaluation);
    CHECK(report == report_html(policy, evaluation));
    for (const char* part : {"<!DOCTYPE html>", "Receiver operating characteristic", "Calibration", "Model card",
                             "Distribution of scores", "Score bands", "Groups", "29 CFR 1607.4(D)", "code -9"})
        CHECK(report.find(part) != std::string::npos);
    for (const char* part : {"<script", "<link", "<img", "src=\"", "href=", "url(", "@import", "\x1b", "nan", "inf\""})
        CHECK(report.find(part) == std::string::npos);
    CHECK(report.find("&lt;script src=&quot;") != std::string::npos);
    for (const char* tag : {"table", "svg", "tr", "td", "h2", "h3", "p"}) {
        const auto count = [&](const std::string& what) {
            std::size_t found = 0;
            for (std::size_t at = 0; (at = report.find(what, at)) != std::string::npos; ++at) ++found;
            return found;
        };
        const std::string name(tag);
        CHECK(count("<" + name + ">") + count("<" + name + " ") == count("</" + name + ">"));
    }
    const Evaluation expert = [&] {
        Evaluation bare = evaluation;
        bare.groups.clear();
        bare.psi.reset();
        return bare;
    }();
    CHECK(report_html(LoanPolicy::embedded(), expert).find("illustrative") != std::string::npos);
}

TEST_CASE("borders are short decimals between two values", "[training]") {
    CHECK(border_between(3, 4) == "3");
    CHECK(border_between(0.766, 0.771) == "0.77");
    CHECK(border_between(49'700, 50'100) == "50000");
    CHECK(border_between(-8, -2) == "-3");
    CHECK(border_between(-1, 0) == "-1");
    Random random(5);
    for (int i = 0; i < 1000; ++i) {
        const double low = (fraction(random) - 0.5) * std::pow(10.0, static_cast<double>(random.below(12)) - 4);
        const double high = low + std::fabs(low) * fraction(random) + 1e-9;
        const double border = *parse_cell_number(border_between(low, high));
        CHECK((border >= low && border < high));
    }
}

TEST_CASE("the same loans and seed give the same bytes", "[training]") {
    const CreditTable table = made_up_loans(1500, 1);
    const std::string first = train(table).json;
    CHECK(first == train(table).json);
    CHECK(first != train(table, options_of(2)).json);
}

TEST_CASE("a trained card is read by the engine, monotone and within its limits", "[training]") {
    TrainingOptions options = options_of();
    options.characteristics_max = 3;
    options.bins_max = 5;
    const LoanPolicy policy = LoanPolicy::parse(train(made_up_loans(3000, 1), options).json).value_or_throw();
    REQUIRE(policy.card.characteristics.size() == 3);
    bool has_debt = false;
    for (const Characteristic& characteristic : policy.card.characteristics) {
        CHECK(characteristic.bins.size() + characteristic.categories.size() + characteristic.special.size() <= 5);
        CHECK(characteristic.field != "NOISE");
        CHECK(characteristic.field != "DEBT2");
        if (characteristic.field == "INCOME") CHECK(characteristic.direction == Direction::higher_is_better);
        if (characteristic.field == "REGION") CHECK(characteristic.is_categorical());
        if (characteristic.field != "DEBT") continue;
        has_debt = true;
        CHECK(characteristic.direction == Direction::lower_is_better);
        REQUIRE(characteristic.special.size() == 1);
        CHECK(characteristic.special[0].codes == std::vector<double>{-9});
        CHECK(characteristic.special[0].points.points < characteristic.bins.front().points.points);
    }
    CHECK(has_debt);
}

TEST_CASE("evaluation of a card on loans that it has not seen", "[training]") {
    const LoanPolicy policy = LoanPolicy::parse(train(made_up_loans(4000, 1)).json).value_or_throw();
    const Evaluation evaluation = evaluate(policy, made_up_loans(4000, 2, {}), "GROUP").value_or_throw();
    CHECK(evaluation.auc > 0.75);
    CHECK(std::fabs(evaluation.auc - evaluation.auc_unrounded) < 0.001);
    CHECK(evaluation.ece < 0.03);
    REQUIRE(evaluation.psi);
    CHECK(*evaluation.psi < 0.02);
    std::int64_t rows = 0;
    for (const ScoreBand& band : evaluation.bands) rows += band.rows;
    CHECK(rows == 4000);
    REQUIRE(evaluation.groups.size() == 2);
    CHECK(evaluation.groups[0].value == "b");
    CHECK(*evaluation.groups[0].impact_ratio == 1);
    CHECK(*evaluation.groups[1].impact_ratio < 0.9);
    CHECK(evaluate(policy, made_up_loans(100, 2), "GROUP").error().code == ErrorCode::unknown_field);
    CHECK(evaluate(policy, made_up_loans(100, 2), "REGION").error().code == ErrorCode::usage);
    CHECK(evaluate(LoanPolicy::embedded(), made_up_loans(100, 2), {}).error().code == ErrorCode::unknown_field);
}

TEST_CASE("data that no card can be trained on is refused", "[training]") {
    const auto code = [](const Row& header, const std::vector<std::string>& left_out) {
        return CreditTableBuilder::create(header, "BAD", left_out).error().code;
    };
    CHECK(code({"A", "B"}, {}) == ErrorCode::unknown_field);
    CHECK(code({"BAD", "A"}, {"C"}) == ErrorCode::unknown_field);
    CHECK(code({"BAD", "A"}, {"BAD"}) == ErrorCode::usage);
    CHECK(code({"BAD", "A", "A"}, {}) == ErrorCode::invalid_csv);
    CHECK(code({"BAD", "A\x1b[1m"}, {}) == ErrorCode::invalid_csv);
    CreditTableBuilder builder = CreditTableBuilder::create(Row{"BAD", "A"}, "BAD", {}).value_or_throw();
    CHECK(builder.add(Row{"1"}, 2).error().code == ErrorCode::invalid_csv);
    CHECK(builder.add(Row{"2", "5"}, 3).error().code == ErrorCode::invalid_csv);
    CHECK(builder.add(Row{"", "5"}, 4).error().code == ErrorCode::invalid_csv);
    CHECK(bool(builder.add(Row{"1", "5"}, 5)));
    CHECK(std::move(builder).finish().error().code == ErrorCode::invalid_csv);

    const auto refusal = [](const CreditTable& table) {
        return train_card(table, options_of(), [](std::size_t) {}).error().code;
    };
    std::vector<Row> few, same, prohibited, noise;
    Random random(5);
    for (int i = 0; i < 200; ++i) {
        const std::string outcome = i % 3 == 0 ? "1" : "0";
        if (i < 40) few.push_back({outcome, std::to_string(i)});
        same.push_back({outcome, "5"});
        prohibited.push_back({outcome, outcome});
        noise.push_back({outcome, std::to_string(random.below(5)), std::to_string(fraction(random))});
    }
    CHECK(refusal(table_of({"BAD", "A"}, few)) == ErrorCode::invalid_csv);
    CHECK(refusal(table_of({"BAD", "A"}, same)) == ErrorCode::invalid_csv);
    CHECK(refusal(table_of({"BAD", "A", "B"}, noise)) == ErrorCode::invalid_csv);
    CHECK(refusal(table_of({"BAD", "SEX"}, prohibited)) == ErrorCode::prohibited_input);
}

}  // namespace bankctl::score
