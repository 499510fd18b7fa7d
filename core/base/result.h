// Result<T>: a value or the Error that says why there is none.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "core/base/error.h"

namespace bankctl {

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose

    explicit operator bool() const { return content_.index() == 0; }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& value() {
        assert(content_.index() == 0);
        return *std::get_if<0>(&content_);
    }
    const T& value() const {
        assert(content_.index() == 0);
        return *std::get_if<0>(&content_);
    }
    const Error& error() const {
        assert(content_.index() == 1);
        return *std::get_if<1>(&content_);
    }
    /// The value, or the error thrown as a Failure: for commands that have nothing else to do with a refusal.
    T value_or_throw() && {
        if (content_.index() == 1) throw Failure(std::move(*std::get_if<1>(&content_)));
        return std::move(*std::get_if<0>(&content_));
    }

private:
    std::variant<T, Error> content_;
};

/// A step that yields nothing but may be refused.
using Status = Result<std::monostate>;
inline Status ok() { return Status(std::monostate{}); }

/// What the books must hold unless they were altered: the value, or Failure with `integrity_violation`.
template <class T>
T require(std::optional<T> value, const char* what) {
    if (!value) throw Failure(Error(ErrorCode::integrity_violation, std::string("the books lack ") + what));
    return *std::move(value);
}

}  // namespace bankctl

/// Unwraps a Result into a new variable, or returns its error from the enclosing function.
#define BANKCTL_TRY(variable, expression)                     \
    auto variable##_result = (expression);                    \
    if (!variable##_result) return variable##_result.error(); \
    auto variable = std::move(*variable##_result)

/// Returns the error of a Status from the enclosing function.
#define BANKCTL_CHECK(expression)                                                         \
    do {                                                                                  \
        if (auto check_status = (expression); !check_status) return check_status.error(); \
    } while (false)
