// A count on stderr while something long goes on, on a terminal only.
#pragma once

#include <cstdint>
#include <string_view>

namespace bankctl::cli {

class Progress {
public:
    Progress(bool is_quiet, std::string_view what);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void show(std::int64_t count);
    /// Takes the line away, before anything else is printed.
    void clear();

private:
    std::string_view what_;
    bool is_shown_ = false;
    bool is_wanted_;
};

}  // namespace bankctl::cli
