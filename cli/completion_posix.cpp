// The walk over the words, for any POSIX shell: bash and zsh use it.
#include "cli/completion_script.h"

namespace bankctl::cli {

const std::string_view k_posix_completion = R"(
# Sets command, position and, if the cursor is at an option's value, kind.
_bankctl_walk() {
    noun='' command='' position=1 kind='' after_mark='' bank=''
    pending=''
    for word in "$@"; do
        if [ -n "$pending" ]; then
            case "$pending" in --db | --config | --user) bank="$bank $pending=$word" ;; esac
            pending=''
        elif [ -n "$after_mark" ]; then
            position=$((position + 1))
        else
            case "$word" in
                --) after_mark=1 ;;
                --db=* | --config=* | --user=*) bank="$bank $word" ;;
                --*)
                    if _bankctl_value "$word" >/dev/null || _bankctl_value "$command" "$word" >/dev/null; then
                        pending=$word
                    fi
                    ;;
                -*) ;;
                *)
                    [ "$word" = tx ] && [ -z "$noun" ] && word=transaction
                    if [ -z "$noun" ]; then
                        noun=$word
                        _bankctl_verbs "$noun" >/dev/null || command=$noun
                    elif [ -n "$command" ]; then
                        position=$((position + 1))
                    elif _bankctl_verbs "$noun $word" >/dev/null; then
                        noun="$noun $word"
                    else
                        command="$noun $word"
                    fi
                    ;;
            esac
        fi
    done
    [ -z "$pending" ] || kind=$(_bankctl_value "$pending" || _bankctl_value "$command" "$pending")
}

# The ids of accounts or customers from the word at the cursor on: that word, if it is one, and those behind it.
_bankctl_ids() {
    [ "$2" != @ ] || set -- "$1" ''
    # shellcheck disable=SC2086
    {
        [ -z "$2" ] || bankctl $bank "$1" show "$2" --output csv --fields id --quiet --no-input --wait=1
        bankctl $bank "$1" list --output csv --fields id --limit 200 ${2:+"--after=$2"} --quiet --no-input --wait=1
    } 2>/dev/null | sed -e '/^id$/d' -e "s/^'//"
}

# Candidates at the cursor, as `word TAB summary` lines; $1 is the word at the cursor. Sets kind to :file for files.
_bankctl_candidates() {
    if [ -z "$kind" ]; then
        case "$after_mark$1" in
            -*)
                if [ -n "$command" ]; then _bankctl_options "$command"; fi
                _bankctl_options
                return
                ;;
        esac
        if [ -z "$noun" ]; then
            _bankctl_nouns
            return
        elif [ -z "$command" ]; then
            _bankctl_verbs "$noun"
            return
        fi
        kind=$(_bankctl_argument "$command" "$position" || _bankctl_argument "$command" '*')
    fi
    case "$kind" in
        :internal) _bankctl_ids account "${1:-@}" | grep '^@' ;;
        :account | :customer) _bankctl_ids "${kind#:}" "$1" ;;
        :* | '') ;;
        *) echo "$kind" | tr ' ' '\n' ;;
    esac
}
)";

}  // namespace bankctl::cli
