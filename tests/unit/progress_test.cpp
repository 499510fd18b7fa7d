#include "cli/progress.h"

#include <catch2/catch.hpp>

namespace bankctl::cli {
namespace {

TEST_CASE("a progress line shows part, count and remaining time", "[progress]") {
    CHECK(progress_line(500, "lines", {50, 100}, 10'000'000, 79) ==
          "[####################....................]  50%  500 lines  0:10 left");
    CHECK(progress_line(0, "lines", {0, 100}, 0, 79) == "[" + std::string(40, '.') + "]   0%  0 lines");
    CHECK(progress_line(9, "lines", {100, 100}, 5, 79) == "[" + std::string(40, '#') + "] 100%  9 lines  0:00 left");
    CHECK(progress_line(1, "lines", {1, 4000}, 1'000'000, 79).ends_with("1:06:39 left"));
}

TEST_CASE("a share that cannot be is taken for the nearest that can", "[progress]") {
    CHECK(progress_line(1, "lines", {200, 100}, 0, 79).find("100%") != std::string::npos);
    CHECK(progress_line(1, "lines", {-5, 100}, 0, 79).find(" 0%") != std::string::npos);
    CHECK(progress_line(1, "lines", {50, 100}, -9'000'000, 79).ends_with("0:00 left"));
    CHECK(progress_line(1, "lines", {1, INT64_MAX}, INT64_MAX, 79).ends_with("100:00:00 left"));
}

TEST_CASE("a progress line without a total is a count", "[progress]") {
    CHECK(progress_line(1234567, "lines", {}, 9, 79) == "1234567 lines");
}

TEST_CASE("a progress line gives up its bar, then its end, to fit", "[progress]") {
    const Share half{50, 100};
    for (std::size_t columns = 0; columns < 100; ++columns) {
        const std::string line = progress_line(500, "lines", half, 10'000'000, columns);
        CHECK(line.size() <= columns);
        CHECK((columns < 39) == (line.find('[') == std::string::npos));
    }
    CHECK(progress_line(500, "lines", half, 0, 5) == " 50% ");
}

}  // namespace
}  // namespace bankctl::cli
