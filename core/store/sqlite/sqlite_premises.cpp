#include "core/store/sqlite/sqlite_premises.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/text.h"
#include "core/store/sqlite/connection.h"
#include "core/store/sqlite/file_safety.h"
#include "core/store/sqlite/files.h"
#include "core/store/sqlite/gate.h"
#include "core/store/sqlite/migrations.h"

namespace bankctl::sqlite {
namespace {

using port::Finding;
using port::Health;
using port::problem;

constexpr std::int64_t k_free_bytes_min = 100'000'000;
constexpr std::int64_t k_log_page_bytes = 4096 + 24;  // a page and the header of its frame
// One batch of an import is some hundred pages, and the next checkpoint takes them away.
constexpr std::int64_t k_log_pages_usual = 32 * std::int64_t{k_wal_pages_max};
constexpr std::int64_t k_gate_patience_ms = 1000;
constexpr rlim_t k_open_files_min = 32;

std::string reason() { return std::strerror(errno); }

std::string bytes_text(std::int64_t bytes) {
    if (bytes < 10'000'000) return std::to_string(bytes) + " bytes";
    return std::to_string(bytes / 1'000'000) + " MB";
}

/// Of a file that is not there: 0.
std::int64_t size_of(const std::string& path) {
    struct stat file {};
    return lstat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) ? file.st_size : 0;
}

bool exists(const std::string& path) {
    struct stat file {};
    return lstat(path.c_str(), &file) == 0;
}

Finding finding(std::string name, const Status& status, std::string detail) {
    if (!status) return problem(std::move(name), status.error());
    return {std::move(name), Health::ok, std::move(detail), {}};
}

Finding examine_versions(const std::string& path) {
    const std::string ours = "bankctl " BANKCTL_VERSION ", " + storage_version();
    const std::optional<std::int64_t> version = schema_version_in(path);
    if (!version || *version == newest_schema_version()) return {"versions", Health::ok, ours, {}};
    if (can_be_migrated(*version))
        return {"versions",
                Health::ok,
                ours + "; the database has schema " + std::to_string(*version) + ", and is upgraded when it is read",
                {}};
    const ErrorCode code = *version > newest_schema_version() ? ErrorCode::newer_schema : ErrorCode::older_schema;
    return problem("versions", Error(code, ours + "; the database has schema " + std::to_string(*version)));
}

Finding examine_file(const std::string& path) {
    Status status = check_file(path);
    if (status) status = check_header(path);
    struct stat file {};
    if (!status || stat(path.c_str(), &file) != 0) return finding("database_file", status, "");
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%04o", file.st_mode & 07777U);
    return {"database_file",
            Health::ok,
            in_quotes(path) + ", " + bytes_text(file.st_size) + ", mode " + mode.data() + ", owner " +
                std::to_string(file.st_uid),
            {}};
}

Finding examine_companions(const std::string& path) {
    Status status = check_companions(path);
    if (status && !exists(path)) status = check_no_log_beside(path);
    std::string present;
    for (const char* const companion : {"-wal", "-shm", "-gate"}) {
        if (exists(path + companion)) present += (present.empty() ? "" : ", ") + std::string(companion);
    }
    return finding("companions", status, present.empty() ? "none" : present);
}

Finding examine_folder(const std::string& path) {
    const std::string directory = directory_of(path);
    struct stat folder {};
    const auto unusable = [&](const std::string& why, const std::string& remedy) {
        return problem("folder", Error(ErrorCode::storage_unavailable, in_quotes(directory) + " " + why, remedy));
    };
    if (stat(directory.c_str(), &folder) != 0) return unusable("cannot be looked at: " + reason(), "create it");
    if (!S_ISDIR(folder.st_mode)) return unusable("is not a directory", "name a database in one");
    if (faccessat(AT_FDCWD, directory.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
        return unusable("cannot be written: " + reason(),
                        "give this user the right to write there: the log lies there");
    if ((folder.st_mode & (S_IWOTH | S_ISVTX)) == S_IWOTH)
        return {"folder", Health::warning,
                in_quotes(directory) + " can be written by everyone, who could replace the bank", "chmod o-w it"};
    return {"folder", Health::ok, in_quotes(directory), {}};
}

Finding examine_file_system(const std::string& path) {
    const std::string directory = directory_of(path);
    struct statvfs disk {};
    if (const Status status = check_file_system(directory); !status) return problem("file_system", status.error());
    if (statvfs(directory.c_str(), &disk) != 0)
        return problem("file_system", Error(ErrorCode::storage_unavailable, "cannot be looked at: " + reason()));
    const auto free_bytes = static_cast<std::int64_t>(disk.f_bavail * disk.f_frsize);
    const std::string detail = "local, " + bytes_text(free_bytes) + " free";
    if (free_bytes >= std::max(k_free_bytes_min, size_of(path))) return {"file_system", Health::ok, detail, {}};
    return {"file_system", Health::warning, detail, "make room: a backup or a restore needs as much as the database"};
}

Finding examine_log(const std::string& path) {
    const std::int64_t pages = size_of(path + "-wal") / k_log_page_bytes;
    const std::string detail = std::to_string(pages) + " pages";
    if (pages <= k_log_pages_usual) return {"write_ahead_log", Health::ok, detail, {}};
    return {"write_ahead_log", Health::warning, detail + ", where at most a few hundred are usual",
            "end processes that have been reading for long; the next change then empties the log"};
}

/// Whether a process holds the gate that lies at `place`, its inside or its entrance. Of each of its open files the
/// kernel lists the locks: `lock: 1: OFDLCK ADVISORY WRITE -1 08:01:393229 1 1`.
bool holds_gate(const std::filesystem::path& process, std::string_view place) {
    std::error_code gone;
    const std::filesystem::directory_iterator none;
    for (std::filesystem::directory_iterator open_file(process / "fdinfo", gone); open_file != none;
         open_file.increment(gone)) {
        std::ifstream lines(open_file->path());
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string label, number, type, strength, access, owner, at;
            words >> label >> number >> type >> strength >> access >> owner >> at;
            if (label == "lock:" && at == place) return true;
        }
    }
    return false;
}

/// Who holds the gate, if it is a process that we may look at.
std::string holder_of(const std::string& path) {
    struct stat file {};
    if (stat(path.c_str(), &file) != 0) return {};
    std::array<char, 64> place{};
    std::snprintf(place.data(), place.size(), "%02x:%02x:%ju", major(file.st_dev), minor(file.st_dev),
                  static_cast<std::uintmax_t>(file.st_ino));
    std::error_code gone;
    const std::filesystem::directory_iterator none;
    for (std::filesystem::directory_iterator process("/proc", gone); process != none; process.increment(gone)) {
        const std::string id = process->path().filename();
        if (id.find_first_not_of("0123456789") != std::string::npos || !holds_gate(process->path(), place.data()))
            continue;
        std::string name;
        std::getline(std::ifstream(process->path() / "comm") >> std::ws, name);
        return " by process " + id + (name.empty() ? "" : " (" + printable(name) + ")");
    }
    return {};
}

Finding examine_gate(const std::string& path) {
    const std::string gate_path = path + "-gate";
    if (!exists(gate_path) || !check_companions(path)) return {"writer_gate", Health::ok, "not in use", {}};
    try {
        const Gate gate(gate_path, k_private_mode, k_gate_patience_ms);
        return {"writer_gate", Health::ok, "free", {}};
    } catch (const Failure& failure) {
        if (failure.error().code != ErrorCode::busy) return problem("writer_gate", failure.error());
        return {"writer_gate", Health::warning, "held for more than a second" + holder_of(gate_path),
                "wait for that process, or end it: the gate is free as soon as it is gone"};
    }
}

Finding examine_limits(const std::string& path) {
    rlimit file_size{};
    rlimit open_files{};
    getrlimit(RLIMIT_FSIZE, &file_size);
    getrlimit(RLIMIT_NOFILE, &open_files);
    const auto needed = static_cast<rlim_t>(size_of(path));
    if (file_size.rlim_cur != RLIM_INFINITY && file_size.rlim_cur <= needed)
        return problem("system_limits", Error(ErrorCode::storage_unavailable,
                                              "no file may grow beyond " + std::to_string(file_size.rlim_cur) +
                                                  " bytes, and the database has " + std::to_string(needed),
                                              "raise the limit: ulimit -f"));
    if (open_files.rlim_cur < k_open_files_min)
        return {"system_limits", Health::warning,
                "only " + std::to_string(open_files.rlim_cur) + " files may be open at once",
                "raise the limit: ulimit -n"};
    return {"system_limits", Health::ok, "files may grow and be opened", {}};
}

class SqlitePremises final : public port::Premises {
public:
    explicit SqlitePremises(std::string path) : path_(std::move(path)) {}

    std::vector<Finding> examine() override {
        return {examine_versions(path_),    examine_file(path_), examine_companions(path_), examine_folder(path_),
                examine_file_system(path_), examine_log(path_),  examine_gate(path_),       examine_limits(path_)};
    }

private:
    std::string path_;
};

}  // namespace

std::unique_ptr<port::Premises> open_premises(const Options& options) {
    return std::make_unique<SqlitePremises>(options.path);
}

}  // namespace bankctl::sqlite
