#include "core/score/apr.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <boost/math/tools/toms748_solve.hpp>

namespace bankctl {
namespace {

constexpr std::uintmax_t k_steps_max = 200;  // more than halving would take to a long double's digits
constexpr long double k_rate_max = 1e6L;     // of a unit-period
constexpr long double k_tie = 1e-9L;         // of the last digit: what the search may be off where a rate is a tie

long double power(long double base, std::int64_t exponent) {
    long double result = 1;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1) result *= base;
        base *= base;
    }
    return result;
}

/// What the flows are worth at the start at the rate i of a unit-period.
long double present_value(const std::vector<CashFlow>& flows, long double i, AprMethod method) {
    const long double discount = 1 / (1 + i);
    long double total = 0;
    for (const CashFlow& flow : flows) {
        long double each = power(discount, flow.periods);
        if (flow.fraction > 0)
            each *= method == AprMethod::regz ? 1 / (1 + flow.fraction * i) : std::pow(discount, flow.fraction);
        long double sum = 0;
        for (std::int64_t k = 0; k < flow.count; ++k) {
            sum += each;
            each *= discount;
        }
        total += static_cast<long double>(flow.amount) * sum;
    }
    return total;
}

/// Norstrom's condition (J. Financial and Quantitative Analysis 7, 1972): the sums of the flows, in their order in
/// time, change their sign once, so one positive rate fits. Turned around in time, the same holds of negative ones.
bool has_one_root(const std::vector<CashFlow>& flows) {
    std::vector<std::pair<long double, std::int64_t>> single;
    for (const CashFlow& flow : flows) {
        for (std::int64_t k = 0; k < flow.count; ++k)
            single.emplace_back(static_cast<long double>(flow.periods + k) + flow.fraction, flow.amount);
    }
    const auto changes = [&] {
        int count = 0;
        long double sum = 0;
        long double before = 0;
        for (std::size_t k = 0; k < single.size(); ++k) {
            sum += static_cast<long double>(single[k].second);
            const bool is_at_same_time = k + 1 < single.size() && single[k + 1].first == single[k].first;
            if (is_at_same_time || sum == 0) continue;
            if (before != 0 && (sum > 0) != (before > 0)) ++count;
            before = sum;
        }
        return count;
    };
    std::ranges::stable_sort(single, {}, &std::pair<long double, std::int64_t>::first);
    const int forward = changes();
    std::ranges::reverse(single);
    // With nothing gained or lost in all, the one rate is zero.
    return forward + changes() == 1 || (forward == 0 && changes() == 0);
}

/// One advance at the start, and payments after it.
bool is_plain_loan(const std::vector<CashFlow>& flows) {
    const CashFlow& first = flows.front();
    return first.amount > 0 && first.count == 1 && first.periods == 0 && first.fraction == 0 &&
           std::all_of(flows.begin() + 1, flows.end(), [](const CashFlow& flow) { return flow.amount < 0; });
}

struct Bracket {
    long double low;
    long double high;
};

/// The rate between them at which the value is 0, as near as a long double can tell.
long double root(const std::vector<CashFlow>& flows, AprMethod method, const Bracket& between) {
    const auto value = [&](long double rate) { return present_value(flows, rate, method); };
    const auto is_narrow = [](long double low, long double high) {
        return high - low <= 4 * std::numeric_limits<long double>::epsilon() * std::max(std::abs(low), std::abs(high));
    };
    std::uintmax_t steps = k_steps_max;
    const auto [low, high] = boost::math::tools::toms748_solve(value, between.low, between.high, value(between.low),
                                                               value(between.high), is_narrow, steps);
    return (low + high) / 2;
}

/// Rates between which the value changes its sign.
std::optional<Bracket> bracket(const std::vector<CashFlow>& flows, AprMethod method) {
    const bool is_above = present_value(flows, 0, method) > 0;
    if (is_above) {  // less is paid back than was advanced
        for (long double left = 0.5L; left > 1e-6L; left /= 2) {
            if (present_value(flows, left - 1, method) <= 0) return Bracket{left - 1, 0};
        }
        return std::nullopt;
    }
    for (long double high = 0.125L; high <= k_rate_max; high *= 2) {
        if (present_value(flows, high, method) > 0) return Bracket{0, high};
    }
    return std::nullopt;
}

}  // namespace

Result<std::int64_t> annual_rate_ppm(const std::vector<CashFlow>& flows, std::int64_t periods_per_year,
                                     AprMethod method) {
    const bool advances = std::ranges::any_of(flows, [](const CashFlow& flow) { return flow.amount > 0; });
    const bool pays = std::ranges::any_of(flows, [](const CashFlow& flow) { return flow.amount < 0; });
    if (!advances || !pays) return Error(ErrorCode::invalid_amount, "a rate needs an advance and a payment");
    if (!is_plain_loan(flows) && !has_one_root(flows))
        return Error(ErrorCode::invalid_amount, "more than one rate may fit these advances and payments");
    const auto found = bracket(flows, method);
    if (!found) return Error(ErrorCode::invalid_amount, "no rate fits these advances and payments");
    const auto periods = static_cast<long double>(periods_per_year);
    const long double rate = root(flows, method, *found);
    const long double yearly = method == AprMethod::regz ? rate * periods : power(1 + rate, periods_per_year) - 1;
    if (!(yearly < 1e10L)) return Error(ErrorCode::invalid_amount, "no rate below a million million percent fits");
    return static_cast<std::int64_t>(std::floor(yearly * 1e6L + 0.5L + k_tie));
}

std::string percent_text(std::int64_t rate_ppm) {
    const std::int64_t size = rate_ppm < 0 ? -rate_ppm : rate_ppm;
    std::string decimals = std::to_string(size % 10'000);
    decimals.insert(0, 4 - decimals.size(), '0');
    return (rate_ppm < 0 ? "-" : "") + std::to_string(size / 10'000) + "." + decimals;
}

}  // namespace bankctl
