// What clients do to a bank while its storage fails: every kind of request, each with a key, backups and restores.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/port/ledger.h"
#include "tests/fault/recorder.h"

namespace bankctl::fault_test {

/// The files of a workload, in the folder that it is done in.
inline constexpr const char* k_bank = "bank.db";
inline constexpr const char* k_backup = "copy.db";
inline constexpr const char* k_second_bank = "second.db";

/// One request or import. It may be repeated: its keys see that it has its effect once.
using Use = std::function<Status(port::Ledger& ledger, Clock& clock)>;

/// All uses, in the order in which the workload makes them.
const std::vector<Use>& all_uses();

/// What the bank ends in once all uses were made, whatever was lost and repeated on the way.
struct Outcome {
    Seq last_seq;
    std::string balances;  ///< of all accounts, with what is held, in readable form

    bool operator==(const Outcome&) const = default;
};
Outcome outcome_of(port::Ledger& ledger);
/// That of a bank to which nothing ever happened.
const Outcome& expected_outcome();

/// Makes the bank in `folder`.
void create_bank(const std::string& folder, Clock& clock, Recorder* recorder);

/// Opens the bank in `folder` as each process does, for one use; tells the recorder.
Status make_use(const std::string& folder, const Use& use, Clock& clock, Recorder* recorder);

/// Everything from creating the bank: uses, backups to a free and a taken place, restores to a free place and over the
/// bank, and the uses that the restore took back.
void do_workload(const std::string& folder, Recorder& recorder);

/// A backup of the bank, verified and kept as k_backup.
void back_up(const std::string& folder, Recorder* recorder);

}  // namespace bankctl::fault_test
