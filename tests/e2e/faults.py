# SPDX-License-Identifier: GPL-2.0
"""Runs of the command in which one call fails: see tests/faults/fault.c.

A sweep fails one call of every way through the program (a "site") in turn.
FAULTS=sites leaves none out where a sample is taken by default, FAULTS=calls
fails every single call.
"""
import errno
import os
import re
import subprocess
from collections import namedtuple

from weir import Process

MEMORY, CALLS = "memory", "calls"

Call = namedtuple("Call", "number name site failed")
Outcome = namedtuple("Outcome", "code output said calls")

BPF = {0: "map create", 1: "lookup", 2: "update", 3: "delete", 5: "program load", 6: "pin",
       7: "get pin", 10: "test run", 14: "map by id", 15: "info", 18: "BTF load", 22: "freeze",
       24: "lookup batch", 26: "update batch", 28: "link create", 29: "link update", 34: "link detach",
       35: "bind map"}

# How the world would refuse it; what is not named, with EACCES.
ERRORS = {"read": errno.EIO, "write": errno.ENOSPC, "fclose": errno.ENOSPC, "fsync": errno.EIO,
          "rename": errno.ENOSPC, "mkstemp": errno.EROFS, "unlink": errno.EROFS,
          "rmdir": errno.EROFS, "mmap": errno.ENOMEM, "mmap64": errno.ENOMEM,
          "open": errno.EMFILE, "open64": errno.EMFILE, "fopen": errno.EMFILE,
          "opendir": errno.EMFILE, "dup3": errno.EMFILE, "fcntl": errno.EMFILE,
          "socket": errno.EMFILE, "mkdir": errno.EROFS, "flock": errno.ENOLCK,
          "if_nametoindex": errno.ENODEV, "if_indextoname": errno.ENXIO,
          "getrandom": errno.ENOSYS, "recvmsg": errno.ENOBUFS, "send": errno.ENOBUFS, "sendto": errno.ENOBUFS, "bind": errno.ENOMEM,
          "bpf map create": errno.ENOMEM, "bpf lookup": errno.ENOMEM, "bpf update": errno.ENOMEM,
          "bpf program load": errno.EPERM, "bpf pin": errno.EROFS, "bpf link create": errno.ENOMEM,
          "bpf link update": errno.EINVAL}


def _read_log(path):
    calls = []
    for line in path.read_text().splitlines():
        number, name, site, *failed = line.split()
        if name.startswith("bpf:"):
            name = "bpf " + BPF.get(int(name[4:]), name[4:])
        calls.append(Call(int(number), name, site, bool(failed)))
    return sorted(calls)  # threads are numbered in one order, and may write in another


def nth(number, name):
    """The call to fail when only those of one name are counted."""
    return Call(number, name, None, True)


def done(outcome):
    """Whether what was asked for is in force now."""
    return outcome.code in (0, 3)


class Faults:
    def __init__(self, weir, library):
        self._weir, self._library = weir, library
        self._log = weir.directory / "fault.log"
        self._processes = []

    def environment(self, kind, call=None, error=None, short=False, go_on=False, name=None,
                    children=False):
        variables = {"FAULT": kind, "FAULT_LOG": self._log, "LD_PRELOAD": self._library}
        if call:
            variables["FAULT_AT"] = call.number
            variables["FAULT_ERRNO"] = error or (errno.ENOMEM if kind == MEMORY else
                                                 ERRORS.get(call.name, errno.EACCES))
            variables["FAULT_SHORT"] = int(short)
            variables["FAULT_ON"] = int(go_on)
        if children:  # `number` counts what each of them calls
            variables["FAULT_CHILDREN"] = 1
        if name:  # as fault.c has it; `number` counts those only
            variables["FAULT_NAME"] = name
        return ["env", *(f"{key}={value}" for key, value in variables.items())]

    def run(self, arguments, kind, call=None, **how):
        """One run; with `call` (of a run before) failing, if it comes to that."""
        done = self._weir.namespace.run(*self.environment(kind, call, **how),
                                        *self._weir.command(*arguments), check=False, timeout=300)
        return Outcome(done.returncode, done.stdout, done.stderr.splitlines(), self.log())

    def start(self, arguments, kind, call=None, **how):
        """The same of a verb that stays; log() has its calls."""
        process = Process(self._weir.namespace.start(*self.environment(kind, call, **how),
                                                     *self._weir.command(*arguments),
                                                     stdout=subprocess.PIPE,
                                                     stderr=subprocess.STDOUT))
        self._processes.append(process)
        return process

    def log(self):
        return _read_log(self._log)

    def close(self):
        for process in self._processes:
            process.close()

    def calls(self, arguments, kind, names=None, **how):
        """Those that a run makes when nothing fails, one a site."""
        outcome = self.run(arguments, kind, **how)
        assert outcome.code == 0, outcome
        calls = [call for call in outcome.calls if not names or call.name in names]
        return by_site(calls)


def by_site(calls):
    """The first call of each."""
    if os.environ.get("FAULTS") == "calls":
        return calls
    first = {call.site: call for call in reversed(calls)}
    return sorted(first.values(), key=lambda call: call.number)


def sample(calls, count, always=()):
    """So many, evenly spread, and one of each name that is `always` in it."""
    if os.environ.get("FAULTS"):
        return calls
    chosen = {call.number for call in calls[::max(1, -(-len(calls) // count))]}
    chosen |= set({call.name: call.number for call in calls if call.name in always}.values())
    return [call for call in calls if call.number in chosen]


def beside(unhurt, outcome):
    """The outcome without what a run says in which nothing fails."""
    notes = unhurt.stderr.splitlines()
    return outcome._replace(said=[line for line in outcome.said if line not in notes])


def unclear(outcome, kind):
    """What is wrong with how a run ended, or ''. It may succeed, for not all that
    fails is needed, or lack a part; else it says so, once, and of what."""
    errors = [line for line in outcome.said if not re.match("spamweir: (warning|waiting)", line)]
    if outcome.code == 3:  # in force, and a part is missing that was named
        return "" if outcome.said and not errors else f"ends with 3 and says {outcome.said}"
    if outcome.code == 0:
        return f"succeeds, yet says {errors}" if errors else ""
    if outcome.code != 1:
        return f"ends with {outcome.code}"
    if len(errors) != 1 or not errors[0].startswith("spamweir: "):
        return f"does not say one thing, but {outcome.said}"
    if re.search(r"Success|\(null\)|: *$|nknown error", errors[0]):
        return f"says nothing: {errors[0]}"
    if kind == MEMORY and not re.search("memory|libelf$", errors[0]):  # which gives no reason
        return f"blames something else: {errors[0]}"
    return ""
