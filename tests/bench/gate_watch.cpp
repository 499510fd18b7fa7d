#include "tests/bench/gate_watch.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "core/store/sqlite/gate.h"
#include "tests/bench/child.h"

namespace bankctl::bench {
namespace {

namespace fs = std::filesystem;

/// Whether a line of fdinfo is a lock that its process works under:
/// `lock: 1: OFDLCK ADVISORY WRITE -1 fe:00:123 1 1`, the last two being the first and last byte.
bool is_working_lock(const std::string& line) {
    std::istringstream words(line);
    std::string label, number, type, advisory, mode, owner, inode, last;
    std::int64_t first = 0;
    words >> label >> number >> type >> advisory >> mode >> owner >> inode >> first >> last;
    if (label != "lock:" || mode != "WRITE") return false;
    return first <= sqlite::k_gate_inside && (last == "EOF" || std::stoll(last) >= sqlite::k_gate_inside);
}

}  // namespace

void GateWatch::look() {
    const bool is_held_now = is_held();
    const std::int64_t time_us = now_us();
    if (is_held_now && !held_since_us_) held_since_us_ = time_us;
    if (is_held_now || !held_since_us_) return;
    holds_us_.push_back(static_cast<double>(time_us - *held_since_us_));
    held_since_us_.reset();
}

bool GateWatch::is_held() {
    if (file_.empty()) find_file();
    if (file_.empty()) return false;
    std::ifstream info(process_ + "/fdinfo/" + file_);
    for (std::string line; std::getline(info, line);) {
        if (is_working_lock(line)) return true;
    }
    return false;
}

/// The file may be closed between two holds; the kernel then gives it the same number again, the lowest that is free.
void GateWatch::find_file() {
    std::error_code ignored;  // the process may end meanwhile
    for (const fs::directory_entry& file : fs::directory_iterator(process_ + "/fd", ignored)) {
        if (fs::read_symlink(file.path(), ignored) == path_) file_ = file.path().filename();
    }
}

}  // namespace bankctl::bench
