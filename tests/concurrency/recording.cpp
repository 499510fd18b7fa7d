#include "tests/concurrency/recording.h"

#include <algorithm>
#include <map>

#include "core/base/clock.h"
#include "tests/support/document.h"

namespace bankctl::concurrency_test {
namespace {

using test::Json;

Words words_of_order(const Order& order) {
    const std::string of = std::to_string(order.of);
    Words words{"transaction", order.kind == "reversal" ? "reverse" : order.kind};
    if (order.kind == "open") {
        words = {"account", "open", order.account, "--customer", order.customer, "--currency", order.currency};
        if (!order.amount.empty()) words.insert(words.end(), {"--opening-balance", order.amount});
        if (!order.overdraft.empty()) words.insert(words.end(), {"--overdraft", order.overdraft});
    } else if (is_change(order)) {
        words = {"account", order.kind, order.account};
    } else if (order.kind == "transfer") {
        words.insert(words.end(), {order.account, order.to, order.amount});
    } else if (order.kind == "capture" || order.kind == "release" || order.kind == "reversal") {
        words.push_back(of);
        if (!order.amount.empty()) words.push_back(order.amount);
    } else {
        words.insert(words.end(), {order.account, order.amount});
    }
    const auto option = [&](const std::string& name, const std::string& value) {
        if (!value.empty()) words.insert(words.end(), {name, value});
    };
    option("--key", order.key);
    option("--memo", order.memo);
    if (order.if_version) option("--if-version", std::to_string(*order.if_version));
    if (order.expires_us) option("--expires", format_time(Timestamp{*order.expires_us}));
    return words;
}

Words words_of_list(const Request& request) {
    Words words{"transaction", "list"};
    if (!request.account.empty()) words.insert(words.end(), {"--account", request.account});
    if (request.after > 0) words.insert(words.end(), {"--after", std::to_string(request.after)});
    if (request.limit) words.insert(words.end(), {"--limit", std::to_string(*request.limit)});
    return words;
}

Json line_of(const ImportedLine& imported) {
    const Order& order = imported.order;
    Json line{{"type", order.kind == "reversal" ? "reverse" : order.kind}, {"key", order.key}};
    const auto field = [&](const char* name, const std::string& value) {
        if (!value.empty()) line[name] = value;
    };
    field("account", order.account);
    field("to", order.to);
    field("amount", order.amount);
    field("of_key", order.of_key);
    field("memo", order.memo);
    field("group", imported.group);
    return line;
}

}  // namespace

std::string entry_kind_of(const Order& order) {
    if (order.kind == "open") return order.amount.empty() ? "account_opened" : "opening";
    if (order.kind == "freeze") return "account_frozen";
    return order.kind == "unfreeze" ? "account_unfrozen" : order.kind;
}

bool is_change(const Order& order) { return order.kind == "freeze" || order.kind == "unfreeze"; }

Words words_of(const Request& request) {
    Words words;
    switch (request.purpose) {
        case Purpose::post: words = words_of_order(request.order); break;
        case Purpose::import: words = {"transaction", "import", "-"}; break;
        case Purpose::balances: words = {"balance", "--all"}; break;
        case Purpose::list: words = words_of_list(request); break;
        case Purpose::show: words = {"transaction", "show", "--key", request.order.key}; break;
        case Purpose::export_ndjson: words = {"transaction", "export", "--format", "ndjson"}; break;
        case Purpose::export_csv: words = {"transaction", "export", "--format", "csv"}; break;
        case Purpose::backup: words = {"backup", request.file}; break;
        case Purpose::verify: words = {"verify"}; break;
    }
    words.push_back("--json");
    if (request.is_dry_run) words.push_back("--dry-run");
    if (request.is_impatient) words.push_back("--wait=0");
    if (request.is_atomic) words.push_back("--atomic");
    if (request.keeps_going) words.push_back("--keep-going");
    return words;
}

std::string input_of(const Request& request) {
    std::string lines;
    for (const ImportedLine& line : request.lines) lines += line_of(line).dump() + "\n";
    return lines;
}

std::string describe(const Step& step) {
    constexpr std::size_t k_shown_bytes_max = 1'500;
    const Answer& answer = step.answer;
    std::string text = "client " + std::to_string(step.client) + ", " + std::to_string(answer.start_ns / 1000) +
                       " to " + std::to_string(answer.end_ns / 1000) + " us: bankctl";
    for (const std::string& word : words_of(step.request)) text += " " + word;
    const std::string input = input_of(step.request);
    if (!input.empty()) text += "\n  stdin: " + input.substr(0, k_shown_bytes_max);
    text += "\n  exit " + std::to_string(answer.exit_code) + ", signal " + std::to_string(answer.signal);
    if (!answer.out.empty()) text += "\n  stdout: " + answer.out.substr(0, k_shown_bytes_max);
    if (!answer.err.empty()) text += "\n  stderr: " + answer.err.substr(0, k_shown_bytes_max);
    return text;
}

std::string describe_surroundings(const Recording& recording, const Step& step) {
    constexpr std::size_t k_steps_of_client = 3;
    std::map<int, std::vector<const Step*>> begun;
    for (const Step& other : recording.steps) {
        if (other.answer.start_ns <= step.answer.end_ns) begun[other.client].push_back(&other);
    }
    std::string text;
    for (auto& [client, steps] : begun) {
        std::ranges::sort(steps, {}, [](const Step* one) { return one->answer.start_ns; });
        const std::size_t first = steps.size() - std::min(steps.size(), k_steps_of_client);
        for (std::size_t i = first; i < steps.size(); ++i) text += describe(*steps[i]) + "\n";
    }
    return text;
}

}  // namespace bankctl::concurrency_test
