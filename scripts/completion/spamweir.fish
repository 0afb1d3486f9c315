# SPDX-License-Identifier: GPL-2.0
# Completion for fish: spamweir itself says what may come.

function __spamweir_offers
    set -l said (commandline -opc)
    set -l word (commandline -ct)
    # Fish takes what follows "--option=" as part of the word.
    set -l before (string match -r -- '^--[^=]*=' $word)
    for offer in (command $said[1] complete -- $said[2..-1] "$word" 2>/dev/null)
        switch $offer
            case :file
                __fish_complete_path (string replace -- "$before" '' $word) | string replace -r '^' -- "$before"
            case :directory
                __fish_complete_directories (string replace -- "$before" '' $word) | string replace -r '^' -- "$before"
            case '*'
                echo "$before$offer"
        end
    end
end

complete -c spamweir -f -a '(__spamweir_offers)'
