// A file under construction beside the place that it is meant for. Only its maker uses it: it is private, locked, and
// removed with all that SQLite puts beside it unless it is renamed. What a killed process left is removed by the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/file_descriptor.h"

namespace bankctl::sqlite {

class PrivateFile {
public:
    /// Creates the empty file. `busy` if another process is still making it after `wait_ms`.
    PrivateFile(std::string path, std::int64_t wait_ms);
    ~PrivateFile();
    PrivateFile(const PrivateFile&) = delete;
    PrivateFile& operator=(const PrivateFile&) = delete;

    const std::string& path() const { return path_; }
    std::int64_t bytes() const;
    void write(const char* data, std::size_t size);
    void sync();
    /// Gives it the name `path`, durably, without what SQLite put beside it; the caller has closed its connections.
    /// What has that name is replaced, or else is `already_exists`.
    void rename_to(const std::string& path, bool is_replacing);

private:
    bool create();

    std::string path_;
    // Holds the lock. Closing it drops SQLite's locks on the file too, so it is closed last.
    std::optional<FileDescriptor> file_;
    bool is_ours_ = false;
};

}  // namespace bankctl::sqlite
