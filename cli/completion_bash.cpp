// What bash calls at the cursor.
#include "cli/completion_script.h"

namespace bankctl::cli {

const std::string_view k_bash_completion = R"(
_bankctl() {
    local noun command position kind after_mark bank pending word current line prefix
    local -a words
    # Words as the shell splits them at blanks: bash itself would also split at = and :.
    read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
    current=''
    if [[ ${COMP_LINE:0:COMP_POINT} != *' ' ]]; then
        current=${words[-1]}
        unset 'words[-1]'
    fi
    _bankctl_walk "${words[@]:1}"
    prefix=''
    if [[ -z $kind && -z $after_mark && $current == --*=* ]]; then
        kind=$(_bankctl_value "${current%%=*}" || _bankctl_value "$command" "${current%%=*}") || kind=:nothing
        prefix=${current%%=*}=
        current=${current#*=}
    fi
    COMPREPLY=()
    while IFS= read -r line; do
        line=${line%%$'\t'*}
        [[ $line == "$current"* ]] && COMPREPLY+=("$prefix$line")
    done < <(_bankctl_candidates "$current"; [[ $kind != :file ]] || compgen -f -- "$current")
    [[ $kind != :file ]] || compopt -o filenames 2>/dev/null
    # bash replaces only what follows the last = or : of the word.
    current=$prefix$current
    prefix=${current%"${current##*[:=]}"}
    COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
}
complete -F _bankctl bankctl
)";

}  // namespace bankctl::cli
