# SPDX-License-Identifier: GPL-2.0
"""What the systemd units leave their processes, without systemd."""
import os
import pathlib
import re
import socket
import subprocess
import sys

from lab import wait_until
from weir import BINARY, Process

UNITS = pathlib.Path(__file__).parents[2] / "scripts/systemd"
UNIT = UNITS / "spamweir.service"
WORKER = UNITS / "spamweir-worker.service"
NOBODY = "65534"

# systemd listens, and passes the socket.
_PASS = """\
import os, socket, sys
path, *command = sys.argv[1:]
listening = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listening.bind(path + ".new")
os.chmod(path + ".new", 0o600)
listening.listen()
os.rename(path + ".new", path)
os.dup2(listening.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp(command[0], command)
"""


def _capabilities(unit, setting):
    lines = re.findall(rf"^{setting}=(.*)", unit.read_text(), re.M)
    return [name.removeprefix("CAP_").lower() for line in lines for name in line.split()]


def _only(names):
    return ",".join(["-all", *(f"+{name}" for name in names)])


def rights(unit):
    """A command that runs another with the capabilities and the user of the unit."""
    ambient = _capabilities(unit, "AmbientCapabilities")
    other = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--inh-caps", _only(ambient),
             "--ambient-caps", _only(ambient)] if "User=" in unit.read_text() else []
    return ["setpriv", "--no-new-privs", *other, "--bounding-set",
            _only(_capabilities(unit, "CapabilityBoundingSet"))]


class Worker(Process):
    """`spamweir worker` as its unit has it, in the router, once it listens at .path. Variables
    are of its environment: NAME=VALUE."""

    def __init__(self, lab, path, *variables):
        self.path = path
        super().__init__(lab.router.start(sys.executable, "-c", _PASS, path, *rights(WORKER),
                                          "env", *variables, BINARY, "worker",
                                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
        self.pid = self.popen.pid  # none of these forks
        wait_until(path.exists)

    def asked(self):
        """A connection to it."""
        return asked(self.path)


def asked(path):
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(180)
    connection.connect(str(path))
    return connection


def by_worker(path, command, unit=None):
    """A command that has this worker: with the rights of a unit, if that is given."""
    return ["env", f"SPAMWEIR_WORKER={path}", *(rights(unit) if unit else []), *command]


def use(lab, path):
    """All that is started from now on has a worker at `path`."""
    worker = Worker(lab, path)
    os.environ["SPAMWEIR_WORKER"] = str(path)
    return worker
