#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Random cases: a policy with its feeds, and a capture that runs into it.

    generate.py SEED DIRECTORY [PACKETS]    write case.yaml, its feeds, case.pcap or case.pcapng
"""
import os
import random
import sys

import capture
from answers import answer
from configs import Config
from frames import Maker, chance

DAY = 86400 * 10**9
SPAN = 11 * DAY         # that a capture lasts at most; see "time" on top of judge.py
FEW = 60                # sources: with more of them time does not go back; see there, too
CLOCK_ROUND = 2**40 * 1000      # ns until a clock of 40 bits that counts microseconds is round
# How many of the frames are plain, how many of these belong to a flood, and from how many sources.
MIXED, PLAIN, FLOOD, CROWD = (0.2, 0.1, 1), (0.9, 0.1, 3), (0.95, 0.9, 1), (0.95, 0.95, 1500)
TOWN = (0.95, 0.9, 8)


class Case:
    """What is drawn depends on nothing but the seed and the hosts, {4: [address], 6: [address]}."""

    def __init__(self, seed, directory, hosts=None):
        self.seed, self.rng = seed, random.Random(seed)
        self.directory = directory
        self.hosts = hosts or {4: [], 6: []}
        apart = random.Random(f"suspects of {seed}")
        self.policy = Config(self.rng, directory, self.hosts, apart if chance(apart, 0.4) else None,
                             random.Random(f"modes of {seed}"))
        self.config = self.policy.path

    def write(self, packets=2000):
        """The path of the capture."""
        os.makedirs(self.directory, exist_ok=True)
        self.policy.write()
        for family in 4, 6:
            self.rng.shuffle(self.hosts[family])
            del self.hosts[family][self.policy.shape.hosts :]
        if chance(self.rng, 0.7):
            self.beside_source()
        return self.packets(packets)

    def beside_source(self):
        """The busiest source of IPv6 gets a neighbour that is another to the limiter, and one that
        is not."""
        busy, host_bits = self.hosts[6], 128 - self.policy.source_prefix
        busy[1:3] = [busy[0] ^ 1 << host_bits, busy[0] ^ 1 << max(host_bits - 1, 0)]

    def packets(self, count):
        traffic = self.rng.choices((MIXED, PLAIN, FLOOD, CROWD), (4, 4, 2, 1))[0]
        if self.policy.rules:
            traffic = random.Random(f"suspects in {self.seed}").choice(
                (MIXED, FLOOD, TOWN, TOWN, TOWN, CROWD))
        maker = Maker(self.rng, self.hosts, self.policy.ports, *traffic)
        frames = [maker.frame() for _ in range(count)]
        for n in range(1, count):
            if chance(self.rng, 0.15):      # one of the latest is sent again
                frames[n] = frames[n - self.rng.randint(1, min(n, 20))]
        self.answered(frames)
        many = traffic is CROWD or self.policy.shape.hosts > FEW
        disorder = 0 if many else self.rng.choice((0, 0, 0.05, 0.3))
        return self.capture(self.clocked(frames, 0 if self.policy.rules else disorder))

    def answered(self, frames):
        """Some of the latest have an answer. Drawn apart, so that all else stays as it was."""
        rng = random.Random(f"answers to {self.seed}")
        for n in range(1, len(frames)):
            if chance(rng, 0.12):
                back = answer(rng, frames[n - rng.randint(1, min(n, 20))], self.policy.vids)
                frames[n] = back or frames[n]

    # ---- clock and file

    def clocked(self, frames, disorder):
        rng = self.rng
        steps = rng.choice(((0,), (0, 1e-6, 1e-3), (0.01, 0.1, 1), (0, 0.5, 1, 2), (60, 3600),
                            (0, 0.001, 1, 3600, 86400)))
        now = rng.choice((0, 1, 10**9, 1_790_000_000)) * 10**9 + rng.randrange(10**9)
        if chance(rng, 0.2):
            now = rng.choice((1, 1500)) * CLOCK_ROUND - rng.randrange(10**rng.choice((6, 10, 14)))
        end = now + SPAN
        for frame in frames:
            step = rng.choice(steps) * rng.choice((0, 1, 1, rng.random(), rng.random() * 2))
            if chance(rng, 0.1):
                step = self.telling_step()
            now = min(now + int(step * 10**9), end)
            early = rng.choice((1e-6, 1e-3, 0.1)) * rng.random()
            back = int(early * 10**9) if chance(rng, disorder) else 0
            yield max(0, now - back), frame

    def telling_step(self):
        """Around the times at which a bucket gains a token, or is full again."""
        rng, interval, burst = self.rng, self.policy.interval, self.policy.burst
        step = interval * rng.choice((0.5, 0.99, 1, 1.01, 2, burst - 1, burst))
        return max(0, step + rng.choice((0, 0, 1e-6, -1e-6)))

    def capture(self, packets):
        rng = self.rng
        order, lost = rng.choice("<<>"), rng.choice((0, 0, 0, 1400))
        snap = rng.choice((0, 0, 0, 0, 34, 40, 48, 54, 60, 68, 96, 128))
        if snap:
            packets = [(time, capture.frame_of(frame[:snap], len(frame)))
                       for time, frame in packets]
        if chance(rng, 0.5):
            path = os.path.join(self.directory, "case.pcap")
            capture.write_pcap(path, packets, chance(rng, 0.5), order, lost)
        else:
            path = os.path.join(self.directory, "case.pcapng")
            resolution = rng.choice((6, 6, 9, 9, 3, 7, 0x80 | 10, 0x80 | 20))
            capture.write_pcapng(path, packets, resolution, order, lost, rng.choice((1, 1, 3)),
                                 rng.choice((0, 0, -86400)), chance(rng, 0.3))
        return path


def main():
    seed, directory = sys.argv[1:3]
    packets = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    print(Case(seed, directory).write(packets))


if __name__ == "__main__":
    main()
