# SPDX-License-Identifier: GPL-2.0
# Completion for bash: spamweir itself says what may come.

_spamweir() {
	local word offer
	local -a said=("${COMP_WORDS[@]:1:COMP_CWORD}")

	COMPREPLY=()
	word=${COMP_WORDS[COMP_CWORD]}
	[ "$word" != = ] || word=
	while IFS= read -r offer; do
		case $offer in
		:file) compopt -o filenames 2>/dev/null
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$word") ;;
		:directory) compopt -o filenames 2>/dev/null
			mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$word") ;;
		*) COMPREPLY+=("${offer%%$'\t'*}") ;;
		esac
	done < <("${COMP_WORDS[0]}" complete -- "${said[@]}" 2>/dev/null)
}

complete -F _spamweir spamweir
