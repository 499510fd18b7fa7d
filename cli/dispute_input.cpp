#include "cli/dispute_input.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/command/common.h"
#include "cli/suggest.h"
#include "core/base/text.h"

namespace bankctl::cli {
namespace {

using StrictJson = nlohmann::json;

constexpr int k_depth_max = 32;
constexpr std::size_t k_document_bytes_max = std::size_t{1} << 20;
constexpr std::string_view k_channels[] = {"other", "card",     "point_of_sale", "online",  "credit_card",
                                           "atm",   "transfer", "direct_debit",  "deposit", "branch"};

Error syntax_error(const std::string& why) { return {ErrorCode::invalid_json, why}; }

Error wrong_member(std::string_view member, const std::string& why) {
    return syntax_error(in_quotes(member) + " " + why).with("member", std::string(member));
}

/// The text as JSON, without duplicate keys and not too deep.
Result<StrictJson> parse_strictly(std::string_view text) {
    if (text.size() > k_document_bytes_max) return syntax_error("the document is longer than 1 MiB");
    if (!is_utf8(text)) return syntax_error("the document is not UTF-8");
    std::vector<std::set<std::string>> keys;
    std::optional<std::string> twice;
    const auto watch = [&](int depth, StrictJson::parse_event_t event, StrictJson& parsed) {
        if (depth > k_depth_max)
            throw Failure(syntax_error("the document is nested more than " + std::to_string(k_depth_max) + " deep"));
        if (event == StrictJson::parse_event_t::object_start) keys.emplace_back();
        if (event == StrictJson::parse_event_t::object_end) keys.pop_back();
        if (event == StrictJson::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
            twice = parsed.get<std::string>();
        return true;
    };
    try {
        StrictJson json = StrictJson::parse(text, watch);
        if (twice) return wrong_member(*twice, "stands twice");
        if (!json.is_object()) return syntax_error("the document is not a JSON object");
        return json;
    } catch (const StrictJson::parse_error& error) {
        return syntax_error("the document is not valid JSON at byte " + std::to_string(error.byte));
    } catch (const StrictJson::exception&) {
        return syntax_error("the document is not valid JSON");
    } catch (const Failure& failure) {
        return failure.error();
    }
}

/// The object's member if it is there and not null.
const StrictJson* find(const StrictJson& json, const char* member) {
    const auto found = json.find(member);
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

Result<std::optional<std::string>> text_member(const StrictJson& json, const char* member) {
    const StrictJson* const value = find(json, member);
    if (value == nullptr) return std::optional<std::string>();
    if (!value->is_string()) return wrong_member(member, "must be a string");
    const auto& text = value->get_ref<const std::string&>();
    if (text.find('\0') != std::string::npos) return wrong_member(member, "has a NUL character");
    return std::optional(text);
}

/// The member as `parse` understands its text.
template <class T, class Parse>
Status take(const StrictJson& json, const char* member, Parse parse, std::optional<T>& target) {
    BANKCTL_TRY(text, text_member(json, member));
    if (!text) return ok();
    BANKCTL_TRY(value, parse(*text));
    target = std::move(value);
    return ok();
}

Status allow_only_known(const StrictJson& json) {
    constexpr std::string_view k_members[] = {"customer", "transaction", "text", "amount", "amount_minor", "currency",
                                              "merchant", "channel",     "date", "facts",  "evidence",     "key"};
    for (const auto& [key, value] : json.items()) {
        if (std::ranges::find(k_members, key) == std::end(k_members)) {
            Error error = wrong_member(printable(key), "is unknown");
            error.hint = suggestion(key, k_members, "see bankctl help dispute file");
            return error;
        }
    }
    return ok();
}

/// A currency alone says nothing of a payment.
Status check_currency_has_amount(const FileDispute& request) {
    if (!request.currency || request.amount || request.transaction) return ok();
    return Error(ErrorCode::missing_argument, "the currency of what amount?",
                 "give the disputed amount, too, or leave the currency out");
}

Status take_amount(const StrictJson& json, FileDispute& request) {
    const StrictJson* const amount = find(json, "amount");
    const StrictJson* const minor = find(json, "amount_minor");
    if (amount != nullptr && amount->is_number())
        return Error(ErrorCode::invalid_amount, "'amount' is a bare number, which cannot carry an amount exactly",
                     "put it in quotes, like \"12.34\"");
    BANKCTL_CHECK(take(json, "amount", Amount::parse, request.amount));
    if (minor == nullptr) return ok();
    if (amount != nullptr) return wrong_member("amount_minor", "and 'amount' stand side by side");
    if (!minor->is_number_integer()) return wrong_member("amount_minor", "must be an integer");
    if (minor->is_number_unsigned() && minor->get<std::uint64_t>() > static_cast<std::uint64_t>(k_minor_max))
        return Error(ErrorCode::amount_too_large, "'amount_minor' is beyond 2^53 - 1");
    BANKCTL_TRY(value, Amount::from_minor(minor->get<std::int64_t>()));
    request.amount = value;
    return ok();
}

Status take_transaction(const StrictJson& json, FileDispute& request) {
    const StrictJson* const value = find(json, "transaction");
    if (value == nullptr) return ok();
    const bool is_seq = value->is_number_unsigned() && value->get<std::uint64_t>() >= 1 &&
                        value->get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX);
    if (!is_seq) return wrong_member("transaction", "must be a transaction's number");
    request.transaction = Seq{value->get<std::int64_t>()};
    return ok();
}

Status take_facts(const StrictJson& json, FileDispute& request) {
    const StrictJson* const facts = find(json, "facts");
    if (facts == nullptr) return ok();
    if (!facts->is_object()) return wrong_member("facts", "must be an object");
    for (const auto& [name, value] : facts->items()) {
        FactValue fact;
        if (value.is_boolean()) {
            fact = value.get<bool>();
        } else if (value.is_string()) {
            fact = value.get<std::string>();
        } else if (value.is_number_integer() && (!value.is_number_unsigned() ||
                                                 value.get<std::uint64_t>() <= static_cast<std::uint64_t>(INT64_MAX))) {
            fact = value.get<std::int64_t>();
        } else {
            return wrong_member(printable(name), "must be an integer, a string, true or false");
        }
        BANKCTL_CHECK(check_operator_fact(name, fact));
        request.facts[name] = std::move(fact);
    }
    return ok();
}

Result<std::string> parse_evidence(std::string_view text) {
    if (text.empty()) return Error(ErrorCode::invalid_text, "a piece of evidence needs a name");
    return parse_text(text, k_note_bytes_max, "a piece of evidence");
}

Status add_evidence(std::string_view text, FileDispute& request) {
    BANKCTL_TRY(evidence, parse_evidence(text));
    if (request.evidence.size() == k_evidence_max)
        return Error(ErrorCode::usage, "more than " + std::to_string(k_evidence_max) + " pieces of evidence");
    request.evidence.push_back(std::move(evidence));
    return ok();
}

Status take_evidence(const StrictJson& json, FileDispute& request) {
    const StrictJson* const list = find(json, "evidence");
    if (list == nullptr) return ok();
    if (!list->is_array()) return wrong_member("evidence", "must be a list of strings");
    for (const StrictJson& element : *list) {
        if (!element.is_string()) return wrong_member("evidence", "must be a list of strings");
        BANKCTL_CHECK(add_evidence(element.get_ref<const std::string&>(), request));
    }
    return ok();
}

template <class T, class Parse>
Status take_option(const Arguments& arguments, std::string_view name, Parse parse, std::optional<T>& target) {
    const std::optional<std::string> text = arguments.value(name);
    if (!text) return ok();
    BANKCTL_TRY(value, parse(*text));
    target = std::move(value);
    return ok();
}

}  // namespace

Result<std::string> parse_dispute_text(std::string_view text) {
    BANKCTL_TRY(words, parse_text(text, k_dispute_text_bytes_max, "the customer's text"));
    if (words.find_first_not_of(" \t\r\n") == std::string::npos)
        return Error(ErrorCode::invalid_text, "the customer's text is empty", "write what the customer says");
    return words;
}

Result<PaymentChannel> parse_channel(std::string_view text) {
    if (const std::optional<PaymentChannel> channel = payment_channel(text)) return *channel;
    return Error(ErrorCode::usage, in_quotes(text) + " is no channel",
                 suggestion(text, k_channels,
                            "one of other, card, point_of_sale, online, credit_card, atm, transfer, direct_debit, "
                            "deposit, branch"));
}

Result<std::string> parse_note(std::string_view text) { return parse_text(text, k_note_bytes_max, "the note"); }

Result<std::string> parse_merchant(std::string_view text) {
    return parse_text(text, k_merchant_bytes_max, "the merchant's name");
}

Result<FileDispute> dispute_from_options(const Arguments& arguments) {
    FileDispute request;
    BANKCTL_CHECK(take_option(arguments, "transaction", parse_seq, request.transaction));
    BANKCTL_CHECK(take_option(arguments, "amount", Amount::parse, request.amount));
    BANKCTL_CHECK(take_option(arguments, "currency", find_currency, request.currency));
    BANKCTL_CHECK(take_option(arguments, "merchant", parse_merchant, request.merchant));
    BANKCTL_CHECK(take_option(arguments, "channel", parse_channel, request.channel));
    BANKCTL_CHECK(take_option(arguments, "date", parse_time, request.date));
    BANKCTL_CHECK(take_option(arguments, "key", parse_key, request.key));
    for (const std::string& text : arguments.values("fact")) {
        BANKCTL_TRY(fact, parse_operator_fact(text));
        if (!request.facts.insert(std::move(fact)).second)
            return Error(ErrorCode::usage, "the fact " + in_quotes(text.substr(0, text.find('='))) + " is given twice");
    }
    for (const std::string& text : arguments.values("evidence")) BANKCTL_CHECK(add_evidence(text, request));
    BANKCTL_CHECK(check_currency_has_amount(request));
    return request;
}

Result<FileDispute> dispute_from_json(std::string_view text, const std::optional<IdempotencyKey>& key_otherwise) {
    BANKCTL_TRY(json, parse_strictly(text));
    BANKCTL_CHECK(allow_only_known(json));
    FileDispute request;
    std::optional<CustomerId> customer;
    std::optional<std::string> words;
    BANKCTL_CHECK(take(json, "customer", parse_customer_id, customer));
    if (!customer) return wrong_member("customer", "is missing");
    request.customer = *customer;
    BANKCTL_CHECK(take(json, "text", parse_dispute_text, words));
    if (!words) return wrong_member("text", "is missing");
    request.text = *words;
    BANKCTL_CHECK(take_transaction(json, request));
    BANKCTL_CHECK(take_amount(json, request));
    BANKCTL_CHECK(take(json, "currency", find_currency, request.currency));
    BANKCTL_CHECK(take(json, "merchant", parse_merchant, request.merchant));
    BANKCTL_CHECK(take(json, "channel", parse_channel, request.channel));
    BANKCTL_CHECK(take(json, "date", parse_time, request.date));
    BANKCTL_CHECK(take_facts(json, request));
    BANKCTL_CHECK(take_evidence(json, request));
    BANKCTL_CHECK(take(json, "key", parse_key, request.key));
    BANKCTL_CHECK(check_currency_has_amount(request));
    if (!request.key) request.key = key_otherwise;
    return request;
}

}  // namespace bankctl::cli
