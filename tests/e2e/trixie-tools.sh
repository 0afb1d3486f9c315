#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# trixie-tools.sh DIR: makes DIR/trixie/{bird,birdc,gobgp,gobgpd,frr/run,openbgpd/run}, which run
# Debian 13's BIRD 3, FRR 10, GoBGP and OpenBGPD: with that Debian's /usr in the place of this
# one's, seen by them alone. It is kept where tests/packages keeps its roots; nothing is installed.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
dir=$(realpath "${1:?usage: trixie-tools.sh DIR}")/trixie
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spamweir/roots
usr=$cache/trixie-routing/usr
# shellcheck source=tests/packages/container.sh
. "$here/../packages/container.sh"

fetch() {
	local mirror

	command -v mmdebstrap >/dev/null || { echo "trixie-tools: there is no mmdebstrap" >&2; return 1; }
	mirror=$(mirror_of)
	[ -n "$mirror" ] || { echo "trixie-tools: apt knows no mirror of Debian" >&2; return 1; }
	mkdir -p "$cache"
	rm -rf "$cache/trixie-routing.new"
	mmdebstrap --quiet --variant=extract --include=bird3,frr,gobgpd,openbgpd --skip=output/dev \
		trixie "$cache/trixie-routing.new" \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" >&2 ||
		return 1
	mv "$cache/trixie-routing.new" "$cache/trixie-routing"
}

[ -d "$usr" ] || fetch
mkdir -p "$dir"/{frr,openbgpd}
# shellcheck disable=SC2016 # for the shells that read it
in_trixie='mount --bind "$usr" /usr && exec "$@"'
for name in bird birdc gobgp gobgpd; do
	cat >"$dir/$name.new" <<RUN
#!/bin/sh
usr='$usr' exec unshare -m sh -c '$in_trixie' - $name "\$@"
RUN
	chmod +x "$dir/$name.new"
	mv "$dir/$name.new" "$dir/$name" # which may be running
done
cp "$here/frr-run.sh" "$dir/frr/run"
echo "usr='$usr'; PATH=/usr/lib/frr:\$PATH; $in_trixie" >"$dir/frr/exec"
cp "$here/openbgpd-run.sh" "$dir/openbgpd/run"
echo "usr='$usr'; PATH=/usr/sbin:\$PATH; $in_trixie" >"$dir/openbgpd/exec"
