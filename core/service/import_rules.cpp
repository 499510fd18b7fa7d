#include "core/service/import_rules.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace bankctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t k_rules_bytes_max = std::size_t{1} << 20;
constexpr int k_depth_max = 32;
constexpr std::int64_t k_skip_lines_max = 1'000'000;

Error refuse(const std::string& path, const std::string& why) {
    return Error(ErrorCode::invalid_rules, "the rules' " + in_quotes(path) + " " + why).with("key", path);
}

/// The text as JSON without duplicate keys.
Result<Json> parse_strictly(std::string_view text) {
    if (text.size() > k_rules_bytes_max || text.find('\0') != std::string_view::npos)
        return Error(ErrorCode::invalid_rules, "the rules are longer than 1 MiB or have a NUL character");
    std::vector<std::set<std::string>> keys;
    std::string problem;
    const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (depth > k_depth_max) throw Failure(Error(ErrorCode::invalid_rules, "the rules are nested too deep"));
        if (event == Json::parse_event_t::object_start) keys.emplace_back();
        if (event == Json::parse_event_t::object_end) keys.pop_back();
        if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            problem = parsed.get<std::string>();
        return true;
    };
    try {
        Json json = Json::parse(text, watch);
        if (!problem.empty()) return refuse(problem, "stands twice");
        if (!json.is_object()) return Error(ErrorCode::invalid_rules, "the rules are not a JSON object");
        return json;
    } catch (const Json::exception& exception) {
        return Error(ErrorCode::invalid_rules, std::string("the rules are not valid JSON: ") + exception.what());
    } catch (const Failure& failure) {
        return failure.error();
    }
}

/// One object of the rules while its keys are read; `path` leads to it.
class Node {
public:
    Node(const Json& json, std::string path) : json_(json), path_(std::move(path)) {}

    std::string path_of(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
    const Json* find(const std::string& key) const {
        const auto found = json_.find(key);
        return found == json_.end() || found->is_null() ? nullptr : &*found;
    }
    Status allow_only(std::initializer_list<std::string_view> keys) const {
        for (const auto& [key, value] : json_.items()) {
            if (std::ranges::find(keys, key) == keys.end()) return refuse(path_of(key), "is unknown");
        }
        return ok();
    }
    Result<std::optional<std::string>> text(const std::string& key) const {
        const Json* const value = find(key);
        if (!value) return std::optional<std::string>();
        if (!value->is_string() || value->get_ref<const std::string&>().empty())
            return refuse(path_of(key), "must be a string that is not empty");
        return std::optional(value->get<std::string>());
    }
    Result<std::string> required_text(const std::string& key) const {
        BANKCTL_TRY(value, text(key));
        if (!value) return refuse(path_of(key), "is missing");
        return *value;
    }
    Result<std::vector<std::string>> texts(const std::string& key) const {
        std::vector<std::string> all;
        const Json* const values = find(key);
        if (!values) return all;
        if (!values->is_array()) return refuse(path_of(key), "must be an array of strings");
        for (const Json& value : *values) {
            if (!value.is_string()) return refuse(path_of(key), "must be an array of strings");
            all.push_back(value.get<std::string>());
        }
        return all;
    }
    /// The object under `key`, if it is there.
    Result<std::optional<Node>> object(const std::string& key) const {
        const Json* const value = find(key);
        if (!value) return std::optional<Node>();
        if (!value->is_object()) return refuse(path_of(key), "must be an object");
        return std::optional(Node(*value, path_of(key)));
    }
    const Json& json() const { return json_; }

private:
    const Json& json_;
    std::string path_;
};

/// Wraps a value's own error, so that it names the key.
template <class T>
Result<T> named(const std::string& path, Result<T> result) {
    if (!result) return refuse(path, "does not fit: " + result.error().message);
    return result;
}

/// The one character that `key` names, out of `choices` if there are any.
Status read_character(const Node& root, const std::string& key, std::string_view choices, char& target) {
    BANKCTL_TRY(text, root.text(key));
    if (!text) return ok();
    const char c = text->front();
    const bool fits = text->size() == 1 && (choices.empty() ? c == '\t' || (c > ' ' && c <= '~' && c != '"')
                                                            : choices.find(c) != std::string_view::npos);
    if (!fits) {
        return refuse(key, choices.empty() ? "must be one ASCII character, not a quote" : "must be one of . and ,");
    }
    target = c;
    return ok();
}

Status read_format(const Node& root, ImportRules& rules) {
    BANKCTL_CHECK(read_character(root, "delimiter", "", rules.delimiter));
    BANKCTL_CHECK(read_character(root, "decimal", ".,", rules.decimal));
    BANKCTL_TRY(encoding, root.text("encoding"));
    if (encoding && *encoding != "utf-8" && *encoding != "latin1") return refuse("encoding", "must be utf-8 or latin1");
    rules.is_latin1 = encoding == "latin1";
    if (const Json* const skip = root.find("skip_lines")) {
        // A negative number is not unsigned, one beyond 64 bits is a float.
        if (!skip->is_number_unsigned() || skip->get<std::uint64_t>() > k_skip_lines_max)
            return refuse("skip_lines", "must be a whole number from 0 to " + std::to_string(k_skip_lines_max));
        rules.skip_lines = skip->get<std::int64_t>();
    }
    BANKCTL_TRY(date_format, root.text("date_format"));
    if (date_format) {
        BANKCTL_TRY(format, named("date_format", DateFormat::parse(*date_format)));
        rules.date_format = format;
    }
    return ok();
}

Status read_columns(const Node& root, ImportRules& rules) {
    BANKCTL_TRY(columns, root.object("columns"));
    if (!columns) return refuse("columns", "is missing");
    BANKCTL_CHECK(columns->allow_only({"account", "amount", "date", "key", "counter"}));
    BANKCTL_TRY(account, columns->required_text("account"));
    BANKCTL_TRY(amount, columns->required_text("amount"));
    BANKCTL_TRY(date, columns->text("date"));
    BANKCTL_TRY(key, columns->text("key"));
    BANKCTL_TRY(counter, columns->text("counter"));
    rules.columns = {account, amount, date, key, counter};
    BANKCTL_TRY(memo, root.texts("memo"));
    rules.memo = memo;
    return ok();
}

Status read_type(const Node& root, ImportRules& rules) {
    BANKCTL_TRY(type, root.object("type"));
    if (!type) return ok();
    BANKCTL_CHECK(type->allow_only({"column", "credit", "debit"}));
    BANKCTL_TRY(column, type->required_text("column"));
    BANKCTL_TRY(credit, type->texts("credit"));
    BANKCTL_TRY(debit, type->texts("debit"));
    for (const std::string& value : credit) {
        if (std::ranges::find(debit, value) != debit.end())
            return refuse("type", "takes " + in_quotes(value) + " for credit and for debit");
    }
    rules.type = {column, credit, debit};
    return ok();
}

Result<Amount> read_overdraft(const std::string& path, const Json& value, const Currency& currency) {
    if (!value.is_string()) return refuse(path, "must be an amount in quotes");
    BANKCTL_TRY(amount, named(path, Amount::parse_or_zero(value.get<std::string>())));
    if (const auto minor = amount.minor_in(currency); !minor)
        return refuse(path, "does not fit: " + minor.error().message);
    return amount;
}

Status read_overdrafts(const Node& open, ImportRules::Opening& opening) {
    const Json* const overdraft = open.find("overdraft");
    if (!overdraft) return ok();
    if (!overdraft->is_object()) {
        BANKCTL_TRY(amount, read_overdraft("open.overdraft", *overdraft, opening.currency));
        opening.overdraft = amount;
        return ok();
    }
    const Node node(*overdraft, "open.overdraft");
    BANKCTL_CHECK(node.allow_only({"default", "accounts"}));
    if (const Json* const common = node.find("default")) {
        BANKCTL_TRY(amount, read_overdraft("open.overdraft.default", *common, opening.currency));
        opening.overdraft = amount;
    }
    BANKCTL_TRY(accounts, node.object("accounts"));
    if (!accounts) return ok();
    for (const auto& [id_text, value] : accounts->json().items()) {
        const std::string path = accounts->path_of(id_text);
        BANKCTL_TRY(id, named(path, parse_account_id(id_text)));
        BANKCTL_TRY(amount, read_overdraft(path, value, opening.currency));
        opening.overdrafts.emplace(id, amount);
    }
    return ok();
}

Status read_opening(const Node& root, ImportRules& rules) {
    BANKCTL_TRY(open, root.object("open"));
    if (!open) return ok();
    BANKCTL_CHECK(open->allow_only({"customer", "currency", "overdraft"}));
    BANKCTL_TRY(customer_text, open->required_text("customer"));
    BANKCTL_TRY(customer, named("open.customer", parse_customer_id(customer_text)));
    BANKCTL_TRY(currency_text, open->required_text("currency"));
    BANKCTL_TRY(currency, named("open.currency", find_currency(currency_text)));
    BANKCTL_TRY(zero, Amount::parse_or_zero("0"));
    ImportRules::Opening opening{customer, currency, zero, {}};
    BANKCTL_CHECK(read_overdrafts(*open, opening));
    rules.open = std::move(opening);
    return ok();
}

}  // namespace

Result<ImportRules> parse_rules(std::string_view text) {
    BANKCTL_TRY(json, parse_strictly(text));
    const Node root(json, "");
    BANKCTL_CHECK(root.allow_only(
        {"delimiter", "encoding", "decimal", "skip_lines", "columns", "date_format", "type", "memo", "open"}));
    ImportRules rules;
    BANKCTL_CHECK(read_format(root, rules));
    BANKCTL_CHECK(read_columns(root, rules));
    BANKCTL_CHECK(read_type(root, rules));
    BANKCTL_CHECK(read_opening(root, rules));
    return rules;
}

}  // namespace bankctl
