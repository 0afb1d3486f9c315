#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# node_exporter's textfile collector merges the *.prom files of a directory. If two
# files describe one metric with different HELP texts, as two versions of a writer
# do, node_exporter 1.5.0 exposes the samples of the file whose name sorts first and
# drops those of the other, and node_textfile_scrape_error stays 0: the second
# host's or instance's series are missing, and no alert on that gauge tells.
# promtool finds no fault in either file. Keep HELP texts stable across versions.
set -euo pipefail

work=$(mktemp -d)
exporter=
stop() {
	[ -z "$exporter" ] || kill "$exporter" 2>/dev/null || :
	rm -rf "$work"
}
trap stop EXIT
cd "$work"
apt-get download -qq -o APT::Sandbox::User=root prometheus-node-exporter=1.5.0-1+b6 \
	prometheus=2.42.0+ds-5+deb12u1
for package in *.deb; do dpkg -x "$package" root; done

mkdir prom
printf '# HELP filter_drops_total Packets dropped.\n# TYPE filter_drops_total counter\nfilter_drops_total{instance="a"} 1\n' >prom/a.prom
printf '# HELP filter_drops_total Packets that were dropped.\n# TYPE filter_drops_total counter\nfilter_drops_total{instance="b"} 2\n' >prom/b.prom
for file in prom/*.prom; do
	root/usr/bin/promtool check metrics <"$file"
done

port=$((20000 + $$ % 20000))
root/usr/bin/prometheus-node-exporter --web.listen-address="127.0.0.1:$port" \
	--collector.disable-defaults --collector.textfile --collector.textfile.directory=prom \
	>log 2>&1 &
exporter=$!
python3 - "$port" >scraped <<'END'
import sys
import time
import urllib.request

end = time.monotonic() + 30
while True:  # until it listens
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/metrics", timeout=5) as page:
            sys.stdout.write(page.read().decode())
        break
    except OSError:
        if time.monotonic() > end:
            raise
        time.sleep(0.05)
END
echo "node_exporter 1.5.0, of a.prom and b.prom:"
grep -E '^(filter_drops_total|node_textfile_scrape_error)' scraped

# shellcheck disable=SC2015 # who comes to the end of the list leaves
[ "$(grep -c '^filter_drops_total' scraped)" = 1 ] && grep -q '^filter_drops_total{instance="a"} 1$' scraped &&
	grep -q '^node_textfile_scrape_error 0$' scraped || {
	echo "changed: expected the sample of a.prom alone, and scrape_error 0" >&2
	exit 1
}
