#include "core/store/sqlite/migrations.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

#include "core/base/file_descriptor.h"
#include "core/base/sha256.h"
#include "core/store/sqlite/file_safety.h"
#include "embedded_migrations.h"

namespace bankctl::sqlite {
namespace {

constexpr const char* k_schema_version = "PRAGMA user_version";
constexpr const char* k_insert_migration = "INSERT INTO migration(version,name,checksum)VALUES(?,?,?)";
constexpr const char* k_select_migrations = "SELECT version,name,checksum FROM migration ORDER BY version";
constexpr const char* k_select_objects =
    "SELECT type,name,tbl_name,coalesce(sql,'')FROM sqlite_schema ORDER BY type,name";

std::string checksum(std::string_view contents) {
    const Digest digest = sha256(contents);
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// Every object of the schema as lines of text.
std::string schema_text(Connection& connection) {
    std::string text;
    Query row = connection.query(k_select_objects, "sqlite_schema");
    while (row.next()) {
        row.first_column();
        for (int column = 0; column < 4; ++column) text += row.text() + '\x1f';
        text += '\n';
    }
    return text;
}

std::string migrations_text(Connection& connection) {
    std::string text;
    Query row = connection.query(k_select_migrations, "migration");
    while (row.next()) {
        row.first_column();
        text += std::to_string(row.integer()) + '\x1f';
        text += row.text() + '\x1f';
        text += to_hex(row.blob()) + '\n';
    }
    return text;
}

Failure unknown_schema(std::int64_t version) {
    const bool is_newer = version > newest_schema_version();
    return Failure(Error(is_newer ? ErrorCode::newer_schema : ErrorCode::older_schema,
                         "the database has schema version " + std::to_string(version) + ", this bankctl knows " +
                             std::to_string(newest_schema_version()))
                       .with("schema_version", version)
                       .with("known_version", newest_schema_version()));
}

}  // namespace

std::int64_t newest_schema_version() { return static_cast<std::int64_t>(embedded::migrations.size()); }

bool can_be_migrated(std::int64_t version) { return version >= 1 && version < newest_schema_version(); }

/// SQLite's file format, section 1.3: 4 bytes big-endian at offset 60.
std::optional<std::int64_t> schema_version_in(const std::string& path) {
    if (!check_file(path) || !check_header(path)) return std::nullopt;
    const FileDescriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    std::array<unsigned char, 4> bytes{};
    if (!file.is_open() || pread(file.get(), bytes.data(), bytes.size(), 60) != static_cast<ssize_t>(bytes.size()))
        return std::nullopt;
    std::int64_t version = 0;
    for (const unsigned char byte : bytes) version = version * 256 + byte;
    return version;
}

void migrate(Connection& connection, std::int64_t last) {
    for (std::int64_t version = connection.single_integer(k_schema_version) + 1; version <= last; ++version) {
        const embedded::File& file = embedded::migrations[static_cast<std::size_t>(version - 1)];
        SQLite::Transaction transaction(connection.database(), SQLite::TransactionBehavior::IMMEDIATE);
        connection.execute_script(std::string(file.contents));
        const std::string name(file.name);
        connection.query(k_insert_migration, "migration")
            .bind(version)
            .bind(name)
            .bind_blob(checksum(file.contents))
            .run();
        connection.execute_script("PRAGMA user_version=" + std::to_string(version) +
                                  ";PRAGMA application_id=" + std::to_string(k_application_id));
        transaction.commit();
    }
}

bool needs_migration(Connection& connection) {
    const std::int64_t version = connection.single_integer(k_schema_version);
    if (version == newest_schema_version()) return false;
    if (!can_be_migrated(version)) throw unknown_schema(version);
    return true;
}

void require_current_schema(Connection& connection) {
    const std::int64_t version = connection.single_integer(k_schema_version);
    if (version != newest_schema_version()) throw unknown_schema(version);
}

port::Check check_schema(Connection& connection) {
    Connection expected(":memory:", true);
    migrate(expected);
    if (migrations_text(connection) != migrations_text(expected))
        return {"schema", false, "the recorded migrations are not those of this bankctl"};
    if (schema_text(connection) != schema_text(expected))
        return {"schema", false, "a table, index or trigger is not as the migrations make it"};
    const bool is_ours = connection.single_integer("PRAGMA application_id") == k_application_id;
    if (!is_ours) return {"schema", false, "the application id was changed"};
    return {"schema", true, "version " + std::to_string(newest_schema_version())};
}

}  // namespace bankctl::sqlite
