#include "tests/concurrency/workload.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <iterator>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/concurrency/choices.h"
#include "tests/concurrency/processes.h"

namespace bankctl::concurrency_test {
namespace {

constexpr std::int64_t k_processes_of_kill = 4;

void sleep_us(std::int64_t us) { std::this_thread::sleep_for(std::chrono::microseconds(us)); }

Step run_step(Processes& processes, int client, const Request& request) {
    return {client, request, processes.run(words_of(request), input_of(request))};
}

class Episode {
public:
    Episode(const EpisodeOptions& options, Processes& processes, const std::string& directory)
        : options_(options), processes_(processes), directory_(directory) {}

    /// All clients' steps.
    std::vector<Step> run() {
        std::vector<std::vector<Step>> steps(static_cast<std::size_t>(options_.clients));
        std::vector<std::thread> clients;
        for (int i = 0; i < options_.clients; ++i)
            clients.emplace_back([this, i, &mine = steps[static_cast<std::size_t>(i)]] { use_bank(i + 1, mine); });
        std::thread killer([this] { kill_some(); });
        for (std::thread& client : clients) client.join();
        are_clients_gone_ = true;
        killer.join();
        std::vector<Step> all;
        for (std::vector<Step>& mine : steps) std::ranges::move(mine, std::back_inserter(all));
        return all;
    }

private:
    bool is_over() const { return kills_ >= options_.kills; }

    void use_bank(int client, std::vector<Step>& steps) {
        Random random(options_.seed * 1'000 + static_cast<std::uint64_t>(client));
        Chooser chooser(client, random, pool_, directory_);
        std::vector<Request> killed;  // to be asked again
        const auto ask = [&](const Request& request) {
            steps.push_back(run_step(processes_, client, request));
            const Answer& answer = steps.back().answer;
            pool_.learn(request, answer);
            if (answer.signal == SIGKILL) ++kills_;
            const bool is_write = request.purpose == Purpose::post || request.purpose == Purpose::import;
            if (answer.signal != 0 && is_write && percent(random, 75)) killed.push_back(request);
        };
        while (!is_over()) {
            const bool is_retry = !killed.empty() && percent(random, 30);
            const Request request = is_retry ? killed.back() : chooser.next();
            if (is_retry) killed.pop_back();
            ask(request);
        }
        while (!killed.empty()) {
            const Request request = killed.back();
            killed.pop_back();
            ask(request);
        }
    }

    /// One of a few processes, however fast the machine starts them.
    void kill_some() {
        Random random(options_.seed * 1'000);
        std::int64_t next = processes_.started();
        while (!are_clients_gone_) {
            sleep_us(between(random, 100, 3'000));
            processes_.abort_hanging();
            if (is_over() || processes_.started() < next) continue;
            next = processes_.started() + between(random, 1, 2 * k_processes_of_kill);
            if (const std::optional<pid_t> process = processes_.any(random)) disturb(random, *process);
        }
    }

    void disturb(Random& random, pid_t process) {
        const std::int64_t choice = between(random, 1, 100);
        if (choice <= 85) return processes_.send(process, SIGKILL);
        if (choice <= 91) return processes_.send(process, SIGINT);
        processes_.send(process, SIGSTOP);
        sleep_us(between(random, 1'000, 40'000));
        if (percent(random, 30)) processes_.send(process, SIGKILL);
        processes_.send(process, SIGCONT);
    }

    const EpisodeOptions& options_;
    Processes& processes_;
    std::string directory_;
    Pool pool_;
    std::atomic<int> kills_ = 0;
    std::atomic<bool> are_clients_gone_ = false;
};

}  // namespace

void prepare_bank(Processes& processes, Recording& recording) {
    for (const Words& words : {Words{"init"}, Words{"customer", "add", "c1", "--name", "Ada Lovelace"}}) {
        if (processes.run(words).exit_code != 0) throw std::runtime_error("no bank could be made");
    }
    for (const Order& order : first_orders()) {
        Request request;
        request.order = order;
        recording.steps.push_back(run_step(processes, 0, request));
    }
}

void look_at_bank(Processes& processes, Recording& recording) {
    for (const Purpose purpose :
         {Purpose::verify, Purpose::balances, Purpose::list, Purpose::export_ndjson, Purpose::export_csv}) {
        Request request;
        request.purpose = purpose;
        recording.steps.push_back(run_step(processes, 0, request));
    }
}

Recording run_episode(const EpisodeOptions& options, const std::string& directory) {
    Processes processes(directory + "/bank.db", directory);
    Recording recording;
    recording.seed = options.seed;
    prepare_bank(processes, recording);
    std::ranges::move(Episode(options, processes, directory).run(), std::back_inserter(recording.steps));
    look_at_bank(processes, recording);
    return recording;
}

}  // namespace bankctl::concurrency_test
