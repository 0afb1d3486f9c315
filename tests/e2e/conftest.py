# SPDX-License-Identifier: GPL-2.0
import os
import pathlib

import pytest

from kills import Killer
from lab import Lab
from weir import Weir


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: is never run beside another test")


@pytest.fixture(scope="session")
def lab():
    return Lab()


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


@pytest.fixture
def tool():
    """Path of a program that tests/e2e/run.sh has tried to provide."""
    def find(name):
        path = pathlib.Path(os.environ["TOOLS"]) / name
        if not path.exists():
            pytest.skip(f"no {name} here: its package could not be fetched")
        return path
    return find
