// What the commands about limits share.
#pragma once

#include "cli/command/common.h"
#include "cli/limiting.h"

namespace bankctl::cli {

inline constexpr Positional k_limit_user_positional{"USER",
                                                    "whose limit: a user, or default for all without their own"};
inline constexpr std::string_view k_limit_class_names[] = {"command", "batch"};
inline constexpr Option k_class_option{.name = "class",
                                       .value = "CLASS",
                                       .summary = "of commands (the default) or of an import's lines",
                                       .choices = k_limit_class_names};
inline constexpr Option k_if_limit_version_option{"if-version", "N",
                                                  "only if the limit is still at this version; 0: never set"};

/// A user's name: 1 to k_user_bytes_max bytes of text.
Result<std::string> parse_user(std::string_view text);
/// The class that --class names, by default that of commands.
LimitClass class_argument(const Arguments& arguments);
/// A rate, N/s or N/m, and as many at once; else `invalid_number`.
Result<LimitPolicy> parse_rate(std::string_view text);
/// --burst, how many at once.
Result<std::int64_t> parse_burst(std::string_view text);
/// --if-version of a limit: from 0.
Result<std::int64_t> parse_limit_version(std::string_view text);

extern const DocumentInfo k_limit_document;
extern const DocumentInfo k_limit_list_document;
extern const DocumentInfo k_limit_rule_document;

/// Whether a user counts as the bank's owner, as far as this process can tell.
bool is_owner(Context& context, const std::string& user);
/// Ends the command as opening the bank would where there is none.
void require_bank(Context& context);

/// One user's limit and what is left of it, by the rules in the books.
Json limit_standing_json(Context& context, port::Snapshot& snapshot, const port::Usage& usage);

/// Does one change of the rules, for the bank's owner alone, and makes the limiter know them. Returns its document.
Json change_limit(Context& context, bool is_dry_run, const std::function<Result<Posted>(Posting&)>& work);

}  // namespace bankctl::cli
