// Commands in a process of their own that meets a fault: a small disk, little memory.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/fault/workload.h"

namespace bankctl::fault_test {

using Words = std::vector<std::string>;

/// What a command answered.
struct Answer {
    int exit_code = -1;  ///< -1 if a signal ended it
    std::string out;
    std::string err;
    bool met_fault = false;  ///< an allocation failed
};

/// Runs a command line in a forked process, after `prepare` there.
Answer run_command(const Words& words, const std::function<void()>& prepare);

/// A bank with a customer and two accounts, something to capture, release and reverse, and what commands need beside
/// it.
class Ordeal {
public:
    /// In a folder of its own, or in `folder`.
    explicit Ordeal(std::string folder);

    /// Every kind of write, and reads. `FOLDER` in a word stands for the folder.
    static const std::vector<Words>& writes();
    static const std::vector<Words>& reads();

    /// Makes the folder as it was at first.
    void begin() const { write_image(folder_, image_); }
    Answer run(const Words& words, const std::function<void()>& prepare) const;

    /// What is wrong with the answer of a write and with what it left, once nothing fails any more and it is repeated.
    /// None if nothing is.
    std::optional<std::string> fault_of_write(const Words& words, const Answer& answer) const;
    /// The same of a read, which has changed nothing.
    std::optional<std::string> fault_of_read(const Words& words, const Answer& answer) const;

    const std::string& folder() const { return folder_; }

private:
    Words with_folder(const Words& words) const;
    std::string state() const;

    std::string folder_;
    Image image_;
    std::string state_;                          // at first
    std::map<Words, std::string> states_after_;  // of a write that met no fault
};

}  // namespace bankctl::fault_test
