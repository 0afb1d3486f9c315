# SPDX-License-Identifier: GPL-2.0
# Debian's packages that a suite needs beside those of scripts/deps.sh. Sourced.

# install_packages PACKAGE...: those of them that are not installed; says which, on stderr.
install_packages() {
	local package missing=()

	for package in "$@"; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing+=("$package")
	done
	[ "${#missing[@]}" -gt 0 ] || return 0
	echo "installing: ${missing[*]}" >&2
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		"${missing[@]}" >/dev/null
}
