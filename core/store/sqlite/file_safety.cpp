#include "core/store/sqlite/file_safety.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include <linux/magic.h>

#include "core/base/file_descriptor.h"
#include "core/base/text.h"
#include "core/store/sqlite/files.h"

namespace bankctl::sqlite {
namespace {

constexpr mode_t k_mode_mask = 07777;
constexpr mode_t k_mode_shared = 0660;  // what a shared installation may grant at most
constexpr mode_t k_mode_of_sharing = 0060;

// linux/magic.h of Debian 12 does not name all of them (fs/smb/client, fs/smb/server).
constexpr std::array<unsigned long, 7> k_network_file_systems = {
    NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, 0xFF534D42UL /* CIFS */, 0xFE534D42UL /* SMB2 */, AFS_SUPER_MAGIC,
    CODA_SUPER_MAGIC, 0x00C36400UL /* Ceph */};

std::string reason() { return std::strerror(errno); }

Error unsafe(const std::string& path, const std::string& why, const std::string& remedy) {
    return Error(ErrorCode::unsafe_file, in_quotes(path) + " " + why, remedy).with("path", path);
}

bool in_our_groups(gid_t group) {
    if (group == getegid()) return true;
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
    const int count = getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    return std::ranges::find(groups, group) != groups.end();
}

Status check_owner_mode_links(const std::string& path, const struct stat& file) {
    if (S_ISLNK(file.st_mode)) return unsafe(path, "is a symbolic link", "name the file itself");
    if (!S_ISREG(file.st_mode)) return unsafe(path, "is not a regular file", "name a database file");
    if (file.st_nlink != 1)
        return unsafe(path, "has more than one hard link", "remove the other names: locks do not follow them");
    if ((file.st_mode & k_mode_mask & ~k_mode_shared) != 0)
        return unsafe(path, "can be used by others or executed", "chmod 600 it");
    const bool is_shared = (file.st_mode & k_mode_of_sharing) == k_mode_of_sharing && in_our_groups(file.st_gid);
    if (file.st_uid != geteuid() && !is_shared)
        return unsafe(path, "belongs to another user", "run as its owner, or share it with a group by mode 0660");
    return ok();
}

Status check_file(const std::string& path, struct stat& file) {
    if (lstat(path.c_str(), &file) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return Error(ErrorCode::storage_unavailable, "cannot look at " + in_quotes(path) + ": " + reason());
        return Error(ErrorCode::not_initialized, "there is no database at " + in_quotes(path),
                     "create it with bankctl init, or name another with --db")
            .with("path", path);
    }
    return check_owner_mode_links(path, file);
}

/// Whether a log holds nothing: it has no byte, or a header of zeros, which is what empties one without cutting it off.
bool is_emptied(const std::string& log) {
    const FileDescriptor file(open(log.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    std::array<char, 32> header{};
    if (!file.is_open() || pread(file.get(), header.data(), header.size(), 0) < 0) return false;
    return std::ranges::all_of(header, [](char byte) { return byte == 0; });
}

using Header = std::array<char, 100>;

/// The header of a bank. SQLite's file format, section 1.3: the magic string, and the application id as 4 bytes
/// big-endian at offset 68.
Result<Header> read_header(const std::string& path) {
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (!file.is_open())
        return Error(ErrorCode::storage_unavailable, "cannot open " + in_quotes(path) + ": " + reason());
    Header header{};
    const ssize_t size = pread(file.get(), header.data(), header.size(), 0);
    if (size < 0) return Error(ErrorCode::storage_unavailable, "cannot read " + in_quotes(path) + ": " + reason());
    constexpr std::string_view k_magic("SQLite format 3\0", 16);
    std::int64_t application_id = 0;
    for (std::size_t i = 68; i < 72; ++i) application_id = application_id * 256 + static_cast<unsigned char>(header[i]);
    if (size == static_cast<ssize_t>(header.size()) && std::string_view(header.data(), k_magic.size()) == k_magic &&
        application_id == k_application_id) {
        return header;
    }
    return Error(ErrorCode::not_a_bank, in_quotes(path) + " is not a bankctl database").with("path", path);
}

}  // namespace

Status check_file(const std::string& path) {
    struct stat file {};
    return check_file(path, file);
}

std::optional<Tenure> tenure_of_database(const std::string& path) {
    struct stat file {};
    struct stat gate {};
    if (!check_file(path, file)) return std::nullopt;
    // What has a gate has been a bank, and need not be opened to see that.
    if (lstat((path + "-gate").c_str(), &gate) != 0 && !read_header(path)) return std::nullopt;
    return Tenure{file.st_uid, (file.st_mode & k_mode_of_sharing) == k_mode_of_sharing};
}

Status check_companions(const std::string& path) {
    for (const char* companion : {"-wal", "-shm", "-gate"}) {
        const std::string companion_path = path + companion;
        struct stat companion_file {};
        if (lstat(companion_path.c_str(), &companion_file) == 0)
            BANKCTL_CHECK(check_owner_mode_links(companion_path, companion_file));
    }
    return ok();
}

Status check_database_file(const std::string& path) {
    BANKCTL_CHECK(check_file(path));
    BANKCTL_CHECK(check_companions(path));
    BANKCTL_CHECK(check_file_system(path));
    BANKCTL_TRY(header, read_header(path));
    // Anything but a log would lose what is acknowledged, and block readers (SQLite's file format, section 1.3.3).
    if (header[18] == 2 && header[19] == 2) return ok();
    return unsafe(path, "is not in the mode of a write-ahead log", "sqlite3 FILE 'PRAGMA journal_mode=WAL'");
}

Status check_file_system(const std::string& path) {
    struct statfs file_system {};
    if (statfs(path.c_str(), &file_system) != 0) {
        return Error(ErrorCode::storage_unavailable, "cannot look at " + in_quotes(path) + ": " + reason());
    }
    const auto type = static_cast<unsigned long>(file_system.f_type) & 0xFFFFFFFFUL;
    if (std::ranges::find(k_network_file_systems, type) == k_network_file_systems.end()) return ok();
    return Error(ErrorCode::network_file_system, in_quotes(path) + " lies on a network file system",
                 "move it to a local disk")
        .with("path", path);
}

Status check_header(const std::string& path) {
    const Result<Header> header = read_header(path);
    return header ? ok() : Status(header.error());
}

Status check_no_log_beside(const std::string& path) {
    for (const char* const companion : {"-wal", "-journal"}) {
        struct stat file {};
        const std::string log = path + companion;
        if (lstat(log.c_str(), &file) != 0) {
            if (errno == ENOENT || errno == ENOTDIR) continue;
            return Error(ErrorCode::storage_unavailable, "cannot look at " + in_quotes(log) + ": " + reason());
        }
        if (S_ISREG(file.st_mode) && is_emptied(log)) continue;
        return unsafe(log, "is the log of another database and may hold the last of its postings",
                      "put that database back beside it, or move the log away");
    }
    return ok();
}

Status check_new_database(const std::string& path) {
    struct stat file {};
    if (lstat(path.c_str(), &file) == 0) {
        return Error(ErrorCode::already_exists, in_quotes(path) + " exists",
                     "use it as it is, or name another with --db")
            .with("path", path);
    }
    BANKCTL_CHECK(check_no_log_beside(path));
    return check_file_system(directory_of(path));
}

}  // namespace bankctl::sqlite
