#include "tests/fault/recorder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdarg>
#include <filesystem>
#include <stdexcept>

#include "core/store/sqlite/files.h"
#include "tests/support/temp_directory.h"

namespace bankctl::fault_test {
namespace {

using Kind = DiskEvent::Kind;

Recorder* current = nullptr;

bool is_lasting(std::string_view name) { return !name.ends_with("-shm") && !name.ends_with("-gate"); }

struct stat status_of(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) throw std::runtime_error("cannot look at " + path);
    return status;
}

}  // namespace

Image read_image(const std::string& folder) {
    Image image;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename();
        if (entry.is_regular_file() && is_lasting(name)) image[name] = test::read_file(entry.path());
    }
    return image;
}

void write_image(const std::string& folder, const Image& image) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) std::filesystem::remove_all(entry.path());
    for (const auto& [name, bytes] : image) {
        const std::string path = folder + "/" + name;
        test::write_file(path, bytes);
        if (chmod(path.c_str(), 0600) != 0) throw std::runtime_error("cannot make private: " + path);
    }
}

Recorder::Recorder(std::string folder, DroppedSyncs dropped) : folder_(std::move(folder)), dropped_(dropped) {
    recording_.before = read_image(folder_);
    for (const auto& [name, bytes] : recording_.before) {
        const int file = new_file();
        names_[name] = file;
        inodes_[status_of(folder_ + "/" + name).st_ino] = file;
    }
    current = this;
}

Recorder::~Recorder() { current = nullptr; }

void Recorder::mark(std::string name, std::optional<port::Head> head, bool is_acknowledged) {
    recording_.marks.push_back({recording_.events.size(), std::move(name), head, is_acknowledged});
}

std::optional<std::string> Recorder::name_in_folder(std::string_view path) const {
    const std::string whole(path);
    const std::string name = whole.substr(whole.rfind('/') + 1);
    if (sqlite::directory_of(whole) != folder_ || name.empty() || !is_lasting(name)) return std::nullopt;
    return name;
}

std::optional<int> Recorder::file_of(int descriptor) const {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) return std::nullopt;
    const auto found = inodes_.find(status.st_ino);
    return found == inodes_.end() ? std::nullopt : std::optional(found->second);
}

bool Recorder::is_dropped(int file) const {
    if (dropped_ == DroppedSyncs::all) return true;
    if (dropped_ != DroppedSyncs::of_logs) return false;
    return std::ranges::any_of(names_,
                               [&](const auto& name) { return name.second == file && name.first.ends_with("-wal"); });
}

void Recorder::opened(std::string_view path, int descriptor, int flags) {
    const std::optional<std::string> name = name_in_folder(path);
    struct stat status {};
    if (!name || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return;
    if (!names_.contains(*name)) {
        const int file = new_file();
        names_[*name] = file;
        inodes_[status.st_ino] = file;  // perhaps that of a file that was removed
        recording_.events.push_back({Kind::create, file, *name, {}, 0, {}});
    } else if ((flags & O_TRUNC) != 0) {
        truncated(descriptor, 0);
    }
}

void Recorder::wrote(int descriptor, std::int64_t offset, std::string_view bytes) {
    if (const auto file = file_of(descriptor))
        recording_.events.push_back({Kind::write, *file, {}, {}, offset, std::string(bytes)});
}

void Recorder::truncated(int descriptor, std::int64_t size) {
    if (const auto file = file_of(descriptor)) recording_.events.push_back({Kind::truncate, *file, {}, {}, size, {}});
}

void Recorder::synced(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) return;
    if (S_ISDIR(status.st_mode)) {
        const bool is_ours = status.st_ino == status_of(folder_).st_ino;
        const bool is_passed_over = dropped_ == DroppedSyncs::of_folders || dropped_ == DroppedSyncs::all;
        if (is_ours && !is_passed_over) recording_.events.push_back({Kind::sync_folder, 0, {}, {}, 0, {}});
    } else if (const auto file = file_of(descriptor); file && !is_dropped(*file)) {
        recording_.events.push_back({Kind::sync, *file, {}, {}, 0, {}});
    }
}

void Recorder::removed(std::string_view path) {
    const std::optional<std::string> name = name_in_folder(path);
    if (!name || names_.erase(*name) == 0) return;
    recording_.events.push_back({Kind::remove, 0, *name, {}, 0, {}});
}

void Recorder::renamed(std::string_view path, std::string_view new_path) {
    const std::optional<std::string> name = name_in_folder(path);
    const std::optional<std::string> new_name = name_in_folder(new_path);
    if (!name || !new_name) return;
    names_[*new_name] = names_.at(*name);
    names_.erase(*name);
    recording_.events.push_back({Kind::rename, 0, *name, *new_name, 0, {}});
}

}  // namespace bankctl::fault_test

// The linker leads calls of NAME to __wrap_NAME (tests/CMakeLists.txt). Nothing is synced in earnest: what the tests
// ask about is which syncs were asked for, and without waiting for them they ask a hundred times as often.
using bankctl::fault_test::current;

extern "C" {
int __real_open(const char* path, int flags, ...);
int __real_open64(const char* path, int flags, ...);
ssize_t __real_write(int descriptor, const void* bytes, size_t size);
ssize_t __real_pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset);
int __real_ftruncate64(int descriptor, off64_t size);
int __real_unlink(const char* path);
int __real_renameat2(int folder, const char* path, int new_folder, const char* new_path, unsigned flags);

static int opened(const char* path, int descriptor, int flags) {
    if (current != nullptr && descriptor >= 0) current->opened(path, descriptor, flags);
    return descriptor;
}

int __wrap_open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const unsigned mode = va_arg(arguments, unsigned);
    va_end(arguments);
    return opened(path, __real_open(path, flags, mode), flags);
}

int __wrap_open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const unsigned mode = va_arg(arguments, unsigned);
    va_end(arguments);
    return opened(path, __real_open64(path, flags, mode), flags);
}

ssize_t __wrap_write(int descriptor, const void* bytes, size_t size) {
    const off_t offset = current == nullptr ? 0 : lseek(descriptor, 0, SEEK_CUR);
    const ssize_t count = __real_write(descriptor, bytes, size);
    if (current != nullptr && count > 0)
        current->wrote(descriptor, offset, {static_cast<const char*>(bytes), static_cast<size_t>(count)});
    return count;
}

ssize_t __wrap_pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
    const ssize_t count = __real_pwrite64(descriptor, bytes, size, offset);
    if (current != nullptr && count > 0)
        current->wrote(descriptor, offset, {static_cast<const char*>(bytes), static_cast<size_t>(count)});
    return count;
}

int __wrap_ftruncate64(int descriptor, off64_t size) {
    const int outcome = __real_ftruncate64(descriptor, size);
    if (current != nullptr && outcome == 0) current->truncated(descriptor, size);
    return outcome;
}

int __wrap_fsync(int descriptor) {
    if (current != nullptr) current->synced(descriptor);
    return 0;
}

int __wrap_fdatasync(int descriptor) { return __wrap_fsync(descriptor); }

int __wrap_unlink(const char* path) {
    const int outcome = __real_unlink(path);
    if (current != nullptr && outcome == 0) current->removed(path);
    return outcome;
}

int __wrap_renameat2(int folder, const char* path, int new_folder, const char* new_path, unsigned flags) {
    const int outcome = __real_renameat2(folder, path, new_folder, new_path, flags);
    if (current != nullptr && outcome == 0) current->renamed(path, new_path);
    return outcome;
}
}
