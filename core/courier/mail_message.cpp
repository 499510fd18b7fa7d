#include "core/courier/mail_message.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "core/base/text.h"

namespace bankctl::courier {
namespace {

constexpr std::size_t k_base64_line = 76;  // RFC 2045, 6.8
// 60 characters of base64, which with `=?utf-8?B?` and `?=` are at most the 75 of RFC 2047, 2.
constexpr std::size_t k_encoded_word_text = 45;

std::string base64(std::string_view bytes) {
    constexpr std::string_view k_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i) text += i <= bytes.size() ? k_digits[group >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

/// The text as encoded words, folded, each of whole characters.
std::string encoded(std::string_view text) {
    std::string folded;
    while (!text.empty()) {
        std::size_t length = std::min(k_encoded_word_text, text.size());
        while (length < text.size() && length > 1 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
            --length;
        folded += (folded.empty() ? "=?utf-8?B?" : "\n =?utf-8?B?") + base64(text.substr(0, length)) + "?=";
        text.remove_prefix(length);
    }
    return folded;
}

/// A header's text: as it is where it is short, printable ASCII that looks like no encoded word.
std::string header_text(std::string_view text) {
    const bool is_plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
    if (is_plain && text.size() <= 70 && text.find("=?") == std::string_view::npos && !text.starts_with(' '))
        return std::string(text);
    return encoded(text);
}

/// `Fri, 25 Dec 2026 08:00:00 +0000` (RFC 5322, 3.3).
std::string mail_date(Timestamp time) {
    using namespace std::chrono;
    constexpr std::array<const char*, 7> k_days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> k_months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const sys_time<microseconds> point{microseconds{time.us}};
    const auto midnight = floor<days>(point);
    const year_month_day date{midnight};
    const hh_mm_ss clock{floor<seconds>(point - midnight)};
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  k_days[weekday{midnight}.c_encoding()], static_cast<unsigned>(date.day()),
                  k_months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

}  // namespace

std::string mail_message(const port::Letter& letter, std::string_view from) {
    const std::string_view domain = from.substr(from.find('@') + 1);
    std::string message;
    message += "From: " + std::string(from) + "\n";
    message += "To: " + letter.address.value_or("") + "\n";
    message += "Subject: " + header_text(letter.message.subject) + "\n";
    message += "Date: " + mail_date(letter.written_at) + "\n";
    message += "Message-ID: <" + notification_id(letter.id) + "." + letter.bank + "@" + std::string(domain) + ">\n";
    message += "Auto-Submitted: auto-generated\n";  // RFC 3834: nobody's absence answers it
    message += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n";
    const std::string text = base64(letter.message.body);
    for (std::size_t at = 0; at < text.size(); at += k_base64_line) message += text.substr(at, k_base64_line) + "\n";
    return message;
}

}  // namespace bankctl::courier
