// Every command, by the name of the file that declares it.
#pragma once

#include "cli/command.h"

namespace bankctl::cli {

extern const Command k_init;
extern const Command k_demo;
extern const Command k_customer_add;
extern const Command k_customer_show;
extern const Command k_customer_list;
extern const Command k_customer_update;
extern const Command k_account_open;
extern const Command k_account_show;
extern const Command k_account_list;
extern const Command k_account_statement;
extern const Command k_account_freeze;
extern const Command k_account_unfreeze;
extern const Command k_account_close;
extern const Command k_balance;
extern const Command k_transaction_credit;
extern const Command k_transaction_debit;
extern const Command k_transaction_transfer;
extern const Command k_transaction_hold;
extern const Command k_transaction_capture;
extern const Command k_transaction_release;
extern const Command k_transaction_reverse;
extern const Command k_transaction_show;
extern const Command k_transaction_list;
extern const Command k_transaction_import;
extern const Command k_transaction_export;
extern const Command k_dispute_file;
extern const Command k_dispute_form;
extern const Command k_dispute_list;
extern const Command k_dispute_show;
extern const Command k_dispute_assign;
extern const Command k_dispute_advance;
extern const Command k_dispute_credit;
extern const Command k_dispute_resolve;
extern const Command k_dispute_relabel;
extern const Command k_dispute_stats;
extern const Command k_notification_list;
extern const Command k_notification_deliver;
extern const Command k_notification_retry;
extern const Command k_dispute_classify;
extern const Command k_dispute_model_train;
extern const Command k_dispute_model_evaluate;
extern const Command k_dispute_model_show;
extern const Command k_dispute_policy_show;
extern const Command k_dispute_policy_validate;
extern const Command k_verify;
extern const Command k_limit_test;
extern const Command k_limit_show;
extern const Command k_limit_list;
extern const Command k_limit_set;
extern const Command k_limit_unset;
extern const Command k_limit_reset;
extern const Command k_limit_simulate;
extern const Command k_loan_check;
extern const Command k_loan_apply;
extern const Command k_loan_list;
extern const Command k_loan_show;
extern const Command k_loan_decide;
extern const Command k_loan_accept;
extern const Command k_loan_disburse;
extern const Command k_loan_withdraw;
extern const Command k_loan_expire;
extern const Command k_loan_schedule;
extern const Command k_loan_apr;
extern const Command k_loan_policy_show;
extern const Command k_loan_policy_validate;
extern const Command k_loan_policy_diff;
extern const Command k_loan_policy_train;
extern const Command k_loan_policy_evaluate;
extern const Command k_backup;
extern const Command k_restore;
extern const Command k_doctor;
extern const Command k_completion;
extern const Command k_config_show;
extern const Command k_help;
extern const Command k_version;

}  // namespace bankctl::cli
