// The fixed parts of the completion scripts, by shell. Each walks the words before the cursor as the parser does:
// options and their values are skipped, the first words are the noun and the verb, the rest are arguments. The ids are
// asked of the bank that the words before the cursor name, at most 200 from the word at the cursor on, so that a large
// bank answers as quickly as a small one. The tables that they look up are in cli/completion.cpp.
#pragma once

#include <string_view>

namespace bankctl::cli {

extern const std::string_view k_posix_completion;  ///< the walk that bash and zsh share
extern const std::string_view k_bash_completion;
extern const std::string_view k_zsh_completion;
extern const std::string_view k_fish_completion;

}  // namespace bankctl::cli
