// What a command declares, once: its words, options, document, examples and errors. Parsing, help and, later, man pages
// and completions are made from these declarations alone.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace bankctl::cli {

class Context;

/// How a field of a document is shown where it is not JSON. A report is a list of checks: name, ok or status, detail
/// and, perhaps, remedy.
enum class CellType { text, number, money, time, boolean, list, nested, report };

struct Field {
    std::string_view name;
    CellType type = CellType::text;
    bool in_table = true;  ///< shown in a list's table unless --fields says otherwise
};

/// A document that commands print: the name of its schema and the keys of its data (of a list: of each element).
struct DocumentInfo {
    std::string_view schema;
    std::span<const Field> fields;
};

struct Option {
    std::string_view name;   ///< without dashes
    std::string_view value;  ///< what stands for the value in help and tells completions what it is (FILE, ACCOUNT);
                             ///< empty for a flag
    std::string_view summary;
    bool is_required = false;
    std::span<const std::string_view> choices = {};
    std::string_view value_if_bare = {};  ///< of an option whose value only `--name=VALUE` gives: what `--name` means
    bool is_repeated = false;             ///< may be given more than once, each time with a value
};

struct Positional {
    std::string_view name;
    std::string_view summary;
    bool is_required = true;
    bool is_repeated = false;
    std::span<const std::string_view> choices = {};
};

struct Example {
    std::string_view command;
    std::string_view what;
};

/// The values of one command line, by name.
class Arguments {
public:
    std::optional<std::string> value(std::string_view name) const;
    /// The value of something the parser has required.
    std::string required(std::string_view name) const { return *value(name); }
    std::vector<std::string> values(std::string_view name) const;
    bool has(std::string_view name) const { return values_.contains(std::string(name)); }
    void set(std::string_view name, std::vector<std::string> values) { values_[std::string(name)] = std::move(values); }

private:
    std::map<std::string, std::vector<std::string>> values_;
};

/// What a command costs its user's limit. It is charged before anything of the bank is looked at.
enum class Cost {
    nothing,  ///< it touches no bank, makes one, or only looks at limits
    one,
    by_itself,  ///< it charges what it does
};

/// A command. `plan` turns the arguments into the work to do: it checks all of them and opens nothing.
struct Command {
    std::string_view noun;  ///< a word, or two where the first alone would be too wide: `dispute policy`
    std::string_view verb;  ///< empty where the noun is the whole command
    std::string_view summary;
    std::string_view description;
    std::span<const Positional> positionals = {};
    std::span<const Option> options = {};
    const DocumentInfo* document = nullptr;       ///< of one result; neither this nor a list: prints text
    const DocumentInfo* list_document = nullptr;  ///< of a list of results, with the same fields
    std::span<const Example> examples = {};
    std::span<const ErrorCode> errors = {};  ///< beside those that every command can meet
    std::function<void(Context&)> (*plan)(const Arguments&) = nullptr;
    bool is_about_program = false;  ///< needs no bank and works whatever the settings are, as help does
    Cost cost = Cost::one;
    bool suits_damaged_bank = false;  ///< where the bank's rules cannot be read, the built-in limit holds for it
};

/// All commands, in the order of help.
std::span<const Command* const> all_commands();
/// Options that every command takes.
std::span<const Option> global_options();

}  // namespace bankctl::cli
