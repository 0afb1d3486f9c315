# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the demo prints. Colour only on a terminal.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' cyan=$'\e[36m' plain=$'\e[0m'
else
	bold='' dim='' red='' green='' cyan='' plain=''
fi

failed=0

title() {
	printf '\n%s== %s ==%s\n' "$bold" "$*" "$plain"
}

# What a user would type.
command_line() {
	local word line=

	for word; do
		[[ $word != *[[:space:]]* ]] || word="\"$word\""
		line+=" $word"
	done
	printf '%s$%s%s\n' "$cyan" "$line" "$plain"
}

indent() {
	sed 's/^/    /'
}

# expect TEXT ACTUAL OPERATOR WANTED
expect() {
	local text=$1 actual=$2 operator=$3 wanted=$4
	local -A words=([-eq]=exactly [-ge]="at least" [-le]="at most" [-gt]="more than")

	if test "$actual" "$operator" "$wanted"; then
		printf '  %sok%s      %s: %s\n' "$green" "$plain" "$text" "$actual"
	else
		printf '  %sFAILED%s  %s: %s, expected %s %s\n' "$red" "$plain" "$text" "$actual" \
			"${words[$operator]}" "$wanted"
		failed=$((failed + 1))
	fi
}

# settled COMMAND...: the number it prints, once that is 0; else after 5 s.
# The kernel takes links and programs away a little later than it says so.
settled() {
	local i n

	for ((i = 0; i < 50; i++)); do
		n=$("$@")
		[ "$n" != 0 ] || break
		sleep 0.1
	done
	echo "$n"
}

row() {
	printf '    %-46s' "$1"
	[ $# = 1 ] || printf '%10s' "${@:2}"
	printf '\n'
}

table_head() {
	printf '\n%s' "$bold"
	row "$@"
	printf '%s' "$plain"
}

# bar N FULL: twenty # are FULL.
bar() {
	local n=$(($1 * 20 / $2))

	printf '%*s' "$((n < 20 ? n : 20))" '' | tr ' ' '#'
}

# Two numbers a second.
timeline_head() {
	printf '\n    %s%3s  %-28s %s%s\n' "$bold" s "$1" "$2" "$plain"
}

# timeline SECOND N FULL N FULL
timeline() {
	printf '    %3d  %4d %-23s %4d %s\n' "$1" "$2" "$(bar "$2" "$3")" "$4" "$(bar "$4" "$5")"
}

now_us() {
	local now=$EPOCHREALTIME

	echo "${now/./}"
}

# sleep_until START S: so many seconds after START, a value of now_us.
sleep_until() {
	local left=$(($1 + $2 * 1000000 - $(now_us)))

	((left <= 0)) || sleep "$((left / 1000000)).$(printf '%06d' $((left % 1000000)))"
}

# progress SECONDS TEXT: a line that fills, on a terminal; else only a sleep.
progress() {
	local seconds=$1 text=$2 start i

	start=$(now_us)
	for ((i = 1; i <= seconds; i++)); do
		sleep_until "$start" "$i"
		[ -t 1 ] || continue
		printf '\r  %s%s [%-*s] %d s%s' "$dim" "$text" "$seconds" \
			"$(printf '%*s' "$i" '' | tr ' ' '#')" "$i" "$plain"
	done
	[ ! -t 1 ] || printf '\r\e[K'
}
