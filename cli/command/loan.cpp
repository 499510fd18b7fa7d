#include "cli/command/loan.h"

#include "cli/input_file.h"
#include "cli/settings.h"
#include "core/score/apr.h"

namespace bankctl::cli {

Json apr_json(const std::optional<std::int64_t>& regz_ppm, const std::optional<std::int64_t>& eu_ppm) {
    const auto text = [](const std::optional<std::int64_t>& ppm) { return ppm ? Json(percent_text(*ppm)) : Json(); };
    return {{"regz", text(regz_ppm)}, {"eu", text(eu_ppm)}};
}

LoanPolicy open_loan_policy(const std::string& path) {
    if (loan_policy_source(path) == k_embedded) return LoanPolicy::embedded();
    return LoanPolicy::parse(read_whole(path, k_policy_bytes_max, ErrorCode::invalid_policy)).value_or_throw();
}

LoanPolicy open_deciding_policy(const std::string& path) {
    LoanPolicy policy = open_loan_policy(path);
    if (!policy.decides_applications())
        throw Failure(Error(ErrorCode::invalid_policy,
                            "the policy decides no applications: its card was trained on the columns of a CSV, or it "
                            "has no product"));
    return policy;
}

std::string loan_policy_source(const std::string& path) { return path.empty() ? std::string(k_embedded) : path; }

}  // namespace bankctl::cli
