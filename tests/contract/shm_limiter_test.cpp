// The limiter in shared memory: what its file is, who may use it, and what becomes of it when it fills up.
#include "core/limit/shm/shm_limiter.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"
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

TEST_CASE("who stops sharing a database takes the file back", "[limiter]") {
    const TempDirectory directory;
    const std::string database = directory.file("bank.db");
    write_file(database, "x");
    REQUIRE(chmod(database.c_str(), 0660) == 0);
    const std::string place = make_limiter(LimiterAdapter::shared_memory, directory)->describe().place;
    REQUIRE(chmod(database.c_str(), 0600) == 0);
    make_limiter(LimiterAdapter::shared_memory, directory);
    struct stat file {};
    REQUIRE(stat(place.c_str(), &file) == 0);
    CHECK((file.st_mode & 07777) == 0600);
    REQUIRE(chmod(place.c_str(), 0644) == 0);
    CHECK(failure_code([&] { make_limiter(LimiterAdapter::shared_memory, directory); }) ==
          ErrorCode::limiter_unavailable);
}

TEST_CASE("the mark of a boot is a file of the owner's own", "[limiter]") {
    const TempDirectory directory;
    const std::string mark = directory.file("bank.db-boot");
    const std::string victim = directory.file("victim");
    write_file(victim, std::string(100, 'v'));
    SECTION("not a pipe, on which one would wait") { REQUIRE(mkfifo(mark.c_str(), 0600) == 0); }
    SECTION("not a symbolic link") { std::filesystem::create_symlink(victim, mark); }
    SECTION("not another name of something else") { std::filesystem::create_hard_link(victim, mark); }
    CHECK(failure_code([&] { make_limiter(LimiterAdapter::shared_memory, directory); }) ==
          ErrorCode::limiter_unavailable);
    CHECK(read_file(victim) == std::string(100, 'v'));
}

TEST_CASE("half a mark of a boot is written again", "[limiter]") {
    const TempDirectory directory;
    write_file(directory.file("bank.db-boot"), "1a90");
    REQUIRE(chmod(directory.file("bank.db-boot").c_str(), 0600) == 0);
    const std::string place = make_limiter(LimiterAdapter::shared_memory, directory)->describe().place;
    std::filesystem::remove(place);
    CHECK_FALSE(make_limiter(LimiterAdapter::shared_memory, directory)->take(user(0), k_bucket, {}).is_admitted);
}

TEST_CASE("a limiter whose file was removed and cannot be made again goes on failing", "[limiter]") {
    const TempDirectory directory;
    const auto limiter = make_limiter(LimiterAdapter::shared_memory, directory);
    const std::string place = limiter->describe().place;
    std::filesystem::remove(place);
    std::filesystem::create_directory(place);
    for (int i = 0; i < 3; ++i)
        CHECK(failure_code([&] { limiter->take(user(i), k_bucket, {}); }) == ErrorCode::limiter_unavailable);
    std::filesystem::remove(place);
    CHECK_FALSE(limiter->take(user(0), k_bucket, {}).is_admitted);
}

TEST_CASE("rules get to the file that others use, though the one at hand was removed", "[limiter]") {
    const TempDirectory directory;
    const auto setter = make_limiter(LimiterAdapter::shared_memory, directory);
    std::filesystem::remove(setter->describe().place);
    const auto reader = make_limiter(LimiterAdapter::shared_memory, directory);
    reader->confirm(reader->propose({}));
    const std::vector<LimitRule> rules{{Seq{2}, "u0", LimitClass::command, LimitPolicy{}, 1}};
    const std::uint64_t proposal = setter->propose(rules);
    CHECK_FALSE(reader->rule(user(0)));
    setter->confirm(proposal);
    REQUIRE(reader->rule(user(0)));
    CHECK(reader->rule(user(0))->origin == port::RuleOrigin::user);
}

TEST_CASE("the rules of another bank that had the path do not count", "[limiter]") {
    const TempDirectory directory;
    write_file(directory.file("bank.db"), "one");
    REQUIRE(chmod(directory.file("bank.db").c_str(), 0600) == 0);
    auto limiter = make_limiter(LimiterAdapter::shared_memory, directory);
    limiter->confirm(limiter->propose({}));
    limiter = make_limiter(LimiterAdapter::shared_memory, directory);
    CHECK(limiter->rule(user(0)));
    write_file(directory.file("other.db"), "another");
    REQUIRE(chmod(directory.file("other.db").c_str(), 0600) == 0);
    std::filesystem::rename(directory.file("bank.db"), directory.file("away.db"));
    std::filesystem::rename(directory.file("other.db"), directory.file("bank.db"));
    limiter = make_limiter(LimiterAdapter::shared_memory, directory);
    CHECK_FALSE(limiter->rule(user(0)));
}

TEST_CASE("a reset forgets nobody else, whatever moves meanwhile", "[limiter]") {
    static port::Limiter* others = nullptr;
    static std::vector<int> exhausted;  // users who have nothing left when the reset goes on
    static int stops = 0;
    for (int trial = 0; trial < 10; ++trial) {
        const TempDirectory directory;
        const auto limiter = limiter_with_room(directory, 8);
        others = limiter.get();
        REQUIRE(limiter->take(user(0), k_bucket, {}).is_admitted);
        shm::Options options{directory.file("bank.db"), 16};
        options.now_ns = [] { return limiter_now_ns(); };
        options.reached = [](shm::Place place) {
            if (place != shm::Place::entry_found) return;
            ++stops;
            for (int round = 0; round < 4;
                 ++round) {  // new users, for whom entries would be moved, if that could be now
                limiter_now_ns() += 10 * k_second_ns;
                exhausted.clear();
                for (int i = 100 * round + 1; i < 100 * round + 20; ++i) {
                    int admitted = 0;
                    while (others->take(user(i), k_bucket, {}).is_admitted) ++admitted;
                    if (admitted > 0) exhausted.push_back(i);
                }
            }
        };
        shm::open_limiter(options)->reset(user(0));
        for (const int each : exhausted) CHECK_FALSE(limiter->take(user(each), k_bucket, {}).is_admitted);
    }
    CHECK(stops == 10);
}

}  // namespace bankctl::test
