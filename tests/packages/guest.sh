# SPDX-License-Identifier: GPL-2.0
# The same in a guest of QEMU's, without KVM, for where no container can have a systemd of its
# own: a suite's root and its kernel, all in memory. Sourced by run.sh, whose `work`, `deb` and
# `cache` these take.

guest_seconds=1200

# In a shell of its own, for both have a `cache`. Prints a directory with vmlinuz and modules.
guest_kernel() (
	# shellcheck source=tests/kernels/fetch.sh
	. "$sources/tests/kernels/fetch.sh"
	case $1 in
	bookworm) fetch_kernel 6.1 ;;
	*) fetch_kernel "6.12@$1" ;;
	esac
)

# What the suite's root lacks: the kernel's modules and what loads them, the packages, and a
# unit that says on the second serial line what it has seen.
guest_extra() {
	local kernel=$1 root=$2

	mkdir -p "$root/guest" "$root/root" "$root/etc/systemd/system/multi-user.target.wants"
	cp -r "$kernel/modules" "$root/guest/"
	cp -L "$(command -v busybox)" "$root/guest/busybox"
	cp "$deb" "$root/root/first.deb"
	cp "$work/newer.deb" "$work/older.deb" "$here/inside.sh" "$root/root/"
	cat >"$root/guest/init" <<'END'
#!/guest/busybox sh
for module in /guest/modules/*.ko; do
	/guest/busybox insmod "$module"
done
exec /sbin/init
END
	chmod 755 "$root/guest/init"
	cat >"$root/etc/systemd/system/inside.service" <<'END'
[Service]
Type=oneshot
TimeoutStartSec=infinity
Environment=HOME=/root
ExecStart=/bin/sh -c 'bash /root/inside.sh >/dev/ttyS1 2>/dev/console; echo "@@ end" >/dev/ttyS1; systemctl poweroff --force --force'
END
	ln -s ../inside.service "$root/etc/systemd/system/multi-user.target.wants/"
}

# try_guest SUITE: as try_in, or "@@ none WHY".
try_guest() {
	local suite=$1 kernel tree=$work/guest said=$work/$suite.guest

	[ "$(dpkg --print-architecture)" = amd64 ] || { echo "@@ none the guests are for amd64"; return; }
	kernel=$(guest_kernel "$suite" 2>"$said.kernel") ||
		{ echo "@@ none $(tail -n 1 "$said.kernel")"; return; }
	rm -rf "$tree"
	mkdir -p "$tree"
	guest_extra "$kernel" "$tree"
	(cd "$cache/$suite" && find . -path ./usr/share/doc -prune -o -path ./usr/share/locale -prune -o \
		-path ./var/cache/apt -prune -o -path ./var/lib/apt/lists -prune -o -print |
		cpio --quiet -o -H newc) >"$work/guest.initrd"
	(cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0) >>"$work/guest.initrd"
	rm -f "$said" && : >"$said"
	timeout -k 5 "$guest_seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 3072 \
		-nodefaults -no-user-config -no-reboot -display none -nic none \
		-serial "file:$said.console" -serial "file:$said" \
		-kernel "$kernel/vmlinuz" -initrd "$work/guest.initrd" \
		-append "console=ttyS0 panic=-1 rdinit=/guest/init systemd.mask=serial-getty@ttyS0.service systemd.show_status=no quiet" \
		>"$said.qemu" 2>&1
	rm -rf "$tree" "$work/guest.initrd"
	tr -d '\r' <"$said"
	grep -q '^@@ end' "$said" ||
		echo "@@ fail the guest did not come to its end in $guest_seconds s: $(tail -n 1 "$said.console" | tr -d '\r')"
}
