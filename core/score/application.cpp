#include "core/score/application.h"

#include <algorithm>
#include <array>
#include <bitset>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "core/base/ids.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/model/money.h"
#include "core/score/application_checks.h"

namespace bankctl {
namespace {

using rapidjson::Value;

constexpr std::string_view k_schema = "loan.application/v1";
constexpr std::string_view k_sections[] = {"applicant", "loan", "income", "obligations", "bureau", "bank"};
constexpr std::size_t k_top = std::size(k_sections);  // the place of keys outside of any section

std::string_view view(const Value& text) { return {text.GetString(), text.GetStringLength()}; }

/// The input's facts by their section, and the keys within it.
struct Key {
    std::string_view name;
    LoanFact fact;
};

const std::array<std::vector<Key>, k_top + 1>& keys() {
    static const auto all = [] {
        std::array<std::vector<Key>, k_top + 1> by_section;
        for (const LoanFactInfo& each : loan_facts()) {
            if (each.is_derived()) continue;
            const std::size_t point = each.path.find('.');
            const auto* const found = std::ranges::find(k_sections, each.path.substr(0, point));
            const auto section = static_cast<std::size_t>(found - std::begin(k_sections));
            by_section[section].push_back({each.path.substr(point + 1), each.fact});  // npos + 1 is 0
        }
        return by_section;
    }();
    return all;
}

std::string path_of(std::size_t section, std::string_view key) {
    return section == k_top ? std::string(key) : std::string(k_sections[section]) + "." + std::string(key);
}

bool is_word(std::string_view text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= 64 && is_letter(text.front()) &&
           std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

class ApplicationReader::Parser {
public:
    explicit Parser(const LoanPolicy& policy) : policy_(policy) {}

    Result<const LoanApplication*> read(std::string_view json) {
        if (json.size() > k_application_bytes_max)
            return Error(ErrorCode::invalid_json, "an application has at most 1 MiB");
        document_.reset();
        allocator_.Clear();
        document_.emplace(&allocator_, 1024, &stack_allocator_);
        document_->Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                                 json.size());
        if (document_->HasParseError()) {
            const auto byte = static_cast<std::int64_t>(document_->GetErrorOffset()) + 1;
            return Error(ErrorCode::invalid_json, "the application is not valid JSON at byte " + std::to_string(byte) +
                                                      ": " + rapidjson::GetParseError_En(document_->GetParseError()))
                .with("byte", byte);
        }
        if (!document_->IsObject()) return Error(ErrorCode::invalid_json, "an application is a JSON object");
        application_ = {};
        has_currency_ = has_schema_ = false;
        BANKCTL_CHECK(read_top());
        BANKCTL_CHECK(check_complete());
        BANKCTL_CHECK(check_contradictions(application_.values));
        return &application_;
    }

    std::string canonical() const { return canonical_json(*document_); }

private:
    using Document =
        rapidjson::GenericDocument<rapidjson::UTF8<>, rapidjson::MemoryPoolAllocator<>, rapidjson::CrtAllocator>;

    Status read_top() {
        std::bitset<k_top + 8> seen;
        for (const auto& member : document_->GetObject()) {
            const std::string_view name = view(member.name);
            const auto* const section = std::ranges::find(k_sections, name);
            if (section != std::end(k_sections)) {
                const auto index = static_cast<std::size_t>(section - std::begin(k_sections));
                if (seen[index]) return repeated(std::string(name));
                seen.set(index);
                BANKCTL_CHECK(read_section(index, member.value));
                continue;
            }
            BANKCTL_TRY(place, read_top_member(name, member.value));
            if (seen[k_top + place]) return repeated(std::string(name));
            seen.set(k_top + place);
        }
        return ok();
    }

    /// Reads a member outside of the sections and says which of them it is.
    Result<std::size_t> read_top_member(std::string_view name, const Value& value) {
        if (name == "as_of") {
            BANKCTL_CHECK(read_fact(LoanFact::as_of, value));
            return std::size_t{0};
        }
        if (name == "schema") {
            if (!value.IsString() || view(value) != k_schema)
                return field_error(ErrorCode::invalid_json, name, "must be \"" + std::string(k_schema) + "\"");
            has_schema_ = true;
            return std::size_t{1};
        }
        if (name == "currency") {
            if (value.IsNull()) return std::size_t{2};
            if (!value.IsString()) return field_error(ErrorCode::unknown_currency, name, "must be a code like USD");
            const auto currency = find_currency(view(value));
            if (!currency)
                return field_error(ErrorCode::unknown_currency, name, "is no currency: " + in_quotes(view(value)));
            application_.currency = *currency;
            has_currency_ = true;
            return std::size_t{2};
        }
        if (name == "application_id") {
            BANKCTL_CHECK(read_id(name, value, application_.id));
            return std::size_t{3};
        }
        return unknown(k_top, name);
    }

    Status read_section(std::size_t section, const Value& value) {
        if (value.IsNull()) return ok();  // nothing of it is known
        if (!value.IsObject()) return field_error(ErrorCode::invalid_json, k_sections[section], "must be an object");
        std::bitset<64> seen;
        bool has_customer = false;
        const std::vector<Key>& known = keys()[section];
        for (const auto& member : value.GetObject()) {
            const std::string_view name = view(member.name);
            if (section == 0 && name == "customer_id") {
                if (has_customer) return repeated(path_of(section, name));
                has_customer = true;
                BANKCTL_CHECK(read_id("applicant.customer_id", member.value, application_.customer_id));
                continue;
            }
            const auto found = std::ranges::find(known, name, &Key::name);
            if (found == known.end()) return unknown(section, name);
            const auto index = static_cast<std::size_t>(found - known.begin());
            if (seen[index]) return repeated(path_of(section, name));
            seen.set(index);
            BANKCTL_CHECK(read_fact(found->fact, member.value));
        }
        return ok();
    }

    static Status read_id(std::string_view path, const Value& value, std::string& id) {
        if (value.IsNull()) return ok();
        if (!value.IsString() || !parse_customer_id(view(value)))
            return field_error(ErrorCode::invalid_id, path,
                               "must be 1 to 64 of A-Z a-z 0-9 . _ : - and begin with a letter or digit");
        id = view(value);
        return ok();
    }

    Status read_fact(LoanFact fact, const Value& value) {
        if (value.IsNull()) return ok();
        const LoanFactInfo& about = info(fact);
        switch (about.type) {
            case LoanFactType::integer: return read_integer(about, value);
            case LoanFactType::amount: return read_amount(about, value);
            case LoanFactType::date: return read_date(about, value);
            case LoanFactType::boolean:
                if (!value.IsBool()) return field_error(ErrorCode::invalid_json, about.path, "must be true or false");
                application_.values.set(fact, value.GetBool() ? 1 : 0);
                return ok();
            case LoanFactType::word: break;
        }
        if (!value.IsString() || !is_word(view(value)))
            return field_error(ErrorCode::invalid_text, about.path,
                               "must be a name of at most 64 small letters, digits and _, a letter first");
        if (policy_.prohibits(view(value))) return prohibited(about.path, view(value));
        application_.values.set_word(fact, view(value));
        return ok();
    }

    Status read_integer(const LoanFactInfo& about, const Value& value) {
        if (!value.IsInt64() || value.GetInt64() < about.low || value.GetInt64() > about.high)
            return field_error(
                ErrorCode::invalid_number, about.path,
                "must be a whole number from " + std::to_string(about.low) + " to " + std::to_string(about.high));
        application_.values.set(about.fact, value.GetInt64());
        return ok();
    }

    Status read_amount(const LoanFactInfo& about, const Value& value) {
        const bool is_whole = value.IsInt64() || value.IsUint64();
        if (is_whole && (!value.IsInt64() || value.GetInt64() > k_minor_max || value.GetInt64() < -k_minor_max))
            return field_error(ErrorCode::amount_too_large, about.path, "is beyond 9,007,199,254,740,991 minor units");
        if (!is_whole || value.GetInt64() < about.low)
            return field_error(ErrorCode::invalid_amount, about.path,
                               "must be a whole number of minor units" +
                                   (about.low < 0 ? std::string() : ", at least " + std::to_string(about.low)));
        application_.values.set(about.fact, value.GetInt64());
        return ok();
    }

    Status read_date(const LoanFactInfo& about, const Value& value) {
        const auto day = value.IsString() ? parse_day(view(value)) : std::nullopt;
        if (!day || *day < about.low || *day > about.high)
            return field_error(ErrorCode::invalid_time, about.path, "must be a date like 2026-01-31");
        application_.values.set(about.fact, *day);
        return ok();
    }

    Status check_complete() const {
        if (!has_schema_) return absent("schema");
        if (!has_currency_) return absent("currency");
        for (const LoanFactInfo& each : loan_facts()) {
            if (each.is_required && !application_.values.has(each.fact)) return absent(each.path);
        }
        return ok();
    }

    static Error absent(std::string_view path) {
        return Error(ErrorCode::missing_argument, "the application lacks " + std::string(path))
            .with("field", std::string(path));
    }

    Error unknown(std::size_t section, std::string_view name) const {
        const std::string path = path_of(section, name);
        if (policy_.prohibits(name)) return prohibited(path, name);
        return Error(ErrorCode::invalid_json, "the application has an unknown key " + in_quotes(path))
            .with("field", printable(path.substr(0, 128)));
    }

    static Error prohibited(std::string_view path, std::string_view what) {
        return Error(ErrorCode::prohibited_input, "no decision may rest on " + in_quotes(what), "leave it out")
            .with("field", printable(path));
    }

    static Error repeated(const std::string& path) {
        return Error(ErrorCode::invalid_json, "the application has " + path + " twice").with("field", path);
    }

    const LoanPolicy& policy_;
    rapidjson::MemoryPoolAllocator<> allocator_;
    rapidjson::CrtAllocator stack_allocator_;
    std::optional<Document> document_;
    LoanApplication application_;
    bool has_currency_ = false;
    bool has_schema_ = false;
};

ApplicationReader::ApplicationReader(const LoanPolicy& policy) : parser_(std::make_unique<Parser>(policy)) {}
ApplicationReader::~ApplicationReader() = default;
Result<const LoanApplication*> ApplicationReader::read(std::string_view json) { return parser_->read(json); }
std::string ApplicationReader::sha256() const { return to_hex(bankctl::sha256(canonical())); }
std::string ApplicationReader::canonical() const { return parser_->canonical(); }

}  // namespace bankctl
