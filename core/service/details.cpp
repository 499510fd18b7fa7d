#include "core/service/details.h"

#include <nlohmann/json.hpp>

#include "core/base/error.h"

namespace bankctl {
namespace {

using Json = nlohmann::ordered_json;

Failure altered(const std::string& why) {
    return Failure(Error(ErrorCode::integrity_violation, "a journal entry's detail cannot be read: " + why));
}

/// Reads one detail with `read`; whatever does not fit means that the entry was altered.
template <class Read>
auto read_detail(std::string_view detail, Read read) {
    try {
        return read(Json::parse(detail));
    } catch (const nlohmann::json::exception& exception) {
        throw altered(exception.what());
    }
}

std::optional<std::string> optional_text(const Json& json, const char* key) {
    return json.at(key).is_null() ? std::nullopt : std::optional(json.at(key).get<std::string>());
}

constexpr std::string_view k_closed = "closed";
constexpr std::string_view k_open = "open";

LimitPolicy policy_from(const Json& json) {
    LimitPolicy policy;
    const auto algorithm = limit_algorithm(json.at("algorithm").get<std::string>());
    if (!algorithm) throw altered("it names no algorithm");
    policy.algorithm = *algorithm;
    if (policy.algorithm != LimitAlgorithm::none) {
        policy.rate = json.at("rate").get<std::int64_t>();
        policy.period_ms = json.at("period_ms").get<std::int64_t>();
        policy.burst = json.at("burst").get<std::int64_t>();
    }
    policy.fails_open = json.at("on_error").get<std::string>() == k_open;
    if (const Status possible = check_limit_policy(policy); !possible) throw altered(possible.error().message);
    return policy;
}

Json or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

}  // namespace

std::string customer_detail(const Customer& customer) {
    return Json{{"id", customer.id.text},
                {"name", customer.name},
                {"email", or_null(customer.email)},
                {"phone", or_null(customer.phone)}}
        .dump();
}

Customer customer_from_detail(std::string_view detail, Seq number) {
    return read_detail(detail, [&](const Json& json) {
        Customer customer;
        customer.number = number;
        customer.id = CustomerId{json.at("id").get<std::string>()};
        customer.name = json.at("name").get<std::string>();
        customer.email = optional_text(json, "email");
        customer.phone = optional_text(json, "phone");
        return customer;
    });
}

std::string account_detail(const Account& account) {
    return Json{{"id", account.id.text},
                {"customer", account.customer.value},
                {"currency", account.currency.code},
                {"overdraft_minor", account.overdraft_minor}}
        .dump();
}

Account account_from_detail(std::string_view detail, Seq number) {
    return read_detail(detail, [&](const Json& json) {
        Account account;
        account.number = number;
        account.id = AccountId{json.at("id").get<std::string>()};
        account.customer = Seq{json.at("customer").get<std::int64_t>()};
        const Result<Currency> currency = find_currency(json.at("currency").get<std::string>());
        if (!currency) throw altered("it names no currency");
        account.currency = *currency;
        account.overdraft_minor = json.at("overdraft_minor").get<std::int64_t>();
        return account;
    });
}

std::string limit_detail(const LimitRule& rule) {
    Json json{{"user", rule.user}, {"class", name(rule.limit_class)}};
    if (rule.policy) {
        const LimitPolicy& policy = *rule.policy;
        const bool has_numbers = policy.algorithm != LimitAlgorithm::none;
        const auto number = [&](std::int64_t value) { return has_numbers ? Json(value) : Json(nullptr); };
        json["rate"] = number(policy.rate);
        json["period_ms"] = number(policy.period_ms);
        json["burst"] = number(policy.burst);
        json["algorithm"] = name(policy.algorithm);
        json["on_error"] = policy.fails_open ? k_open : k_closed;
    }
    return json.dump();
}

LimitRule limit_from_detail(std::string_view detail, Seq number) {
    return read_detail(detail, [&](const Json& json) {
        LimitRule rule;
        rule.number = number;
        rule.user = json.at("user").get<std::string>();
        const std::optional<LimitClass> limit_class = bankctl::limit_class(json.at("class").get<std::string>());
        if (!limit_class) throw altered("it names no class of requests");
        rule.limit_class = *limit_class;
        if (json.contains("algorithm")) rule.policy = policy_from(json);
        return rule;
    });
}

std::string bank_detail(std::string_view bank_id) { return Json{{"id", bank_id}}.dump(); }

}  // namespace bankctl
