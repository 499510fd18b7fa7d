#include "core/service/staged.h"

#include <map>
#include <string>

#include <catch2/catch.hpp>

namespace bankctl::test {
namespace {

using Values = Staged<int, std::string>;

/// The changed values, each as "value<stored".
std::map<std::string, std::string> changes(const Values& staged) {
    std::map<std::string, std::string> found;
    staged.each_change([&](const std::string& value, const std::string* stored) {
        CHECK(found.emplace(value, stored != nullptr ? *stored : "none").second);
    });
    return found;
}

std::string value(const Values& staged, int key) {
    const std::string* found = staged.find(key);
    return found != nullptr ? *found : "none";
}

using Expected = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("what was loaded is found and is no change") {
    Values staged;
    CHECK(staged.find(1) == nullptr);
    CHECK(staged.load(1, "a") == "a");
    CHECK(value(staged, 1) == "a");
    CHECK(changes(staged).empty());
}

TEST_CASE("loading again does not overwrite what is staged") {
    Values staged;
    staged.put(1, "new");
    CHECK(staged.load(1, "old") == "new");
    CHECK(value(staged, 1) == "new");
}

TEST_CASE("a change remembers what the storage has, however often it is made") {
    Values staged;
    staged.load(1, "a");
    staged.put(1, "b");
    staged.put(1, "c");
    staged.put(2, "x");
    staged.put(2, "y");
    CHECK(changes(staged) == Expected{{"c", "a"}, {"y", "none"}});
    staged.keep();
    staged.put(1, "d");
    staged.put(2, "z");
    CHECK(changes(staged) == Expected{{"d", "a"}, {"z", "none"}});
}

TEST_CASE("a rollback ends where the last keep was") {
    Values staged;
    staged.load(1, "a");
    staged.put(1, "b");
    staged.put(2, "x");
    staged.keep();
    staged.put(1, "c");
    staged.put(1, "d");
    staged.put(2, "y");
    staged.put(3, "new");
    staged.roll_back();
    CHECK(value(staged, 1) == "b");
    CHECK(value(staged, 2) == "x");
    CHECK(staged.find(3) == nullptr);
    CHECK(changes(staged) == Expected{{"b", "a"}, {"x", "none"}});
    staged.roll_back();  // there is nothing more to take back
    CHECK(value(staged, 1) == "b");
}

TEST_CASE("a rollback before any keep leaves what was loaded") {
    Values staged;
    staged.load(1, "a");
    staged.put(1, "b");
    staged.put(2, "x");
    staged.load(4, "loaded in between");
    staged.roll_back();
    CHECK(value(staged, 1) == "a");
    CHECK(staged.find(2) == nullptr);
    CHECK(value(staged, 4) == "loaded in between");
    CHECK(changes(staged).empty());
    staged.put(1, "c");
    CHECK(changes(staged) == Expected{{"c", "a"}});
}

TEST_CASE("clearing forgets values and changes") {
    Values staged;
    staged.load(1, "a");
    staged.put(1, "b");
    staged.clear();
    CHECK(staged.find(1) == nullptr);
    CHECK(changes(staged).empty());
    staged.roll_back();
    CHECK(staged.find(1) == nullptr);
}

}  // namespace bankctl::test
