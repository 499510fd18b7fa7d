// The command tree: every command in the order of help, and the options that all of them take.
#include "cli/command/all.h"

namespace bankctl::cli {
namespace {

constexpr const Command* k_commands[] = {
    &k_init,
    &k_demo,
    &k_customer_add,
    &k_customer_show,
    &k_customer_list,
    &k_customer_update,
    &k_account_open,
    &k_account_show,
    &k_account_list,
    &k_account_statement,
    &k_account_freeze,
    &k_account_unfreeze,
    &k_account_close,
    &k_balance,
    &k_transaction_credit,
    &k_transaction_debit,
    &k_transaction_transfer,
    &k_transaction_hold,
    &k_transaction_capture,
    &k_transaction_release,
    &k_transaction_reverse,
    &k_transaction_show,
    &k_transaction_list,
    &k_transaction_import,
    &k_transaction_export,
    &k_dispute_file,
    &k_dispute_form,
    &k_dispute_list,
    &k_dispute_show,
    &k_dispute_assign,
    &k_dispute_advance,
    &k_dispute_credit,
    &k_dispute_resolve,
    &k_dispute_relabel,
    &k_dispute_stats,
    &k_notification_list,
    &k_notification_deliver,
    &k_notification_retry,
    &k_dispute_classify,
    &k_dispute_model_train,
    &k_dispute_model_evaluate,
    &k_dispute_model_show,
    &k_dispute_policy_show,
    &k_dispute_policy_validate,
    &k_verify,
    &k_limit_test,
    &k_limit_show,
    &k_limit_list,
    &k_limit_set,
    &k_limit_unset,
    &k_limit_reset,
    &k_limit_simulate,
    &k_loan_check,
    &k_loan_apply,
    &k_loan_list,
    &k_loan_show,
    &k_loan_decide,
    &k_loan_accept,
    &k_loan_disburse,
    &k_loan_withdraw,
    &k_loan_expire,
    &k_loan_schedule,
    &k_loan_apr,
    &k_loan_policy_show,
    &k_loan_policy_validate,
    &k_loan_policy_diff,
    &k_loan_policy_train,
    &k_loan_policy_evaluate,
    &k_backup,
    &k_restore,
    &k_doctor,
    &k_config_show,
    &k_completion,
    &k_help,
    &k_version,
};

constexpr std::string_view k_outputs[] = {"table", "json", "ndjson", "csv"};
constexpr Option k_global_options[] = {
    {"db", "PATH", "the bank's database (default: bankctl/bank.db in the data folder)"},
    {"config", "FILE", "the configuration file (default: bankctl/config in the configuration folder)"},
    {"user", "NAME", "on whose behalf (default: the login name)"},
    {.name = "output", .value = "FORMAT", .summary = "the form of the result", .choices = k_outputs},
    {"json", "", "the same as --output json"},
    {"fields", "A,B,C", "only these columns or keys, in this order"},
    {.name = "wait",
     .value = "SECONDS",
     .summary = "wait so long for the rate limit (default: 0; --wait alone: 5) and for other writers (default: 5)",
     .value_if_bare = "5"},
    {"quiet", "", "no notes and no progress on stderr"},
    {"no-color", "", "no colour"},
    {"yes", "", "answer yes to every question"},
    {"no-input", "", "never ask; what would be asked for is a usage error"},
};

}  // namespace

std::span<const Command* const> all_commands() { return k_commands; }

std::span<const Option> global_options() { return k_global_options; }

std::optional<std::string> Arguments::value(std::string_view name) const {
    const auto found = values_.find(std::string(name));
    if (found == values_.end()) return std::nullopt;
    return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view name) const {
    const auto found = values_.find(std::string(name));
    return found == values_.end() ? std::vector<std::string>{} : found->second;
}

}  // namespace bankctl::cli
