#include "core/store/sqlite/private_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "core/base/text.h"
#include "core/store/sqlite/files.h"

namespace bankctl::sqlite {
namespace {

constexpr int k_attempts_max = 10;  // that fail for something else than a process that works
constexpr std::chrono::milliseconds k_pause{20};
constexpr std::int64_t k_retry_after_ms = 1000;

Failure made_by_another(const std::string& path) {
    Error error(ErrorCode::busy, "another process is making " + in_quotes(path),
                "try again when it has ended, or wait longer with --wait=SECONDS");
    error.retry_after_ms = k_retry_after_ms;
    return Failure(std::move(error));
}

bool is_locked(const std::string& path, int file) {
    if (flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK) throw cannot("lock", path);
    return false;
}

/// Whether `path` still names the open file: between opening and locking, another process may have removed it.
bool names(const std::string& path, int file) {
    struct stat named {};
    struct stat opened {};
    const bool is_there = lstat(path.c_str(), &named) == 0;
    if ((!is_there && errno != ENOENT) || fstat(file, &opened) != 0) throw cannot("look at", path);
    return is_there && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

/// Removes what nobody makes any more; false if somebody does.
bool remove_leftover(const std::string& path) {
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT) return true;
    if (file.is_open() && !is_locked(path, file.get())) return false;
    if (file.is_open() && !names(path, file.get())) return true;
    if (unlink(path.c_str()) != 0 && errno != ENOENT) throw cannot("remove", path);
    return true;
}

}  // namespace

PrivateFile::PrivateFile(std::string path, std::int64_t wait_ms) : path_(std::move(path)) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point deadline = Clock::now() + std::chrono::milliseconds(wait_ms);
    for (int attempt = 1;; ++attempt) {
        if (create()) return;
        if (remove_leftover(path_) && attempt < k_attempts_max) continue;
        if (Clock::now() >= deadline) throw made_by_another(path_);
        std::this_thread::sleep_for(k_pause);
    }
}

bool PrivateFile::create() {
    file_.emplace(open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, k_private_mode));
    if (!file_->is_open() && errno != EEXIST) throw cannot("create", path_);
    if (!file_->is_open() || !is_locked(path_, file_->get()) || !names(path_, file_->get())) return false;
    is_ours_ = true;
    remove_companions(path_);
    return true;
}

PrivateFile::~PrivateFile() {
    try {
        if (!is_ours_ || !names(path_, file_->get())) return;
    } catch (const Failure&) {  // it may be another's by now
        return;
    }
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
