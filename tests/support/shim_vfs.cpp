#include "tests/support/shim_vfs.h"

#include <stdexcept>

namespace bankctl::test {
namespace {

using Kind = VfsCall::Kind;

/// The file that SQLite sees; the real one lies right behind it, as SQLite allots room for both.
struct ShimFile {
    sqlite3_file base;
    ShimVfs* shim;
    const char* path;  // SQLite keeps it until the file is closed

    sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    std::string_view name() const { return path == nullptr ? std::string_view() : path; }
};

ShimFile& shim_of(sqlite3_file* file) { return *reinterpret_cast<ShimFile*>(file); }
sqlite3_file* real_of(sqlite3_file* file) { return shim_of(file).real(); }
ShimVfs& shim_of(sqlite3_vfs* vfs) { return *static_cast<ShimVfs*>(vfs->pAppData); }

int read(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
    ShimFile& shim = shim_of(file);
    return shim.shim->call({Kind::read, shim.name(), offset, size, nullptr},
                           [&] { return shim.real()->pMethods->xRead(shim.real(), data, size, offset); });
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    ShimFile& shim = shim_of(file);
    return shim.shim->call({Kind::write, shim.name(), offset, size, data},
                           [&] { return shim.real()->pMethods->xWrite(shim.real(), data, size, offset); });
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    ShimFile& shim = shim_of(file);
    return shim.shim->call({Kind::truncate, shim.name(), size, 0, nullptr},
                           [&] { return shim.real()->pMethods->xTruncate(shim.real(), size); });
}

int sync(sqlite3_file* file, int flags) {
    ShimFile& shim = shim_of(file);
    return shim.shim->call({Kind::sync, shim.name(), 0, 0, nullptr},
                           [&] { return shim.real()->pMethods->xSync(shim.real(), flags); });
}

/// Hands a call on as it is: its type says which method and which arguments.
template <auto method, class... Arguments>
auto forward(sqlite3_file* file, Arguments... arguments) {
    return (real_of(file)->pMethods->*method)(real_of(file), arguments...);
}

using Methods = sqlite3_io_methods;
constexpr Methods k_methods{.iVersion = 3,
                            .xClose = forward<&Methods::xClose>,
                            .xRead = read,
                            .xWrite = write,
                            .xTruncate = truncate,
                            .xSync = sync,
                            .xFileSize = forward<&Methods::xFileSize>,
                            .xLock = forward<&Methods::xLock>,
                            .xUnlock = forward<&Methods::xUnlock>,
                            .xCheckReservedLock = forward<&Methods::xCheckReservedLock>,
                            .xFileControl = forward<&Methods::xFileControl>,
                            .xSectorSize = forward<&Methods::xSectorSize>,
                            .xDeviceCharacteristics = forward<&Methods::xDeviceCharacteristics>,
                            .xShmMap = forward<&Methods::xShmMap>,
                            .xShmLock = forward<&Methods::xShmLock>,
                            .xShmBarrier = forward<&Methods::xShmBarrier>,
                            .xShmUnmap = forward<&Methods::xShmUnmap>,
                            .xFetch = forward<&Methods::xFetch>,
                            .xUnfetch = forward<&Methods::xUnfetch>};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    ShimFile& shim = shim_of(file);
    shim.shim = &shim_of(vfs);
    shim.path = path;
    shim.base.pMethods = nullptr;  // of a file that is not open SQLite closes nothing
    sqlite3_vfs& real = shim.shim->real();
    const int outcome = shim.shim->call({Kind::open, shim.name(), 0, 0, nullptr},
                                        [&] { return real.xOpen(&real, path, shim.real(), flags, out_flags); });
    if (outcome == SQLITE_OK) shim.base.pMethods = &k_methods;
    return outcome;
}

int remove(sqlite3_vfs* vfs, const char* path, int is_durable) {
    sqlite3_vfs& real = shim_of(vfs).real();
    return shim_of(vfs).call({Kind::remove, path, 0, 0, nullptr},
                             [&] { return real.xDelete(&real, path, is_durable); });
}

}  // namespace

ShimVfs::ShimVfs() : real_(sqlite3_vfs_find(nullptr)), name_("shim of " + std::string(real_->zName)), vfs_(*real_) {
    vfs_.zName = name_.c_str();
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(ShimFile)) + real_->szOsFile;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    // The rest SQLite's own file system does without looking at pAppData.
    if (sqlite3_vfs_register(&vfs_, 1) != SQLITE_OK) throw std::runtime_error("no file system shim");
}

ShimVfs::~ShimVfs() {
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(real_, 1);
}

int ShimVfs::call(const VfsCall&, const std::function<int()>& pass) { return pass(); }

}  // namespace bankctl::test
