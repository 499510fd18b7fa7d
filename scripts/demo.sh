#!/usr/bin/env bash
# Builds bankctl and shows its main job on a throw-away database: every command, its output, and the exit code where a
# refusal is expected. Stops with an error when a command does not end as the tour says it will.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install_packages build demo
echo "== Building bankctl in build/demo"
cmake --preset release -B build/demo -DBANKCTL_TESTS=OFF
cmake --build build/demo --target bankctl

work=$(mktemp --directory)
trap 'rm --recursive --force "$work"' EXIT
# Nothing of the caller's settings, and nothing left behind; hledger reads UTF-8 only if the locale says so.
unset BANKCTL_CONFIG BANKCTL_OUTPUT
export BANKCTL_DB=$work/bank.db BANKCTL_USER=demo XDG_CONFIG_HOME=$work XDG_DATA_HOME=$work LC_ALL=C.UTF-8

# Many commands in a row from one user: wait for the rate limit rather than be turned away.
bankctl() {
    build/demo/bankctl --wait=5 "$@"
}

title() {
    printf '\n== %s\n' "$1"
}

show() {
    local word line='$'
    for word in "$@"; do
        [[ $word =~ ^[[:alnum:]@:=,./_-]+$ ]] || word=${word@Q}
        line+=" $word"
    done
    printf '%s\n' "$line"
}

# expect CODE COMMAND...: shows the command, runs it, and insists that it ends with CODE.
expect() {
    local expected=$1 code=0
    shift
    show "$@"
    "$@" || code=$?
    ((expected == 0)) || printf '(exit code %d)\n' "$code"
    if ((code != expected)); then
        printf 'demo: exit code %d was expected, not %d\n' "$expected" "$code" >&2
        exit 1
    fi
}

run() {
    expect 0 "$@"
}

# seq_of KEY: the number of the transaction that has this idempotency key.
seq_of() {
    bankctl transaction show --key "$1" --output json --fields seq |
        sed --quiet --regexp-extended 's/.*"seq": ?([0-9]+).*/\1/p'
}

title 'A bank, a customer, two accounts'
run bankctl init
run bankctl customer add ada --name 'Ada Okafor'
run bankctl account open ada-checking --customer ada --currency USD
run bankctl account open ada-savings --customer ada --currency USD

title 'Money comes in and moves; the key makes the transfer safe to repeat'
run bankctl transaction credit ada-checking 1000.00 --memo Salary --key salary-1
run bankctl transaction transfer ada-checking ada-savings 250.00 --key saving-1
run bankctl transaction transfer ada-checking ada-savings 250.00 --key saving-1 --output json --fields seq,replayed

title 'More than there is: refused, nothing happens'
expect 4 bankctl transaction debit ada-checking 5000.00

title 'A hotel holds 120.00 and takes 95.50 of it'
run bankctl transaction hold ada-checking 120.00 --memo Hotel --key hotel-1
run bankctl balance ada-checking
run bankctl transaction capture "$(seq_of hotel-1)" 95.50 --key hotel-2

title 'The transfer was a mistake: it is reversed, not erased'
run bankctl transaction reverse "$(seq_of saving-1)" --reason 'Wrong account' --key saving-1-undone
run bankctl balance --all

title "Another bank's file, its accounts opened on the way; the second import finds nothing new"
run bankctl transaction import scripts/demo/sample.csv --rules scripts/demo/sample.rules.json
run bankctl transaction import scripts/demo/sample.csv --rules scripts/demo/sample.rules.json
title 'What an account held in the middle of January'
run bankctl balance NB-1001 --at 2026-01-15

title 'The hotel charged again, says the customer: a dispute, from their words to the decision'
run bankctl transaction debit ada-checking 95.50 --memo Hotel --key hotel-3
run bankctl dispute file --customer ada --transaction "$(seq_of hotel-3)" --channel card --key dispute-1 \
    --text 'The hotel charged my card twice for the same night'
dispute=$(bankctl dispute list --output csv --fields id | tail --lines=1)
run bankctl dispute assign "$dispute" --assignee demo --fields id,status,team,assignee
run bankctl dispute advance "$dispute" investigating --fields id,status,due_at
run bankctl dispute resolve "$dispute" upheld --note 'Both receipts are of one night' --fields id,status,outcome,refund
run bankctl notification list --fields id,recipient,subject,status
run bankctl balance ada-checking

title 'A loan: asked for too much, offered less, accepted and paid out; and the letter'
cat >"$work/application.json" <<'APPLICATION'
{"schema": "loan.application/v1", "as_of": "2026-01-31", "currency": "USD",
 "applicant": {"date_of_birth": "1985-05-14"},
 "loan": {"amount_minor": 2900000, "term_months": 12, "rate_bps": 999},
 "income": {"gross_monthly_minor": 400000, "net_monthly_minor": 310000, "verified": true, "employment_months": 240},
 "obligations": {"monthly_debt_payments_minor": 0, "essential_expenses_minor": 60000},
 "bureau": {"utilisation_bps": 100, "delinquencies_24m": 0, "inquiries_6m": 0}}
APPLICATION
run bankctl loan apply "$work/application.json" --customer ada --key loan-1
loan=$(bankctl loan list --output csv --fields id | tail --lines=1)
bankctl notification list --output csv --fields loan,body | sed --quiet "/^$loan,/,\$p" | fold --spaces --width=78
run bankctl loan accept "$loan" --offer 1 --fields id,status,accepted
run bankctl loan disburse "$loan" --account ada-checking --key pay-loan-1 --fields id,status,disbursement
run bankctl loan show "$loan" --recompute --fields id,status,recomputation

title 'The books for plain-text accounting, checked by hledger'
printf '$ bankctl transaction export --format hledger > books.journal\n'
bankctl transaction export --format hledger >"$work/books.journal"
head --lines=12 "$work/books.journal"
run hledger check --file "$work/books.journal"

title 'The hash chain and every balance recomputed; the head is what to keep for verify --anchor'
run bankctl verify
run bankctl verify --output json --fields ok,head

printf '\nDone; the database is gone again. Next: build/demo/bankctl help, or scripts/test.sh to run the tests.\n'
