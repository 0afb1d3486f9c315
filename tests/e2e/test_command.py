# SPDX-License-Identifier: GPL-2.0
"""The command line: what is wrong with it, and output that cannot be written."""
import os
import subprocess

import pytest

import frames
from weir import BINARY, judged

CONFIG = """
feeds:
  - { name: bots, kind: zombie, path: bots.txt, may_list_own: true }
"""
READING = [["check"], ["status"], ["lookup", "198.18.64.1"], ["zombie", "list"], ["metrics"],
           ["feed", "list"]]


@pytest.fixture(scope="module")
def loaded(shared_weir):
    shared_weir.configure(CONFIG)
    shared_weir.write("bots.txt", "::ffff:198.18.64.1\n::ffff:198.18.65.0/120\n")
    shared_weir("load")
    return shared_weir


def run_into(weir, target, *arguments):
    """Exit code and standard error, with `target` as standard output."""
    command = " ".join(f"'{argument}'" for argument in weir.command(*arguments))
    done = weir.namespace.run("sh", "-c", f"exec {command} >{target}", check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("target, why", [("/dev/full", "No space left on device"),
                                         ("&-", "Bad file descriptor")])
@pytest.mark.parametrize("arguments", [*READING, *[verb + ["--json"] for verb in READING],
                                       ["--help"], ["--version"]], ids=" ".join)
def test_what_was_not_written_was_not_done(loaded, arguments, target, why):
    if arguments[:2] == ["zombie", "list"]:
        loaded("zombie", "add", "198.18.66.1")
    assert run_into(loaded, target, *arguments) == (1, f"spamweir: cannot write: {why}\n")


def test_what_lacks_a_part_and_was_not_written_was_not_done(loaded):
    """By a doctor who has found something to warn of."""
    if loaded("doctor", check=False).returncode != 3:
        pytest.skip("there is no warning on this machine, or worse than that")
    assert run_into(loaded, "/dev/full", "doctor") == (
        1, "spamweir: cannot write: No space left on device\n")


def test_events_that_cannot_be_written(lab, loaded):
    loaded("zombie", "add", "198.18.66.1")
    judged(loaded, lab.outward, frames.tcp("198.18.66.1", "198.19.0.25"))  # waits in the ring
    assert run_into(loaded, "/dev/full", "events") == (
        1, "spamweir: cannot write: No space left on device\n")


USAGE = {
    "no verb": ([], "usage: "),
    "a verb that is none": (["stats"], "there is no verb `stats`; did you mean `status`?"),
    "a sub-verb that is none": (["zombie", "lst"], "did you mean `zombie list`?"),
    "a sub-verb of other programs": (["zombie", "rm", "198.18.64.1"],
                                     "no verb `zombie rm`; `zombie` needs add, del or list"),
    "no sub-verb": (["zombie"], "`zombie` needs add, del or list"),
    "an option that is none": (["status", "--jsn"], "did you mean `--json`?"),
    "an option of another verb": (["zombie", "list", "--textfile", "x"],
                                  "`zombie list` takes no `--textfile`"),
    "a verb without such an option": (["load", "--role", "access"], "`load` takes no `--role`"),
    "a verb without JSON": (["reload", "--json"], "`reload` takes no `--json`"),
    "a list for a time": (["zombie", "list", "--for", "1h"], "`zombie list` takes no `--for`"),
    "lifted for a time": (["zombie", "del", "198.18.64.1", "--for", "1h"],
                          "`zombie del` takes no `--for`"),
    "an argument too many": (["status", "acc0"], "`status` takes no `acc0`"),
    "no address": (["lookup"], "`lookup` needs ADDR"),
    "no role": (["replay", "f.pcap"], "`replay` needs `--role ROLE`"),
    "a role that is none": (["replay", "f.pcap", "--role", "edge"], "`--role edge`: expected"),
    "a verb of colour": (["\x1b[31m"], r"`\x1b[31m`"),
    "an option of colour": (["status", "--\x1b[31m"], r"`--\x1b[31m`"),
    "an argument of colour": (["status", "\x1b[31m"], r"takes no `\x1b[31m`"),
    "an address of colour": (["lookup", "\x1b[31m"], r"`\x1b[31m` is no"),
    "a role of colour": (["replay", "f", "--role", "\x1b[31m"], r"`--role \x1b[31m`"),
    "a time of colour": (["zombie", "add", "198.18.64.1", "--for", "\x1b[31m"], r"\x1b[31m"),
    "half an address": (["lookup", "198.18.64"], "`198.18.64` is no IPv4 or IPv6 address"),
    "half a zombie": (["zombie", "add", "198.18.64"], "`198.18.64` is no IPv4 or IPv6 address"),
    "a prefix": (["zombie", "del", "198.18.64.0/24"], "`198.18.64.0/24`: expected an address"),
    "a time that is none": (["zombie", "add", "198.18.64.1", "--for", "soon"], "`--for soon`"),
    "a text of two lines": (["zombie", "add", "198.18.64.1", "--why", "a\nb"], "`--why`"),
    "a text of colour": (["zombie", "add", "198.18.64.1", "--why", "\x1b[31m"], "`--why`"),
    "a text of colour too": (["zombie", "add", "198.18.64.1", "--why", "\x9b31m"], "`--why`"),
    "an address with a port": (["lookup", "198.18.64.1:25"], "did you mean `198.18.64.1`?"),
    "an address in brackets": (["zombie", "add", "[2001:db8::7]:25"], "did you mean `2001:db8::7`?"),
    "an address with a zone": (["suspects", "2001:db8::7%acc0"], "did you mean `2001:db8::7`?"),
    "an address with blanks": (["allow", "add", " 198.18.64.1 "], "did you mean `198.18.64.1`?"),
    "an address of a sentence": (["block", "add", "203.0.113.7,"], "did you mean `203.0.113.7`?"),
    "a netmask": (["lookup", "198.18.64.0/255.255.255.0"], "did you mean `198.18.64.0/24`?"),
    "a netmask with holes": (["lookup", "198.18.64.0/255.0.255.0"],
                             "`198.18.64.0/255.0.255.0` is no IPv4 or IPv6 address or prefix\n"),
    "a name": (["lookup", "mail.example.net"],
               "`mail.example.net` is no IPv4 or IPv6 address or prefix\n"),
    "an address and a file": (["zombie", "add", "198.18.64.1", "--file", "/dev/null"],
                              "expected an address, or a file with many, not both"),
    "a file and a time that is none": (["zombie", "add", "--file", "/dev/null", "--for", "soon"],
                                       "`--for soon`"),
    "a pause that is none": (["status", "--watch", "0"], "`--watch 0`: expected seconds"),
    "two forms": (["metrics", "--json", "--textfile", "x"], "exclude each other"),
}


@pytest.mark.parametrize("case", USAGE)
def test_usage(loaded, case):
    arguments, said = USAGE[case]
    before = loaded.json_lines("zombie", "list")
    done = loaded(*arguments, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "\x1b" not in done.stderr
    assert len(loaded.json_lines("zombie", "list")) == len(before)


@pytest.mark.parametrize("arguments", [
    ["check", "-c", "\x1b[31m.yaml"], ["replay", "\x1b[31m.pcap", "--role", "access"],
    ["metrics", "--textfile", "/nowhere/\x1b[31m"], ["status", "--pin-dir", "/sys/fs/bpf/\x1b[31m"]],
    ids=lambda arguments: arguments[0])
def test_paths_reach_the_terminal_as_text(loaded, arguments):
    done = loaded.namespace.run(*loaded.command(), *arguments, check=False)
    assert done.returncode == 1
    assert r"\x1b[31m" in done.stderr and "\x1b" not in done.stderr


def test_paths_of_entries_reach_the_terminal_as_text(loaded):
    directory = loaded.directory / "\x1b[31m"
    directory.mkdir()
    (directory / "bots.txt").write_text("198.18.64.1\n")
    (directory / "spamweir.yaml").write_text(loaded.config.read_text())
    for arguments in ["lookup", "198.18.64.1"], ["check"]:
        done = loaded.namespace.run(*loaded.command(*arguments), "-c", directory / "spamweir.yaml", check=False)
        assert done.returncode == 0 and "\x1b" not in done.stdout


def test_help_is_of_the_verb(loaded):
    """What is asked for goes to standard output, and names nothing of another verb."""
    every = loaded("--help").stdout
    for verb in ["zombie add", "zombie del", "zombie list", "lookup", "replay"]:
        assert f"  {verb}" in every
        one = loaded("--help", *verb.split()).stdout
        assert one == loaded(*verb.split(), "--help").stdout
        assert one.startswith(f"usage: spamweir {verb}")
        assert one.count(f"$ spamweir {verb}") == 2
    assert "--why" in loaded("--help", "zombie").stdout
    assert "--why" not in loaded("--help", "zombie", "del").stdout
    assert "spamweir verbs" not in every


def test_help_may_be_a_word(loaded):
    assert loaded("help").stdout == loaded("--help").stdout
    for verb in ["lookup"], ["zombie"], ["zombie", "add"]:
        assert loaded("help", *verb).stdout == loaded("--help", *verb).stdout
    done = loaded("help", "lokup", check=False)
    assert (done.returncode, done.stdout) == (2, "") and "did you mean `lookup`?" in done.stderr


def test_ipv4_mapped_addresses_are_ipv4(lab, loaded):
    mail = frames.tcp("198.18.64.1", "198.19.0.25"), frames.tcp("198.18.65.7", "198.19.0.25")
    assert judged(loaded, lab.outward, *mail) == (0, {"zombie_feed": 2})
    found = loaded.json("lookup", "::ffff:198.18.65.7")
    assert (found["address"], found["reason"]) == ("198.18.65.7", "zombie_feed")
    assert [match["prefix"] for match in found["matches"]] == ["198.18.65.0/24"]

    loaded("zombie", "add", "::ffff:c612:4301", "--why", "mapped")
    packet = frames.tcp("198.18.67.1", "198.19.0.25")
    assert judged(loaded, lab.outward, packet) == (0, {"zombie_live": 1})
    listed = {entry["prefix"]: entry["why"] for entry in loaded.json_lines("zombie", "list")}
    assert listed["198.18.67.1"] == "mapped"
    loaded("zombie", "del", "::ffff:198.18.67.1")
    assert judged(loaded, lab.outward, packet) == (1, {})


def test_a_feed_of_more_than_a_gib_is_not_read(loaded):
    path = loaded.directory / "huge.txt"
    with open(path, "w") as file:
        os.truncate(file.fileno(), 2**40)  # sparse
    loaded.configure("feeds:\n  - { name: huge, kind: zombie, path: huge.txt }\n")
    try:
        line = loaded.fails("check")
    finally:
        loaded.configure(CONFIG)
        path.unlink()
    assert f"{path}: has 1099511627776 bytes (expected 1073741824 at most)" in line


def test_what_few_verbs_need_is_not_loaded_by_all():
    """libcurl brings thirty libraries with it, libpcap eight."""
    needed = subprocess.run(["ldd", BINARY], check=True, capture_output=True, text=True).stdout
    assert "libsqlite3" in needed
    assert "libcurl" not in needed and "libpcap" not in needed
