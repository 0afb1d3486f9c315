#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run ...: runs OpenBGPD's bgpd, as bgp-tools.sh or trixie-tools.sh has put it beside this. It
# wants a user that the package would make, and its home to go to.
here=$(dirname "$(realpath "$0")")
mkdir -p /run/openbgpd
chmod 755 /run/openbgpd
# shellcheck disable=SC2016 # for the other shell
exec unshare -m sh -c '{ cat /etc/passwd; echo _openbgpd:x:9872:9872::/run/openbgpd:/bin/false; } >"$1/passwd" &&
	{ cat /etc/group; echo _openbgpd:x:9872:; } >"$1/group" &&
	mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group &&
	here=$1 && shift && . "$here/exec"' - "$here" bgpd "$@"
