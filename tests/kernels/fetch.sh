# SPDX-License-Identifier: GPL-2.0
# Debian's kernels for virtual machines, fetched but never installed. Sourced by run.sh.

cache=${XDG_CACHE_HOME:-$HOME/.cache}/spamweir/kernels

# What the guest needs from drivers; what a kernel has built in is in no file.
modules="virtio_pci virtio_net veth 8021q bonding bridge macvlan"

# What was fetched for another list is not taken.
picked=$(echo "$modules" | md5sum | cut -c 1-8)

# Points apt at a suite other than this machine's own, with lists of its own:
# "6.18@sid" is the newest 6.18 of sid. Sets `apt`.
apt_suite() {
	local suite=$1 state=$cache/apt/$1 mirror

	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' \
		'Origin: Debian' 'Label: Debian' | head -n 1)
	[ -n "$mirror" ] || { echo "kernels: apt knows no mirror of Debian" >&2; return 1; }
	mkdir -p "$state/lists/partial" "$state/archives/partial"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" \
		>"$state/sources.list"
	apt=(-o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null
	     -o Dir::State::Lists="$state/lists" -o Dir::Cache="$state")
	apt_update || compgen -G "$state/lists/*_Packages" >/dev/null
}

apt_update() {
	apt-get "${apt[@]}" -o APT::Sandbox::User=root update -qq >&2
}

# The newest kernel package of a series, "6.1", or of all, "newest"; its version.
kernel_package() {
	local series="${1//./\\.}([.-].*)?" package version

	[ "$1" != newest ] || series='[0-9].*'
	package=$(apt-cache "${apt[@]}" pkgnames linux-image- |
		grep -E "^linux-image-$series-cloud-amd64\$" | sort -V | tail -n 1)
	[ -n "$package" ] || return 1
	version=$(apt-cache "${apt[@]}" show --no-all-versions "$package" |
		awk '/^Version:/ { print $2; exit }')
	[ -n "$version" ] && echo "$package $version"
}

# pick_module DIRECTORY NAME: copies a module, after those that it depends on,
# to modules/NN-NAME.ko, in the order in which they can go in.
pick_module() {
	local directory=$1 name=$2 file depends copy

	[ -z "$(find "$directory/modules" -name "[0-9]*-$name.ko")" ] || return 0
	file=$(find "$directory/package" -name "${name//_/[-_]}.ko*" -print -quit)
	[ -n "$file" ] || return 0
	case $file in
	*.xz) xz -d "$file" && file=${file%.xz} ;;
	*.zst) zstd -q -d --rm "$file" && file=${file%.zst} ;;
	esac
	depends=$(grep -ao 'depends=[[:alnum:]_,-]*' "$file" | head -n 1)
	depends=${depends#depends=}
	for name in ${depends//,/ }; do
		pick_module "$directory" "$name" || return 1
	done
	name=$(basename "$file" .ko)
	copy=$(printf '%s/modules/%02d-%s.ko' "$directory" \
		"$(find "$directory/modules" -type f | wc -l)" "${name//-/_}")
	cp "$file" "$copy"
}

# unpack DIRECTORY PACKAGE.deb...: leaves vmlinuz and modules/NN-NAME.ko.
unpack() {
	local directory=$1 deb name image

	shift
	mkdir -p "$directory/modules"
	for deb in "$@"; do
		dpkg -x "$deb" "$directory/package" || return 1
	done
	image=$(find "$directory/package" -name 'vmlinuz*' -type f -print -quit)
	[ -n "$image" ] || { echo "kernels: no vmlinuz in ${*##*/}" >&2; return 1; }
	mv "$image" "$directory/vmlinuz"
	for name in $modules; do
		pick_module "$directory" "$name" || return 1
	done
	rm -r "$directory/package"
}

# download PACKAGE DIRECTORY: newer kernels come in parts, which the package asks for.
download() {
	local parts

	parts=$(apt-cache "${apt[@]}" depends "$1" |
		sed -n 's/^ *Depends: \(linux-\(binary\|modules\)-[^ ]*\)$/\1/p')
	# shellcheck disable=SC2086 # a list
	(cd "$2" && apt-get "${apt[@]}" -o APT::Sandbox::User=root download -qq "$1" $parts >&2)
}

# The suite that has the newest kernel: what was not released yet, too.
newest_suite() {
	local suite
	local -a apt=()

	for suite in sid experimental; do
		apt_suite "$suite" && echo "$(kernel_package newest) $suite"
	done | sort -V | awk '{ suite = $NF } END { print suite }'
}

# fetch_kernel SERIES[@SUITE]: prints the directory of its newest kernel; of
# "newest" alone, of all suites. What was fetched before is taken if the
# registry cannot be asked.
fetch_kernel() {
	local series=${1%@*} suite=${1#"${1%@*}"} package version directory fresh
	local -a apt=()

	mkdir -p "$cache"
	[ "$1" != newest ] || suite=@$(newest_suite)
	[ "$suite" != @ ] || suite=
	[ -z "$suite" ] || apt_suite "${suite#@}" || return 1
	read -r package version < <(kernel_package "$series" || { apt_update; kernel_package "$series"; })
	if [ -z "$package" ]; then
		directory=$(find "$cache" -maxdepth 1 -name "${series/newest/[0-9]}[.-]*+$picked" | sort -V | tail -n 1)
		[ -n "$directory" ] || { echo "kernels: apt offers no kernel $1" >&2; return 1; }
		echo "kernels: apt offers no kernel $1; taking ${directory##*/}, fetched before" >&2
		echo "$directory"
		return
	fi
	directory=$cache/${package#linux-image-}_$version+$picked
	if [ ! -d "$directory" ]; then
		fresh=$(mktemp -d "$cache/fresh.XXXXXX")
		download "$package" "$fresh" || { apt_update; download "$package" "$fresh"; } &&
			unpack "$fresh/kernel" "$fresh"/*.deb && mv "$fresh/kernel" "$directory"
		rm -r "$fresh"
	fi
	[ -d "$directory" ] && echo "$directory"
}
