// What a command reads: a file that its user names, or stdin.
#pragma once

#include <cstdint>
#include <fstream>
#include <istream>
#include <optional>
#include <string>

#include <ext/stdio_filebuf.h>

#include "cli/progress.h"
#include "core/base/error.h"

namespace bankctl::cli {

/// `unreadable_input` that names the path and says what errno does.
Failure cannot_open(const std::string& path);

class InputFile {
public:
    /// `-` is stdin. Throws Failure with `unreadable_input`.
    explicit InputFile(const std::string& path);

    std::istream& stream();
    /// How much of a regular file has been read, in bytes.
    Share share();

private:
    std::int64_t size_ = 0;  // 0 for what is no regular file
    std::ifstream file_;
    // Of stdin: std::cin would have to be set up in every process.
    std::optional<__gnu_cxx::stdio_filebuf<char>> stdin_buffer_;
    std::istream stdin_{nullptr};
};

}  // namespace bankctl::cli
