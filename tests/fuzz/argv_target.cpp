// A command line, as words that each end with a NUL, and behind a line `----` the text of a configuration file. As far
// as a command goes without opening anything it comes to a plan or to an error that blames the request, and that error
// is one document of valid JSON.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/command.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "cli/run.h"
#include "cli/settings.h"
#include "core/base/text.h"
#include "tests/fuzz/support/fuzz.h"
#include "tests/fuzz/support/oracle.h"

using namespace bankctl;
using namespace bankctl::cli;
using fuzz::expect;

namespace {

std::vector<std::string> words_of(std::string_view bytes) {
    std::vector<std::string> words;
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\0'), bytes.size());
        words.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return words;
}

void check_error(const Error& error) {
    fuzz::expect_invalid(error);
    const std::string document = error_document(error, Json::object());
    expect(document.ends_with('\n') && !fuzz::has_control_character(document.substr(0, document.size() - 1)),
           "an error is one line without control characters");
    const auto json = nlohmann::json::parse(document, nullptr, false);
    expect(!json.is_discarded(), "an error is valid JSON");
    expect(json.at("schema") == "error/v1" && json.at("error").at("kind") == "invalid", "an error has its schema");
    expect(json.at("error").at("code") == info(error.code).name && json.at("error").at("details").is_object(),
           "an error has its code and details");
}

/// An environment that says nothing of the machine.
std::optional<std::string> environment(const char* name) {
    return std::string_view(name) == "HOME" ? std::optional<std::string>("/home/fuzzer") : std::nullopt;
}

/// A file in memory, which is all that a command line gets to open here.
class MemoryFile {
public:
    explicit MemoryFile(std::string_view bytes) : file_(memfd_create("config", MFD_CLOEXEC)) {
        expect(write(file_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "a file in memory");
    }
    ~MemoryFile() { close(file_); }
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

private:
    int file_;
};

Config config_of(std::string_view text) {
    const MemoryFile file(text);
    Arguments arguments;
    arguments.set("config", {file.path()});
    const Result<Config> config = load_config(arguments, environment);
    if (!config) throw Failure(config.error());
    for (const ConfigEntry& entry : config->entries) {
        expect(is_utf8(entry.value) && !entry.value.empty(), "a setting has a value");
        expect(entry.line > 0, "lines are counted from 1");
    }
    return *config;
}

/// As one invocation does it, up to where it would open the bank.
void plan(const std::vector<std::string>& words, std::string_view config_text) {
    const Invocation invocation = parse_command_line(words).value_or_throw();
    const Command& command = *invocation.command;
    if (invocation.wants_help) return expect(!command_help(command).empty(), "every command has help");
    if (const Status status = check_arguments(command, invocation.arguments); !status) throw Failure(status.error());
    const Config config = config_of(config_text);
    const DocumentInfo* const document = command.document != nullptr ? command.document : command.list_document;
    const Settings settings = resolve_settings(invocation.arguments, document, environment, config).value_or_throw();
    expect(settings.wait_ms >= 0 && !settings.database_path.empty(), "settings are complete");
    expect(command.plan(invocation.arguments) != nullptr, "a plan is work to do");
}

/// The form of an error is found out from words that need not be right.
void understand(const std::vector<std::string>& words) {
    const Arguments options = understood_options(words);
    const Result<Settings> settings =
        resolve_settings(options, nullptr, environment, Config{}, Strictness::none_must_fit);
    expect(static_cast<bool>(settings), "what is not understood is passed over");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto [line, config_text] = fuzz::two_documents(fuzz::text_of(data, size));
    const std::vector<std::string> words = words_of(line);
    understand(words);
    try {
        plan(words, config_text);
    } catch (const Failure& failure) {
        check_error(failure.error());
    }
    return 0;
}
