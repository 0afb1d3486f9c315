# SPDX-License-Identifier: GPL-2.0
"""looks.py FULL|QUICK: what it costs to look into a full spamweir, while packets come in.

Prints a line a sample: look,VERB,SUBJECT,SIZE,ms,ROUND,CPU TIME. Lists of so many prefixes
are in force; as many sources have opened SMTP connections and had packets dropped, so that
the limiter, the ledger and the conduct table are full; before each look some more do.
"""
import os
import subprocess
import sys

import lab
import publish

LISTED = publish.ONE_LINE.strip()
RATE = "{ rate: 1/min, burst: 30 }"  # a source is remembered for half an hour
FIRST = "10.0.0.1"
LATER = "11.{}.{}.1"
FEW = 8


class Looked(publish.Spamweir):
    """Loaded, and full."""

    def prepare(self):
        super().prepare()
        config = self.scratch / "spamweir.yaml"
        config.write_text(config.read_text() + f"""  - {{ name: one, kind: cnc, entries: [{LISTED}] }}
smtp: {{ limit: {{ access: {RATE} }} }}
""")

    def fill(self, receiver):
        self.publish()
        receiver.knock(LISTED, FIRST, self.entries)

    def cpu(self, *verb):
        """Milliseconds of CPU."""
        argv = [self.binary, *verb, "-c", self.scratch / "spamweir.yaml", "--pin-dir",
                f"/sys/fs/bpf/publish-{self.netns}", "--state-dir", self.scratch / "state"]
        with lab.inside(self.netns):
            popen = subprocess.Popen([str(word) for word in argv], stdout=subprocess.DEVNULL,
                                     close_fds=False)
        _, status, usage = os.wait4(popen.pid, 0)
        popen.returncode = os.waitstatus_to_exitcode(status)
        if popen.returncode:
            raise RuntimeError(f"{verb[0]}: exit {popen.returncode}")
        return (usage.ru_utime + usage.ru_stime) * 1000


class Base(Looked):
    name = "base"
    binary = lab.BASE


VERBS = (("status",), ("metrics",), ("lookup", LISTED))


def main():
    entries, rounds = (100000, 5) if sys.argv[1] == "quick" else (1000000, 15)
    lists = lab.lists(entries, entries // 4)
    lab.make_shared_ends()
    looked = []
    for kind in (Looked, *([Base] if lab.BASE else [])):
        receiver = lab.Receiver()
        looked.append((kind(receiver, lists, entries), receiver))
        looked[-1][0].fill(receiver)
    for number in range(1, rounds + 1):
        for weir, receiver in looked if number % 2 else reversed(looked):
            receiver.knock(LISTED, LATER.format(number >> 8, number & 255), FEW)
            for verb in VERBS:
                print(f"look,{verb[0]},{weir.name},{entries},ms,{number},{weir.cpu(*verb):.5g}",
                      flush=True)
    for weir, _ in looked:
        weir.clear()


if __name__ == "__main__":
    main()
