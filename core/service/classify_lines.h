// Lines of texts to classify, as NDJSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/result.h"

namespace bankctl {

/// What a line calls its text: an integer, a string, or nothing.
using TextId = std::variant<std::monostate, std::int64_t, std::uint64_t, std::string>;

struct IdentifiedText {
    TextId id;
    std::string text;
};

/// Reads `{"id":…,"text":…}`; the id may be left out. Strict: no duplicate or unknown keys, no NUL, valid UTF-8; else
/// `invalid_json`. A text beyond k_text_bytes_max is `invalid_text`.
Result<IdentifiedText> parse_identified_text(std::string_view line);

inline constexpr std::size_t k_text_bytes_max = std::size_t{1} << 16;

}  // namespace bankctl
