#include "core/store/sqlite/sqlite_ledger.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "core/base/text.h"
#include "core/store/sqlite/connection.h"
#include "core/store/sqlite/file_descriptor.h"
#include "core/store/sqlite/file_safety.h"
#include "core/store/sqlite/gate.h"
#include "core/store/sqlite/migrations.h"
#include "core/store/sqlite/snapshot.h"

namespace bankctl::sqlite {
namespace {

constexpr mode_t k_private_mode = 0600;

void require(const Status& status) {
    if (!status) throw Failure(status.error());
}

/// Rolls back unless told otherwise.
class Transaction {
public:
    Transaction(Connection& connection, const char* begin) : connection_(connection) { connection_.execute(begin); }
    ~Transaction() {
        if (is_open_) connection_.roll_back();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// A commit that fails may or may not have reached the disk.
    void commit() {
        try {
            connection_.execute("COMMIT");
            is_open_ = false;
        } catch (const SQLite::Exception& exception) {
            throw Failure(Error(ErrorCode::outcome_unknown,
                                std::string("the storage failed during commit: ") + exception.what(),
                                "retry with the same idempotency key to learn the outcome"));
        }
    }

private:
    Connection& connection_;
    bool is_open_ = true;
};

class SqliteLedger final : public port::Ledger {
public:
    explicit SqliteLedger(Options options) : options_(std::move(options)) {}

    void read(const std::function<void(port::Snapshot&)>& work) override {
        guarded([&] {
            Connection& connection = open();
            const Transaction transaction(connection, "BEGIN");
            require_known_schema();
            SqliteUnitOfWork snapshot(connection);
            work(snapshot);
        });
    }

    Status transact(const port::WriteOptions& write, const std::function<Status(port::UnitOfWork&)>& work) override {
        return guarded([&] {
            Connection& connection = open();
            const Gate gate(options_.path + "-gate", mode_, options_.wait_ms);
            Status outcome = ok();
            {
                Transaction transaction(connection, "BEGIN IMMEDIATE");
                require_known_schema();
                SqliteUnitOfWork unit(connection);
                outcome = work(unit);
                if (outcome && !write.dry_run) transaction.commit();
            }
            connection.checkpoint_if_long();
            return outcome;
        });
    }

private:
    Connection& open() {
        if (connection_) return *connection_;
        require(check_database_file(options_.path));
        struct stat file {};
        if (stat(options_.path.c_str(), &file) == 0) mode_ = file.st_mode & 0777;
        connection_.emplace(options_.path, false);
        return *connection_;
    }

    /// Once, inside the first transaction, which saves taking its locks twice.
    void require_known_schema() {
        if (is_schema_known_) return;
        require_current_schema(*connection_);
        is_schema_known_ = true;
    }

    Options options_;
    mode_t mode_ = k_private_mode;  // of the database, and so of the gate's file
    std::optional<Connection> connection_;
    bool is_schema_known_ = false;
};

/// The database under construction: an empty ledger in a file that nobody else knows.
class NewLedger final : public port::Ledger {
public:
    explicit NewLedger(const std::string& path) : connection_(path, true) {
        connection_.execute_script("PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL");
        migrate(connection_);
    }
    void read(const std::function<void(port::Snapshot&)>& work) override {
        SqliteUnitOfWork snapshot(connection_);
        work(snapshot);
    }
    Status transact(const port::WriteOptions&, const std::function<Status(port::UnitOfWork&)>& work) override {
        Transaction transaction(connection_, "BEGIN IMMEDIATE");
        SqliteUnitOfWork unit(connection_);
        const Status outcome = work(unit);
        if (outcome) transaction.commit();
        return outcome;
    }

private:
    Connection connection_;
};

Failure cannot(const std::string& what, const std::string& path) {
    return Failure(
        Error(ErrorCode::storage_unavailable, "cannot " + what + " " + in_quotes(path) + ": " + std::strerror(errno)));
}

void create_private_file(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, k_private_mode));
    if (!file.is_open()) throw cannot("create", path);
}

/// Makes a rename or a new file in the directory of `path` durable.
void sync_directory(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const FileDescriptor file(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.is_open() || fsync(file.get()) != 0) throw cannot("sync", directory);
}

}  // namespace

std::string storage_version() {
    return std::string("SQLite ") + SQLite::getLibVersion() + ", schema " + std::to_string(newest_schema_version());
}

std::unique_ptr<port::Ledger> open_ledger(const Options& options) { return std::make_unique<SqliteLedger>(options); }

void create_ledger(const Options& options, const std::function<void(port::Ledger&)>& fill) {
    require(check_new_database(options.path));
    const Gate gate(options.path + "-gate", k_private_mode, options.wait_ms);
    require(check_new_database(options.path));
    const std::string draft_path = options.path + "-new";
    for (const char* leftover : {"", "-wal", "-shm"})
        unlink((draft_path + leftover).c_str());  // of a run that was killed
    create_private_file(draft_path);
    guarded([&] {
        NewLedger ledger(draft_path);
        fill(ledger);
    });
    if (renameat2(AT_FDCWD, draft_path.c_str(), AT_FDCWD, options.path.c_str(), RENAME_NOREPLACE) != 0)
        throw cannot("name", options.path);
    sync_directory(options.path);
}

}  // namespace bankctl::sqlite
