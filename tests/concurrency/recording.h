// What one episode of the workload asked of bankctl, when, and what it was answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/reference_bank.h"

namespace bankctl::concurrency_test {

using Words = std::vector<std::string>;
using test::Order;

enum class Purpose { post, import, balances, list, show, export_ndjson, export_csv, backup, verify };

struct ImportedLine {
    Order order;        ///< always with a key that no other request has
    std::string group;  ///< empty: none
};

/// One command line in plain values. Which members a purpose reads is said beside them.
struct Request {
    Purpose purpose{};
    Order order;                        ///< post; show: its key
    bool is_dry_run = false;            ///< post
    bool is_impatient = false;          ///< post, import: does not wait for other writers
    std::vector<ImportedLine> lines;    ///< import
    bool is_atomic = false;             ///< import
    bool keeps_going = false;           ///< import
    std::string account;                ///< list: only its transactions, unless empty
    std::int64_t after = 0;             ///< list
    std::optional<std::int64_t> limit;  ///< list
    std::string file;                   ///< backup
};

/// The journal's name for the entry that an order of this kind makes.
std::string entry_kind_of(const Order& order);
/// True of what freezes and unfreezes accounts: it takes no key.
bool is_change(const Order& order);

/// The words that bankctl is started with, and what it gets as standard input.
Words words_of(const Request& request);
std::string input_of(const Request& request);

/// What came of a process. Monotonic times are in ns, those of the clock on the wall in µs since 1970; the process
/// lived within them.
struct Answer {
    std::int64_t start_ns = 0;
    std::int64_t end_ns = 0;
    std::int64_t start_us = 0;
    std::int64_t end_us = 0;
    int exit_code = -1;  ///< -1 if a signal ended it
    int signal = 0;
    std::string out;
    std::string err;
};

struct Step {
    int client = 0;  ///< 0 prepares the bank and looks at it in the end
    Request request;
    Answer answer;
};

/// In any order; times tell which came first.
struct Recording {
    std::uint64_t seed = 0;
    std::vector<Step> steps;
};

/// How a contradiction shows a step.
std::string describe(const Step& step);

/// The last steps that each client had begun when `step` ended.
std::string describe_surroundings(const Recording& recording, const Step& step);

}  // namespace bankctl::concurrency_test
