// A customer's text as the classifier sees it: lower-case words, with what differs from case to case taken out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bankctl::classify {

/// A word of a text: where it stands in the normalised text, and where it came from.
struct Word {
    std::size_t begin = 0;  ///< in Words::text, which has a blank before and after it
    std::size_t size = 0;
    std::size_t source_begin = 0;  ///< in the text that was given
    std::size_t source_size = 0;
};

/// What normalisation leaves of a text.
struct Words {
    std::string text;         ///< every word with a blank before it, and one after the last
    std::vector<Word> words;  ///< in their order
};

/// Splits any bytes into words. ASCII and Latin-1 letters become lower case, apostrophes vanish inside a word. An
/// amount of money becomes `$`, a number of several digits as many `0` (at most four), a date or what a regulator has
/// blacked out (XXXX, XX/XX/2023) nothing at all: none of them tells what a dispute is about. A question mark is a
/// word; other punctuation only separates. Bytes beyond ASCII count as letters, whether they are UTF-8 or not.
Words split_words(std::string_view text);

}  // namespace bankctl::classify
