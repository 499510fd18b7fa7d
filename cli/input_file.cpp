#include "cli/input_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/base/text.h"

namespace bankctl::cli {

Failure cannot_open(const std::string& path) {
    return Failure(Error(ErrorCode::unreadable_input, "cannot open " + in_quotes(path) + ": " + std::strerror(errno)));
}

InputFile::StdinBuffer::int_type InputFile::StdinBuffer::underflow() {
    bytes_.resize(std::size_t{1} << 16);
    const ssize_t count = ::read(STDIN_FILENO, bytes_.data(), bytes_.size());
    if (count <= 0) return traits_type::eof();
    setg(bytes_.data(), bytes_.data(), bytes_.data() + count);
    return traits_type::to_int_type(bytes_.front());
}

InputFile::InputFile(const std::string& path) {
    if (path == "-") return;
    if (std::filesystem::is_directory(path)) {
        errno = EISDIR;
        throw cannot_open(path);
    }
    file_.open(path, std::ios::binary);
    if (!file_) throw cannot_open(path);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) {
        const std::uintmax_t size = std::filesystem::file_size(path, ignored);
        if (!ignored) size_ = static_cast<std::int64_t>(size);
    }
}

std::istream& InputFile::stream() { return file_.is_open() ? file_ : stdin_; }

Share InputFile::share() {
    const std::int64_t position = size_ > 0 ? static_cast<std::int64_t>(file_.tellg()) : 0;
    return {position < 0 ? size_ : position, size_};  // past the end there is no position
}

std::string read_whole(const std::string& path, std::size_t bytes_max, ErrorCode too_long, const std::string& what) {
    InputFile input(path);
    std::string text(bytes_max + 1, '\0');
    input.stream().read(text.data(), static_cast<std::streamsize>(text.size()));
    if (input.stream().bad()) throw cannot_open(path);
    text.resize(static_cast<std::size_t>(input.stream().gcount()));
    if (text.size() > bytes_max)
        throw Failure(Error(too_long, what + " is longer than " + std::to_string(bytes_max) + " bytes"));
    return text;
}

}  // namespace bankctl::cli
