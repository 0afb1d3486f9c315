# SPDX-License-Identifier: GPL-2.0
"""Lists with nothing in them, and verbs of who is not root: what people are told."""
import os
import pty
import select
import subprocess

import pytest


EMPTY = {
    "zombie list": "there are no live zombies", "allow list": "nothing is in the list",
    "block list": "nothing is in the list", "case list": "no case is open or quiet",
    "case list --all": "there are no cases", "notice list": "no notice waits",
    "notice list --all": "there are no notices", "suspects": "nobody breaks a rule of suspects",
    "suspects --servers": "nobody behaves like a mail server",
}


@pytest.mark.parametrize("verb", EMPTY)
def test_nothing_is_said_of_an_empty_list_to_people(weir, verb):
    """On a terminal, on standard error; scripts find no line anywhere."""
    weir.configure()
    weir("load")
    for options in [], ["--json"]:
        done = weir(*verb.split(), *options)
        assert done.stdout == "" and EMPTY[verb] not in done.stderr
    assert EMPTY[verb] not in on_terminal(weir, *verb.split(), "--json")
    assert on_terminal(weir, *verb.split()).splitlines()[-1].startswith(f"spamweir: {EMPTY[verb]}")


def test_nothing_is_said_before_anything_was_done(weir):
    assert on_terminal(weir, "history") == "spamweir: nothing was ever published\n"
    assert on_terminal(weir, "history", "--audit") == "spamweir: nothing was ever changed\n"
    for verb in "allow list", "block list", "case list", "notice list":
        line, = on_terminal(weir, *verb.split()).splitlines()
        assert line.startswith(f"spamweir: {EMPTY[verb]}")


def on_terminal(weir, *arguments):
    """What a verb says on standard error whose standard output is a terminal that stays empty."""
    ours, theirs = pty.openpty()
    try:
        process = weir.namespace.start(*weir.command(*arguments), stdout=theirs,
                                       stderr=subprocess.PIPE, text=True)
        said = process.communicate(timeout=300)[1]
        os.close(theirs)
        assert process.returncode == 0, said
        assert not select.select([ours], [], [], 0)[0] or read_end(ours) == b""
        return said
    finally:
        os.close(ours)


def read_end(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody has it open any more
        return b""


@pytest.mark.parametrize("verb", ["status", "load", "zombie list", "metrics"])
def test_who_is_not_root_is_told_what_to_type(weir, verb):
    weir.configure()
    weir("load")
    weir.directory.chmod(0o755)
    weir.namespace.run("chmod", "755", "/sys/fs/bpf")
    try:
        done = weir.namespace.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                  *weir.command(*verb.split()), check=False)
    finally:
        weir.namespace.run("chmod", "700", "/sys/fs/bpf")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(" (you are not root: put `sudo` before it)\n")


def test_doctor_says_that_root_should_look(weir):
    weir.configure()
    weir.directory.chmod(0o755)
    done = weir.namespace.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                              *weir.command("doctor"), check=False)
    assert done.returncode == 1
    first, mend = done.stdout.splitlines()[:2]
    assert first == "failure  rights    you are not root: what is said here may be so for you alone"
    assert mend.strip() == f"> sudo spamweir doctor -c {weir.config}"
    assert " rights " not in weir("doctor", check=False).stdout


def test_what_cannot_be_known_is_said_once(weir):
    weir.configure()
    weir("load")
    weir("allow", "add", "198.18.1.1")
    listed = weir.write("x.txt", "198.19.66.6\n")
    (weir.state / "operator.lists").unlink()
    (weir.state / "operator.lists").mkdir()
    (weir.state / "spamweir.db").rename(weir.state / "away")
    (weir.state / "spamweir.db").mkdir()
    for verb in ["feed", "test", str(listed)], ["feed", "diff"]:
        assert weir(*verb, check=False).stderr.count("so the operator's lists are not known") == 1
