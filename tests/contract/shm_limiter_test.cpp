// The limiter in shared memory: what its file is, who may use it, and what becomes of it when it fills up.
#include "core/limit/shm/shm_limiter.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "tests/support/limiter.h"

namespace bankctl::test {
namespace {

const LimitPolicy k_bucket{};

port::LimitSubject user(int number) { return {"u" + std::to_string(number), LimitClass::command}; }

/// A limiter with room for `room` users.
std::unique_ptr<port::Limiter> limiter_with_room(const TempDirectory& directory, std::uint32_t room) {
    shm::Options options{directory.file("bank.db"), 2 * room};
    options.now_ns = [] { return limiter_now_ns(); };
    return shm::open_limiter(options);
}

}  // namespace

TEST_CASE("a full limiter refuses new users until one of its users is idle, and tells when", "[limiter]") {
    const TempDirectory directory;
    const auto limiter = limiter_with_room(directory, 8);
    for (int i = 0; i < 8; ++i) {
        REQUIRE(limiter->take(user(i), k_bucket, {}).is_admitted);
        limiter_now_ns() += 1'000'000;
    }
    const port::Decision refused = limiter->take(user(8), k_bucket, {});
    REQUIRE_FALSE(refused.is_admitted);
    CHECK(refused.is_full);
    CHECK(refused.delay == std::chrono::milliseconds(192));  // the first user is idle 200 ms after their request
    for (int i = 0; i < 8; ++i) CHECK(limiter->peek(user(i), k_bucket).remaining == 4);
    limiter_now_ns() += refused.delay.count();
    CHECK(limiter->take(user(8), k_bucket, {}).is_admitted);
    CHECK(limiter->describe().used == 8);
}

TEST_CASE("moving to another table keeps what everybody was charged", "[limiter]") {
    const TempDirectory directory;
    const auto limiter = limiter_with_room(directory, 8);
    for (int round = 0; round < 20; ++round) {
        for (int i = 0; i < 4; ++i) {
            while (limiter->take(user(i), k_bucket, {}).is_admitted) {
            }
        }
        for (int i = 0; i < 100; ++i) limiter->take(user(100 * round + i + 10), k_bucket, {});
        limiter_now_ns() += k_second_ns / 4;  // the strangers are idle, the four users have gained one each
        for (int i = 0; i < 100; ++i) limiter->take(user(100 * round + i + 10), k_bucket, {});
        for (int i = 0; i < 4; ++i) CHECK(limiter->peek(user(i), k_bucket).remaining == 1);
        limiter_now_ns() += 2 * k_second_ns;
    }
}

TEST_CASE("two openings of one bank share the buckets, two banks do not", "[limiter]") {
    const TempDirectory directory;
    const TempDirectory other_directory;
    const auto first = make_limiter(LimiterAdapter::shared_memory, directory);
    const auto second = make_limiter(LimiterAdapter::shared_memory, directory);
    const auto other = make_limiter(LimiterAdapter::shared_memory, other_directory);
    for (int i = 0; i < 5; ++i) REQUIRE(first->take(user(0), k_bucket, {}).is_admitted);
    CHECK_FALSE(second->take(user(0), k_bucket, {}).is_admitted);
    CHECK(other->take(user(0), k_bucket, {}).is_admitted);
    first->confirm(second->propose({}));
    CHECK(second->rule(user(0)));
}

TEST_CASE("removing the file gains nothing", "[limiter]") {
    const TempDirectory directory;
    auto limiter = make_limiter(LimiterAdapter::shared_memory, directory);
    REQUIRE(limiter->take(user(0), k_bucket, {}).is_admitted);
    std::filesystem::remove(limiter->describe().place);
    limiter = make_limiter(LimiterAdapter::shared_memory, directory);
    const port::Decision refused = limiter->take(user(0), k_bucket, {});
    CHECK_FALSE(refused.is_admitted);
    CHECK(refused.delay == std::chrono::milliseconds(200));
    CHECK_FALSE(limiter->take(user(1), k_bucket, {}).is_admitted);
}

TEST_CASE("the file is as open as the database", "[limiter]") {
    const TempDirectory directory;
    const std::string database = directory.file("bank.db");
    write_file(database, "x");
    const mode_t mode = GENERATE(mode_t{0600}, mode_t{0660});
    REQUIRE(chmod(database.c_str(), mode) == 0);
    const std::string place = make_limiter(LimiterAdapter::shared_memory, directory)->describe().place;
    struct stat file {};
    REQUIRE(stat(place.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777) == mode);
    REQUIRE(chmod(database.c_str(), 0660) == 0);  // shared later
    make_limiter(LimiterAdapter::shared_memory, directory);
    REQUIRE(stat(place.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777) == 0660);
}

}  // namespace bankctl::test
