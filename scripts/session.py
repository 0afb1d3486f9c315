#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""session.py COMMANDS: runs each line of a file in a shell on a terminal of its own, and
prints what was seen as an SVG. A line that begins with "#" is said and not run; one with "!"
is run and not shown. Fails if a command does."""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from xml.sax.saxutils import escape

COLUMNS, FONT, LINE, MARGIN = 112, 13, 17, 14
INKS = {"1": "font-weight='bold'", "2": "fill='#8b949e'", "32": "fill='#56d364'",
        "33": "fill='#e3b341'", "1;31": "fill='#ff7b72' font-weight='bold'"}
END = "@@ended"


def run(command):
    """What it shows on a terminal, and how it ended."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 60, COLUMNS, 0, 0))
    process = subprocess.Popen(["bash", "-c", command], stdin=subprocess.DEVNULL, stdout=theirs,
                               stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    seen = b""
    while select.select([ours], [], [], 120)[0]:
        try:
            got = os.read(ours, 65536)
        except OSError:
            break
        if not got:
            break
        seen += got
    os.close(ours)
    return seen.decode(errors="replace").replace("\r\n", "\n"), process.wait(120)


def spans(line):
    """A line with its inks, as tspans."""
    out, ink = "", ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        found = re.fullmatch(r"\x1b\[([0-9;]*)m", part)
        if found:
            ink = INKS.get(found[1], "")
        elif part:
            out += f"<tspan {ink}>{escape(part)}</tspan>" if ink else escape(part)
    return out


def cut(line):
    """As many columns as there are; escapes take none."""
    out, left = "", COLUMNS
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b"):
            out += part
        else:
            out += part[:left]
            left -= min(left, len(part))
    return out


def main():
    lines = []
    with open(sys.argv[1], encoding="utf-8") as file:
        commands = [line.rstrip("\n") for line in file if line.strip()]
    for command in commands:
        if command.startswith("#"):
            lines.append(("#8b949e", command))
            continue
        seen, code = run(command.lstrip("!"))
        if code:
            sys.exit(f"session: `{command}` ended with {code}: {seen}")
        if not command.startswith("!"):
            lines.append(("#79c0ff", f"$ {command}"))
            lines += [("#c9d1d9", cut(line)) for line in seen.rstrip("\n").split("\n") if seen]
            lines.append(("", ""))
    width, height = COLUMNS * FONT * .602 + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}">')
    print(f'<rect width="{width:.0f}" height="{height}" rx="6" fill="#0d1117" />')
    print(f'<g font-family="monospace" font-size="{FONT}" xml:space="preserve">')
    for number, (colour, line) in enumerate(lines):
        if line:
            print(f'<text x="{MARGIN}" y="{MARGIN + LINE * number + FONT}" fill="{colour}">'
                  f"{spans(line)}</text>")
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
