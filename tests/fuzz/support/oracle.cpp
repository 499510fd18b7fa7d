#include "tests/fuzz/support/oracle.h"

#include <algorithm>
#include <map>
#include <string>

namespace bankctl::fuzz {
namespace {

constexpr std::string_view k_digits = "0123456789";
constexpr std::string_view k_id_characters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._:-";

bool consists_of(std::string_view text, std::string_view characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

}  // namespace

bool is_decimal(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::string_view whole = text.substr(0, point);
    if (point != std::string_view::npos && !consists_of(text.substr(point + 1), k_digits)) return false;
    return consists_of(whole, k_digits) && (whole == "0" || whole.front() != '0');
}

bool is_beyond(std::string_view digits, std::int64_t limit) {
    const std::string highest = std::to_string(limit);
    if (digits.size() != highest.size()) return digits.size() > highest.size();
    return digits > highest;
}

std::string minor_digits(std::string_view decimal, int decimals) {
    const std::size_t point = std::min(decimal.find('.'), decimal.size());
    const std::string_view fraction = decimal.substr(std::min(point + 1, decimal.size()));
    const auto width = static_cast<std::size_t>(decimals);
    if (fraction.size() > width) return {};
    std::string digits = std::string(decimal.substr(0, point)) + std::string(fraction);
    digits.append(width - fraction.size(), '0');
    return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

bool is_amount_of(const Amount& amount, std::string_view text) {
    if (!is_decimal(text)) return false;
    return std::ranges::all_of(telling_currencies(), [&](const Currency& currency) {
        const std::string digits = minor_digits(text, currency.decimals);
        const Result<std::int64_t> minor = amount.minor_in(currency);
        if (digits.empty() || is_beyond(digits, k_minor_max)) return !minor;
        return minor && std::to_string(*minor) == digits;
    });
}

bool is_id(std::string_view text) {
    return consists_of(text, k_id_characters) && text.size() <= 64 &&
           std::string_view("._:-").find(text.front()) == std::string_view::npos;
}

bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) { return c > 31 && c < 127; });
}

bool has_control_character(std::string_view text) {
    // In UTF-8: U+0080 to U+009F, U+061C, U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069.
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto at = [&](std::size_t k) { return static_cast<unsigned char>(k < text.size() ? text[k] : 0); };
        if (at(i) < 0x20 || at(i) == 0x7F) return true;
        if (at(i) == 0xC2 && at(i + 1) < 0xA0) return true;
        if (at(i) == 0xD8 && at(i + 1) == 0x9C) return true;
        const unsigned last = at(i + 2);
        if (at(i) == 0xE2 && at(i + 1) == 0x80 && (last == 0x8E || last == 0x8F || (last >= 0xA8 && last <= 0xAE)))
            return true;
        if (at(i) == 0xE2 && at(i + 1) == 0x81 && last >= 0xA6 && last <= 0xA9) return true;
    }
    return false;
}

const std::vector<Currency>& telling_currencies() {
    static const std::vector<Currency> telling = [] {
        std::map<int, Currency> by_decimals;
        for (char a = 'A'; a <= 'Z'; ++a)
            for (char b = 'A'; b <= 'Z'; ++b)
                for (char c = 'A'; c <= 'Z'; ++c)
                    if (const auto found = find_currency(std::string{a, b, c}))
                        by_decimals.emplace(found->decimals, *found);
        std::vector<Currency> currencies;
        for (const auto& [decimals, currency] : by_decimals) currencies.push_back(currency);
        return currencies;
    }();
    return telling;
}

}  // namespace bankctl::fuzz
