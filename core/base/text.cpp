#include "core/base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace bankctl {
namespace {

constexpr char32_t k_invalid = 0xFFFFFFFF;

struct Decoded {
    char32_t code_point;  // k_invalid where the bytes are no UTF-8
    std::size_t length;   // in bytes; 1 where invalid
};

Decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80) return {first, 1};
    if (first >= 0xC2 && first <= 0xDF && tail(1)) return {(first & 0x1FU) << 6 | (byte(1) & 0x3FU), 2};
    if (first >= 0xE0 && first <= 0xEF && tail(1) && tail(2)) {
        const char32_t value = (first & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
        if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
    }
    if (first >= 0xF0 && first <= 0xF4 && tail(1) && tail(2) && tail(3)) {
        const char32_t value =
            (first & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
        if (value >= 0x10000 && value <= 0x10FFFF) return {value, 4};
    }
    return {k_invalid, 1};
}

/// C0, DEL, C1, and the characters that reorder text (Unicode Bidi_Control) or break lines invisibly.
bool is_harmful(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x61C || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void append_unicode_escape(std::string& out, char32_t c) {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "\\u%04x", static_cast<unsigned>(c));
    out += buffer;
}

}  // namespace

bool is_utf8(std::string_view text) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(text, is_ascii)) return true;
    while (!text.empty()) {
        const Decoded next = decode(text);
        if (next.code_point == k_invalid) return false;
        text.remove_prefix(next.length);
    }
    return true;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Decoded next = decode(text);
        if (next.code_point == k_invalid || next.code_point < 0x20) {
            char buffer[8];
            std::snprintf(buffer, sizeof buffer, "\\x%02x",
                          static_cast<unsigned>(static_cast<unsigned char>(text.front())));
            out += buffer;
        } else if (is_harmful(next.code_point)) {
            append_unicode_escape(out, next.code_point);
        } else {
            out += text.substr(0, next.length);
        }
        text.remove_prefix(next.length);
    }
    return out;
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t k_shown_max = 64;
    return "'" + printable(text.substr(0, k_shown_max)) + (text.size() > k_shown_max ? "…'" : "'");
}

std::string escape_json_text(std::string json) {
    bool harmless = true;
    for (const char c : json) harmless = harmless && static_cast<unsigned char>(c) < 0x7F;
    if (harmless) return json;
    std::string out;
    out.reserve(json.size() + 16);
    std::string_view rest = json;
    while (!rest.empty()) {
        const Decoded next = decode(rest);
        if (next.code_point >= 0x7F && next.code_point != k_invalid && is_harmful(next.code_point)) {
            append_unicode_escape(out, next.code_point);
        } else {
            out += rest.substr(0, next.length);
        }
        rest.remove_prefix(next.length);
    }
    return out;
}

std::string xml_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Decoded next = decode(text);
        const bool is_noncharacter = next.code_point == 0xFFFE || next.code_point == 0xFFFF;
        if (next.code_point == '\t' || next.code_point == '\n' || next.code_point == '\r') {
            out += ' ';
        } else if (next.code_point == '&') {
            out += "&amp;";
        } else if (next.code_point == '<') {
            out += "&lt;";
        } else if (next.code_point == '>') {
            out += "&gt;";
        } else if (next.code_point != k_invalid && !is_noncharacter && !is_harmful(next.code_point)) {
            out += text.substr(0, next.length);
        }
        text.remove_prefix(next.length);
    }
    return out;
}

std::string_view first_characters(std::string_view text, std::size_t characters_max) {
    std::size_t length = 0;
    for (std::size_t count = 0; length < text.size() && count < characters_max; ++count)
        length += decode(text.substr(length)).length;
    return text.substr(0, length);
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (const char c : text) width += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    return width;
}

std::string shortened(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string(text);
    return std::string(first_characters(text, width - 1)) + "…";
}

Result<std::string> parse_text(std::string_view text, std::size_t bytes_max, std::string_view what) {
    const auto refuse = [&](const std::string& why) {
        return Error(ErrorCode::invalid_text, std::string(what) + " " + why);
    };
    if (text.size() > bytes_max) return refuse("is longer than " + std::to_string(bytes_max) + " bytes");
    if (text.find('\0') != std::string_view::npos) return refuse("has a NUL character");
    if (!is_utf8(text)) return refuse("is not valid UTF-8");
    return std::string(text);
}

}  // namespace bankctl
