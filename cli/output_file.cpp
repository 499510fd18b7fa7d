#include "cli/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "cli/output.h"
#include "core/base/file_descriptor.h"
#include "core/base/result.h"
#include "core/base/text.h"

namespace bankctl::cli {

void require_other_file(const std::string& path, std::initializer_list<std::string> inputs, std::string_view option) {
    for (const std::string& input : inputs) {
        std::error_code ignored;
        if (std::filesystem::equivalent(input, path, ignored))
            throw Failure(
                Error(ErrorCode::usage, std::string(option) + " names a file that is read", "write to another file"));
    }
}

void write_output_file(const std::string& path, std::string_view bytes) {
    const FileDescriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (file.get() < 0 || write_all(file.get(), bytes) != WriteOutcome::done)
        throw Failure(Error(ErrorCode::output_failed, "cannot write " + in_quotes(path) + ": " + std::strerror(errno)));
}

}  // namespace bankctl::cli
