#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# check-docs.sh BUILD: holds the manual pages, README, alerts and dashboard
# against the sources, and against what the built binary takes: fails, and says
# what, if a reason, verb, option, config key, word or metric is missing on either
# side, or a file that README names does not exist.
# Needs no root. mandoc and promtool are used if installed.
set -eu
export LC_ALL=C
spamweir=$(realpath "${1:?usage: check-docs.sh BUILD}")/spamweir
cd "$(dirname "$0")/.."

man8=user/man/spamweir.8
man5=user/man/spamweir.yaml.5
man7=user/man/spamweir-internals.7
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
	echo "check-docs: $*" >&2
	failed=1
}

# The lines of a manual page between .Sh NAME and the next .Sh.
section() {
	awk -v want="$2" '/^\.Sh / { inside = substr($0, 5) == want; next } inside' "$1"
}

# The text of a C function, found by its name at the start of a line.
function_body() {
	sed -n "/^[a-z].*[ *]$2(/,/^}/p" "$1"
}

# What a function that names things returns, from a switch or a table, except what nobody
# can write.
words() {
	cat user/base/names.c user/config/words.c >"$work/names.c"
	function_body "$work/names.c" "$1" | grep -oE '(return|\] =) "[^"]*"' |
		sed 's/.*"\(.*\)"/\1/' | grep -vx none
}

# compare WHAT CODE DOC: both files hold one item a line.
compare() {
	sort -u "$2" >"$work/a"
	sort -u "$3" >"$work/b"
	[ -s "$work/a" ] || fail "no $1 found in the sources: has their form changed?"
	comm -23 "$work/a" "$work/b" >"$work/missing"
	comm -13 "$work/a" "$work/b" >"$work/stale"
	while read -r item; do
		fail "$1: \"$item\" is in the sources and not in $4"
	done <"$work/missing"
	while read -r item; do
		fail "$1: \"$item\" is in $4 and not in the sources"
	done <"$work/stale"
}

check_reasons() {
	sed -n 's/^\tX([A-Z_]*, \([a-z_]*\), \(PASS\|DROP\|REPLY\),.*/\1 \2/p' include/reasons.h >"$work/code"
	section "$man8" REASONS | awk '
		/^\.Ss Packets that pass/ { verdict = "PASS" }
		/^\.Ss Packets that are dropped/ { verdict = "DROP" }
		/^\.Ss Packets in place of which/ { verdict = "REPLY" }
		/^\.It Cm / { print $3, verdict }' >"$work/doc"
	compare reason "$work/code" "$work/doc" "$man8, REASONS"
}

# Verbs and options, as the command itself lists them: see `spamweir verbs`.
check_verbs() {
	awk -F '\t' '$1 && !$2 { print $1 }' "$work/table" >"$work/code"
	section "$man8" VERBS | sed -n 's/^\.It Cm \([a-z ]*[a-z]\).*/\1/p' >"$work/doc"
	compare verb "$work/code" "$work/doc" "$man8, VERBS"
	while read -r verb; do
		grep -q "spamweir $verb" README.md || fail "verb: \"$verb\" is not in README.md"
	done <"$work/code"
	sed -n 's/^#define SW_DEFAULT_[A-Z_]* "\(.*\)"/\1/p' user/cli/options.h user/kernel/state.h >"$work/code"
	while read -r path; do
		grep -q "^\.Pa $path" "$man8" || fail "default: \"$path\" is not in $man8"
	done <"$work/code"
}

check_options() {
	awk -F '\t' '$2 { print substr($2, 3) }' "$work/table" >"$work/code"
	section "$man8" OPTIONS | grep '^\.It ' | grep -o 'Fl -[a-z-]*' | sed 's/^Fl -//' >"$work/doc"
	compare option "$work/code" "$work/doc" "$man8, OPTIONS"
}

# Which verb takes which option. Those that every verb takes are not listed.
check_synopsis() {
	awk -F '\t' '$1 { print $1, $2 }' "$work/table" >"$work/code"
	section "$man8" SYNOPSIS | awk '
		/^\.Cm / { verbs = split(substr($0, 5), verb, / \| /)
			for (i = 1; i <= verbs; i++) print verb[i] " " }
		/Fl / { for (f = 2; f <= NF; f++) if ($f ~ /^-[a-z]/)
			for (i = 1; i <= verbs; i++) print verb[i] " -" $f }' >"$work/doc"
	compare "verb and option" "$work/code" "$work/doc" "$man8, SYNOPSIS"
}

check_keys() {
	sed -n 's/.*{ \.name = "\([a-z0-9_]*\)".*/\1/p' user/config/*.c >"$work/code"
	section "$man5" KEYS | awk '/^\.It Ic / { print $3 }' >"$work/doc"
	compare key "$work/code" "$work/doc" "$man5, KEYS"
}

# Rooms: the folders of user/, each with a floor in FLOORS and in the rules.
check_rooms() {
	{
		echo include
		find user -mindepth 2 -name '*.c' | sed 's,^user/\([^/]*\)/.*,\1,'
	} >"$work/code"
	section "$man7" FLOORS | sed -n 's/^\.It Pa //p' | tr -d ' ' | tr ',' '\n' >"$work/doc"
	compare room "$work/code" "$work/doc" "$man7, FLOORS"
}

# words_of WHAT FUNCTION ERE: the words of an enum, each tagged in spamweir.yaml.5.
words_of() {
	words "$2" >"$work/words"
	[ -s "$work/words" ] || fail "no $1 found in $2: has its form changed?"
	while read -r word; do
		grep -Eq "^\.It Cm $word\$" "$man5" || fail "$1: \"$word\" is not in $man5"
	done <"$work/words"
}

check_words() {
	words_of role sw_role_name
	words_of kind sw_kind_name
	words_of "xdp mode" sw_xdp_mode_name
	words_of format sw_format_name
	words_of "action of a suspect" sw_action_name
	words_of "format of subscribers" sw_subscribers_format_name
	words_of "event of a notice" sw_notice_event_name
	words_of "format of a notice" sw_notice_format_name
	words sw_format_name >"$work/code"
	section "$man5" FORMATS | sed -n 's/^\.It Cm //p' >"$work/doc"
	compare format "$work/code" "$work/doc" "$man5, FORMATS"
}

check_metrics() {
	cat user/report/metrics*.c | tr -s '\n\t' ' ' |
		grep -oE '\<(sw_metric_(head|gauge)|interface_counters|feed_metric|by_side)\( ?(s, )?out, "[a-z_]+"' |
		sed 's/.*"\(.*\)"/spamweir_\1/' | sort -u >"$work/metrics"
	section "$man8" METRICS | sed -n 's/^\.It Cm //p' >"$work/doc"
	compare metric "$work/metrics" "$work/doc" "$man8, METRICS"
	# shellcheck disable=SC2016 # backquotes of Markdown
	sed -n 's/^| `\(spamweir_[a-z_]*\)`.*/\1/p' README.md >"$work/doc"
	compare metric "$work/metrics" "$work/doc" README.md
	for file in scripts/prometheus/*.yml scripts/grafana/*.json; do
		grep -oE 'spamweir_[a-z_]+' "$file" | sort -u | comm -23 - "$work/metrics" >"$work/stale"
		while read -r metric; do
			fail "metric: \"$metric\" is in $file and not in user/report/"
		done <"$work/stale"
	done
}

# Of the paths in README.md, where "*" may stand for something.
check_files() {
	grep -oE '(^|[^A-Za-z0-9_./-])(bpf|include|user|scripts|tests)/[A-Za-z0-9_.*/-]*' README.md |
		sed 's/^[^a-z]//; s/\.$//' | sort -u >"$work/files"
	while read -r file; do
		# shellcheck disable=SC2086 # a pattern
		[ -n "$(ls -d $file 2>/dev/null)" ] || fail "README.md names $file, which does not exist"
	done <"$work/files"
}

check_syntax() {
	if command -v mandoc >/dev/null; then
		mandoc -T lint -W warning "$man8" "$man5" "$man7" || failed=1
	else
		echo "check-docs: skipped: lint of the manual pages (mandoc is not installed)"
	fi
	if command -v promtool >/dev/null; then
		(cd scripts/prometheus && promtool test rules spamweir.test.yml >"$work/promtool" 2>&1) ||
			{ cat "$work/promtool" >&2; fail "promtool"; }
	else
		echo "check-docs: skipped: tests of the alerts (promtool is not installed)"
	fi
}

"$spamweir" verbs >"$work/table"
check_reasons
check_verbs
check_options
check_synopsis
check_keys
check_rooms
check_words
check_metrics
check_files
check_syntax
[ "$failed" = 0 ] && echo "check-docs: manual pages, README, alerts and dashboard agree with the sources"
exit "$failed"
