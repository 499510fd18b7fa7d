// What zsh calls at the cursor.
#include "cli/completion_script.h"

namespace bankctl::cli {

const std::string_view k_zsh_completion = R"(
# The tables and the walk are written for any POSIX shell.
_bankctl_as_sh() {
    emulate -L sh
    "$@"
}

_bankctl_kind_of_option() { _bankctl_value "$1" || _bankctl_value "$command" "$1" || echo :nothing; }

_bankctl_kind_of_argument() { _bankctl_argument "$command" "$position" || _bankctl_argument "$command" '*'; }

_bankctl() {
    local noun command position kind after_mark bank pending word current line
    local -a found summaries
    current=$PREFIX
    _bankctl_as_sh _bankctl_walk "${(@)words[2,CURRENT-1]}"
    if [[ -z $kind$after_mark && $current == --*=* ]]; then
        kind=$(_bankctl_as_sh _bankctl_kind_of_option "${current%%=*}")
        compset -P '*='
        current=${current#*=}
    elif [[ -z $kind && -n $command && ( -n $after_mark || $current != -* ) ]]; then
        kind=$(_bankctl_as_sh _bankctl_kind_of_argument) || return 1
    fi
    if [[ $kind == :file ]]; then
        _files
        return
    fi
    for line in "${(@f)$(_bankctl_as_sh _bankctl_candidates "$current")}"; do
        [[ -n $line ]] || continue
        found+=("${line%%$'\t'*}")
        summaries+=("${line/$'\t'/ -- }")
    done
    compadd -l -d summaries -a found
}
)";

}  // namespace bankctl::cli
