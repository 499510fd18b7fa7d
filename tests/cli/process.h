// Running bankctl as a script does: arguments, environment and stdin in, stdout, stderr and the exit code out.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace bankctl::cli_test {

using Words = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

/// What the process gets for its standard output.
enum class Stdout {
    captured,
    closed,       ///< as after `>&-`
    full_disk,    ///< /dev/full
    reader_gone,  ///< a pipe that nobody reads
};

/// Keys that a person presses once they have seen something.
struct Typing {
    std::string seen;  ///< on the terminal, after what the keys before answered
    std::string keys;
};

/// Which standard streams are a terminal, the process's controlling one. What is typed is not echoed and what is
/// written arrives unchanged.
struct Terminal {
    bool in = false;
    bool out = false;
    bool err = false;
    unsigned short columns = 80;
    unsigned short rows = 24;
    std::vector<Typing> typing = {};

    bool is_used() const { return in || out || err; }
};

struct ProcessOptions {
    std::string program;  ///< empty: bankctl
    Words words;
    /// All of it, but for what sanitizers need, and for BANKCTL_USER where it is not set: each process is a user of its
    /// own then, so that the bank's limit of requests holds none up. Set but empty, it is the login.
    Environment environment;
    std::string input;
    Stdout out = Stdout::captured;
    std::string directory;            ///< to run in; empty: the test's own
    long file_bytes_max = -1;         ///< no file may grow beyond this; -1 for no limit
    bool is_stdin_left_open = false;  ///< the input goes on after `input`, as from a slow program
    int signal_at_output = 0;         ///< sent once something has arrived from stdout or stderr; 0: none
    Terminal terminal = {};
    bool is_traced = false;  ///< it stops at its start for whoever traces it with ptrace: this thread
};

/// What a process did.
struct Run {
    std::string out;
    std::string err;
    std::string terminal;  ///< what the terminal received
    int exit_code = -1;    ///< -1 if a signal ended it
    int signal = 0;
};

/// How a failed assertion shows a process.
std::string describe(const Words& words, const Run& run);

/// A process that has been started. It is killed when it goes out of scope before it was waited for.
class Process {
public:
    explicit Process(const ProcessOptions& options);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t id() const { return pid_; }
    void send_signal(int signal) const;
    /// Feeds the input and reads the output until the end; a process that lasts longer than a minute is killed and
    /// ends the test.
    Run wait();

private:
    void pump();
    void feed();
    void close_input();
    void type();

    pid_t pid_ = -1;
    int in_ = -1;
    int out_ = -1;
    int err_ = -1;
    int terminal_ = -1;
    bool is_stdin_left_open_ = false;
    int signal_at_output_ = 0;
    std::string input_;
    std::vector<Typing> typing_;  // what is still to be typed
    std::size_t answered_ = 0;    // how much of the terminal's text was there before the last keys
    Words words_;
    Run run_;
};

/// Runs bankctl to its end.
Run run_process(const ProcessOptions& options);

}  // namespace bankctl::cli_test
