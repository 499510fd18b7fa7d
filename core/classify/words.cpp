#include "core/classify/words.h"

#include <algorithm>

namespace bankctl::classify {
namespace {

constexpr std::size_t k_digits_max = 4;

unsigned char byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : static_cast<unsigned char>(0);
}

bool is_digit(unsigned char byte) { return byte >= '0' && byte <= '9'; }
bool is_letter(unsigned char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte >= 0x80;
}
bool is_redaction(unsigned char byte) { return byte == 'x' || byte == 'X'; }
bool is_word_byte(unsigned char byte) { return is_digit(byte) || is_letter(byte); }

/// What stands at `at` and is no part of a word: its bytes, or 0. The signs of General Punctuation (U+2000 to U+206F),
/// where typographic quotes and dashes are, no-break space, pound and euro.
std::size_t separator_size(std::string_view text, std::size_t at) {
    const unsigned char first = byte_at(text, at);
    if (first == 0xE2 && (byte_at(text, at + 1) == 0x80 || byte_at(text, at + 1) == 0x81)) return 3;
    if (first == 0xE2 && byte_at(text, at + 1) == 0x82 && byte_at(text, at + 2) == 0xAC) return 3;
    if (first == 0xC2 && byte_at(text, at + 1) < 0xC0) return 2;
    return is_word_byte(first) ? 0 : 1;
}

/// The bytes of an apostrophe at `at`, straight or typographic (U+2019), or 0.
std::size_t apostrophe_size(std::string_view text, std::size_t at) {
    if (byte_at(text, at) == '\'') return 1;
    return text.substr(std::min(at, text.size()), 3) == "\xE2\x80\x99" ? 3 : 0;
}

/// The bytes of a currency sign at `at`, or 0.
std::size_t currency_size(std::string_view text, std::size_t at) {
    if (byte_at(text, at) == '$') return 1;
    if (byte_at(text, at) == 0xC2 && byte_at(text, at + 1) == 0xA3) return 2;
    return text.substr(std::min(at, text.size()), 3) == "\xE2\x82\xAC" ? 3 : 0;
}

class Splitter {
public:
    explicit Splitter(std::string_view text) : text_(text) { result_.text.reserve(text.size() + 2); }

    Words split() {
        while (at_ < text_.size()) step();
        result_.text += ' ';
        return std::move(result_);
    }

private:
    void step() {
        const unsigned char byte = byte_at(text_, at_);
        if (const std::size_t sign = currency_size(text_, at_); sign > 0) return take_money(sign);
        if (const std::size_t size = separator_size(text_, at_); size > 0) {
            if (byte == '?') add("?", at_, 1);
            at_ += size;
            return;
        }
        const std::size_t begin = at_;
        if (is_digit(byte) || is_redaction(byte)) {
            if (take_redaction()) return;
        }
        if (is_digit(byte)) return take_number(begin);
        take_word(begin);
    }

    void take_money(std::size_t sign) {
        const std::size_t begin = at_;
        at_ += sign;
        while (byte_at(text_, at_) == ' ') ++at_;
        const std::size_t digits = at_;
        skip_number();
        if (at_ == digits) at_ = begin + sign;
        add("$", begin, at_ - begin);
    }

    void skip_number() {
        while (is_digit(byte_at(text_, at_)) ||
               ((byte_at(text_, at_) == '.' || byte_at(text_, at_) == ',') && is_digit(byte_at(text_, at_ + 1))))
            ++at_;
    }

    void take_number(std::size_t begin) {
        skip_number();
        const std::size_t size = at_ - begin;
        if (const std::size_t sign = currency_size(text_, at_); sign > 0) {
            at_ += sign;
            return add("$", begin, at_ - begin);
        }
        if (size == 1) return add(text_.substr(begin, 1), begin, 1);
        add(std::string_view("0000").substr(0, std::min(size, k_digits_max)), begin, size);
    }

    /// Passes over XXXX, XX/XX/2023 and 12/31/2023, perhaps with the digits that were left of a number.
    bool take_redaction() {
        std::size_t end = at_;
        std::size_t redacted = 0;
        std::size_t slashes = 0;
        while (is_word_byte(byte_at(text_, end)) || (byte_at(text_, end) == '/' && end > at_)) {
            const unsigned char byte = byte_at(text_, end);
            if (!is_digit(byte) && !is_redaction(byte) && byte != '/') return false;
            if (is_redaction(byte)) ++redacted;
            if (byte == '/') ++slashes;
            ++end;
        }
        if (redacted < 2 && slashes < 2) return false;
        at_ = end;
        return true;
    }

    void take_word(std::size_t begin) {
        result_.text += ' ';
        const std::size_t target = result_.text.size();
        while (at_ < text_.size()) {
            if (const std::size_t size = apostrophe_size(text_, at_);
                size > 0 && is_word_byte(byte_at(text_, at_ + size))) {
                at_ += size;
                continue;
            }
            if (separator_size(text_, at_) > 0) break;
            take_letter();
        }
        result_.words.push_back({target, result_.text.size() - target, begin, at_ - begin});
    }

    void take_letter() {
        unsigned char byte = byte_at(text_, at_++);
        if (byte >= 'A' && byte <= 'Z') byte = static_cast<unsigned char>(byte + ('a' - 'A'));
        result_.text += static_cast<char>(byte);
        if (byte != 0xC3 || at_ >= text_.size()) return;
        unsigned char second = byte_at(text_, at_++);  // Latin-1: U+00C0 to U+00DE are the capitals of U+00E0 to U+00FE
        if (second >= 0x80 && second <= 0x9E && second != 0x97) second = static_cast<unsigned char>(second + 0x20);
        result_.text += static_cast<char>(second);
    }

    void add(std::string_view word, std::size_t source_begin, std::size_t source_size) {
        result_.text += ' ';
        result_.words.push_back({result_.text.size(), word.size(), source_begin, source_size});
        result_.text += word;
        at_ = source_begin + source_size;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Words result_;
};

}  // namespace

Words split_words(std::string_view text) { return Splitter(text).split(); }

}  // namespace bankctl::classify
