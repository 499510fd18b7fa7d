#!/usr/bin/env bash
# What the parts of scripts/bench share. A part runs in an empty directory of its own and prints rows with `row` and
# `skipped`; scripts/bench judges them. Tables and rows written elsewhere are the same as ours, so that neither side wins by
# doing less.
# shellcheck disable=SC2034  # what it sets is used by the parts
set -euo pipefail

bankctl=$BENCH_BANKCTL
accounts=1000

# scaled NORMAL QUICK: which of the two numbers this run takes.
scaled() { if [[ $BENCH_SCALE == quick ]]; then echo "$2"; else echo "$1"; fi; }

# row NAME OURS THEIRS UNIT [most|least LIMIT]: THEIRS is - where there is nothing to compare with.
# What could not be measured is a ?, which misses every limit.
row() { printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "${2:-?}" "${3:-?}" "${4:--}" "${5:--}" "${6:--}"; }
skipped() { row "$1: SKIPPED, because $2" - - - skipped; }

die() {
    echo "bench: $(basename "$0"): $1" >&2
    exit 1
}

# need TOOL...: ends the part with a visible remark where a tool is absent.
need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null && continue
        skipped "$(basename "$0")" "$tool is not installed (scripts/bench --install)"
        exit 0
    done
}

per() { awk -v total="$1" -v count="$2" 'BEGIN { printf "%.2f", total / count }'; }
# median [FILE]
median() { sort --general-numeric-sort "$@" | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

# measure ACTION...: runs bench_driver; its figures are then read with `figure`.
measure() { "$BENCH_DRIVER" --accounts="$accounts" "$@" >figures; }

# figure NAME [COMMAND]: a figure of the last measurement, of the first command or the one of that number.
figure() { awk -v name="$1" -v column="$((${2:-1} + 1))" '$1 == name { print $column }' figures; }

# keep WHO NAME...: adds figures of the last measurement to the files WHO.NAME, a round to a line.
keep() {
    local who=$1 name
    shift
    for name in "$@"; do figure "$name" >>"$who.$name"; done
}

# require_success: ends the part if a command of the last measurement failed.
require_success() {
    if awk '$1 == "failed" { for (i = 2; i <= NF; ++i) failed += $i } END { exit !failed }' figures; then
        die "a command failed: $(tr '\n' ' ' <figures)"
    fi
}

# instructions COMMAND...
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | awk '/Collected/ { sum += $NF } END { if (sum) printf "%d", sum }'
}

# syncs COMMAND...: how often it asks for its writes to reach the storage.
syncs() {
    strace --follow-forks --seccomp-bpf --trace=fdatasync,fsync --output=trace "$@" >/dev/null
    grep --count 'sync(' trace || true
}

# lines ACCOUNT FIRST LAST: import lines, alternately a credit of 2.00 and a debit of 1.00.
lines() {
    awk -v account="$1" -v first="$2" -v last="$3" 'BEGIN {
        for (i = first; i <= last; ++i)
            printf "{\"type\":\"%s\",\"account\":\"%s\",\"amount\":\"%d.00\"}\n", i % 2 ? "credit" : "debit", account, i % 2 ? 2 : 1
    }'
}

# transfers COUNT SEED [keys]: import lines between random accounts of many_accounts; with `keys` each has a random key.
transfers() {
    awk -v count="$1" -v seed="$2" -v keys="${3:-}" -v accounts="$accounts" 'function hex() { return sprintf("%04x", int(rand() * 65536)) }
    BEGIN {
        srand(seed)
        for (i = 1; i <= count; ++i) {
            from = int(rand() * accounts)
            to = (from + 1 + int(rand() * (accounts - 1))) % accounts
            key = ""
            if (keys) key = ",\"key\":\"" hex() hex() hex() hex() hex() hex() hex() hex() "\""
            printf "{\"type\":\"transfer\",\"account\":\"a%d\",\"to\":\"a%d\",\"amount\":\"%d.%02d\"%s}\n", from + 1, to + 1, rand() * 100, rand() * 99 + 1, key
        }
    }'
}

# new_bank DATABASE: an empty bank that limits nobody.
new_bank() {
    "$bankctl" init --db "$1" >/dev/null
    "$bankctl" limit set default --rate none --db "$1" >/dev/null
}

# one_account DATABASE: a bank with the account "a".
one_account() {
    new_bank "$1"
    "$bankctl" customer add c1 --name Bench --db "$1" >/dev/null
    "$bankctl" account open a --customer c1 --currency USD --db "$1" >/dev/null
}

# many_accounts DATABASE...: banks with the accounts a1 to a1000, which may be overdrawn. The files are equal.
many_accounts() {
    local first=$1 further
    shift
    new_bank "$first"
    {
        echo '{"type":"customer","id":"c1","name":"Bench"}'
        awk -v accounts="$accounts" 'BEGIN {
            for (i = 1; i <= accounts; ++i)
                printf "{\"type\":\"open\",\"account\":\"a%d\",\"customer\":\"c1\",\"currency\":\"USD\",\"overdraft\":\"1000000000.00\"}\n", i
        }'
    } >"$first-accounts"
    "$bankctl" transaction import "$first-accounts" --db "$first" >/dev/null
    rm "$first-accounts"
    for further in "$@"; do "$bankctl" backup "$further" --db "$first" >/dev/null; done
}

# count_transfers DATABASE: how many were posted, as its journal says.
count_transfers() { sqlite3 "$1" 'SELECT count(*) FROM journal WHERE kind=19'; }

# require_transfers COUNT DATABASE...: ends the part unless each has that many, so that nobody is fast by doing less.
require_transfers() {
    local count=$1 database
    shift
    for database in "$@"; do
        [[ $(count_transfers "$database") == "$count" ]] || die "$database has not the $count transfers it was given"
    done
}

# What one transfer is for each side: {…} is filled in by bench_driver, anew for each run.
transfer=("$bankctl" transaction transfer 'a{from}' 'a{to}' 0.01 --key 'bench-{run}-{serial}' --json)
time_us="CAST((julianday('now')-2440587.5)*86400e6 AS INTEGER)"
move_sql() {
    echo "UPDATE account SET version=version+1,balance=balance$2,last=(SELECT max(seq)FROM journal),effective_at=$time_us" \
        "WHERE id='$1' AND version=(SELECT version FROM account WHERE id='$1');"
}
transfer_sql="BEGIN IMMEDIATE;
INSERT INTO journal SELECT (SELECT max(seq)FROM journal)+1,19,$time_us,$time_us,'root',0,'bench-{run}-{serial}',NULL,NULL,NULL,1,NULL,
d.number,d.version+1,d.balance-1,d.last,d.jump,c.number,c.version+1,c.balance+1,c.last,c.jump,randomblob(32)
FROM account d,account c WHERE d.id='a{from}' AND c.id='a{to}';
INSERT INTO idempotency VALUES(CAST(printf('bench-%010d%08d',{run},{serial})AS BLOB),(SELECT max(seq)FROM journal));
$(move_sql 'a{from}' -1)
$(move_sql 'a{to}' +1)
COMMIT;"
