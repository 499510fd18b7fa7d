#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>

#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/terminal.h"

namespace bankctl::cli {
namespace {

constexpr std::int64_t k_redraw_us = 100'000;
constexpr std::size_t k_bar_columns_min = 10;
constexpr std::size_t k_bar_columns_max = 40;
constexpr const char* k_clear_line = "\r\x1b[K";

std::string two_digits(std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

/// Like 0:07, 12:00 or 1:02:03.
std::string duration_text(std::int64_t seconds) {
    const std::int64_t minutes = seconds / 60;
    const std::string end = ":" + two_digits(seconds % 60);
    if (minutes < 60) return std::to_string(minutes) + end;
    return std::to_string(minutes / 60) + ":" + two_digits(minutes % 60) + end;
}

}  // namespace

std::string progress_line(std::int64_t count, std::string_view what, Share share, std::int64_t elapsed_us,
                          std::size_t columns) {
    std::string text = std::to_string(count) + " " + std::string(what);
    if (share.total <= 0) return text.substr(0, columns);
    const std::int64_t done = std::clamp<std::int64_t>(share.done, 0, share.total);
    const double part = static_cast<double>(done) / static_cast<double>(share.total);
    const std::string percent = std::to_string(static_cast<int>(part * 100)) + "%";
    text = std::string(4 - std::min<std::size_t>(4, percent.size()), ' ') + percent + "  " + text;
    if (part > 0) {
        const double left_us = static_cast<double>(std::max<std::int64_t>(0, elapsed_us)) * (1 - part) / part;
        constexpr double k_left_us_max = 100.0 * 3600 * 1e6;  // beyond that nobody waits for it
        text += "  " + duration_text(static_cast<std::int64_t>(std::min(left_us, k_left_us_max) / 1e6)) + " left";
    }
    const std::size_t frame = 3;  // brackets and a blank
    if (text.size() + frame + k_bar_columns_min > columns) return text.substr(0, columns);
    const std::size_t bar = std::min(k_bar_columns_max, columns - text.size() - frame);
    const auto full = static_cast<std::size_t>(part * static_cast<double>(bar));
    return "[" + std::string(full, '#') + std::string(bar - full, '.') + "] " + text;
}

Progress::Progress(const Settings& settings, Clock& clock, std::string_view what)
    : clock_(clock), what_(what), is_wanted_(!settings.is_quiet && is_capable_terminal(STDERR_FILENO)) {
    if (is_wanted_) begin_ = clock_.now();
}

bool Progress::is_due() {
    if (!is_wanted_) return false;
    const std::int64_t since_us = clock_.now().us - shown_at_.us;
    return !is_shown_ || since_us >= k_redraw_us || since_us < 0;  // a clock that was set back must not stop it
}

void Progress::show(std::int64_t count, Share share) {
    if (!is_wanted_) return;
    shown_at_ = clock_.now();
    is_shown_ = true;
    leave_line_when_interrupted(k_clear_line);
    // The last column stays free: writing there would wrap the line on some terminals.
    const std::size_t columns = std::max<std::size_t>(1, terminal_size(STDERR_FILENO).columns - 1);
    write_all(STDERR_FILENO, k_clear_line + progress_line(count, what_, share, shown_at_.us - begin_.us, columns));
}

std::function<void(std::int64_t, std::int64_t)> Progress::of_entries() {
    return [this](std::int64_t entries, std::int64_t total) {
        if (is_due()) show(entries, {entries, total});
    };
}

void Progress::clear() {
    if (!is_shown_) return;
    write_all(STDERR_FILENO, k_clear_line);
    leave_line_when_interrupted(nullptr);
    is_shown_ = false;
}

}  // namespace bankctl::cli
