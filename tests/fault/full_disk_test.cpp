// A disk that is full, and files that may not grow: whatever does not fit is refused or has an unknown outcome, reading
// goes on, and with room again the same command has its effect once.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include <catch2/catch.hpp>

#include "tests/fault/command.h"
#include "tests/support/temp_directory.h"

namespace bankctl::fault_test {
namespace {

constexpr int k_page_bytes = 4096;
constexpr int k_pages_max = 400;  // more than any of the commands needs

/// A small disk of our own, in a name space of our own: it goes with this process.
class SmallDisk {
public:
    explicit SmallDisk(std::string folder) : folder_(std::move(folder)) {
        is_there_ = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    mount("none", folder_.c_str(), "tmpfs", 0, "size=8m,mode=700") == 0;
    }
    ~SmallDisk() {
        if (is_there_) umount2(folder_.c_str(), MNT_DETACH);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool is_there() const { return is_there_; }

    /// Takes all room but that of `pages`.
    void fill_but(int pages) const {
        struct statvfs room {};
        REQUIRE(statvfs(folder_.c_str(), &room) == 0);
        const auto bytes = static_cast<off_t>(room.f_bavail * room.f_bsize) - off_t{pages} * k_page_bytes;
        const int file = open(filler().c_str(), O_WRONLY | O_CREAT, 0600);
        REQUIRE(posix_fallocate(file, 0, bytes) == 0);
        close(file);
    }
    void make_room() const { unlink(filler().c_str()); }

private:
    std::string filler() const { return folder_ + "/filler"; }

    std::string folder_;
    bool is_there_ = false;
};

std::string text_of(const Words& words) {
    std::string text;
    for (const std::string& word : words) text += word + " ";
    return text;
}

/// What was found: how often each exit code was seen, and the faults.
struct Findings {
    std::map<int, int> exits;
    std::string faults;
};

void report(const char* what, const Findings& findings) {
    std::cout << what << ":";
    for (const auto& [code, count] : findings.exits) std::cout << " exit " << code << " " << count << " times,";
    std::cout << (findings.faults.empty() ? " no" : "") << " fault\n";
    INFO(findings.faults);
    CHECK(findings.faults.empty());
    CHECK(findings.exits.at(0) >= static_cast<int>(Ordeal::writes().size()));
    CHECK(findings.exits.at(69) > 0);
}

template <class Check>
void note(Findings& findings, const Words& words, int pages, const Answer& answer, Check check) {
    ++findings.exits[answer.exit_code];
    std::optional<std::string> fault;
    try {
        fault = check();
    } catch (const std::exception& exception) {
        fault = exception.what();
    }
    if (fault) findings.faults += text_of(words) + "with " + std::to_string(pages) + " pages: " + *fault + "\n";
}

TEST_CASE("on a full disk nothing is lost, and what is refused is not applied", "[full]") {
    const test::TempDirectory folder;
    const SmallDisk disk(folder.path());
    if (!disk.is_there()) {
        WARN("SKIPPED: a small disk needs the right to mount one");
        return;
    }
    const Ordeal ordeal(folder.path());
    Findings findings;
    for (const Words& words : Ordeal::writes()) {
        int exit_code = -1;
        for (int pages = 0; exit_code != 0 && pages <= k_pages_max; pages += 1 + pages / 16) {
            ordeal.begin();
            ordeal.run({"balance", "alice"}, [] {});  // the disk is not full from the beginning
            disk.fill_but(pages);
            const Answer answer = ordeal.run(words, [] {});
            exit_code = answer.exit_code;
            for (const Words& read : Ordeal::reads()) {
                const Answer seen = ordeal.run(read, [] {});
                if (exit_code != 0 && seen.exit_code != 0) findings.faults += "reading on a full disk: " + seen.err;
            }
            disk.make_room();
            note(findings, words, pages, answer, [&] { return ordeal.fault_of_write(words, answer); });
        }
    }
    report("full disk", findings);
}

TEST_CASE("no file beyond the limit of a file's size, and nothing lost for it", "[full]") {
    const test::TempDirectory folder;
    const Ordeal ordeal(folder.path());
    Findings findings;
    for (const Words& words : Ordeal::writes()) {
        int exit_code = -1;
        for (int pages = 0; exit_code != 0 && pages <= k_pages_max; ++pages) {
            ordeal.begin();
            const Answer answer = ordeal.run(words, [&] {
                std::signal(SIGXFSZ, SIG_IGN);  // as main does
                const rlimit limit{static_cast<rlim_t>(pages) * k_page_bytes, RLIM_INFINITY};
                setrlimit(RLIMIT_FSIZE, &limit);
            });
            exit_code = answer.exit_code;
            note(findings, words, pages, answer, [&] { return ordeal.fault_of_write(words, answer); });
        }
    }
    report("limited files", findings);
}

}  // namespace
}  // namespace bankctl::fault_test
