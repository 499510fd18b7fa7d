#include "core/service/limit_trace.h"

#include <charconv>
#include <string>

#include "core/base/text.h"
#include "core/service/limit_methods.h"

namespace bankctl {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t k_decimals_max = 9;
constexpr std::int64_t k_second_ns = 1'000'000'000;
constexpr std::int64_t k_minute_us = 60'000'000;

Error invalid(const std::string& message) {
    return Error(ErrorCode::invalid_time, message,
                 "a line holds seconds since the start, like 1.25, or RFC 3339, like 2026-01-31T09:00:00.5Z");
}

Error too_far() {
    const std::int64_t seconds_max = k_request_time_max.count() / k_second_ns;
    return invalid("it is more than " + std::to_string(seconds_max) + " seconds after the start");
}

/// A number in plain digits; nothing for anything else or one that does not fit.
std::optional<std::int64_t> digits(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc{}) return std::nullopt;
    return value;
}

Result<nanoseconds> parse_seconds(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::string_view decimals = point == std::string_view::npos ? "0" : text.substr(point + 1);
    if (decimals.size() > k_decimals_max) return invalid(in_quotes(text) + " has more than nine decimals");
    const auto whole = digits(text.substr(0, point));
    auto fraction = digits(decimals);
    if (!whole || !fraction) return invalid(in_quotes(text) + " is not a time of a trace");
    for (std::size_t i = decimals.size(); i < k_decimals_max; ++i) *fraction *= 10;
    if (*whole > k_request_time_max.count() / k_second_ns) return too_far();
    const nanoseconds time(*whole * k_second_ns + *fraction);
    return time > k_request_time_max ? Result<nanoseconds>(too_far()) : time;
}

/// The beginning of the minute, so that windows of a second or a minute begin with one of the clock.
Timestamp minute_of(Timestamp time) {
    const std::int64_t into = time.us % k_minute_us;
    return {time.us - (into < 0 ? into + k_minute_us : into)};
}

}  // namespace

Result<nanoseconds> LimitTrace::parse_calendar(std::string_view text) {
    BANKCTL_TRY(time, parse_time(text));
    if (!origin_) origin_ = minute_of(time);
    const std::int64_t us = time.us - origin_->us;
    if (us < 0) return nanoseconds(-1);
    if (us > k_request_time_max.count() / 1000) return too_far();
    return nanoseconds(us * 1000);
}

Result<nanoseconds> LimitTrace::parse(std::string_view text) {
    if (lines_.is_too_long()) return invalid("it is longer than " + std::to_string(k_line_bytes_max) + " bytes");
    const Form form = text.size() > 4 && text[4] == '-' ? Form::calendar : Form::seconds;
    const bool is_first = !form_;
    BANKCTL_TRY(time, form == Form::calendar ? parse_calendar(text) : parse_seconds(text));
    if (is_first) form_ = form;
    if (form != *form_) return invalid("the times of one trace are either all seconds or all RFC 3339");
    if (time < last_) return invalid(in_quotes(text) + " is before the time above it");
    return time;
}

Result<std::optional<nanoseconds>> LimitTrace::next() {
    while (lines_.next()) {
        std::string_view text = without_carriage_return(lines_.text());
        if (lines_.number() == 1) text = without_byte_order_mark(text);
        if (is_blank(text) || text.starts_with('#')) continue;
        Result<nanoseconds> time = parse(text);
        if (!time) {
            Error error = time.error();
            error.message = "line " + std::to_string(lines_.number()) + ": " + error.message;
            return std::move(error).with("line", lines_.number());
        }
        last_ = *time;
        return std::optional(last_);
    }
    return std::optional<nanoseconds>();
}

}  // namespace bankctl
