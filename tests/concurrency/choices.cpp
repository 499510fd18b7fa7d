#include "tests/concurrency/choices.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "tests/support/document.h"

namespace bankctl::concurrency_test {
namespace {

using test::Json;

constexpr std::size_t k_remembered_max = 60;
constexpr int k_first_accounts = 20;
constexpr int k_later_accounts = 8;

struct Weight {
    const char* name;
    int weight;
};
constexpr std::array<Weight, 10> k_posts{{{"credit", 14},
                                          {"debit", 12},
                                          {"transfer", 24},
                                          {"hold", 10},
                                          {"capture", 8},
                                          {"release", 5},
                                          {"reversal", 9},
                                          {"open", 2},
                                          {"freeze", 1},
                                          {"unfreeze", 9}}};

std::string weighted(Random& random) {
    int sum = 0;
    for (const Weight& one : k_posts) sum += one.weight;
    std::int64_t left = between(random, 1, sum);
    for (const Weight& one : k_posts) {
        left -= one.weight;
        if (left <= 0) return one.name;
    }
    return k_posts.front().name;
}

template <class T>
const T& any_of(Random& random, const std::vector<T>& values) {
    return values[static_cast<std::size_t>(between(random, 0, static_cast<std::int64_t>(values.size()) - 1))];
}

template <class T>
void remember(std::vector<T>& values, const T& value) {
    if (values.size() >= k_remembered_max) values.erase(values.begin());
    values.push_back(value);
}

bool is_about_account(const Order& order) { return order.kind == "open" || is_change(order); }

/// Makes another request of it, if its kind leaves room for one.
void alter(Order& order) {
    if (order.kind == "capture" || order.kind == "reversal") order.amount = "0.01";
    if (order.kind != "capture" && order.kind != "reversal" && order.kind != "release") order.memo = "another";
}

std::string numbered(const std::string& prefix, int number) { return prefix + std::to_string(number); }

}  // namespace

std::int64_t between(Random& random, std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}

bool percent(Random& random, int chance) { return between(random, 1, 100) <= chance; }

std::vector<Order> first_orders() {
    std::vector<Order> orders;
    for (int i = 0; i < k_first_accounts; ++i) {
        Order order;
        order.kind = "open";
        order.account = numbered("a", i);
        order.customer = "c1";
        order.currency = i % 10 == 9 ? "EUR" : "USD";
        order.amount = "20.00";
        if (i % 4 == 3) order.overdraft = "5.00";
        order.key = numbered("first:", i);
        orders.push_back(order);
    }
    return orders;
}

// ---- what the clients know

Pool::Pool() {
    for (const Order& order : first_orders()) accounts_.push_back(order.account);
}

void Pool::learn(const Request& request, const Answer& answer) {
    const std::lock_guard lock(mutex_);
    // Also what a killed process was asked for: others may come with the same key.
    if (request.purpose == Purpose::post && !request.is_dry_run && !is_about_account(request.order))
        remember(orders_, request.order);
    if (answer.exit_code != 0) return;
    if (request.purpose == Purpose::post && !request.is_dry_run) learn_post(request.order, answer.out);
    if (request.purpose == Purpose::balances) learn_versions(answer.out);
}

void Pool::learn_post(const Order& order, const std::string& out) {
    if (is_about_account(order)) return;
    const Json document = Json::parse(out, nullptr, false);
    const std::int64_t seq = document.is_discarded() ? 0 : document.value("/data/seq"_json_pointer, std::int64_t{0});
    if (seq > 0) remember(order.kind == "hold" ? holds_ : movements_, seq);
}

void Pool::learn_versions(const std::string& out) {
    const Json document = Json::parse(out, nullptr, false);
    if (document.is_discarded()) return;
    for (const Json& row : document.at("data")) versions_[row.at("account")] = row.at("version");
}

std::string Pool::account(Random& random) {
    const std::lock_guard lock(mutex_);
    if (percent(random, 2)) return numbered("n", static_cast<int>(between(random, 0, k_later_accounts - 1)));
    // Some accounts are busier than others.
    if (percent(random, 40)) return accounts_[static_cast<std::size_t>(between(random, 0, 3))];
    return any_of(random, accounts_);
}

std::string Pool::new_account(Random& random) {
    return numbered("n", static_cast<int>(between(random, 0, k_later_accounts - 1)));
}

std::int64_t Pool::hold(Random& random) {
    const std::lock_guard lock(mutex_);
    return holds_.empty() ? 0 : any_of(random, holds_);
}

std::int64_t Pool::movement(Random& random) {
    const std::lock_guard lock(mutex_);
    return movements_.empty() ? 0 : any_of(random, movements_);
}

std::optional<std::int64_t> Pool::version(const std::string& account) {
    const std::lock_guard lock(mutex_);
    const auto found = versions_.find(account);
    return found == versions_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Order> Pool::order(Random& random) {
    const std::lock_guard lock(mutex_);
    return orders_.empty() ? std::nullopt : std::optional(any_of(random, orders_));
}

// ---- what a client asks for

Request Chooser::next() {
    const std::int64_t choice = between(random_, 1, 100);
    if (choice <= 76) return post();
    return choice <= 84 ? import() : read();
}

std::string Chooser::new_key() { return numbered("k", client_) + ":" + std::to_string(++keys_made_); }

std::string Chooser::amount() {
    const std::int64_t minor = between(random_, 1, percent(random_, 15) ? 3'000 : 700);
    const std::string cents = std::to_string(minor % 100);
    return std::to_string(minor / 100) + "." + (cents.size() < 2 ? "0" : "") + cents;
}

Request Chooser::post() {
    Request request;
    request.purpose = Purpose::post;
    request.order = order();
    request.is_impatient = percent(random_, 3);
    const std::optional<Order> earlier = percent(random_, 10) ? pool_.order(random_) : std::nullopt;
    if (earlier) {
        request.order = *earlier;
        if (percent(random_, 40)) alter(request.order);
    }
    request.is_dry_run = percent(random_, 3);
    return request;
}

Order Chooser::order() {
    Order order;
    order.kind = weighted(random_);
    if (!is_change(order)) order.key = new_key();
    if (order.kind == "capture" || order.kind == "release" || order.kind == "reversal")
        return about_transaction(std::move(order));
    order.account = order.kind == "open" ? pool_.new_account(random_) : pool_.account(random_);
    if (order.kind == "open") {
        order.customer = percent(random_, 90) ? "c1" : "c2";
        order.currency = "USD";
        if (percent(random_, 60)) order.amount = amount();
        return order;
    }
    if (percent(random_, 12)) order.if_version = pool_.version(order.account);
    if (is_about_account(order)) return order;
    order.amount = amount();
    if (order.kind == "transfer") order.to = pool_.account(random_);
    if (order.kind == "hold" && percent(random_, 50)) {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        order.expires_us =
            std::chrono::duration_cast<std::chrono::microseconds>(now).count() + between(random_, 20'000, 2'000'000);
    }
    return order;
}

/// Without a transaction to speak of it is about one that does not exist yet.
Order Chooser::about_transaction(Order order) {
    order.of = order.kind == "reversal" ? pool_.movement(random_) : pool_.hold(random_);
    if (percent(random_, 5)) order.of = pool_.movement(random_);
    if (order.of == 0) order.of = 1'000'000'000;
    if (order.kind != "release" && percent(random_, 50)) order.amount = amount();
    return order;
}

Request Chooser::read() {
    Request request;
    const std::int64_t choice = between(random_, 1, 100);
    if (choice <= 35) {
        request.purpose = Purpose::balances;
    } else if (choice <= 60) {
        request.purpose = Purpose::list;
        if (percent(random_, 50)) request.account = pool_.account(random_);
        if (percent(random_, 80)) request.after = pool_.movement(random_);
        if (percent(random_, 30)) request.limit = between(random_, 1, 20);
    } else if (choice <= 82) {
        request.purpose = Purpose::show;
        request.order.key = pool_.order(random_).value_or(Order{}).key;
        if (request.order.key.empty()) request.order.key = "nobody's";
    } else if (choice <= 92) {
        request.purpose = percent(random_, 50) ? Purpose::export_ndjson : Purpose::export_csv;
    } else if (choice <= 96) {
        request.purpose = Purpose::verify;
    } else {
        request.purpose = Purpose::backup;
        request.file = directory_ + "/copy-" + std::to_string(client_) + "-" + std::to_string(++keys_made_) + ".db";
    }
    return request;
}

Request Chooser::import() {
    Request request;
    request.purpose = Purpose::import;
    request.is_atomic = percent(random_, 20);
    request.keeps_going = !request.is_atomic && percent(random_, 30);
    const std::int64_t lines = between(random_, 1, 12);
    while (static_cast<std::int64_t>(request.lines.size()) < lines) request.lines.push_back(line(request.lines));
    return request;
}

/// A line of an import, often in one group with the line before or about what that one did.
ImportedLine Chooser::line(const std::vector<ImportedLine>& before) {
    ImportedLine line;
    line.order.kind = percent(random_, 50) ? "transfer" : percent(random_, 70) ? "credit" : "hold";
    line.order.account = pool_.account(random_);
    line.order.amount = amount();
    if (line.order.kind == "transfer") line.order.to = pool_.account(random_);
    if (!before.empty() && percent(random_, 20)) {
        const Order& earlier = before.back().order;
        line.order = {};
        line.order.kind = earlier.kind == "hold" ? "capture" : "reversal";
        line.order.of_key = earlier.key;
    }
    line.order.key = new_key();
    const std::string group = before.empty() ? "" : before.back().group;
    if (percent(random_, 50)) line.group = group.empty() || percent(random_, 30) ? line.order.key : group;
    return line;
}

}  // namespace bankctl::concurrency_test
