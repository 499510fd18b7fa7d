#include "core/store/sqlite/sqlite_ledger.h"

#include <sys/stat.h>

#include <optional>

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

constexpr const char* k_begin_reading = "BEGIN";
constexpr const char* k_begin_writing = "BEGIN IMMEDIATE";
constexpr const char* k_commit = "COMMIT";

/// Rolls back unless told otherwise.
class Transaction {
public:
    Transaction(Connection& connection, const char* begin) : connection_(connection) {
        connection_.require_no_transaction();
        connection_.execute(begin);
    }
    ~Transaction() {
        if (is_open_) connection_.roll_back();
    }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    /// A commit that fails may or may not have reached the disk. The error is made beforehand, since it may be memory
    /// that commit lacks.
    void commit() {
        constexpr std::size_t k_message_bytes = 256;
        Error unknown(ErrorCode::outcome_unknown, "the storage failed during commit: ");
        unknown.message.reserve(k_message_bytes);
        Query commit = connection_.query(k_commit, "");
        try {
            commit.run();
        } catch (const std::exception& exception) {
            const std::string_view reason = exception.what();
            unknown.message += reason.substr(0, k_message_bytes - unknown.message.size());
            throw Failure(std::move(unknown));
        }
        is_open_ = false;
    }

private:
    Connection& connection_;
    bool is_open_ = true;
};

class SqliteLedger final : public port::Ledger {
public:
    explicit SqliteLedger(Options options) : options_(std::move(options)) {}

    void read(const std::function<void(port::Snapshot&)>& work) override {
        on_open([&](Connection& connection) {
            std::optional<Transaction> transaction;
            begin_reading(connection, transaction);
            SqliteUnitOfWork snapshot(connection);
            work(snapshot);
        });
    }

    Status transact(const port::WriteOptions& write, const std::function<Status(port::UnitOfWork&)>& work) override {
        return on_open([&](Connection& connection) {
            prepare(connection);
            const Gate gate(options_.path + "-gate", mode_, options_.wait_ms, options_.gives_up);
            require_same_file(connection);
            Status outcome = ok();
            {
                Transaction transaction(connection, k_begin_writing);
                require_current_schema(connection);
                SqliteUnitOfWork unit(connection);
                outcome = work(unit);
                if (outcome && !write.dry_run) transaction.commit();
            }
            connection.checkpoint_if_long(write.more_follow ? k_wal_pages_in_series_max : k_wal_pages_max);
            return outcome;
        });
    }

    void settle() override {
        if (!connection_) return;
        try {
            const Gate gate(options_.path + "-gate", mode_, 0);
            connection_->checkpoint_if_long(k_wal_pages_max);
        } catch (const Failure&) {  // somebody is in the gate, and will do it
        }
    }

private:
    template <class Work>
    std::invoke_result_t<Work, Connection&> on_open(Work work) {
        return guarded([&] { return on_readable(open(), work); });
    }

    Connection& open() {
        if (connection_) return *connection_;
        require(check_database_file(options_.path));
        mode_ = mode_of_database(options_.path);
        connection_.emplace(options_.path, false, options_.wait_ms);
        return *connection_;
    }

    /// Begins to read. A database of an older schema is upgraded before, so that it costs the others nothing.
    void begin_reading(Connection& connection, std::optional<Transaction>& snapshot) {
        snapshot.emplace(connection, k_begin_reading);
        if (!needs_migration(connection)) return;
        snapshot.reset();
        {
            const Gate gate(options_.path + "-gate", mode_, options_.wait_ms, options_.gives_up);
            require_same_file(connection);
            migrate(connection);
            connection.checkpoint_if_long(k_wal_pages_max);
        }
        snapshot.emplace(connection, k_begin_reading);
        require_current_schema(connection);
    }

    /// A database that was removed or replaced while this process had it open would swallow what it writes.
    void require_same_file(Connection& connection) {
        int has_moved = 0;
        sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_HAS_MOVED, &has_moved);
        if (has_moved != 0)
            throw Failure(Error(ErrorCode::storage_unavailable,
                                in_quotes(options_.path) + " was removed or replaced while it was in use",
                                "run the command again"));
    }

    /// Reads the schema and prepares statements before the gate, where that holds up nobody. The snapshot has to end
    /// here: a transaction that goes on with it could not write once others have.
    void prepare(Connection& connection) {
        if (is_prepared_) return;
        std::optional<Transaction> snapshot;
        begin_reading(connection, snapshot);
        SqliteUnitOfWork(connection).prepare();
        for (const char* const statement : {k_begin_writing, k_commit}) connection.query(statement, "");
        is_prepared_ = true;
    }

    Options options_;
    mode_t mode_ = k_private_mode;  // of the database, and so of the gate's file
    std::optional<Connection> connection_;
    bool is_prepared_ = false;
};

/// The database under construction: an empty ledger in a file that nobody else knows, and that is synced in the end. It
/// has no log, since what could not get out of one when it is closed would be lost without a word.
class NewLedger final : public port::Ledger {
public:
    explicit NewLedger(Connection& connection) : connection_(connection) {
        connection_.execute_script("PRAGMA journal_mode=MEMORY;PRAGMA synchronous=OFF");
        migrate(connection_);
    }
    void read(const std::function<void(port::Snapshot&)>& work) override {
        SqliteUnitOfWork snapshot(connection_);
        work(snapshot);
    }
    Status transact(const port::WriteOptions&, const std::function<Status(port::UnitOfWork&)>& work) override {
        Transaction transaction(connection_, k_begin_writing);
        SqliteUnitOfWork unit(connection_);
        const Status outcome = work(unit);
        if (outcome) transaction.commit();
        return outcome;
    }
    void finish() { connection_.execute_script("PRAGMA journal_mode=WAL"); }
    void settle() override {}

private:
    Connection& connection_;
};

}  // namespace

std::shared_ptr<void> take_delivery_turn(const Options& options) {
    return std::make_shared<DeliveryTurn>(options.path + "-gate", mode_of_database(options.path), options.wait_ms,
                                          options.gives_up);
}

std::string storage_version() {
    return std::string("SQLite ") + SQLite::getLibVersion() + ", schema " + std::to_string(newest_schema_version());
}

std::unique_ptr<port::Ledger> open_ledger(const Options& options) { return std::make_unique<SqliteLedger>(options); }

void create_ledger(const Options& options, const std::function<void(port::Ledger&)>& fill) {
    require(check_new_database(options.path));
    const Gate gate(options.path + "-gate", k_private_mode, options.wait_ms);
    require(check_new_database(options.path));
    PrivateFile draft(options.path + "-new", options.wait_ms);
    guarded([&] {
        Connection connection(draft.path(), true);
        on_readable(connection, [&](Connection&) {
            NewLedger ledger(connection);
            fill(ledger);
            ledger.finish();
        });
    });
    require(check_database_file(draft.path()));  // SQLite may leave the mode as it was
    remove_companions(options.path);
    draft.rename_to(options.path, false);
}

}  // namespace bankctl::sqlite
