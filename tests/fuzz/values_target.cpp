// Single values as a user writes them: amounts in every currency, whole numbers, times, ids and keys, and text on its
// way to a terminal, to JSON and to XML; and traces of requests. What is accepted is printed back to the same value;
// what is refused is refused by a second reading of the same rules, too.
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/base/clock.h"
#include "core/base/csv.h"
#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/model/money.h"
#include "core/service/limit_simulation.h"
#include "core/service/limit_trace.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/oracle.h"

using namespace bankctl;
using fuzz::expect;
using fuzz::expect_invalid;

namespace {

void check_minor(const Amount& amount, std::string_view text, const Currency& currency) {
    const std::string digits = fuzz::minor_digits(text, currency.decimals);
    const Result<std::int64_t> minor = amount.minor_in(currency);
    if (digits.empty()) return expect(!minor && minor.error().code == ErrorCode::amount_precision, "no rounding");
    if (fuzz::is_beyond(digits, k_minor_max))
        return expect(!minor && minor.error().code == ErrorCode::amount_too_large, "at most 2^53 - 1 minor units");
    expect(minor && std::to_string(*minor) == digits, "an amount is its digits");
    const std::string shown = decimal_text({currency, *minor});
    expect(fuzz::minor_digits(shown, currency.decimals) == digits, "an amount is shown with its digits");
    const Result<Amount> again = Amount::parse_or_zero(shown);
    expect(again && *again->minor_in(currency) == *minor, "an amount that is shown can be read");
    expect(decimal_text({currency, -*minor}) == (*minor == 0 ? "" : "-") + shown, "a debt is shown with a minus");
}

void check_amount(std::string_view text) {
    const Result<Amount> or_zero = Amount::parse_or_zero(text);
    const Result<Amount> positive = Amount::parse(text);
    const std::string_view whole = text.substr(0, text.find('.'));
    if (!fuzz::is_decimal(text) || fuzz::is_beyond(whole, k_minor_max)) {
        const ErrorCode code = fuzz::is_decimal(text) ? ErrorCode::amount_too_large : ErrorCode::invalid_amount;
        expect(!or_zero && or_zero.error().code == code, "what is no amount is refused");
        expect(!positive && positive.error().code == code, "what is no amount is refused");
        return;
    }
    const bool is_zero = text.find_first_not_of("0.") == std::string_view::npos;
    expect(static_cast<bool>(or_zero), "a plain decimal number is an amount");
    expect(static_cast<bool>(positive) == !is_zero, "an amount is greater than zero");
    for (const Currency& currency : fuzz::telling_currencies()) check_minor(*or_zero, text, currency);
}

void check_number(std::string_view text) {
    const Result<std::int64_t> number = parse_number(text, 0, INT64_MAX, "N");
    const bool is_number = fuzz::is_decimal(text) && text.find('.') == std::string_view::npos;
    if (!is_number || fuzz::is_beyond(text, INT64_MAX)) return expect(!number, "what is no whole number is refused");
    expect(number && std::to_string(*number) == text, "a whole number is its digits");
    const Result<Amount> minor = Amount::from_minor(*number);
    expect(static_cast<bool>(minor) == (*number >= 1 && *number <= k_minor_max), "1 to 2^53 - 1 minor units");
    for (const Currency& currency : fuzz::telling_currencies())
        expect(!minor || *minor->minor_in(currency) == *number, "minor units are the same in any currency");
    expect(static_cast<bool>(parse_seq(text)) == (*number > 0), "transactions are counted from 1");
}

void check_time(std::string_view text) {
    const Result<Timestamp> time = parse_time(text);
    if (!time) return expect_invalid(time.error());
    const std::string shown = format_time(*time);
    expect(shown.size() == 27 && shown.ends_with("Z"), "a time is shown in RFC 3339 with microseconds");
    const Result<Timestamp> again = parse_time(shown);
    expect(again && *again == *time, "a time that is shown can be read");
    const Result<Timestamp> day = parse_time(format_date(*time));
    expect(day && *day <= *time && time->us - day->us < 86'400'000'000, "a time lies in its day");
    // What ends in Z says the same as what is shown, digit for digit, as far as it goes.
    if (text.ends_with('Z')) expect(shown.starts_with(text.substr(0, 10)), "a time in UTC keeps its date");
}

void check_names(std::string_view text) {
    const bool is_internal_id = text.starts_with('@') && fuzz::is_id(text.substr(1));
    expect(static_cast<bool>(parse_customer_id(text)) == fuzz::is_id(text), "the syntax of ids");
    expect(static_cast<bool>(parse_account_id(text)) == fuzz::is_id(text), "the syntax of ids");
    expect(static_cast<bool>(parse_internal_account_id(text)) == is_internal_id, "the syntax of internal ids");
    expect(static_cast<bool>(parse_any_account_id(text)) == (is_internal_id || fuzz::is_id(text)), "either of them");
    expect(static_cast<bool>(parse_key(text)) == fuzz::is_key(text), "the syntax of keys");
    if (const auto id = parse_any_account_id(text)) expect(id->text == text, "an id is its text");
    if (const auto key = parse_key(text)) expect(key->text == text, "a key is its text");
}

/// The text that a JSON library makes of a string; nothing if it is no UTF-8.
std::optional<std::string> json_string(const std::string& text) {
    try {
        return nlohmann::json(text).dump();
    } catch (const nlohmann::json::exception&) {
        return std::nullopt;
    }
}

void check_text(const std::string& text) {
    const std::optional<std::string> json = json_string(text);
    expect(is_utf8(text) == json.has_value(), "two readers agree on what is UTF-8");
    const Result<std::string> stored = parse_text(text, 100, "the text");
    const bool fits = json && text.size() <= 100 && text.find('\0') == std::string::npos;
    expect(static_cast<bool>(stored) == fits, "text is UTF-8 without NUL, at most as long as asked");
    if (stored) expect(*stored == text, "text is stored as it is");
    const std::string shown = printable(text);
    expect(is_utf8(shown) && !fuzz::has_control_character(shown), "text is shown without harm");
    if (json) {
        const std::string escaped = escape_json_text(*json);
        expect(!fuzz::has_control_character(escaped), "JSON has no control character");
        expect(nlohmann::json::parse(escaped).get<std::string>() == text, "JSON says what the text says");
    }
    const std::string xml = xml_text(text);
    expect(is_utf8(xml) && xml.find_first_of("<>") == std::string::npos, "XML text has no markup");
    expect(display_width(shortened(shown, 9)) <= 9, "a shortened text is short");
    expect(is_utf8(first_characters(shown, 5)), "characters are not cut");
    const std::string cell = csv_text_cell(text);
    const std::string_view inside = std::string_view(cell).substr(cell.starts_with('"') ? 1 : 0);
    expect(inside.empty() || std::string_view("=+-@\t\r").find(inside.front()) == std::string_view::npos,
           "a cell is no formula");
}

std::vector<std::chrono::nanoseconds> trace_times(const std::string& text) {
    std::istringstream input(text);
    LimitTrace trace(input);
    std::vector<std::chrono::nanoseconds> times;
    while (true) {
        const auto time = trace.next();
        if (!time) {
            expect(time.error().code == ErrorCode::invalid_time, "a bad line of a trace is a bad time");
            expect(time.error().details.size() == 1, "a bad line of a trace is named");
        }
        if (!time || !*time) return times;
        times.push_back(**time);
    }
}

/// A trace of requests is times that never decrease, and any of them can be simulated.
void check_trace(const std::string& text) {
    const std::vector<std::chrono::nanoseconds> times = trace_times(text);
    LimitSimulation simulation({}, k_limit_methods);
    std::string shown;
    std::chrono::nanoseconds last{};
    for (const std::chrono::nanoseconds time : times) {
        expect(last <= time && time <= k_request_time_max, "times of a trace never decrease");
        last = time;
        simulation.ask(time);
        const std::int64_t ns = time.count() % 1'000'000'000;
        shown +=
            std::to_string(time.count() / 1'000'000'000) + "." + std::to_string(1'000'000'000 + ns).substr(1) + "\n";
    }
    expect(trace_times(shown) == times, "times that are shown as seconds can be read");
    constexpr std::int64_t k_worst[] = {9, 5, 9, 9, 5, 10};
    const SimulationReport report = simulation.report(50);
    for (std::size_t i = 0; i < std::size(k_worst); ++i) {
        const MethodResult& result = report.results[i];
        expect(result.admitted + result.refused == std::ssize(times), "a request is admitted or refused");
        expect(result.worst_second <= k_worst[i], "no algorithm admits more than the manual says");
        expect(std::ssize(report.slots.by_kind[i + 1]) <= 50, "a plot fits the screen");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check_amount(text);
    check_number(text);
    check_time(text);
    check_names(text);
    check_text(std::string(text));
    check_trace(std::string(text));
    return 0;
}
