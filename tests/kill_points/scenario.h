// The commands that the campaign disturbs, each with the bank that it begins with.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/cli/process.h"
#include "tests/support/temp_directory.h"

namespace bankctl::kill_points {

using cli_test::Words;

struct Scenario {
    std::string name;
    Words words;                        ///< run in a folder with what `folder` holds, with --json unless streamed
    std::string folder = "start";       ///< of Workshop's templates
    Words banks = {"bank.db"};          ///< the files that it may change; the first is the bank that it works on
    std::string key = {};               ///< of the transaction that it posts
    std::string repeated = {};          ///< the error's code when what it did is asked for again; empty: it succeeds
    int exit_code = 0;                  ///< when nothing disturbs it
    bool applies_line_by_line = false;  ///< an import that may stop between two lines
    bool is_streamed = false;           ///< its output is NDJSON and may break off after a line
    bool has_neighbour = false;         ///< another process has the bank open all the while
    bool is_long = false;               ///< so long that only some of its calls are disturbed
    bool has_disputes = false;          ///< its cases and what there is to tell of them are looked at too
    bool may_be_put_off = false;        ///< a call that fails may be recorded as an attempt that failed
};

/// A folder with the banks that commands begin with, and one to run them in.
class Workshop {
public:
    Workshop();

    const std::vector<Scenario>& scenarios() const { return scenarios_; }
    /// Makes the folder to run in what `folder` is.
    void lay_out(const std::string& folder) const;
    /// The folder to run in, and a file in it.
    std::string place() const { return directory_.file("run"); }
    std::string place(const std::string& file) const { return place() + "/" + file; }

    /// As the teller whom the configuration file names.
    cli_test::ProcessOptions options(const Words& words) const;
    cli_test::Run run(const Words& words) const { return run_process(options(words)); }
    /// As somebody else each time, whom no limit holds up: for looking at what was done.
    cli_test::Run look(const Words& words) const;

private:
    void make_start();
    void keep_as(const std::string& folder) const;
    /// Runs what must succeed in the folder to run in; returns its output.
    std::string must(const Words& words) const;
    std::string posted(const Words& words) const;
    void make_full_log();
    void make_disputes();
    void make_loan();
    /// Files a dispute about a new payment of alice's and takes it into investigation; its id.
    std::string investigated(const std::string& amount) const;

    test::TempDirectory directory_;
    std::vector<Scenario> scenarios_;
    std::string to_disburse_;  // a loan that is accepted
};

}  // namespace bankctl::kill_points
