#include "core/service/backup.h"

namespace bankctl {

Result<Archived> verify_and_keep(port::Copy& copy, const VerificationProgress& progress) {
    const Verification verification = verify(copy.ledger(), std::nullopt, progress);
    if (!verification.is_ok)
        return Error(ErrorCode::integrity_violation, "the copy does not verify: " + findings(verification));
    const std::int64_t bytes = copy.bytes();
    const auto last_progress = [&] {
        if (progress) progress(verification.head.seq.value, verification.head.seq.value);
    };
    return Archived{verification.head, copy.keep(last_progress), bytes};
}

}  // namespace bankctl
