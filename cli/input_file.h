// What a command reads: a file that its user names, or stdin.
#pragma once

#include <cstdint>
#include <fstream>
#include <istream>
#include <streambuf>
#include <string>
#include <vector>

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
    // std::cin would have to be set up in every process, and a file buffer of the library goes on reading after an
    // interrupt, which is to end the input.
    class StdinBuffer final : public std::streambuf {
        int_type underflow() override;
        std::vector<char> bytes_;
    };
    StdinBuffer stdin_buffer_;
    std::istream stdin_{&stdin_buffer_};
};

/// All of a file, `-` is stdin. Throws `unreadable_input`, and `too_long` where it has more than `bytes_max`, which
/// says `what` it is.
std::string read_whole(const std::string& path, std::size_t bytes_max, ErrorCode too_long,
                       const std::string& what = "the input");

}  // namespace bankctl::cli
