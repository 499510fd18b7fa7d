// The walk and the candidates in the language of fish.
#include "cli/completion_script.h"

namespace bankctl::cli {

const std::string_view k_fish_completion = R"(
# Sets command, position, kind and bank from the words before the cursor.
function _bankctl_walk --no-scope-shadowing
    set --local pending ''
    for word in $argv
        if test -n "$pending"
            contains -- $pending --db --config --user; and set --append bank $pending=$word
            set pending ''
        else if test -n "$after_mark"
            set position (math $position + 1)
        else if test "$word" = --
            set after_mark 1
        else if string match --quiet --regex '^--(db|config|user)=' -- $word
            set --append bank $word
        else if string match --quiet -- '--*' $word
            if _bankctl_value $word >/dev/null; or _bankctl_value $command $word >/dev/null
                set pending $word
            end
        else if string match --quiet -- '-*' $word
            continue
        else if test -z "$noun"
            set noun $word
            test "$noun" = tx; and set noun transaction
            _bankctl_verbs $noun >/dev/null; or set command $noun
        else if test -z "$command"; and _bankctl_verbs "$noun $word" >/dev/null
            set noun "$noun $word"
        else if test -z "$command"
            set command "$noun $word"
        else
            set position (math $position + 1)
        end
    end
    if test -n "$pending"
        set kind (_bankctl_value $pending; or _bankctl_value $command $pending)
    end
end

# The ids of accounts or customers from the word at the cursor on: that word, if it is one, and those behind it.
function _bankctl_ids --no-scope-shadowing
    set --local form --output csv --fields id --quiet --no-input --wait=1
    set --local after
    begin
        if test -n "$argv[2]"; and test "$argv[2]" != @
            set after --after=$argv[2]
            bankctl $bank $argv[1] show $argv[2] $form
        end
        bankctl $bank $argv[1] list --limit 200 $after $form
    end 2>/dev/null | string match --invert --regex '^id$' | string replace --regex "^'" ''
end

function _bankctl_candidates
    set --local noun ''
    set --local command ''
    set --local position 1
    set --local kind ''
    set --local after_mark ''
    set --local bank
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    set --local current (commandline --current-token --cut-at-cursor)
    set --local prefix ''
    _bankctl_walk $words[2..-1]
    if test -z "$kind$after_mark"; and string match --quiet -- '--*=*' "$current"
        set --local name (string replace --regex '=.*' '' -- $current)
        set kind (_bankctl_value $name; or _bankctl_value $command $name; or echo :nothing)
        set prefix $name=
        set current (string replace --regex '^[^=]*=' '' -- $current)
    end
    if test -z "$kind"
        if test -z "$after_mark"; and string match --quiet -- '-*' "$current"
            test -n "$command"; and _bankctl_options $command
            _bankctl_options
            return
        else if test -z "$noun"
            _bankctl_nouns
            return
        else if test -z "$command"
            _bankctl_verbs $noun
            return
        end
        set kind (_bankctl_argument $command $position; or _bankctl_argument $command '*')
    end
    switch "$kind"
        case :file
            __fish_complete_path $current | string replace --regex '^' -- "$prefix"
        case :internal
            _bankctl_ids account '' | string match '@*' | string replace --regex '^' -- "$prefix"
        case :account :customer
            _bankctl_ids (string sub --start 2 -- $kind) "$current" | string replace --regex '^' -- "$prefix"
        case ':*' ''
        case '*'
            string split ' ' -- $kind | string replace --regex '^' -- "$prefix"
    end
end
complete --command bankctl --no-files --arguments '(_bankctl_candidates)'
)";

}  // namespace bankctl::cli
