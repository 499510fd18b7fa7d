// Damage to the files of a bank, as a fuzzer's bytes describe it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bankctl::fuzz {

/// A bank's file and its write-ahead log, as bytes.
struct BankFiles {
    std::string database;
    std::string log;
};

/// Alters copies of a bank's files. Instructions are 8 bytes each, what is left over is ignored: a byte whose value
/// modulo 4 is what to do (0 writes into the database; 1 into the log; 2 into the log and makes its checksums right
/// again; 3 cuts one of the files), 2 bytes that say where, 1 that says how many, and 4 bytes to write.
///
/// Most of a database file is empty. So a place is counted among the bytes that hold something, or are near one that
/// does.
class Damage {
public:
    explicit Damage(BankFiles sound);

    /// The files after the damage.
    BankFiles apply(std::string_view instructions) const;

private:
    BankFiles sound_;
    std::vector<std::size_t> database_places_;
    std::vector<std::size_t> log_places_;
};

}  // namespace bankctl::fuzz
