#include "core/service/date_format.h"

#include <cstdio>
#include <map>

#include "core/base/text.h"

namespace bankctl {
namespace {

constexpr std::string_view k_fields = "YymdHMS";

/// Takes `width` digits from the front of `text`; -1 if they are not there.
int take_digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return -1;
    int value = 0;
    for (const char c : text.substr(0, width)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    text.remove_prefix(width);
    return value;
}

}  // namespace

Result<DateFormat> DateFormat::parse(std::string_view pattern) {
    const auto refuse = [&](const std::string& why) {
        return Error(ErrorCode::invalid_rules, "the date format " + in_quotes(pattern) + " " + why,
                     "use %Y or %y, %m, %d, and if need be %H, %M, %S");
    };
    std::map<char, int> count;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%') continue;
        const char field = ++i < pattern.size() ? pattern[i] : '\0';
        if (field == '%') continue;
        if (field == '\0' || k_fields.find(field) == std::string_view::npos) return refuse("has an unknown field");
        if (++count[field == 'y' ? 'Y' : field] > 1) return refuse("has a field twice");
    }
    if (!count.contains('Y') || !count.contains('m') || !count.contains('d'))
        return refuse("lacks the year, month or day");
    DateFormat format;
    format.pattern_ = std::string(pattern);
    return format;
}

Result<Timestamp> DateFormat::read(std::string_view text) const {
    const auto refuse = [&] {
        return Error(ErrorCode::invalid_time, in_quotes(text) + " is not a date of the form " + in_quotes(pattern_));
    };
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::string_view rest = text;
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
        const bool is_field = pattern_[i] == '%' && pattern_[++i] != '%';
        if (!is_field) {
            if (!rest.starts_with(pattern_[i])) return refuse();
            rest.remove_prefix(1);
            continue;
        }
        const int value = take_digits(rest, pattern_[i] == 'Y' ? 4 : 2);
        if (value < 0) return refuse();
        switch (pattern_[i]) {
            case 'Y': year = value; break;
            case 'y': year = value + (value >= 69 ? 1900 : 2000); break;
            case 'm': month = value; break;
            case 'd': day = value; break;
            case 'H': hour = value; break;
            case 'M': minute = value; break;
            default: second = value; break;
        }
    }
    if (!rest.empty()) return refuse();
    char time[32];
    std::snprintf(time, sizeof time, "%04d-%02d-%02dT%02d:%02d:%02dZ", year % 10'000, month % 100, day % 100,
                  hour % 100, minute % 100, second % 100);
    const Result<Timestamp> parsed = parse_time(time);  // which knows the calendar
    if (!parsed) return refuse();
    return *parsed;
}

}  // namespace bankctl
