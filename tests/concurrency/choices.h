// What the clients of the workload ask for: few accounts and small balances, so that they get in each other's way.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/concurrency/processes.h"
#include "tests/concurrency/recording.h"

namespace bankctl::concurrency_test {

/// A number from `low` to `high`.
std::int64_t between(Random& random, std::int64_t low, std::int64_t high);
bool percent(Random& random, int chance);

/// What the clients know of the bank and of each other. Each method may be called by any thread.
class Pool {
public:
    Pool();

    /// Remembers what a request's answer tells: transactions, versions, keys.
    void learn(const Request& request, const Answer& answer);

    std::string account(Random& random);
    /// A name under which an account may exist.
    std::string new_account(Random& random);
    /// A transaction of which a hold can be ended or money brought back; 0 if none is known.
    std::int64_t hold(Random& random);
    std::int64_t movement(Random& random);
    std::optional<std::int64_t> version(const std::string& account);
    /// A request with a key that some client has made.
    std::optional<Order> order(Random& random);

private:
    void learn_post(const Order& order, const std::string& out);
    void learn_versions(const std::string& out);

    std::mutex mutex_;
    std::vector<std::string> accounts_;
    std::vector<std::int64_t> holds_;
    std::vector<std::int64_t> movements_;
    std::map<std::string, std::int64_t> versions_;
    std::vector<Order> orders_;
};

/// The orders that open the first accounts.
std::vector<Order> first_orders();

/// One client's next requests.
class Chooser {
public:
    /// `directory` is where backups go.
    Chooser(int client, Random& random, Pool& pool, const std::string& directory)
        : client_(client), random_(random), pool_(pool), directory_(directory) {}

    Request next();

private:
    Request post();
    Request read();
    Request import();
    Order order();
    Order about_transaction(Order order);
    ImportedLine line(const std::vector<ImportedLine>& before);
    std::string amount();
    std::string new_key();

    int client_;
    Random& random_;
    Pool& pool_;
    std::string directory_;
    std::int64_t keys_made_ = 0;
};

}  // namespace bankctl::concurrency_test
