#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""readme.py README DIR: what Quickstart says to do, as scripts in DIR: install.sh, up to
`make install`, and follow.sh, all behind it, for the lab of readme.sh. Commands are those of
its blocks, word for word; a block of YAML or of prefixes is the file that it is said to be."""
import ipaddress
import re
import shlex
import sys
from pathlib import Path

CONFIG = "/etc/spamweir"
# Who looks at something until he has seen enough.
FOLLOWS = ("spamweir events", "spamweir top", "spamweir capture")
# A warning is no reason not to go on: the exit code of each severity is in the manual page.
ADVISES = ("spamweir doctor",)

HEAD = """#!/bin/bash
set -u
cd /root/spamweir || exit 1
say() { echo "@@ $*"; }

# step HOW COMMAND
step() {
	local begun=$SECONDS code=0

	case $1 in
	follow) script -qec "timeout -s INT 3 $2" /dev/null </dev/null >/root/out 2>&1 || code=$?
		[ "$code" != 124 ] || code=0 ;;
	advise) bash -c "$2" </dev/null >/root/out 2>&1 || code=$?
		[ "$code" != 3 ] || code=0 ;;
	*) bash -c "$2" </dev/null >/root/out 2>&1 || code=$? ;;
	esac
	sed 's/^/    /' /root/out >&2
	[ "$code" = 0 ] || { say "fail \\`$2\\` ended with $code: $(tail -n 1 /root/out)"; exit 1; }
	say "did $((SECONDS - begun)) $2"
}
"""


def blocks(readme):
    """(language, text) of each block of Quickstart."""
    part = re.search(r"^## Quickstart\n(.*?)^## ", readme.read_text(), re.M | re.S)[1]
    return re.findall(r"^```(\w*)\n(.*?)^```$", part, re.M | re.S)


def is_list(text):
    try:
        return bool([ipaddress.ip_network(line) for line in text.split()])
    except ValueError:
        return False


def step(line):
    command = re.sub(r"\s+#.*", "", line)
    how = "follow" if command.startswith(FOLLOWS) else \
        "advise" if command.startswith(ADVISES) else "run"
    return f"step {how} {shlex.quote(command)}\n"


def write(name, text):
    return f"cat >{CONFIG}/{name} <<'@@END'\n{text}@@END\n"


def main():
    out = Path(sys.argv[2])
    install, follow, installed = HEAD, HEAD + ". /root/readme-lab.sh\n", False
    for language, text in blocks(Path(sys.argv[1])):
        if language == "yaml":
            follow += write("spamweir.yaml", text)
        elif not language and is_list(text):
            follow += write("bad.txt", text)
        elif language == "sh" and not installed:
            install += "".join(map(step, text.splitlines()))
            installed = "make install" in text
        elif language == "sh":
            follow += "".join(map(step, text.splitlines()))
            follow += "look_around\n"
    (out / "install.sh").write_text(install + 'say end\n')
    (out / "follow.sh").write_text(follow + 'say end\n')


if __name__ == "__main__":
    main()
