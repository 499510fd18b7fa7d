// The fields that a line of an import can have, whatever the format it was read from, and the request they make.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/service/import_line.h"

namespace bankctl {

// clang-format off
enum class ImportField {
    type, account, to, amount, amount_minor, counter, of, of_key, memo, reason, key, at, expires, group, if_version,
    id, name, email, phone, customer, currency, overdraft, opening_balance,
};
// clang-format on
inline constexpr std::size_t k_import_field_count = static_cast<std::size_t>(ImportField::opening_balance) + 1;

/// What a field holds: JSON writes amounts as strings, and integers as numbers.
enum class ImportFieldForm { text, amount, integer };

std::string_view name(ImportField field);
std::optional<ImportField> import_field(std::string_view name);
ImportFieldForm form(ImportField field);

/// The fields of one line, as texts.
class ImportFields {
public:
    const std::string* find(ImportField field) const {
        return has(field) ? &texts_[static_cast<std::size_t>(field)] : nullptr;
    }
    bool has(ImportField field) const { return (present_ & bit(field)) != 0; }
    void set(ImportField field, std::string_view text) {
        texts_[static_cast<std::size_t>(field)] = text;
        present_ |= bit(field);
    }
    /// Which fields are there: a set of bits.
    std::uint32_t present() const { return present_; }
    static constexpr std::uint32_t bit(ImportField field) { return std::uint32_t{1} << static_cast<unsigned>(field); }
    std::string group() const {
        const std::string* const found = find(ImportField::group);
        return found ? *found : "";
    }

private:
    std::array<std::string, k_import_field_count> texts_;
    std::uint32_t present_ = 0;
};

struct LineOrigin {
    std::string_view source_name;
    std::int64_t line = 0;
};

/// The key of a line: the given text, or else `SOURCE:LINE`. `invalid_key` if there is no source either, or if that
/// is no key.
Result<IdempotencyKey> key_of_line(const std::string* text, const LineOrigin& origin);

/// The request that the fields make. A type that does not exist, a field that the type does not have and one that it
/// lacks are `syntax_code`; a field's content has the code of its parser.
Result<ImportRequest> request_from_fields(const ImportFields& fields, const LineOrigin& origin, ErrorCode syntax_code);

}  // namespace bankctl
