#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# headers.sh BUILD: every header of include/ and user/ compiles alone. Prints what
# does not, and fails. BUILD has the skeleton of the BPF object.
set -u
cd "$(dirname "$0")/../.." || exit 1
build=${1:?usage: headers.sh BUILD}
cc=${CC:-gcc} # which may be several words
failed=0

for header in $(find include user -name '*.h' | sort); do
	name=${header#*/}
	said=$(printf '#include "%s"\n' "$name" |
		$cc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wno-unused-function -Iinclude -Iuser \
			-I"$build" -fsyntax-only -x c - 2>&1) && continue
	printf '%s: does not compile alone\n%s\n' "$header" "$said"
	failed=1
done
exit "$failed"
