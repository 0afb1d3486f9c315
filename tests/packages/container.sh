# SPDX-License-Identifier: GPL-2.0
# Roots of Debian, and containers with systemd in them. Sourced by run.sh and readme.sh; `cache`
# is where roots are kept.

# shellcheck disable=SC2016 # apt's own $(...)
mirror_of() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
		'Label: Debian' | head -n 1
}

# make_root NAME SUITE PACKAGES: a root directory with systemd and these, kept as $cache/NAME;
# what is said meanwhile goes to stderr.
make_root() {
	local name=$1 suite=$2 packages=$3 mirror

	[ ! -d "$cache/$name" ] || return 0
	mirror=$(mirror_of)
	[ -n "$mirror" ] || { echo "apt knows no mirror of Debian" >&2; return 1; }
	mkdir -p "$cache"
	mmdebstrap --variant=minbase --skip=output/dev \
		--include="systemd,systemd-sysv,dbus,iproute2,iputils-ping,$packages" "$suite" \
		"$cache/$name.new" \
		"deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" \
		>&2 || { rm -rf "$cache/$name.new"; return 1; }
	mv "$cache/$name.new" "$cache/$name"
}

# lay_root NAME ROOT: what is written to ROOT leaves the one that is kept alone. In lab_private.
lay_root() {
	mkdir "$2" "$LAB/upper" "$LAB/over"
	mount -t overlay -o "lowerdir=$cache/$1,upperdir=$LAB/upper,workdir=$LAB/over" \
		overlay "$2" 2>/dev/null || cp -a "$cache/$1/." "$2/"
}

# In mount and process namespaces of its own: the container ends with them.
boot() {
	local root=$1 log=$2

	mkdir "$LAB/bpf"
	mount -t bpf -o mode=700 bpf "$LAB/bpf"
	systemd-nspawn --register=no --keep-unit --quiet --directory="$root" --boot \
		--machine=spamweir --private-network --capability=all \
		--system-call-filter='bpf perf_event_open' --bind="$LAB/bpf:/sys/fs/bpf" \
		</dev/null >"$log" 2>&1 &
}

# The process 1 of the container that a nspawn runs.
wait_for_systemd() {
	local nspawn=$1 first i

	for ((i = 0; i < 1200; i++)); do
		kill -0 "$nspawn" 2>/dev/null || return 1
		first=$(pgrep -P "$nspawn" | head -n 1)
		if [ -n "$first" ] &&
			nsenter -t "$first" -a systemctl is-system-running 2>/dev/null |
				grep -qE 'running|degraded'; then
			echo "$first"
			return
		fi
		sleep 0.1
	done
	return 1
}
