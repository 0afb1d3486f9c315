# SPDX-License-Identifier: GPL-2.0
# The guest's initial RAM disk, which is all it has. Sourced by run.sh.

archive() {
	(cd "$1" && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0)
}

# add_program ROOT FILE NAME: a program under /bin, with the libraries it wants.
add_program() {
	local root=$1 file=$2 name=$3 library

	cp -L "$file" "$root/bin/$name"
	while read -r library; do
		[ -e "$root$library" ] || install -D -m 755 "$library" "$root$library"
	done < <(ldd "$file" | grep -o '/[^ )]*')
}

# make_tools BUILD ROOT: everything but the kernel's modules.
make_tools() {
	local build=$1 root=$2 here=$3 program

	mkdir -p "$root"/{bin,etc,dev,proc,run,sys,tmp,test,packets,srv,modules,var/lib}
	cp -L "$(command -v busybox)" "$root/bin/busybox"
	cp "$here"/guest/* "$root/test/"
	ln -s test/init "$root/init"
	for program in ip ethtool bpftool; do
		add_program "$root" "$(PATH=$PATH:/usr/sbin:/sbin command -v "$program")" "$program"
	done
	add_program "$root" "$build/spamweir" spamweir
	add_program "$root" "$build/tests/kernels/verify" verify
	for program in "$build"/tests/progrun/test_*; do
		[ ! -x "$program" ] || add_program "$root" "$program" "$(basename "$program")"
	done
	mv "$root"/bin/test_* "$root/packets/"
}

# make_image TOOLS.cpio KERNEL WORK: prints the image. The kernel reads archives
# one after the other.
make_image() {
	local tools=$1 kernel=$2 work=$3

	mkdir -p "$work/own"
	cp -r "$kernel/modules" "$work/own/"
	archive "$work/own" >"$work/own.cpio"
	cat "$tools" "$work/own.cpio" >"$work/initrd"
}
