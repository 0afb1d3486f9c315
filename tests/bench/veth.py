# SPDX-License-Identifier: GPL-2.0
"""veth.py FULL|QUICK: packets through each filter, sent and received on one CPU.

Prints a line a sample: veth,CASE,SUBJECT,SIZE,Mpps,ROUND,VALUE. A sample that
does not add up (sent, dropped by the filter's own count, arrived) is void.
"""
import sys

import lab
import subjects

KEYS = {"drop": "listed.keys", "clean": "clean.keys", "clean usual": "usual.keys"}
MILLISECONDS = 1000  # a sample, at most


def cases_of(subject, quick):
    cases = ("drop",) * subject.drops + ("clean", "clean usual") * subject.passes
    return cases[:-1] if quick and subject.passes else cases


def sample(subject, case, frames):
    """Millions of packets a second, or None if the sample is void."""
    def outcome():
        return subject.dropped(), sum(subject.receiver.arrived())

    before = outcome()
    sent, ns = subject.receiver.send(subject.lists / KEYS[case], frames, MILLISECONDS)
    expected = ((before[0] + sent, before[1]) if case == "drop" else
                (before[0], before[1] + sent))
    after = lab.settled(outcome, expected)
    if after == expected and sent:
        return sent * 1e3 / ns
    lab.log(f"void: {subject.name}, {case}, {subject.entries} entries: sent {sent}, "
            f"dropped {after[0] - before[0]}, arrived {after[1] - before[1]}")
    return None


def set_up(entries, kinds):
    lists = lab.lists(entries, entries // 4)
    made = []
    for kind in kinds:
        lab.log(f"  setting up {kind.name} with {entries} entries")
        made.append(kind(lab.Receiver(), lists, entries))
    return made


def main():
    quick = sys.argv[1] == "quick"
    rounds, frames = 3, lab.STREAM // 4 if quick else lab.STREAM
    lab.make_shared_ends()
    if quick:
        filters = set_up(100000, subjects.ALL)
    else:
        filters = set_up(10000, (subjects.Drop, subjects.Spamweir, subjects.XdpFilter))
        filters += set_up(100000, subjects.ALL) + set_up(1000000, subjects.ALL)
    for number in range(rounds + 1):  # the first warms up
        # None always follows the same one.
        for subject in filters if number % 2 else reversed(filters):
            for case in cases_of(subject, quick):
                value = sample(subject, case, frames)
                if number and value:
                    print(f"veth,{case},{subject.name},{subject.entries},Mpps,{number},{value:.4f}",
                          flush=True)


if __name__ == "__main__":
    main()
