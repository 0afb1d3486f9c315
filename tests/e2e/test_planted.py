# SPDX-License-Identifier: GPL-2.0
"""A bug in the parser of lists, reached by the bytes of a list: it can do nothing."""
import os
import socket
import subprocess

import pytest

from lab import wait_until
from weir import Process

ATTEMPTS = {
    "c": "creates a file", "l": "makes a directory or a link", "n": "connects",
    "x": "executes a program", "f": "forks", "k": "kills its parent",
    "t": "traces its parent", "r": "reads a file that all may read",
}


def bugged(tool, target, port, **more):
    variables = {"LD_PRELOAD": tool("planted.so"), "PLANTED_FILE": target, "PLANTED_PORT": port,
                 **more}
    return ["env", *(f"{name}={value}" for name, value in variables.items())]


@pytest.fixture
def target(weir):
    """A file that anybody may create."""
    place = weir.directory / "outside"
    place.mkdir()
    place.chmod(0o777)
    for directory in weir.directory, *weir.directory.parents:
        directory.chmod(directory.stat().st_mode | 0o055)
    return place / "file"


@pytest.fixture
def listener(weir):
    weir.namespace.run("ip", "link", "set", "lo", "up")
    with weir.namespace.inside():
        server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)
    yield server
    server.close()
    weir.namespace.run("ip", "link", "set", "lo", "down")


def is_reached(listener):
    try:
        listener.accept()[0].close()
        return True
    except BlockingIOError:
        return False


@pytest.mark.parametrize("letter", ATTEMPTS)
def test_the_planted_bug_is_one(weir, tool, target, listener, letter):
    """Elsewhere it succeeds."""
    command = bugged(tool, target, listener.getsockname()[1], PLANTED_NOW=letter)
    done = weir.namespace.run("sh", "-c", '"$@"; echo $?', "sh", *command, "true", check=False)
    if letter == "k":  # sh it was
        assert done.returncode == -9
    elif letter == "x":
        assert done.stdout == "0\n"
    else:
        assert done.stdout == "42\n", done
    if letter in "cxl":
        assert target.exists()
    if letter == "f":
        wait_until(target.exists, 60, "the child has created it")
    assert is_reached(listener) == (letter == "n")


@pytest.mark.parent
def test_nothing_that_a_list_makes_it_do_succeeds(weir, tool, target, listener):
    configure = ("feeds:\n  - { name: evil, kind: cnc, path: evil.txt }\n"
                 "  - { name: good, kind: cnc, path: good.txt }\n")
    weir.configure(configure)
    weir.write("evil.txt", "198.19.66.6\n")
    weir.write("good.txt", "198.19.77.1\n")
    command = bugged(tool, target, listener.getsockname()[1])
    daemon = Process(weir.namespace.start(*command, *weir.command("run"),
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    try:
        daemon.wait_line("running; SIGHUP reloads")
        for number, letter in enumerate(ATTEMPTS, 2):
            weir.write("evil.txt", f"198.19.66.7\n# PLANTED-{letter} {number}\n")
            weir.write("good.txt", f"198.19.77.{number}\n")
            seen = len(daemon.lines)
            daemon.kill(1)
            daemon.wait_line("feed evil is unfit: .*the confined process that read it was "
                             "killed by signal", after=seen)
            daemon.wait_line("reloaded", after=seen)
            # What is well is published, and of what is not the good copy stays.
            assert weir.json("lookup", f"198.19.77.{number}")["reason"] == "cnc_src"
            assert weir.json("lookup", "198.19.66.6")["reason"] == "cnc_src"
            assert weir.json("lookup", "198.19.66.7")["reason"] == "clean"
            assert not os.path.lexists(target), ATTEMPTS[letter]
            assert not is_reached(listener) and daemon.popen.poll() is None
        weir.write("evil.txt", "198.19.66.7\n")
        seen = len(daemon.lines)
        daemon.kill(1)
        daemon.wait_line("reloaded", after=seen)
        assert weir.json("lookup", "198.19.66.7")["reason"] == "cnc_src"
        assert daemon.stop() == 0
    finally:
        daemon.close()
