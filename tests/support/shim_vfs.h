// SQLite's file system with a hook in front of every call that reads or changes a file. Without an override all passes
// through, locks and shared memory always.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace bankctl::test {

/// What SQLite asks of a file.
struct VfsCall {
    enum class Kind { open, read, write, truncate, sync, remove };
    Kind kind{};
    std::string_view path;       ///< empty for a temporary file without a name
    std::int64_t offset = 0;     ///< read and write: where; truncate: the new size, in bytes
    int size = 0;                ///< read and write, in bytes
    const void* data = nullptr;  ///< what is written
};

/// While it lives, it is the file system of every connection that is opened; it must outlive them.
class ShimVfs {
public:
    ShimVfs();
    virtual ~ShimVfs();
    ShimVfs(const ShimVfs&) = delete;
    ShimVfs& operator=(const ShimVfs&) = delete;

    /// Returns a result code of SQLite: that of `pass`, which does what is asked, or one of its own. Must not throw.
    virtual int call(const VfsCall& call, const std::function<int()>& pass);

    sqlite3_vfs& real() { return *real_; }

private:
    sqlite3_vfs* real_;
    std::string name_;  // unlike that of any other shim
    sqlite3_vfs vfs_;
};

}  // namespace bankctl::test
