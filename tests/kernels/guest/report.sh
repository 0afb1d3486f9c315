# SPDX-License-Identifier: GPL-2.0
# What the parts share: one line on the console for every check.

said=/tmp/said.$$

pass() { echo "@@ pass $*"; }
fail() { echo "@@ fail $*"; }
skip() { echo "@@ skip $*"; }

# What a command printed last, in one line.
last_said() {
	tail -n "${1:-3}" "$said" | tr '\n' ' '
}

# check NAME COMMAND...
check() {
	local name=$1

	shift
	if "$@" >"$said" 2>&1; then
		pass "$name"
	else
		fail "$name: $(last_said)"
	fi
}

# equal NAME IS SHOULD_BE
equal() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1: it is '$2', not '$3'"
	fi
}

# until_true SECONDS COMMAND...
until_true() {
	local tries=$(($1 * 20))

	shift
	until "$@"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		usleep 50000
	done
}
