#!/usr/bin/env bash
# Whether scripts/bench works: that it prints what its JSON promises, and that a promise that is broken is MISSED and fails it.
# No figure is looked at that a clock made.
#
#     tests/bench/bench_test.sh BUILD_DIRECTORY
set -euo pipefail
build=$(realpath "${1:?}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for tool in jq sqlite3; do
    command -v "$tool" >/dev/null || {
        echo "SKIPPED: bench, because $tool is not installed"
        exit 0
    }
done
work=$(mktemp --directory)
trap 'rm --recursive --force "$work"' EXIT
export ASAN_OPTIONS=detect_leaks=0 # leaks cannot be looked for under strace

fail() {
    echo "bench_test: $1" >&2
    cat "$work/table" >&2
    exit 1
}

parts=(durability transfer import import_growth loops beside burst limiter dispute loan)
code=0
scripts/bench --quick --json --build "$build" "${parts[@]}" >"$work/document" 2>"$work/table" || code=$?
((code <= 1)) || fail "exit code $code"
jq --exit-status --arg parts "${parts[*]}" '
    def number_or_null: type == "number" or . == null;
    .schema == "bench/v1"
    and (.machine | ([.cores, .sync_us, .load_at_start] | all(type == "number")) and ([.kernel, .cpu, .file_system] | all(type == "string")))
    and ([.rows[].part] | unique) == ($parts / " " | sort)
    and (.rows | all(
        (keys == ["bound", "how", "limit", "name", "ours", "part", "ratio", "theirs", "unit", "verdict"])
        and (.name | length > 0) and (.how | length > 0)
        and ([.ours, .theirs, .ratio, .limit] | all(number_or_null))
        and (if .bound == null then .limit == null and (.verdict == null or .verdict == "SKIPPED")
             else (.bound == "most" or .bound == "least") and (.verdict == "ok" or .verdict == "MISSED") end)
        and (.ours != null or .verdict == "SKIPPED")))' "$work/document" >/dev/null || fail 'the document is not what it should be'

# A bankctl that forgets every third transfer, and one that refuses them.
cat >"$work/forgetful" <<END
#!/bin/sh
case "\$*" in *transfer*[0369]' --json'*) exit 0 ;; esac
exec '$build/bankctl' "\$@"
END
cat >"$work/refusing" <<END
#!/bin/sh
case "\$*" in *transfer*[0369]' --json'*) exit 75 ;; esac
exec '$build/bankctl' "\$@"
END
chmod +x "$work/forgetful" "$work/refusing"
for broken in forgetful refusing; do
    code=0
    scripts/bench --quick --json --build "$build" --bankctl "$work/$broken" burst >"$work/document" 2>"$work/table" || code=$?
    ((code == 1)) || fail "a $broken bankctl gave exit code $code"
    [[ $(jq '[.rows[] | select(.verdict == "MISSED")] | length' "$work/document") -ge 1 ]] || fail "a $broken bankctl was found good"
done
