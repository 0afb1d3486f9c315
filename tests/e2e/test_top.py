# SPDX-License-Identifier: GPL-2.0
"""top, through a real terminal: tmux, whose screen is read back."""
import shlex
import shutil
import subprocess

import pytest

import frames
from lab import wait_until

CNC = "198.19.66.6"
CONFIG = """
feeds:
  - { name: drop, kind: cnc, entries: [198.19.66.0/24] }
  - { name: bots, kind: zombie, may_list_special: true, entries: [198.18.64.1] }
"""
BOT = frames.tcp("198.18.64.1", "198.19.0.25")
CUT = frames.tcp("198.18.1.1", CNC, 443)


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


class Terminal:
    """A tmux of its own, with one window."""

    def __init__(self, weir, width, height, environment):
        self._tmux = ["tmux", "-S", str(weir.directory / "tmux"), "-f", "/dev/null"]
        self._weir = weir
        self.command = " ".join(shlex.quote(str(a)) for a in weir.command("top"))
        self._run("new-session", "-d", "-x", width, "-y", height,
                  f"env {environment} {self.command}; echo ended with $?; sleep 600")
        self._run("set", "-g", "window-size", "manual")

    def _run(self, *arguments):
        with self._weir.namespace.inside():
            return subprocess.run(self._tmux + [str(a) for a in arguments], check=True,
                                  capture_output=True, text=True).stdout

    def screen(self):
        return self._run("capture-pane", "-p")

    def keys(self, *keys):
        self._run("send-keys", *keys)

    def type(self, text):
        self._run("send-keys", "-l", text)

    def resize(self, width, height):
        self._run("resize-window", "-x", width, "-y", height)

    def shows(self, *texts, otherwise=lambda: None, without=None):
        """The screen, as soon as all of that is on it, and something else is not: it may be
        half the one before and half the next."""
        def there():
            otherwise()
            screen = self.screen()
            if without and without in screen:
                return None
            return screen if all(text in screen for text in texts) else None

        return wait_until(there, what=lambda: f"{texts} on\n{self.screen()}")

    def close(self):
        subprocess.run(self._tmux + ["kill-server"], check=False, capture_output=True)


@pytest.fixture
def terminal(loaded):
    if not shutil.which("tmux"):
        pytest.skip("tmux is not installed")
    opened = []

    def open_it(width=80, height=24, environment="LC_ALL=C.UTF-8"):
        opened.append(Terminal(loaded, width, height, environment))
        opened[-1].shows("spamweir top", "enforcing, generation 1")
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


def row(screen, name):
    """The columns of the row that begins so."""
    return next(line.split() for line in screen.splitlines() if line.startswith(name + " "))


def test_once(lab, loaded):
    lab.outward.send(CUT, CUT, BOT)
    wait_until(lambda: loaded.dropped().get("cnc_dst") == 2)
    text = loaded("top", "--once").stdout
    assert row(text, "cnc_dst")[3:5] == ["2", "drop"]
    assert row(text, "zombie_feed")[3:5] == ["1", "drop"]
    assert row(text, "drop")[3:5] == ["2", "cnc"]
    assert row(text, "acc0")[4] == "access" and row(text, "up0")[4] == "upstream"
    assert row(text, "198.18.1.1")[2] == "2"
    assert f"cnc_dst {CNC} drop" in text
    assert "enforcing, generation 1" in text and "\x1b" not in text


def test_json_and_rates(lab, loaded):
    loaded.run()
    # The ledger is read with its first look alone, which the first frame may come after.
    lab.outward.send(CUT)
    wait_until(lambda: loaded.dropped().get("cnc_dst"))

    def look():
        """Of a stream, as steady as this machine lets it be."""
        process = loaded.start("top", "--json")
        while process.popen.poll() is None:
            lab.outward.send(CUT)
        assert process.wait() == 0
        process._read(1)
        return __import__("json").loads(process.lines[0])

    # It may have been the only one that ran, from its first look to its last.
    told = wait_until(lambda: (seen := look())["cut_per_second"] and seen)
    assert told["generation"] == 2 and not told["monitor"] and told["troubles"] == []
    reason, = [each for each in told["reasons"] if each["name"] == "cnc_dst"]
    assert reason["cut_per_second"] > 0 and reason["packets"] > 0
    assert told["cut_per_second"] >= reason["cut_per_second"] * 0.99
    assert [each["name"] for each in told["interfaces"]] == ["acc0", "up0"]
    assert {each["name"] for each in told["feeds"]} == {"drop", "bots"}
    assert [each["name"] for each in told["classes"]] == ["access", "upstream"]
    host = told["hot"][0]
    assert (host["host"], host["feed"], host["reason"], host["peer"]) == \
        ("198.18.1.1", "drop", "cnc_dst", CNC)
    assert told["new"][0]["host"] == "198.18.1.1"


def test_an_unfit_feed_is_in_trouble(loaded):
    loaded.write("list.txt", "198.19.67.1\n")
    loaded.configure(CONFIG + "  - { name: broken, kind: cnc, path: list.txt }\n")
    loaded("load")
    loaded.write("list.txt", "<html>")
    loaded("reload", check=False)
    line = next(line for line in loaded("top", "--once").stdout.splitlines()
                if line.startswith("feed broken is UNFIT since "))
    assert line.endswith("... > spamweir check") and len(line) <= 120


def test_pages_sort_filter(lab, loaded, terminal):
    screen = terminal()
    screen.shows("198.18.64.1", "198.18.1.1", "cnc_dst", "zombie_feed", "acc0", "live zombies",
                 otherwise=lambda: lab.outward.send(CUT, CUT, BOT))
    for page, name in enumerate(["all", "reasons", "interfaces", "feeds", "classes", "hot", "new",
                                 "suspects"], 1):
        screen.keys(str(page))
        screen.shows(f"[{name} by rate]")
    screen.keys("Tab")
    screen.shows("[all by rate]")
    screen.keys("2")
    screen.keys("s", "s")
    screen.shows("[reasons by name]")
    wait_until(lambda: (shown := screen.shows("cnc_dst", "zombie_feed")).index("cnc_dst") <
               shown.index("zombie_feed"))
    screen.keys("/")
    screen.type("zomb")
    screen.shows("show rows with: zomb_")
    screen.keys("Enter")
    screen.shows("by name, /zomb]", "zombie_feed", without="cnc_dst")
    screen.keys("/")
    screen.keys("Escape")
    screen.shows("[reasons by name]", "cnc_dst")


def test_look_up_list_and_lift(lab, loaded, terminal):
    screen = terminal()
    screen.keys("6")
    screen.shows("198.18.1.1", otherwise=lambda: lab.outward.send(CUT))
    screen.keys("Down")
    screen.keys("Enter")
    screen.shows("198.18.1.1", "up, down: scroll")
    screen.keys("q")
    screen.shows("[hot by rate]")
    screen.keys("z")
    screen.shows("list 198.18.1.1 as a live zombie for an hour? (y/n)")
    screen.keys("n")
    screen.shows("[hot by rate]")
    assert loaded("zombie", "list").stdout == ""
    screen.keys("z")
    screen.shows("(y/n)")
    screen.keys("y")
    screen.shows("up, down: scroll")
    assert "198.18.1.1 " in loaded("zombie", "list").stdout
    screen.keys("q")
    screen.shows("1 live zombies")
    screen.keys("u")
    screen.shows("lift the live zombie 198.18.1.1? (y/n)")
    screen.keys("y")
    screen.shows("up, down: scroll")
    assert loaded("zombie", "list").stdout == ""
    screen.keys("q")
    screen.shows("0 live zombies")
    screen.keys("Escape")
    screen.keys("l")
    screen.shows("look up: _")
    screen.type("198.19.66.7")
    screen.shows("look up: 198.19.66.7_")
    screen.keys("Enter")
    screen.shows("198.19.66.7", "drop", "up, down: scroll")


def test_freeze(lab, loaded, terminal):
    screen = terminal()
    screen.keys("Space")
    screen.shows("FROZEN")
    lab.outward.send(CUT)
    wait_until(lambda: loaded.dropped().get("cnc_dst"))
    screen.keys("2")
    assert "cnc_dst" not in screen.shows("[reasons by rate]", "FROZEN")
    screen.keys("Space")
    screen.shows("cnc_dst", without="FROZEN")


def test_it_fits_whatever_the_size(lab, terminal):
    screen = terminal()
    for width, height in (120, 40), (40, 10), (20, 4), (80, 24):
        screen.resize(width, height)
        shown = screen.shows("spamweir top", "[all by rate" if width > 40 else "[all by")
        lines = shown.splitlines()
        assert len(lines) == height and all(len(line) <= width for line in lines)


@pytest.mark.parametrize("environment, bar", [
    ("LC_ALL=C.UTF-8", "█"), ("LC_ALL=C.UTF-8 NO_COLOR=1", "█"), ("LC_ALL=C TERM=vt100", "#")])
def test_bars_and_colours(lab, terminal, environment, bar):
    screen = terminal(environment=environment)
    screen.shows(bar, "cnc_dst", otherwise=lambda: lab.outward.send(CUT))
    colours = screen._run("capture-pane", "-p", "-e")
    assert ("\x1b[33m" in colours) == (environment == "LC_ALL=C.UTF-8")


def test_quit_and_unload(loaded, terminal):
    screen = terminal()
    loaded("unload")
    screen.shows("nothing is loaded under")
    screen.keys("q")
    screen.shows("ended with 0")


def test_without_a_terminal(loaded):
    assert "`top` needs a terminal: `spamweir top --once`" in loaded.fails("top")


def test_nothing_is_loaded(weir):
    assert "nothing is loaded" in weir.fails("top", "--once")
