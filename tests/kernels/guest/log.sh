# SPDX-License-Identifier: GPL-2.0
# The kernel has nothing to complain about.
. /test/report.sh

if dmesg | grep -E 'BUG:|WARNING:|Oops|protection fault|Call Trace' | grep -v 'soft lockup' >"$said"; then
	fail "the kernel's log: $(last_said)"
	dmesg
else
	pass "the kernel's log has no warning"
fi
