#include "core/store/sqlite/sqlite_archive.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

#include "core/base/text.h"
#include "core/store/sqlite/connection.h"
#include "core/store/sqlite/file_safety.h"
#include "core/store/sqlite/files.h"
#include "core/store/sqlite/gate.h"
#include "core/store/sqlite/migrations.h"
#include "core/store/sqlite/private_file.h"
#include "core/store/sqlite/snapshot.h"

namespace bankctl::sqlite {
namespace {

using port::Placing;

constexpr const char* k_backup_suffix = ".bankctl-partial";
constexpr const char* k_restore_suffix = "-restoring";
constexpr std::size_t k_chunk_bytes = 1 << 20;

/// Everything bankctl keeps at and beside the path of a bank.
constexpr std::array k_bank_suffixes = {"", "-wal", "-shm", "-journal", "-gate", "-new", k_restore_suffix};

Error unreadable(const std::string& file, const std::string& why) {
    return Error(ErrorCode::unreadable_input, "cannot read " + in_quotes(file) + ": " + why).with("path", file);
}

bool is_same_file(const std::string& left, const std::string& right) {
    std::error_code absent;
    return std::filesystem::equivalent(left, right, absent) && !absent;
}

/// Whether both paths name one place, be there a file or not.
bool is_same_place(const std::string& left, const std::string& right) {
    const auto name = [](const std::string& path) { return std::filesystem::path(path).filename(); };
    return is_same_file(left, right) ||
           (name(left) == name(right) && is_same_file(directory_of(left), directory_of(right)));
}

Status check_is_elsewhere(const std::string& file, const std::string& bank) {
    const auto is_at = [&](const char* suffix) { return is_same_place(file, bank + suffix); };
    if (std::ranges::none_of(k_bank_suffixes, is_at)) return ok();
    return Error(ErrorCode::usage, in_quotes(file) + " belongs to the bank itself", "name another file")
        .with("path", file);
}

/// All pages of one bank into another, in one transaction there and from one snapshot here.
void copy_pages(Connection& from, Connection& to) {
    SQLite::Backup backup(to.database(), from.database());
    const int outcome = backup.executeStep(-1);
    if (outcome != SQLITE_DONE) throw SQLite::Exception(sqlite3_errstr(outcome), outcome);
}

/// What both kinds of copies are while they are checked: a private file that is a bank.
class PartialCopy : public port::Copy {
public:
    port::Ledger& ledger() override {
        if (!ledger_) ledger_ = open_ledger({partial_.path()});
        return *ledger_;
    }

    std::int64_t bytes() const override { return partial_.bytes(); }

protected:
    PartialCopy(const std::string& path, std::int64_t wait_ms) : partial_(path, wait_ms) {}

    PrivateFile partial_;
    std::unique_ptr<port::Ledger> ledger_;
};

class BackupCopy final : public PartialCopy {
public:
    BackupCopy(const Options& bank, std::string file, Placing placing)
        : PartialCopy(file + k_backup_suffix, bank.wait_ms), file_(std::move(file)), placing_(placing) {
        open_ledger(bank)->read([](port::Snapshot&) {});  // upgrades a bank of an older schema
        guarded([&] {
            Connection live(bank.path, false, bank.wait_ms);
            on_readable(live, require_current_schema);
            Connection copy(partial_.path(), true);
            try {
                copy_pages(live, copy);
            } catch (const SQLite::Exception& exception) {
                Error error = translate(exception).error();
                error.message = "the bank could not be copied to " + in_quotes(partial_.path()) + ": " + error.message;
                throw Failure(std::move(error));
            }
        });
    }

    std::optional<port::Head> keep(const std::function<void()>& before) override {
        ledger_.reset();
        before();
        require(check_no_log_beside(file_));
        remove_companions(file_);
        partial_.rename_to(file_, placing_ == Placing::by_replacing);
        return std::nullopt;
    }

private:
    std::string file_;
    Placing placing_;
};

class RestoreCopy final : public PartialCopy {
public:
    RestoreCopy(Options bank, const std::string& file, Placing placing)
        : PartialCopy(bank.path + k_restore_suffix, bank.wait_ms), bank_(std::move(bank)), placing_(placing) {
        const FileDescriptor source(open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
        if (!source.is_open()) throw Failure(unreadable(file, std::strerror(errno)));
        std::vector<char> chunk(k_chunk_bytes);
        for (;;) {
            const ssize_t size = read(source.get(), chunk.data(), chunk.size());
            if (size == 0) break;
            if (size < 0 && errno == EINTR) continue;
            if (size < 0) throw Failure(unreadable(file, std::strerror(errno)));
            if (partial_.bytes() == 0) set_log_mode(chunk);
            partial_.write(chunk.data(), static_cast<std::size_t>(size));
        }
        guarded([&] { upgrade(); });
    }

    std::optional<port::Head> keep(const std::function<void()>& before) override {
        ledger_.reset();
        const Gate gate(bank_.path + "-gate", mode_of_database(bank_.path), bank_.wait_ms, bank_.gives_up);
        before();
        if (placing_ == Placing::by_replacing) {
            require(check_database_file(bank_.path));
            return guarded([&] { return replace_pages(); });
        }
        require(check_new_database(bank_.path));
        remove_companions(bank_.path);
        partial_.rename_to(bank_.path, false);
        return std::nullopt;
    }

private:
    /// A backup that SQLite's own tools have made may have a rollback journal's header; a bank has a log (SQLite's file
    /// format, section 1.3.3).
    static void set_log_mode(std::vector<char>& first_chunk) {
        constexpr std::size_t k_write_version = 18;
        constexpr std::size_t k_read_version = 19;
        first_chunk[k_write_version] = first_chunk[k_read_version] = 2;
    }

    /// Upgrades the copy of a backup with an older schema; the backup stays as it was. Without a log, since what could
    /// not get out of one when it is closed would be lost without a word.
    void upgrade() {
        const std::optional<std::int64_t> version = schema_version_in(partial_.path());
        if (!version || !can_be_migrated(*version)) return;
        Connection copy(partial_.path(), false);
        copy.execute_script("PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF");
        migrate(copy);
        copy.execute_script("PRAGMA journal_mode=WAL");
    }

    /// The head of the bank that is to be replaced, if it can be read at all. Its schema may be older: it is in the
    /// gate already, and need not be upgraded.
    std::optional<port::Head> head_before() {
        try {
            return guarded([&]() -> std::optional<port::Head> {
                Connection live(bank_.path, false, bank_.wait_ms);
                static_cast<void>(needs_migration(live));
                const port::Head head = SqliteUnitOfWork(live).head();
                return head.seq ? std::optional(head) : std::nullopt;
            });
        } catch (const Failure&) {
            return std::nullopt;
        }
    }

    std::optional<port::Head> replace_pages() {
        const std::optional<port::Head> before = head_before();
        Connection live(bank_.path, false, bank_.wait_ms);
        live.accept_damage();
        Connection copy(partial_.path(), false);
        try {
            copy_pages(copy, live);
        } catch (const SQLite::Exception& exception) {
            if (may_have_committed(exception.getErrorCode()))
                throw Failure(Error(ErrorCode::outcome_unknown,
                                    std::string("the storage failed while it committed: ") + exception.what(),
                                    "restore again"));
            live.checkpoint();  // gives back the room that the log took
            throw cannot_replace(exception);
        }
        live.checkpoint();
        return before;
    }

    /// Reading and writing come before the commit. A sync or the log's index can fail when the log is already whole.
    static bool may_have_committed(int code) {
        constexpr std::array k_earlier = {SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_CORRUPTFS,
                                          SQLITE_IOERR_WRITE};
        const int kind = code & 0xFF;
        return kind == SQLITE_NOMEM || (kind == SQLITE_IOERR && std::ranges::count(k_earlier, code) == 0);
    }

    static Failure cannot_replace(const SQLite::Exception& exception) {
        constexpr const char* k_remedy = "move it and its -wal away, then restore again";
        if (exception.getErrorCode() == SQLITE_READONLY)  // SQLite's word for it in a log
            return Failure(
                Error(ErrorCode::storage_unavailable, "the backup has pages of another size than the bank", k_remedy));
        Failure failure = translate(exception);
        if (info(failure.error().code).kind != ErrorKind::integrity) return failure;
        return Failure(Error(failure.error().code,
                             "the bank is too damaged to be written to: " + failure.error().message, k_remedy));
    }

    Options bank_;
    Placing placing_;
};

class SqliteArchive final : public port::Archive {
public:
    explicit SqliteArchive(Options bank) : bank_(std::move(bank)) {}

    Placing placing_of_backup(const std::string& file) override {
        require(check_database_file(bank_.path));
        require(check_is_elsewhere(file, bank_.path));
        require(check_is_elsewhere(file + k_backup_suffix, bank_.path));
        require(check_file_system(directory_of(file)));
        require(check_no_log_beside(file));
        struct stat found {};
        if (lstat(file.c_str(), &found) != 0) {
            if (errno != ENOENT) throw cannot("look at", file);
            return Placing::on_free_place;
        }
        if (!S_ISREG(found.st_mode))
            throw Failure(
                Error(ErrorCode::unsafe_file, in_quotes(file) + " is not a regular file", "name a file to be written")
                    .with("path", file));
        return Placing::by_replacing;
    }

    Placing placing_of_restore(const std::string& file) override {
        require(check_is_elsewhere(file, bank_.path));
        require(check_source(file));
        if (const Status bank = check_database_file(bank_.path);
            bank || bank.error().code != ErrorCode::not_initialized) {
            require(bank);
            return Placing::by_replacing;
        }
        require(check_new_database(bank_.path));
        return Placing::on_free_place;
    }

    std::unique_ptr<port::Copy> back_up(const std::string& file, Placing placing) override {
        return std::make_unique<BackupCopy>(bank_, file, placing);
    }

    std::unique_ptr<port::Copy> restore(const std::string& file, Placing placing) override {
        return std::make_unique<RestoreCopy>(bank_, file, placing);
    }

private:
    /// Says of FILE itself what would otherwise be found out of its copy.
    static Status check_source(const std::string& link) {
        std::error_code unresolved;
        const std::filesystem::path resolved = std::filesystem::canonical(link, unresolved);
        if (unresolved) return unreadable(link, unresolved.message());
        const std::string& file = resolved.native();
        struct stat found {};
        if (stat(file.c_str(), &found) != 0) return unreadable(file, std::strerror(errno));
        if (!S_ISREG(found.st_mode)) return unreadable(file, "it is not a regular file");
        if (access(file.c_str(), R_OK) != 0) return unreadable(file, std::strerror(errno));
        if (!check_no_log_beside(file))
            return Error(ErrorCode::unsafe_file, in_quotes(file) + " has its newest entries in a log beside it",
                         "make a backup of it with --db, and restore that")
                .with("path", file);
        if (const Status header = check_header(file); !header) {
            Error error = header.error();
            error.hint = "choose another backup; the bank is as it was";
            return error;
        }
        return ok();
    }

    Options bank_;
};

}  // namespace

std::unique_ptr<port::Archive> open_archive(const Options& options) { return std::make_unique<SqliteArchive>(options); }

}  // namespace bankctl::sqlite
