// The nearest known word to a mistyped one.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace bankctl::cli {

/// The candidate nearest to `word` by edit distance, if it is near enough to be meant; else empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "did you mean 'x'?", or `otherwise` where nothing is near.
std::string suggestion(std::string_view word, std::span<const std::string_view> candidates, std::string_view otherwise);

}  // namespace bankctl::cli
