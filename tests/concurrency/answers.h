// What an answer must be when the bank stands as the bank on paper does.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/concurrency/journal.h"
#include "tests/concurrency/observation.h"
#include "tests/support/reference_bank.h"

namespace bankctl::concurrency_test {

class Answers {
public:
    /// Exports are held against the last ones of `recording`.
    Answers(const Journal& journal, const Recording& recording, const std::vector<Observation>& seen);

    /// What is wrong with a step's answer, given by a bank that stands as `bank`, whose journal has `length` entries;
    /// empty if nothing is.
    std::string fault(std::size_t step, const test::ReferenceBank& bank, std::int64_t length) const;

    /// True if the entry may be what `order` asked for, by kind, accounts, amount and memo.
    bool is_entry_of(const Order& order, const JournalEntry& entry) const;

    /// What the entry says otherwise than `bank`, which has just made it.
    std::string entry_fault(const JournalEntry& entry, const test::ReferenceBank& bank) const;

private:
    /// An export's text and where in it the entries end.
    struct Export {
        std::string text;
        std::map<std::int64_t, std::size_t> ends;  ///< by seq
    };

    std::vector<std::int64_t> moments(const Answer& answer) const;
    std::string fault_of_post(std::size_t step, const test::ReferenceBank& bank, std::int64_t length) const;
    std::string fault_of_refusal(std::size_t step, const test::ReferenceBank& bank) const;
    std::string fault_of_transaction(const test::Json& shown, const JournalEntry& entry, const Answer& answer,
                                     const test::ReferenceBank& bank, std::int64_t length) const;
    std::string fault_of_account(const test::Json& shown, const Answer& answer, const test::ReferenceBank& bank) const;
    std::string fault_of_balances(const test::Json& rows, const Answer& answer, const test::ReferenceBank& bank) const;
    std::string fault_of_list(std::size_t step, const test::ReferenceBank& bank, std::int64_t length) const;
    std::string fault_of_show(std::size_t step, const test::ReferenceBank& bank, std::int64_t length) const;
    std::string fault_of_head(const test::Json& head, std::int64_t length) const;
    static std::string fault_of_export(const Export& whole, const std::string& text, std::int64_t length);
    static test::Json state_of(const test::ReferenceBank& bank, const test::ReferenceBank::Account& account,
                               std::int64_t time_us);
    void read_ends();
    static void read_ends(Export& whole, const std::vector<std::int64_t>& seqs,
                          const std::function<bool(const std::string& line, std::int64_t seq)>& is_line_of);

    const Journal& journal_;
    const Recording& recording_;
    const std::vector<Observation>& seen_;
    std::vector<std::int64_t> expiries_us_;  // of all holds, ascending
    std::map<std::int64_t, std::vector<std::int64_t>> reversals_;
    Export ndjson_;
    Export csv_;
};

}  // namespace bankctl::concurrency_test
