// Asking which error something ends with.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"

namespace bankctl::test {

/// The code of the Failure that `work` throws; none if it throws nothing.
template <class Work>
std::optional<ErrorCode> failure_code(Work work) {
    try {
        work();
    } catch (const Failure& failure) {
        return failure.error().code;
    }
    return std::nullopt;
}

/// The name of the code that a result was refused with, or "ok": what a failed assertion shows.
template <class T>
std::string outcome(const Result<T>& result) {
    return result ? "ok" : std::string(info(result.error().code).name);
}

}  // namespace bankctl::test
