#include "core/base/error.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/support/failure.h"
#include "tests/support/temp_directory.h"

namespace bankctl::test {
namespace {

/// The enumerators of ErrorCode in the order of their declaration, as the header spells them: nothing in the language
/// gives their names, and a list written here would only repeat the table.
std::vector<std::string> declared_codes() {
    const std::string header = read_file(BANKCTL_SOURCE_DIR "/core/base/error.h");
    const std::size_t begin = header.find('{', header.find("enum class ErrorCode")) + 1;
    std::istringstream lines(header.substr(begin, header.find('}', begin) - begin));
    std::vector<std::string> names;
    for (std::string line; std::getline(lines, line);) {
        std::string declaration = line.substr(0, line.find("//"));
        std::ranges::replace(declaration, ',', ' ');
        std::istringstream words(declaration);
        for (std::string word; words >> word;) names.push_back(word);
    }
    return names;
}

bool is_snake_case(std::string_view text) {
    if (text.empty() || text.front() == '_' || text.back() == '_') return false;
    char before = '_';
    for (const char c : text) {
        if (c != '_' && std::islower(static_cast<unsigned char>(c)) == 0) return false;
        if (c == '_' && before == '_' && &c != text.data()) return false;
        before = c;
    }
    return true;
}

}  // namespace

TEST_CASE("the table has a row for each code, under its name") {
    const std::vector<std::string> declared = declared_codes();
    REQUIRE(declared.size() > 40);
    REQUIRE(error_codes().size() == declared.size());
    for (std::size_t i = 0; i < declared.size(); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        CHECK(error_codes()[i].code == code);
        CHECK(info(code).code == code);
        CHECK(info(code).name == declared[i]);
    }
}

TEST_CASE("each code says what happened and what to do, under a name of its own") {
    std::set<std::string_view> names;
    ErrorKind before = ErrorKind::internal;
    for (const ErrorCodeInfo& row : error_codes()) {
        CAPTURE(row.name);
        CHECK(is_snake_case(row.name));
        CHECK(names.insert(row.name).second);
        CHECK(row.cause.ends_with('.'));
        CHECK(row.remedy.ends_with('.'));
        CHECK(row.cause != row.remedy);
        CHECK(before <= row.kind);  // in the order of their kinds
        before = row.kind;
    }
}

TEST_CASE("kinds end the process with the documented exit codes") {
    struct Kind {
        ErrorKind kind;
        std::string_view name;
        int exit_code;
    };
    const auto& [kind, kind_name, code] = GENERATE(values<Kind>({
        {ErrorKind::internal, "internal", 1},
        {ErrorKind::invalid, "invalid", 2},
        {ErrorKind::not_found, "not_found", 3},
        {ErrorKind::refused, "refused", 4},
        {ErrorKind::conflict, "conflict", 5},
        {ErrorKind::integrity, "integrity", 6},
        {ErrorKind::unavailable, "unavailable", 69},
        {ErrorKind::outcome_unknown, "outcome_unknown", 74},
        {ErrorKind::retry_later, "retry_later", 75},
        {ErrorKind::forbidden, "forbidden", 77},
        {ErrorKind::interrupted, "interrupted", 130},
    }));
    CHECK(name(kind) == kind_name);
    CHECK(exit_code(kind) == code);
}

TEST_CASE("codes that scripts meet have the documented exit codes") {
    struct Exit {
        ErrorCode code;
        int exit_code;
    };
    using enum ErrorCode;
    const auto& [code, expected] = GENERATE(values<Exit>({
        {usage, 2},
        {invalid_amount, 2},
        {amount_precision, 2},
        {amount_too_large, 2},
        {invalid_id, 2},
        {invalid_key, 2},
        {invalid_time, 2},
        {unknown_currency, 2},
        {same_account, 2},
        {unknown_field, 2},
        {customer_not_found, 3},
        {account_not_found, 3},
        {transaction_not_found, 3},
        {insufficient_funds, 4},
        {account_frozen, 4},
        {account_closed, 4},
        {balance_not_zero, 4},
        {balance_overflow, 4},
        {currency_mismatch, 4},
        {hold_not_pending, 4},
        {hold_expired, 4},
        {exceeds_hold, 4},
        {already_reversed, 4},
        {exceeds_reversible, 4},
        {not_reversible, 4},
        {illegal_transition, 4},
        {lines_rejected, 4},
        {version_conflict, 5},
        {idempotency_key_mismatch, 5},
        {already_exists, 5},
        {integrity_violation, 6},
        {limit_not_found, 3},
        {limiter_unavailable, 69},
        {not_initialized, 69},
        {unsafe_file, 69},
        {newer_schema, 69},
        {outcome_unknown, 74},
        {applied_unreported, 74},
        {rate_limited, 75},
        {busy, 75},
        {owner_only, 77},
        {interrupted, 130},
    }));
    CAPTURE(info(code).name);
    CHECK(exit_code(info(code).kind) == expected);
}

TEST_CASE("an error carries its details in the order they were added") {
    const Error error =
        Error(ErrorCode::version_conflict, "moved", "read again").with("expected", std::int64_t{3}).with("id", "a");
    CHECK(error.hint == "read again");
    REQUIRE(error.details.size() == 2);
    CHECK(error.details[0].first == "expected");
    CHECK(std::get<std::int64_t>(error.details[0].second) == 3);
    CHECK(std::get<std::string>(error.details[1].second) == "a");
    CHECK(std::string(Failure(error).what()) == "moved");
}

TEST_CASE("a result is a value or an error") {
    const Result<int> value = 5;
    REQUIRE(value);
    CHECK(*value == 5);
    const Result<int> refused = Error(ErrorCode::busy, "later");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::busy);
    CHECK(Result<int>(5).value_or_throw() == 5);
    CHECK(failure_code([] { return Result<int>(Error(ErrorCode::busy, "later")).value_or_throw(); }) ==
          ErrorCode::busy);
}

}  // namespace bankctl::test
