# SPDX-License-Identifier: GPL-2.0
# Nothing is left.
. /test/report.sh
. /test/net.sh
. /test/config.sh

number() {
	bpftool -j "$1" list | grep -o '"id":' | wc -l
}

# Programs and maps go when the kernel gets round to it.
gone() {
	[ "$(number prog)" = 0 ] && [ "$(number map)" = 0 ]
}

check "unload" spamweir unload
check "no pin is left" test ! -e "$pins"
equal "no BPF link is left" "$(number link)" 0
equal "no XDP is left on a NIC" "$(bpftool net list | grep -c '^eth')" 0
if until_true 60 gone; then
	pass "no program and no map is left"
else
	fail "$(number prog) programs and $(number map) maps are left"
fi
check "a ping to a C&C host is answered" pings home 198.19.0.66
check "status says that nothing is loaded" \
	sh -c "spamweir status 2>&1 | grep -q 'nothing is loaded'"
