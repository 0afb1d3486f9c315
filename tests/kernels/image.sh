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

# What sharing a NIC takes: libxdp's dispatcher where libxdp looks for it,
# somebody else's program, and what kills a load on its way.
add_dispatcher() {
	local build=$1 root=$2 here=$3 objects

	objects=/usr/lib/$(gcc -print-multiarch)/bpf
	mkdir -p "$root$objects" "$root/lib"
	cp "$objects/xdp-dispatcher.o" "$root$objects/"
	"${CLANG:-clang}" -target bpf -mcpu=v3 -O2 -g "-I/usr/include/$(gcc -print-multiarch)" \
		-c "$here/guest/other.bpf.c" -o "$root/srv/other.o"
	"${CC:-gcc}" -O2 -shared -fPIC -o "$root/lib/die.so" "$here/../e2e/die.c"
}

# make_tools BUILD ROOT: everything but the kernel's modules.
make_tools() {
	local build=$1 root=$2 here=$3 program

	mkdir -p "$root"/{bin,etc,dev,proc,run,sys,tmp,test,packets,srv,modules,var/lib}
	cp -L "$(command -v busybox)" "$root/bin/busybox"
	cp "$here"/guest/* "$root/test/"
	ln -s test/init "$root/init"
	for program in ip ethtool bpftool xdp-loader; do
		add_program "$root" "$(PATH=$PATH:/usr/sbin:/sbin command -v "$program")" "$program"
	done
	add_program "$root" "$build/spamweir" spamweir
	add_program "$root" "$build/tests/kernels/verify" verify
	# Those that ask the kernel: a test without these headers is arithmetic.
	for program in $(cd "$here/../progrun" && grep -lE '"(check|harness)\.h"' test_*.c); do
		add_program "$root" "$build/tests/progrun/${program%.c}" "${program%.c}"
	done
	mv "$root"/bin/test_* "$root/packets/"
	add_dispatcher "$build" "$root" "$here"
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
