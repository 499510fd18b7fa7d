// Each way in which the limiter's file can be unsafe, damaged or out of date, and what whoever meets it is answered.
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iostream>

#include <catch2/catch.hpp>

#include "core/limit/shm/layout.h"
#include "tests/limiter/child.h"
#include "tests/limiter/making.h"
#include "tests/limiter/shared_memory.h"
#include "tests/support/failure.h"
#include "tests/support/temp_directory.h"

namespace bankctl::limiter_test {
namespace {

constexpr uid_t k_nobody = 65'534;
constexpr std::int64_t k_second_ns = 1'000'000'000;
const LimitPolicy k_policy{.rate = 5, .burst = 5};
const port::LimitSubject k_user{"user", LimitClass::command};

/// A bank whose limiter's file was made and closed again.
struct Bank {
    test::TempDirectory directory;
    std::int64_t now_ns = 3'600 * k_second_ns;
    std::string place;

    Bank() {
        make_database(directory.file("bank.db"));
        place = open()->describe().place;
    }
    std::unique_ptr<port::Limiter> open() {
        return shared_memory_limiter({.database_path = directory.file("bank.db"),
                                      .capacity = 64,
                                      .clock = [this] { return now_ns; },
                                      .fault_point = {}});
    }
    std::optional<ErrorCode> failure() {
        return test::failure_code([this] { open(); });
    }
    /// Overwrites bytes of the file.
    void overwrite(std::size_t offset, const std::string& bytes) const {
        std::fstream file(place, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(offset));
        file << bytes;
    }
    std::int64_t left() {
        std::int64_t admitted = 0;
        const auto limiter = open();
        while (limiter->take(k_user, k_policy, {}).is_admitted) ++admitted;
        return admitted;
    }
};

bool is_root() { return geteuid() == 0; }

}  // namespace

TEST_CASE("a file that is cut short or damaged is not used", "[limiter]") {
    Bank bank;
    REQUIRE_FALSE(bank.failure());
    const auto size = std::filesystem::file_size(bank.place);
    for (const std::uintmax_t bytes : {std::uintmax_t{0}, std::uintmax_t{1}, std::uintmax_t{4'095},
                                       std::uintmax_t{4'096}, size / 2, size - 1, size + 1}) {
        const std::string whole = test::read_file(bank.place);
        INFO(bytes << " bytes");
        std::filesystem::resize_file(bank.place, bytes);
        CHECK(bank.failure() == ErrorCode::limiter_unavailable);
        std::filesystem::resize_file(bank.place, size);
        bank.overwrite(0, whole);
    }
    for (const std::size_t offset :
         {offsetof(shm::Header, magic), offsetof(shm::Header, version), offsetof(shm::Header, capacity),
          offsetof(shm::Header, boot_id), offsetof(shm::Header, time_namespace)}) {
        INFO("byte " << offset);
        const std::string whole = test::read_file(bank.place);
        bank.overwrite(offset, std::string(1, static_cast<char>(whole[offset] + 1)));
        CHECK(bank.failure() == ErrorCode::limiter_unavailable);
        bank.overwrite(0, whole);
        REQUIRE_FALSE(bank.failure());
    }
}

TEST_CASE("a file that is no plain file of its own name is not used", "[limiter]") {
    Bank bank;
    const std::string other = bank.directory.file("other");
    const std::string what = GENERATE("link", "dangling link", "hard link", "folder", "pipe");
    INFO(what);
    if (what == "hard link") {
        std::filesystem::create_hard_link(bank.place, other);
    } else {
        std::filesystem::rename(bank.place, other);
        if (what == "link") std::filesystem::create_symlink(other, bank.place);
        if (what == "dangling link") std::filesystem::create_symlink(bank.directory.file("nothing"), bank.place);
        if (what == "folder") std::filesystem::create_directory(bank.place);
        if (what == "pipe") REQUIRE(mkfifo(bank.place.c_str(), 0600) == 0);
    }
    CHECK(bank.failure() == ErrorCode::limiter_unavailable);
    std::filesystem::remove(bank.place);
    CHECK_FALSE(bank.failure());
}

TEST_CASE("a file that more may use than the database is not used", "[limiter]") {
    Bank bank;
    for (const mode_t mode : {0601U, 0604U, 0606U, 0620U, 0640U, 0661U, 0666U, 0700U}) {
        INFO("mode " << std::oct << mode);
        REQUIRE(chmod(bank.place.c_str(), mode) == 0);
        CHECK(bank.failure() == ErrorCode::limiter_unavailable);
    }
    REQUIRE(chmod(bank.place.c_str(), 0600) == 0);
    CHECK_FALSE(bank.failure());
}

TEST_CASE("a file of another user is not used", "[.][limiter][rights]") {
    if (!is_root()) {
        std::cout << "SKIPPED: a file of another user needs the rights of root" << std::endl;
        return;
    }
    Bank bank;
    REQUIRE(chown(bank.place.c_str(), k_nobody, k_nobody) == 0);
    CHECK(bank.failure() == ErrorCode::limiter_unavailable);
    REQUIRE(chown(bank.place.c_str(), geteuid(), getegid()) == 0);
    CHECK_FALSE(bank.failure());
}

TEST_CASE("a file of another boot is replaced, and everybody begins with a full bucket", "[limiter]") {
    Bank bank;
    REQUIRE(bank.left() == k_policy.burst);
    REQUIRE(bank.left() == 0);
    constexpr std::size_t k_boot_digits = 12;
    const std::string stale = bank.place.substr(0, bank.place.size() - k_boot_digits) + "0123456789ab";
    std::filesystem::rename(bank.place, stale);
    const test::TempDirectory aside;
    std::filesystem::rename(bank.directory.file("bank.db-boot"), aside.file("mark"));
    const std::string boot = test::read_file(aside.file("mark"));
    test::write_file(bank.directory.file("bank.db-boot"), "00000000" + boot.substr(8));
    REQUIRE(chmod(bank.directory.file("bank.db-boot").c_str(), 0600) == 0);
    bank.now_ns = 60 * k_second_ns;  // the machine was started just now

    CHECK(bank.left() == k_policy.burst);
    CHECK_FALSE(std::filesystem::exists(stale));
    CHECK(std::filesystem::exists(bank.place));
    CHECK(test::read_file(bank.directory.file("bank.db-boot")) == boot);
}

TEST_CASE("whoever removes the file has nothing left, and gains by it as time passes", "[limiter]") {
    Bank bank;
    for (int i = 0; i < 3; ++i) {
        std::filesystem::remove(bank.place);
        CHECK(bank.left() == 0);
        bank.now_ns += k_second_ns / 5 - 1;
        CHECK(bank.left() == 0);
        bank.now_ns += 1;
        CHECK(bank.left() == 1);
    }
}

TEST_CASE("whoever holds a file that was removed is admitted by the one that others use", "[limiter]") {
    Bank bank;
    std::vector<std::unique_ptr<port::Limiter>> holders;
    for (int i = 0; i < 3; ++i) {
        holders.push_back(bank.open());
        std::filesystem::remove(bank.place);
    }
    CHECK(bank.left() == 0);
    bank.now_ns += k_second_ns;
    std::int64_t admitted = 0;
    for (const auto& holder : holders) {
        while (holder->take(k_user, k_policy, {}).is_admitted) ++admitted;
    }
    CHECK(admitted == k_policy.burst);
    CHECK(bank.left() == 0);
}

TEST_CASE("a process of another time namespace is refused", "[.][limiter][rights]") {
    Bank bank;
    const SharedArray<Problem> problem(1);
    const pid_t child = start_child(
        [&] {
            // A process moves to the new namespace only with its next child.
            if (unshare(CLONE_NEWTIME) != 0) _exit(2);
            std::ofstream("/proc/self/timens_offsets") << "boottime 3600 0" << std::endl;
            const pid_t inner =
                start_child([&] { _exit(bank.failure() == ErrorCode::limiter_unavailable ? 0 : 3); }, problem[0]);
            int status = 0;
            waitpid(inner, &status, 0);
            _exit(WEXITSTATUS(status));
        },
        problem[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WEXITSTATUS(status) == 2) {
        std::cout << "SKIPPED: a time namespace cannot be made here" << std::endl;
        return;
    }
    INFO(problem[0].data());
    CHECK(WEXITSTATUS(status) == 0);
}

}  // namespace bankctl::limiter_test
