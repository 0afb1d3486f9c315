# SPDX-License-Identifier: GPL-2.0
"""Completion, in the shells that people type in, on terminals."""
import os
import pty
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from weir import BINARY

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
COMPLETION = SCRIPTS / "completion"
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"],
             "bind 'set completion-query-items 0'; bind 'set page-completions off'; "
             f". {COMPLETION}/spamweir.bash"),
    "zsh": (["zsh", "-f", "-i"],
            f"fpath=({COMPLETION} $fpath); LISTMAX=0; autoload -Uz compinit; compinit -u -D"),
    "fish": (["fish", "--no-config", "-i"], f"source {COMPLETION}/spamweir.fish"),
}
LINES = {
    "verbs": ("spamweir ", ["zombie", "lookup", "rollback", "feed"], ["complete", "verbs"]),
    "help": ("spamweir hel", ["help"], []),
    "help of a verb": ("spamweir help rep", ["replay", "report"], ["unload"]),
    "help of a sub-verb": ("spamweir help zombie ", ["add", "del", "list"], ["--config"]),
    "a verb that is begun": ("spamweir unl", ["unload"], ["reload"]),
    "sub-verbs": ("spamweir zombie ", ["add", "del", "list"], ["--config"]),
    "options": ("spamweir history --", ["--audit", "--json", "--state-dir"], ["--role"]),
    "roles": ("spamweir replay --role ", ["access", "upstream"], ["--role2"]),
    "an option's value in one word": ("spamweir replay --role=acc", ["--role=access"], ["upstream"]),
    "feeds": ("spamweir -c {config} feed update ", ["bots", "relays"], ["auto"]),
    "interfaces": ("spamweir -c {config} replay --interface ", ["inside0", "outside0"], ["bots"]),
    "receivers": ("spamweir -c {config} notice test ", ["desk", "tickets"], ["bots"]),
    "files": ("spamweir zombie add --file {directory}/inf", ["infected.txt"], ["spamweir.yaml"]),
}
CONFIG = """
interfaces:
  - { name: inside0, role: access }
  - { name: outside0, role: upstream }
feeds:
  - { name: bots, kind: zombie, path: bots.txt }
  - { name: relays, kind: allow, path: relays.txt }
notices:
  receivers:
    - { name: desk, exec: /bin/desk }
    - { name: tickets, webhook: "http://127.0.0.1/" }
"""


class Shell:
    """An interactive shell on a terminal of its own."""

    def __init__(self, name, directory):
        command, setup = SHELLS[name]
        self.seen = ""
        (directory / "bin").mkdir(exist_ok=True)
        (directory / "bin" / "spamweir").symlink_to(BINARY)
        environment = {
            "PATH": f"{directory}/bin:{os.environ['PATH']}", "HOME": str(directory),
            "TERM": "dumb" if name != "fish" else "xterm", "PS1": "", "LC_ALL": "C.UTF-8",
            "ZDOTDIR": str(directory), "COLUMNS": "200", "LINES": "60",
        }
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(directory)
            os.execvpe(command[0], command, environment)
        self.type(f"stty cols 200 rows 60; {setup}; echo re''ady\n")
        self.wait(["ready"])
        self.seen = ""

    def type(self, text):
        os.write(self.terminal, text.encode())

    def wait(self, words, seconds=180):
        """Until all words were shown."""
        end = time.monotonic() + seconds
        while not all(word in self.seen for word in words):
            left = end - time.monotonic()
            assert left > 0 and select.select([self.terminal], [], [], left)[0], self.seen
            self.seen += os.read(self.terminal, 65536).decode(errors="replace")

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


@pytest.fixture(scope="module", params=SHELLS)
def shell(request):
    if not shutil.which(request.param):
        pytest.skip(f"no {request.param} here")
    return request.param


def offered(*words):
    done = subprocess.run([BINARY, "complete", "--", *words], check=True, capture_output=True,
                          text=True)
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


def test_all_that_the_table_of_verbs_has_is_offered():
    table = subprocess.run([BINARY, "verbs"], check=True, capture_output=True, text=True).stdout
    options = {}
    for line in table.splitlines():
        verb, option, _, _ = line.split("\t")
        options.setdefault(verb, []).extend([option] if option else [])
    common = options.pop("")
    words = [verb.split() for verb in options]
    assert len(words) > 40 and "--config" in common
    firsts = list(dict.fromkeys(first for first, *_ in words))
    assert offered("") == [*firsts, "help"]
    assert offered("help", "") == offered("--help", "") == firsts
    assert offered("-") == common
    for first in firsts:
        subs = [rest[0] for name, *rest in words if name == first and rest]
        assert not subs or offered(first, "") == offered("help", first, "") == subs
    for verb, its in options.items():
        assert offered(*verb.split(), "-") == its + common, verb
        assert offered("help", *verb.split(), "") == [], verb


@pytest.mark.parametrize("line, shown, others", LINES.values(), ids=LINES)
def test_what_may_come_is_shown(tmp_path, shell, line, shown, others):
    (tmp_path / "spamweir.yaml").write_text(CONFIG)
    (tmp_path / "infected.txt").touch()
    terminal = Shell(shell, tmp_path)
    try:
        line = line.format(config=tmp_path / "spamweir.yaml", directory=tmp_path)
        terminal.type(line + "\t\t")
        if line.endswith("=acc") and shell == "bash":
            shown = ["--role=access"]
        terminal.wait(shown)
        answer = terminal.seen.replace(line, "")
        assert not [word for word in others if word in answer]
    finally:
        terminal.end()
