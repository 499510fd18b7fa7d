#include "core/store/sqlite/private_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/base/text.h"
#include "core/store/sqlite/files.h"

namespace bankctl::sqlite {
namespace {

constexpr int k_attempts_max = 10;
constexpr std::int64_t k_retry_after_ms = 1000;

Failure made_by_another(const std::string& path) {
    Error error(ErrorCode::busy, "another process is making " + in_quotes(path), "try again when it has ended");
    error.retry_after_ms = k_retry_after_ms;
    return Failure(std::move(error));
}

bool is_locked(int file) { return flock(file, LOCK_EX | LOCK_NB) == 0; }

/// Whether `path` still names the open file: between opening and locking, another process may have removed it.
bool names(const std::string& path, int file) {
    struct stat named {};
    struct stat opened {};
    return lstat(path.c_str(), &named) == 0 && fstat(file, &opened) == 0 && named.st_ino == opened.st_ino &&
           named.st_dev == opened.st_dev;
}

void remove_leftover(const std::string& path) {
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return;
    if (file.is_open() && !is_locked(file.get())) throw made_by_another(path);
    if (file.is_open() && !names(path, file.get())) return;
    if (unlink(path.c_str()) != 0 && errno != ENOENT) throw cannot("remove", path);
}

}  // namespace

PrivateFile::PrivateFile(std::string path) : path_(std::move(path)) {
    for (int attempt = 0; attempt < k_attempts_max; ++attempt) {
        if (create()) return;
        remove_leftover(path_);
    }
    throw made_by_another(path_);
}

bool PrivateFile::create() {
    file_.emplace(open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, k_private_mode));
    if (!file_->is_open() && errno != EEXIST) throw cannot("create", path_);
    if (!file_->is_open() || !is_locked(file_->get()) || !names(path_, file_->get())) return false;
    is_ours_ = true;
    remove_companions(path_);
    return true;
}

PrivateFile::~PrivateFile() {
    if (!is_ours_ || !names(path_, file_->get())) return;
    unlink(path_.c_str());
    remove_companions(path_);
}

std::int64_t PrivateFile::bytes() const {
    struct stat file {};
    if (fstat(file_->get(), &file) != 0) throw cannot("look at", path_);
    return file.st_size;
}

void PrivateFile::write(const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t count = ::write(file_->get(), data, size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw cannot("write", path_);
        data += count;
        size -= static_cast<std::size_t>(count);
    }
}

void PrivateFile::sync() {
    if (fsync(file_->get()) != 0) throw cannot("sync", path_);
}

void PrivateFile::rename_to(const std::string& path, bool is_replacing) {
    if (!names(path_, file_->get())) throw made_by_another(path_);
    remove_companions(path_);
    sync();
    rename_durably(path_, path, is_replacing);
    is_ours_ = false;
}

}  // namespace bankctl::sqlite
