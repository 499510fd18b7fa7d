#include "core/model/mail_address.h"

#include <algorithm>

namespace bankctl {
namespace {

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/// Words with dots between them, each of at least one character.
bool is_dotted(std::string_view text, std::string_view also) {
    const auto is_known = [&](char c) { return c == '.' || is_letter_or_digit(c) || also.find(c) != also.npos; };
    return !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == text.npos &&
           std::ranges::all_of(text, is_known);
}

}  // namespace

bool is_mail_address(std::string_view text) {
    const std::size_t at = text.find('@');
    if (at == text.npos || at > 64 || text.size() > 254 || text.starts_with('-')) return false;
    return is_dotted(text.substr(0, at), "!#$%&'*+/=?^_`{|}~-") && is_dotted(text.substr(at + 1), "-");
}

}  // namespace bankctl
