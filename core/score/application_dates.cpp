// Days, months and years between the dates of an application.
#include <chrono>

#include "core/score/application.h"

namespace bankctl {
namespace {

using namespace std::chrono;

year_month_day date(std::int64_t day) { return sys_days(days(day)); }

std::int64_t number(const year_month_day& date) { return sys_days(date).time_since_epoch().count(); }

std::optional<int> digits(std::string_view text) {
    int number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

}  // namespace

std::optional<std::int64_t> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto years = digits(text.substr(0, 4));
    const auto months = digits(text.substr(5, 2));
    const auto days = digits(text.substr(8, 2));
    if (!years || !months || !days) return std::nullopt;
    const year_month_day date{year(*years), month(static_cast<unsigned>(*months)), day(static_cast<unsigned>(*days))};
    if (!date.ok()) return std::nullopt;
    return number(date);
}

std::int64_t age_in_years(std::int64_t birth_day, std::int64_t day) {
    const year_month_day birth = date(birth_day);
    const year_month_day now = date(day);
    const std::int64_t years = static_cast<int>(now.year()) - static_cast<int>(birth.year());
    const bool has_had_birthday =
        now.month() > birth.month() || (now.month() == birth.month() && now.day() >= birth.day());
    return has_had_birthday ? years : years - 1;
}

MonthsAndDays months_between(std::int64_t from, std::int64_t to) {
    const year_month_day start = date(from);
    const year_month_day end = date(to);
    // A day that a month does not have is its last.
    const auto back = [&](int count) {
        const year_month month = year_month(end.year(), end.month()) - months(count);
        const year_month_day same(month.year(), month.month(), end.day());
        return number(same.ok() ? same : year_month_day(month / last));
    };
    int count = (static_cast<int>(end.year()) - static_cast<int>(start.year())) * 12 +
                static_cast<int>(static_cast<unsigned>(end.month())) -
                static_cast<int>(static_cast<unsigned>(start.month()));
    while (count > 0 && back(count) < from) --count;
    return {count, back(count) - from};
}

}  // namespace bankctl
