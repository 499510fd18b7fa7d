// A bank that several users of the machine share.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "tests/cli/bank.h"
#include "tests/cli/program.h"

namespace bankctl::cli_test {

inline constexpr uid_t k_stranger = 54321;
inline constexpr gid_t k_group = 54322;

/// A bank that is shared with a group, and a process that belongs to the group and to nobody that the machine knows.
class SharedBank {
public:
    SharedBank() {
        std::filesystem::copy(BANKCTL_EXECUTABLE, bank.file("bankctl"));
        for (const std::string& path : {bank.directory(), bank.path(), bank.path() + "-gate", bank.file("bankctl")}) {
            REQUIRE(chown(path.c_str(), 0, k_group) == 0);
            REQUIRE(chmod(path.c_str(), path.starts_with(bank.path()) ? 0660 : 0770) == 0);
        }
        bank.ok({"balance", "--all"});  // shares the other files beside it
    }

    /// As the user of that number, of the bank's group.
    Run run_as(uid_t uid, Words words) const {
        words.insert(words.begin(), {"--reuid", std::to_string(uid), "--regid", std::to_string(k_group),
                                     "--clear-groups", bank.file("bankctl"), "--json"});
        return run_program(bank, "setpriv", words);
    }
    Run run_as_stranger(const Words& words) const { return run_as(k_stranger, words); }

    Bank bank;
};

/// False where no second user can be had, which it says.
inline bool can_be_stranger() {
    if (geteuid() == 0) return has_program("setpriv");
    WARN("SKIPPED: only root can run a process of another user");
    return false;
}

}  // namespace bankctl::cli_test
