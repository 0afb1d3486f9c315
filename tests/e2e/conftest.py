# SPDX-License-Identifier: GPL-2.0
import inspect
import os
import pathlib
import re

import pytest

import units
from kills import Killer
from lab import Lab
from weir import Weir

# Minutes, and all of Debian's mail programs: `make test-mailers`.
collect_ignore = [] if "MAILERS" in os.environ else ["test_mailers.py"]


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: is never run beside another test")
    config.addinivalue_line("markers", "parent: is about who starts confined children himself")
    config.addinivalue_line("markers", "timed: names a time; see tests/busy.sh")


# A clock or a pause in the test's own words, or a time that spamweir is told.
_TIMED = re.compile(r"\btime\.|\buntil\(|--for\b|--confirm|\bevery: |interval|_s\b|\d+(ms|s|m|h)\b"
                    r"|/(s|min)\b|\blate\b|\btrial\(")


def pytest_collection_modifyitems(items):
    for item in items:
        if _TIMED.search(inspect.getsource(item.function)):
            item.add_marker("timed")
        if "WORKER" in os.environ and item.get_closest_marker("parent"):
            item.add_marker(pytest.mark.skip(reason="WORKER: another starts the children"))


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """WORKER=1 runs any test as under the systemd units: a worker starts the children."""
    made = Lab()
    worker = units.use(made, tmp_path_factory.mktemp("worker") / "socket") \
        if "WORKER" in os.environ else None
    yield made
    if worker:
        worker.close()


@pytest.fixture
def weir(lab, tmp_path):
    instance = Weir(lab.router, tmp_path)
    yield instance
    instance.close()


@pytest.fixture(scope="module")
def shared_weir(lab, tmp_path_factory):
    """One for all tests of a module, which leave it as they found it."""
    instance = Weir(lab.router, tmp_path_factory.mktemp("shared"))
    yield instance
    instance.close()


@pytest.fixture
def killer(weir, tool):
    """killer(database=True): kills commands of this instance at their steps; those in
    a database's transactions are steps, too, or not."""
    made = []

    def make(database=True):
        made.append(Killer(weir, tool("die.so"), database))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def tool():
    """Path of a program that tests/e2e/run.sh has tried to provide."""
    def find(name):
        path = pathlib.Path(os.environ["TOOLS"]) / name
        if not path.exists():
            pytest.skip(f"no {name} here: its package could not be fetched")
        return path
    return find


@pytest.fixture(scope="session")
def routing(tool):
    """The same of a routing daemon, of the suite of Debian that ROUTING says: `make test-fleet`."""
    suite = os.environ.get("ROUTING", "")
    return lambda name: tool(f"{suite}/{name}" if suite else name)
