#include "core/service/import_fields.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <initializer_list>

#include "core/base/text.h"

namespace bankctl {
namespace {

using F = ImportField;

constexpr std::string_view k_field_names[] = {
    "type",   "account",  "to",       "amount",    "amount_minor",    "counter",    "of", "of_key", "memo",
    "reason", "key",      "at",       "expires",   "group",           "if_version", "id", "name",   "email",
    "phone",  "customer", "currency", "overdraft", "opening_balance",
};
static_assert(std::size(k_field_names) == k_import_field_count);

constexpr std::uint32_t bits(std::initializer_list<ImportField> fields) {
    std::uint32_t set = 0;
    for (const ImportField field : fields) set |= ImportFields::bit(field);
    return set;
}

/// What every line may have, and what every transaction may.
constexpr std::uint32_t k_any = bits({F::type, F::key, F::group});
constexpr std::uint32_t k_posted = k_any | bits({F::memo, F::at, F::if_version});
constexpr std::uint32_t k_amount = bits({F::amount, F::amount_minor});

struct LineType {
    std::string_view name;
    EntryKind kind;
    std::uint32_t required;
    std::uint32_t allowed;  ///< besides the required ones
    bool needs_amount = false;
    bool needs_transaction = false;  ///< by `of` or `of_key`
};

constexpr std::uint32_t k_transaction = bits({F::of, F::of_key});
constexpr LineType k_types[] = {
    {"credit", EntryKind::credit, bits({F::account}), k_posted | k_amount | bits({F::counter}), true},
    {"debit", EntryKind::debit, bits({F::account}), k_posted | k_amount | bits({F::counter}), true},
    {"transfer", EntryKind::transfer, bits({F::account, F::to}), k_posted | k_amount, true},
    {"hold", EntryKind::hold, bits({F::account}), k_posted | k_amount | bits({F::expires}), true},
    {"capture", EntryKind::capture, 0, k_posted | k_amount | k_transaction | bits({F::counter}), false, true},
    {"release", EntryKind::release, 0, k_posted | k_transaction, false, true},
    {"reverse", EntryKind::reversal, 0, k_posted | k_amount | k_transaction | bits({F::reason}), false, true},
    {"customer", EntryKind::customer_added, bits({F::id, F::name}), k_any | bits({F::email, F::phone})},
    {"customer_update", EntryKind::customer_updated, bits({F::id}),
     k_any | bits({F::name, F::email, F::phone, F::if_version})},
    {"open", EntryKind::account_opened, bits({F::account, F::customer, F::currency}),
     k_any | bits({F::overdraft, F::opening_balance, F::counter, F::at})},
    {"freeze", EntryKind::account_frozen, bits({F::account}), k_any | bits({F::if_version})},
    {"unfreeze", EntryKind::account_unfrozen, bits({F::account}), k_any | bits({F::if_version})},
    {"close", EntryKind::account_closed, bits({F::account}), k_any | bits({F::if_version})},
};

/// A whole number of minor units, the sign included, so that one out of range gets the code of its range.
Result<Amount> parse_minor(std::string_view text) {
    std::int64_t minor = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), minor);
    if (end != text.data() + text.size() || failure == std::errc::invalid_argument) {
        return Error(ErrorCode::invalid_amount, in_quotes(text) + " is not a whole number of minor units");
    }
    if (failure == std::errc::result_out_of_range) minor = text.starts_with('-') ? INT64_MIN : INT64_MAX;
    return Amount::from_minor(minor);
}

/// Parses a field into `target` if it is there.
template <class T, class Parse>
Status read(const ImportFields& fields, ImportField field, std::optional<T>& target, Parse parse) {
    const std::string* const text = fields.find(field);
    if (!text) return ok();
    BANKCTL_TRY(value, parse(*text));
    target = std::move(value);
    return ok();
}

Result<std::string> parse_memo(std::string_view text) { return parse_text(text, k_memo_bytes_max, "the memo"); }
Result<std::int64_t> parse_version(std::string_view text) { return parse_number(text, 0, INT64_MAX, "if_version"); }

Status check_shape(const ImportFields& fields, const LineType& type, ErrorCode syntax_code) {
    const auto what = [&] { return "a line of type " + std::string(type.name); };
    const std::uint32_t surplus = fields.present() & ~(type.required | type.allowed);
    const std::uint32_t missing = type.required & ~fields.present();
    if ((surplus | missing) != 0) {
        const auto first = static_cast<ImportField>(std::countr_zero(surplus | missing));
        return Error(syntax_code, what() + (fields.has(first) ? " has no " : " needs ") + in_quotes(name(first)));
    }
    if (type.needs_transaction && fields.has(F::of) == fields.has(F::of_key))
        return Error(syntax_code, what() + " needs one of 'of' and 'of_key'");
    if (fields.has(F::amount) && fields.has(F::amount_minor))
        return Error(syntax_code, "give one of 'amount' and 'amount_minor', not both");
    if (type.needs_amount && !fields.has(F::amount) && !fields.has(F::amount_minor))
        return Error(syntax_code, what() + " needs 'amount'");
    if (fields.has(F::memo) && fields.has(F::reason))
        return Error(syntax_code, "give one of 'memo' and 'reason', not both");
    return ok();
}

Status read_transaction(const ImportFields& fields, EntryKind kind, TransactionRequest& request) {
    request.kind = kind;
    BANKCTL_CHECK(read(fields, F::amount, request.amount, Amount::parse));
    BANKCTL_CHECK(read(fields, F::amount_minor, request.amount, parse_minor));
    BANKCTL_CHECK(read(fields, F::account, request.account, parse_account_id));
    BANKCTL_CHECK(read(fields, F::to, request.to, parse_account_id));
    BANKCTL_CHECK(read(fields, F::counter, request.counter, parse_internal_account_id));
    BANKCTL_CHECK(read(fields, F::of, request.of, parse_seq));
    BANKCTL_CHECK(read(fields, F::of_key, request.of, parse_key));
    BANKCTL_CHECK(read(fields, F::memo, request.memo, parse_memo));
    BANKCTL_CHECK(read(fields, F::reason, request.memo, parse_memo));
    BANKCTL_CHECK(read(fields, F::at, request.at, parse_time));
    BANKCTL_CHECK(read(fields, F::expires, request.expires_at, parse_time));
    return read(fields, F::if_version, request.if_version, parse_version);
}

Status read_opening(const ImportFields& fields, OpenAccount& request) {
    BANKCTL_CHECK(read(fields, F::overdraft, request.overdraft, Amount::parse_or_zero));
    BANKCTL_CHECK(read(fields, F::opening_balance, request.opening_balance, Amount::parse));
    BANKCTL_TRY(id, parse_account_id(*fields.find(F::account)));
    BANKCTL_TRY(customer, parse_customer_id(*fields.find(F::customer)));
    BANKCTL_TRY(currency, find_currency(*fields.find(F::currency)));
    request.id = std::move(id);
    request.customer = std::move(customer);
    request.currency = currency;
    BANKCTL_CHECK(read(fields, F::counter, request.counter, parse_internal_account_id));
    return read(fields, F::at, request.at, parse_time);
}

Status read_change(const ImportFields& fields, EntryKind kind, ChangeAccount& request) {
    request.kind = kind;
    BANKCTL_TRY(id, parse_account_id(*fields.find(F::account)));
    request.id = std::move(id);
    return read(fields, F::if_version, request.if_version, parse_version);
}

Status read_customer(const ImportFields& fields, EntryKind kind, PutCustomer& request) {
    request.is_new = kind == EntryKind::customer_added;
    BANKCTL_TRY(id, parse_customer_id(*fields.find(F::id)));
    request.id = std::move(id);
    const auto parse_as = [](std::string_view what) {
        return [what](std::string_view text) { return parse_text(text, k_name_bytes_max, what); };
    };
    BANKCTL_CHECK(read(fields, F::name, request.name, parse_as("the name")));
    BANKCTL_CHECK(read(fields, F::email, request.email, parse_as("the email")));
    BANKCTL_CHECK(read(fields, F::phone, request.phone, parse_as("the phone number")));
    return read(fields, F::if_version, request.if_version, parse_version);
}

Status read_request(const ImportFields& fields, EntryKind kind, ImportRequest& request) {
    switch (kind) {
        case EntryKind::account_opened: return read_opening(fields, request.emplace<OpenAccount>());
        case EntryKind::account_frozen:
        case EntryKind::account_unfrozen:
        case EntryKind::account_closed: return read_change(fields, kind, request.emplace<ChangeAccount>());
        case EntryKind::customer_added:
        case EntryKind::customer_updated: return read_customer(fields, kind, request.emplace<PutCustomer>());
        default: return read_transaction(fields, kind, request.emplace<TransactionRequest>());
    }
}

}  // namespace

std::string_view name(ImportField field) { return k_field_names[static_cast<std::size_t>(field)]; }

std::optional<ImportField> import_field(std::string_view name) {
    const auto* const found = std::ranges::find(k_field_names, name);
    if (found == std::end(k_field_names)) return std::nullopt;
    return static_cast<ImportField>(found - std::begin(k_field_names));
}

ImportFieldForm form(ImportField field) {
    switch (field) {
        case F::amount:
        case F::overdraft:
        case F::opening_balance: return ImportFieldForm::amount;
        case F::amount_minor:
        case F::of:
        case F::if_version: return ImportFieldForm::integer;
        default: return ImportFieldForm::text;
    }
}

Result<IdempotencyKey> key_of_line(const std::string* text, const LineOrigin& origin) {
    if (text) return parse_key(*text);
    if (origin.source_name.empty()) {
        return Error(ErrorCode::invalid_key, "the line has no key, and its source has no name",
                     "give each line a key, or name the source with --source");
    }
    return parse_key(std::string(origin.source_name) + ":" + std::to_string(origin.line));
}

Result<ImportRequest> request_from_fields(const ImportFields& fields, const LineOrigin& origin, ErrorCode syntax_code) {
    const std::string* const type_name = fields.find(F::type);
    if (!type_name) return Error(syntax_code, "the line has no 'type'");
    const auto* const type = std::ranges::find(k_types, *type_name, &LineType::name);
    if (type == std::end(k_types)) return Error(syntax_code, in_quotes(*type_name) + " is not a type of line");
    BANKCTL_CHECK(check_shape(fields, *type, syntax_code));
    Result<ImportRequest> request{ImportRequest()};
    BANKCTL_CHECK(read_request(fields, type->kind, *request));
    BANKCTL_TRY(key, key_of_line(fields.find(F::key), origin));
    std::visit([&](auto& any) { any.key = std::move(key); }, *request);
    return request;
}

}  // namespace bankctl
