// A directory of its own for each test that needs files.
#pragma once

#include <string>
#include <string_view>

namespace bankctl::test {

/// A new empty directory, mode 0700; removed with all it holds at the end.
class TempDirectory {
public:
    TempDirectory();
    ~TempDirectory();
    TempDirectory(const TempDirectory&) = delete;
    TempDirectory& operator=(const TempDirectory&) = delete;

    const std::string& path() const { return path_; }
    /// The path of `name` in it.
    std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

private:
    std::string path_;
};

/// All bytes of a file; fails the test if it cannot be read.
std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view bytes);

}  // namespace bankctl::test
