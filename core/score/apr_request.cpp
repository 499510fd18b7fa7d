#include "core/score/apr_request.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "core/base/ids.h"
#include "core/base/text.h"
#include "core/model/money.h"

namespace bankctl {
namespace {

using rapidjson::Value;

constexpr std::size_t k_bytes_max = std::size_t{1} << 20;
constexpr Currency k_four_decimals{"", 4};
constexpr std::int64_t k_periods_max = 10'000;
constexpr std::int64_t k_years_max = 1000;
constexpr std::size_t k_time_decimals_max = 9;
constexpr std::string_view k_unit_keys[] = {"advance",      "payment",  "count",
                                            "full_periods", "fraction", "periods_per_year"};
constexpr std::string_view k_year_keys[] = {"advances", "payments"};

std::string_view view(const Value& text) { return {text.GetString(), text.GetStringLength()}; }

Error about(ErrorCode code, const std::string& field, const std::string& why, const std::string& hint = {}) {
    return Error(code, field + " " + why, hint).with("field", printable(field));
}

Result<std::int64_t> amount(const std::string& field, const Value& value) {
    if (value.IsNumber()) return about(ErrorCode::invalid_amount, field, "must be text", "quote it, like \"1000.00\"");
    if (!value.IsString()) return about(ErrorCode::invalid_amount, field, "must be an amount like \"1000.00\"");
    const auto parsed = Amount::parse(view(value));
    if (!parsed) return about(parsed.error().code, field, "is no amount: " + in_quotes(view(value)));
    const auto minor = parsed->minor_in(k_four_decimals);
    if (!minor) return about(minor.error().code, field, "has more than four decimals or is too large");
    return *minor;
}

/// A whole number, or the text of one.
Result<std::int64_t> whole(const std::string& field, const Value& value, std::int64_t low, std::int64_t high) {
    if (value.IsInt64() && value.GetInt64() >= low && value.GetInt64() <= high) return value.GetInt64();
    if (value.IsString()) {
        if (const auto number = parse_number(view(value), low, high, field)) return *number;
    }
    return about(ErrorCode::invalid_number, field,
                 "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
}

/// `19/30` or `0`: at least 0 and at most 1.
Result<long double> fraction(const std::string& field, const Value& value) {
    const std::string_view text = value.IsString() ? view(value) : "";
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto numerator = parse_number(text.substr(0, slash), 0, k_periods_max, field);
    const auto denominator =
        slash == text.size() ? Result<std::int64_t>(1) : parse_number(text.substr(slash + 1), 1, k_periods_max, field);
    if (!numerator || !denominator || *numerator > *denominator)
        return about(ErrorCode::invalid_number, field, "must be a fraction like \"19/30\", or \"0\"");
    return static_cast<long double>(*numerator) / static_cast<long double>(*denominator);
}

struct Time {
    std::int64_t whole = 0;
    long double fraction = 0;
};

/// Years as a decimal text: `1.5`.
Result<Time> years(const std::string& field, const Value& value) {
    const std::string_view text = value.IsString() ? view(value) : "";
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view decimals = point == text.size() ? "" : text.substr(point + 1);
    const auto number = parse_number(text.substr(0, point), 0, k_years_max, field);
    const bool has_digits = std::ranges::all_of(decimals, [](char c) { return c >= '0' && c <= '9'; });
    if (!number || !has_digits || decimals.size() > k_time_decimals_max || (point < text.size() && decimals.empty()))
        return about(ErrorCode::invalid_number, field, "must be years from 0 to 1000, like \"1.5\"");
    std::int64_t part = 0;
    for (const char c : decimals) part = part * 10 + (c - '0');
    return Time{*number, static_cast<long double>(part) / std::pow(10.0L, static_cast<long double>(decimals.size()))};
}

Status check_keys(const Value& object, std::span<const std::string_view> keys) {
    std::set<std::string_view> seen;
    for (const auto& member : object.GetObject()) {
        const std::string_view key = view(member.name);
        if (std::ranges::find(keys, key) == keys.end())
            return about(ErrorCode::invalid_json, std::string(key), "is an unknown key");
        if (!seen.insert(key).second) return about(ErrorCode::invalid_json, std::string(key), "stands twice");
    }
    for (const std::string_view key : keys) {
        if (!seen.contains(key)) return about(ErrorCode::missing_argument, std::string(key), "is missing");
    }
    return ok();
}

Result<AprRequest> read_unit_periods(const Value& object) {
    BANKCTL_CHECK(check_keys(object, k_unit_keys));
    BANKCTL_TRY(advance, amount("advance", object["advance"]));
    BANKCTL_TRY(payment, amount("payment", object["payment"]));
    BANKCTL_TRY(count, whole("count", object["count"], 1, k_flows_max));
    BANKCTL_TRY(periods, whole("full_periods", object["full_periods"], 0, k_periods_max));
    BANKCTL_TRY(part, fraction("fraction", object["fraction"]));
    BANKCTL_TRY(per_year, whole("periods_per_year", object["periods_per_year"], 1, 366));
    return AprRequest{{{advance, 1, 0, 0}, {-payment, count, periods, part}}, per_year, true};
}

Status read_pairs(const Value& object, const char* key, std::int64_t sign, AprRequest& request) {
    const Value& pairs = object[key];
    if (!pairs.IsArray() || pairs.Empty() || pairs.Size() > k_flows_max)
        return about(ErrorCode::invalid_json, key, "must be an array of pairs like [\"0.5\", \"100.00\"]");
    for (rapidjson::SizeType i = 0; i < pairs.Size(); ++i) {
        const std::string field = std::string(key) + "[" + std::to_string(i) + "]";
        const Value& pair = pairs[i];
        if (!pair.IsArray() || pair.Size() != 2)
            return about(ErrorCode::invalid_json, field, "must be a pair like [\"0.5\", \"100.00\"]");
        BANKCTL_TRY(time, years(field, pair[0]));
        BANKCTL_TRY(sum, amount(field, pair[1]));
        request.flows.push_back({sign * sum, 1, time.whole, time.fraction});
    }
    return ok();
}

}  // namespace

Result<AprRequest> read_apr_request(std::string_view json) {
    if (json.size() > k_bytes_max) return Error(ErrorCode::invalid_json, "the document has more than 1 MiB");
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(), json.size());
    if (document.HasParseError()) {
        const auto byte = static_cast<std::int64_t>(document.GetErrorOffset()) + 1;
        return Error(ErrorCode::invalid_json, "the document is not valid JSON at byte " + std::to_string(byte) + ": " +
                                                  rapidjson::GetParseError_En(document.GetParseError()))
            .with("byte", byte);
    }
    if (!document.IsObject()) return Error(ErrorCode::invalid_json, "the document must be an object");
    if (!document.HasMember("advances") && !document.HasMember("payments")) return read_unit_periods(document);
    BANKCTL_CHECK(check_keys(document, k_year_keys));
    AprRequest request;
    BANKCTL_CHECK(read_pairs(document, "advances", 1, request));
    BANKCTL_CHECK(read_pairs(document, "payments", -1, request));
    return request;
}

}  // namespace bankctl
