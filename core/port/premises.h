// The port to what surrounds a bank: its files and folder, the disk, the system's limits, other processes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.h"

namespace bankctl::port {

enum class Health { ok, warning, problem };

/// What one examination found.
struct Finding {
    std::string name;  ///< of the examination, snake_case
    Health health = Health::ok;
    std::string detail;
    std::string remedy;                               ///< what to do; empty if there is nothing to be done
    ErrorCode code = ErrorCode::storage_unavailable;  ///< of a problem: what a command would end with
};

/// The finding that a command would fail with this error.
inline Finding problem(std::string name, const Error& error) {
    const std::string_view remedy = error.hint.empty() ? info(error.code).remedy : std::string_view(error.hint);
    return {std::move(name), Health::problem, error.message, std::string(remedy), error.code};
}

class Premises {
public:
    virtual ~Premises() = default;

    /// Looks at everything that can be told from outside the books. Changes nothing, throws nothing: what cannot be
    /// looked at is a finding too.
    virtual std::vector<Finding> examine() = 0;
};

}  // namespace bankctl::port
