#include "core/service/backup.h"

namespace bankctl {

Result<Archived> verify_and_keep(port::Copy& copy, const VerificationProgress& progress,
                                 const std::function<void()>& before_keeping) {
    const Verification verification = verify(copy.ledger(), std::nullopt, progress);
    if (!verification.is_ok)
        return Error(ErrorCode::integrity_violation, "the copy does not verify: " + findings(verification));
    const std::int64_t bytes = copy.bytes();
    const auto before = [&] {
        if (progress) progress(verification.head.seq.value, verification.head.seq.value);
        if (before_keeping) before_keeping();
    };
    return Archived{verification.head, copy.keep(before), bytes};
}

}  // namespace bankctl
