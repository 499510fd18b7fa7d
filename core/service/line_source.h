// Physical lines of a stream, read in blocks and bounded in length.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

namespace bankctl {

inline constexpr std::size_t k_line_bytes_max = std::size_t{1} << 20;

class LineSource {
public:
    /// `input` must outlive the source.
    explicit LineSource(std::istream& input) : input_(input), block_(k_block_bytes, '\0') {}

    /// Steps to the next line; false at the end. Failure with `unreadable_input` if the stream fails.
    bool next();
    /// Of the line stepped to: its number, counted from 1.
    std::int64_t number() const { return number_; }
    /// Its text without the line feed, valid until the next step. Of a line beyond k_line_bytes_max the beginning.
    std::string_view text() const { return text_; }
    bool is_too_long() const { return is_too_long_; }

private:
    static constexpr std::size_t k_block_bytes = std::size_t{1} << 16;
    bool fill();
    void spill(std::string_view part);

    std::istream& input_;
    std::string block_;
    std::size_t position_ = 0;  // of the first byte in the block that was not handed out
    std::size_t filled_ = 0;
    std::string spilled_;  // the line that crosses blocks
    std::string_view text_;
    std::int64_t number_ = 0;
    bool is_too_long_ = false;
};

/// True if there is nothing but spaces and tabs, with or without a carriage return at the end.
bool is_blank(std::string_view line);

/// Without the carriage return at its end, if it has one.
std::string_view without_carriage_return(std::string_view line);

/// Without the UTF-8 byte order mark at its beginning, if it has one.
std::string_view without_byte_order_mark(std::string_view line);

/// Text in ISO 8859-1 as UTF-8.
std::string utf8_from_latin1(std::string_view text);

}  // namespace bankctl
