#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# deb.sh BUILD VERSION: Debian packages of the committed sources, in BUILD/deb. Of one
# commit they are the same byte for byte, wherever and whenever they are built.
#
# MAINTAINER="Name <address>" says who answers for them; else it is who commits here.
set -euo pipefail

sources=$(dirname "$(dirname "$(realpath "$0")")")
build=${1:?usage: deb.sh BUILD VERSION}
version=${2:?usage: deb.sh BUILD VERSION}
maintainer=${MAINTAINER:-$(git -C "$sources" var GIT_COMMITTER_IDENT | sed 's/>.*/>/')}
mkdir -p "$build"
build=$(realpath "$build")

missing=
for package in debhelper dpkg-dev fakeroot mandoc; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
		missing="$missing $package"
done
[ -z "$missing" ] || { echo "deb: install$missing" >&2; exit 1; }

cd "$sources"
[ -z "$(git status --porcelain --untracked-files=no)" ] ||
	echo "deb: changes that are not committed are left out" >&2
commit=$(git log -1 --format=%h)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# What is not a release is older than the one that comes: 0.2.0~git20261129.abc1234.
git describe --exact-match --tags --match 'v*' >/dev/null 2>&1 ||
	version=${version%%-*}~git$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M).$commit

# A path of its own length would be in the binary, and with it the packages' bytes.
rm -rf "$build/deb"
mkdir -p "$build/deb/source"
git archive HEAD | tar -x -C "$build/deb/source"
cd "$build/deb/source"
mv scripts/debian debian
sed -i "s|@MAINTAINER@|${maintainer//[|\\&]/}|" debian/control
cat >debian/changelog <<END
spamweir ($version) unstable; urgency=medium

  * Of commit $commit. What is new stands in the README.

 -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
END
dpkg-buildpackage --build=binary --no-sign >"$build/deb/build.log" 2>&1 || {
	tail -n 20 "$build/deb/build.log" >&2
	echo "deb: does not build; all of it is in $build/deb/build.log" >&2
	exit 1
}
cd "$build/deb"
rm -rf source

# What the binary is made of, beside the packages.
dpkg-deb --fsys-tarfile spamweir_*.deb | tar -xO ./usr/sbin/spamweir >binary
"$sources/scripts/sbom.py" binary "$version" >"spamweir_$version.cdx.json" ||
	echo "deb: no bill of materials can be made" >&2
rm binary
printf '%s\n' "$build"/deb/*.deb
