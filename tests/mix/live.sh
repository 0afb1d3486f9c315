#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# live.sh BUILD MINUTES: the synthetic mix with real programs in network namespaces, and who was
# taken for a zombie, when; BUILD/mix-live.md, too. Installs msmtp and swaks if they are missing.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
scripts=$here/../../scripts
build=$(realpath "${1:?usage: live.sh BUILD MINUTES}")
minutes=${2:?usage: live.sh BUILD MINUTES}
tools=$build/lab

mkdir -p "$tools"
"$scripts/postfix-tools.sh" "$tools"
"${CC:-gcc}" -O2 -shared -fPIC -o "$tools/bindsrc.so" "$scripts/lab/bindsrc.c"
missing=
for program in msmtp swaks nft:nftables; do
	command -v "${program%:*}" >/dev/null || missing="$missing ${program#*:}"
done
# shellcheck disable=SC2086 # a list
[ -z "$missing" ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	--no-install-recommends $missing >/dev/null

# shellcheck source=scripts/lab.sh
. "$scripts/lab.sh"
export SPAMWEIR=$build/spamweir TOOLS=$tools PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=$here:$here/../e2e
code=0
(lab_private /usr/bin/python3 "$here/live.py" "$minutes") | tee "$build/mix-live.md" || code=$?
exit "$code"
