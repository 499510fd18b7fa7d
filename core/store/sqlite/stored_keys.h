// Idempotency keys as the table `idempotency` keeps them (see schema/001_ledger.sql), inside one transaction.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/store/sqlite/connection.h"

namespace bankctl::sqlite {

class StoredKeys {
public:
    explicit StoredKeys(Connection& connection) : connection_(connection) {}

    std::optional<Seq> find(const std::string& key);
    /// Notes a key that is to be inserted.
    void add(const std::string& key, Seq seq);
    /// Inserts the keys that were added.
    void insert();
    std::int64_t count();
    /// Prepares what looking up and inserting one key takes.
    void prepare();

private:
    struct Parts {
        std::string_view name;
        std::optional<std::int64_t> number;
    };
    static Parts parts_of(std::string_view key);
    /// As the table has it: 16 or 24 bytes.
    struct Bytes {
        std::array<char, 24> bytes;
        std::size_t size;
        std::string_view view() const { return {bytes.data(), size}; }
    };
    Bytes stored(const Parts& parts);
    /// The greatest number stored with the name of the run; -1 for none.
    std::int64_t greatest_number();

    Connection& connection_;
    std::vector<std::pair<Bytes, Seq>> added_;
    // The run: keys of one name that come one after another. Beyond its greatest number there is nothing to look up.
    std::string run_name_;
    std::string run_digest_;                      // its first 16 bytes
    std::optional<std::int64_t> run_number_max_;  // known from the second key of the run on
};

}  // namespace bankctl::sqlite
