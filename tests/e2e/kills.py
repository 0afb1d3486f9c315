# SPDX-License-Identifier: GPL-2.0
"""Commands that are killed at one of their steps: see tests/e2e/die.c.

A sweep kills at every step in turn, or by default at some of them; STEPS=all
leaves none out.
"""
import os
import signal

from weir import Process


def some(count, most):
    """So many of the numbers from 1 to `count`, evenly spread, the last one too."""
    if os.environ.get("STEPS") == "all" or count <= most:
        return list(range(1, count + 1))
    return sorted({1 + round(n * (count - 1) / (most - 1)) for n in range(most)})


class Killer:
    def __init__(self, weir, library, database):
        self._weir = weir
        self._words = ["env", f"LD_PRELOAD={library}", *(["DIE_IN_DATABASE=1"] if database else [])]
        self._processes = []
        self.times = 0  # it came to that

    def count(self, *arguments):
        """How many steps a run of it takes that nobody kills, and that ends well."""
        path = self._weir.directory / "steps"
        done = self._weir.namespace.run(*self._words, f"DIE_COUNT={path}",
                                        *self._weir.command(*arguments), check=False)
        assert done.returncode == 0, done
        return int(path.read_text())

    def __call__(self, step, *arguments):
        """A run that is killed when it is about to take that step; whether it came to that."""
        done = self._weir.namespace.run(*self._words, f"DIE_AT={step}",
                                        *self._weir.command(*arguments), check=False)
        assert done.returncode in (0, -signal.SIGKILL), done
        self.times += done.returncode != 0
        return done.returncode != 0

    def sweep(self, most, *arguments):
        """The numbers of its steps, or `most` of them. A later run may take a few less:
        it is for the test to say how many must have been killed."""
        return some(self.count(*arguments), most)

    def start(self, step, *arguments):
        """The same of a verb that stays."""
        process = Process(self._weir.namespace.start(
            *self._words, f"DIE_AT={step}", *self._weir.command(*arguments),
            stdout=-1, stderr=-2))
        self._processes.append(process)
        return process

    def close(self):
        for process in self._processes:
            process.close()
