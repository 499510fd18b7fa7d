#include "tests/cli/dispute.h"

#include <map>

namespace bankctl::cli_test {

void say_category(Bank& bank, std::string_view category, std::string_view confidence) {
    bank.environment()["BANKCTL_DISPUTE_CLASSIFIER"] =
        R"(printf '{"category":")" + std::string(category) + R"(","confidence":)" + std::string(confidence) + "}'";
}

std::string add_payment(const Bank& bank) {
    bank.add_accounts({"alice"}, "1000");
    bank.ok({"customer", "add", "c2", "--name", "Grace"});
    bank.ok({"account", "open", "bob", "--customer", "c2", "--currency", "USD"});
    return bank.seq({"transaction", "debit", "alice", "120.00", "--memo", "Acme Shop"});
}

Words joined(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Words filing(const std::string& transaction, const Words& more) {
    return joined({"dispute", "file", "--customer", "c1", "--transaction", transaction, "--text",
                   "Acme Shop took my money twice"},
                  more);
}

void bring_to(const Bank& bank, const std::string& id, const std::string& status) {
    static const std::map<std::string, Words> k_ways{
        {"triage", {"investigating", "decided", "reopened", "triage"}},
        {"routed", {}},
        {"investigating", {"investigating"}},
        {"awaiting_customer", {"investigating", "awaiting_customer"}},
        {"chargeback", {"investigating", "chargeback"}},
        {"representment", {"investigating", "chargeback", "representment"}},
        {"pre_arbitration", {"investigating", "chargeback", "representment", "pre_arbitration"}},
        {"arbitration", {"investigating", "chargeback", "representment", "pre_arbitration", "arbitration"}},
        {"decided", {"investigating", "decided"}},
        {"closed", {"investigating", "decided", "closed"}},
        {"reopened", {"investigating", "decided", "reopened"}},
        {"withdrawn", {"withdrawn"}}};
    for (const std::string& step : k_ways.at(status)) {
        bank.ok(step == "decided" ? Words{"dispute", "resolve", id, "rejected"}
                                  : Words{"dispute", "advance", id, step});
    }
}

std::string investigated(Bank& bank, const std::string& category) {
    const std::string payment = add_payment(bank);
    say_category(bank, category);
    const std::string id = bank.data(filing(payment)).at("id");
    bring_to(bank, id, "investigating");
    return id;
}

}  // namespace bankctl::cli_test
