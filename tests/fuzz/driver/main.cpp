// Runs a fuzz target without libFuzzer: over every file of a corpus, then over seeded mutations of them, the same each
// time. An input that ends the process is written to the current directory first.
//
//   fuzz_TARGET CORPUS MUTATIONS      CORPUS: a directory, or one file to look into
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/support/fuzz.h"
#include "tests/support/temp_directory.h"

namespace {

constexpr std::size_t k_bytes_max = 4096;
constexpr unsigned k_edits_max = 4;
constexpr unsigned k_seed = 4;

// What a signal handler must know: the input that is being run, and where to keep it.
std::string current_input;
std::string finding_path;
std::string finding_note;

extern "C" void keep_input(int signal) {
    const int file = open(finding_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool is_kept = file >= 0 && write(file, current_input.data(), current_input.size()) >= 0;
    if (is_kept && write(STDERR_FILENO, finding_note.data(), finding_note.size()) < 0) _exit(1);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void run(const std::string& input) {
    current_input = input;
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(current_input.data()), current_input.size());
}

class Mutator {
public:
    explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

    std::string next() {
        std::string input = any();
        for (std::size_t edits = 1 + below(k_edits_max); edits > 0; --edits) edit(input);
        if (input.size() > k_bytes_max) input.resize(k_bytes_max);
        return input;
    }

private:
    std::size_t below(std::size_t limit) { return random_() % limit; }
    const std::string& any() { return corpus_[below(corpus_.size())]; }
    char byte() {
        constexpr char k_telling[] = "\0\t\n\r \"'+,-./0129:;=@Z[\\]az{}\x7F\x80\xC3\xED\xEF\xFF";
        return below(2) == 0 ? k_telling[below(sizeof k_telling)] : static_cast<char>(below(256));
    }
    void edit(std::string& input) {
        const std::size_t at = below(input.size() + 1);
        const std::size_t length = std::min(below(16) + 1, input.size() - at);
        switch (below(6)) {
            case 0: input.insert(at, 1, byte()); break;
            case 1: input.erase(at, length); break;
            case 2: input.insert(at, input.substr(at, length)); break;
            case 3: {
                const std::string& other = any();
                const std::size_t from = below(other.size() + 1);
                input.insert(at, other, from, below(64));
                break;
            }
            case 4:
                if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
                break;
            default:
                if (at < input.size()) input[at] = byte();
        }
    }

    std::mt19937_64 random_{k_seed};
    const std::vector<std::string>& corpus_;
};

std::vector<std::string> read_corpus(const std::filesystem::path& path) {
    if (!std::filesystem::is_directory(path)) return {bankctl::test::read_file(path)};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
    std::ranges::sort(files);  // a directory has no order of its own
    std::vector<std::string> corpus;
    for (const auto& file : files) corpus.push_back(bankctl::test::read_file(file));
    return corpus;
}

}  // namespace

int main(int count, char** words) {
    if (count != 3) {
        std::fprintf(stderr, "usage: %s CORPUS MUTATIONS\n", words[0]);
        return 2;
    }
    finding_path = "finding-" + std::filesystem::path(words[0]).filename().string();
    finding_note = "the input that did it is in " + finding_path + "\n";
    for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, keep_input);
    const std::vector<std::string> corpus = read_corpus(words[1]);
    if (corpus.empty()) {
        std::fprintf(stderr, "%s holds no input\n", words[1]);
        return 1;
    }
    for (const std::string& input : corpus) run(input);
    const unsigned long mutations = std::stoul(words[2]);
    Mutator mutator(corpus);
    for (unsigned long i = 0; i < mutations; ++i) run(mutator.next());
    std::printf("%zu inputs and %lu mutations: nothing found\n", corpus.size(), mutations);
}
