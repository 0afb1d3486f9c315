#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run DIR PROGRAM ...: runs a daemon of FRR's, or vtysh, that lies beside this as frr-tools.sh or
# trixie-tools.sh has put it there. Those with the same DIR are one FRR: it is their /run/frr.
# They want a group that the package would make, and directories.
here=$(dirname "$(realpath "$0")")
dir=$1
shift
mkdir -p /run/frr /var/lib/frr "$dir/kept"
# shellcheck disable=SC2016 # for the other shell
exec unshare -m sh -c '{ cat /etc/group; echo frrvty:x:9871:root; } >"$2/group" &&
	mount --bind "$2/group" /etc/group && mount --bind "$2/kept" /var/lib/frr &&
	mount --bind "$2" /run/frr && here=$1 && shift 2 && . "$here/exec"' - \
	"$here" "$dir" "$@"
