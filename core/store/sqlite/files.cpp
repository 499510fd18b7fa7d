#include "core/store/sqlite/files.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/base/file_descriptor.h"
#include "core/base/text.h"

namespace bankctl::sqlite {

void require(const Status& status) {
    if (!status) throw Failure(status.error());
}

Failure cannot(const std::string& what, const std::string& path) {
    return Failure(
        Error(ErrorCode::storage_unavailable, "cannot " + what + " " + in_quotes(path) + ": " + std::strerror(errno)));
}

std::string directory_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

void rename_durably(const std::string& from, const std::string& to, bool is_replacing) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), is_replacing ? 0 : RENAME_NOREPLACE) != 0) {
        if (errno != EEXIST) throw cannot("name", to);
        throw Failure(Error(ErrorCode::already_exists, in_quotes(to) + " has come into being meanwhile"));
    }
    const std::string directory = directory_of(to);
    const FileDescriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (file.is_open() && fsync(file.get()) == 0) return;
    throw Failure(Error(ErrorCode::outcome_unknown,
                        in_quotes(to) + " has its name, but its folder could not be synced: " + std::strerror(errno),
                        "look whether it is there before you repeat it"));
}

void remove_companions(const std::string& path) {
    for (const char* const companion : {"-wal", "-shm", "-journal"}) unlink((path + companion).c_str());
}

mode_t mode_of_database(const std::string& path) {
    struct stat file {};
    return stat(path.c_str(), &file) == 0 ? file.st_mode & 0777 : k_private_mode;
}

}  // namespace bankctl::sqlite
