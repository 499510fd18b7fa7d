#include "core/service/line_source.h"

#include <cstring>

#include "core/base/error.h"

namespace bankctl {

bool LineSource::fill() {
    if (input_.eof()) return false;
    input_.read(block_.data(), static_cast<std::streamsize>(block_.size()));
    if (input_.bad()) throw Failure(Error(ErrorCode::unreadable_input, "the input cannot be read to its end"));
    position_ = 0;
    filled_ = static_cast<std::size_t>(input_.gcount());
    return filled_ > 0;
}

void LineSource::spill(std::string_view part) {
    const std::size_t room = k_line_bytes_max - spilled_.size();
    is_too_long_ = is_too_long_ || part.size() > room;
    spilled_ += part.substr(0, room);
}

bool LineSource::next() {
    spilled_.clear();
    is_too_long_ = false;
    bool has_begun = false;
    while (position_ < filled_ || fill()) {
        const std::string_view rest(block_.data() + position_, filled_ - position_);
        const std::size_t length = rest.find('\n');
        const bool has_end = length != std::string_view::npos;
        const std::string_view part = rest.substr(0, length);
        position_ += part.size() + (has_end ? 1 : 0);
        if (!has_begun) ++number_;
        if (has_end && !has_begun) {
            text_ = part;
            return true;
        }
        has_begun = true;
        spill(part);
        if (has_end) break;
    }
    text_ = spilled_;
    return has_begun;
}

bool is_blank(std::string_view line) {
    return without_carriage_return(line).find_first_not_of(" \t") == std::string_view::npos;
}

std::string_view without_carriage_return(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

std::string_view without_byte_order_mark(std::string_view line) {
    constexpr std::string_view k_mark = "\xEF\xBB\xBF";
    if (line.starts_with(k_mark)) line.remove_prefix(k_mark.size());
    return line;
}

std::string utf8_from_latin1(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            out += c;
        } else {
            out += static_cast<char>(0xC0U | byte >> 6);
            out += static_cast<char>(0x80U | (byte & 0x3FU));
        }
    }
    return out;
}

}  // namespace bankctl
