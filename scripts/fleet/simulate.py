#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""simulate.py [--INPUT=NUMBER...]: what a fleet costs that is larger than a lab.

From figures that were measured on small ones, memory, messages and convergence of 400 routers
with 1,000,000 live entries; the same inputs give the same lines. Each input is printed and can
be given, as --routers=40 --entries=10000, which `make demo-fleet` measures.

Convergence is drawn, event by event: a router lists somebody, its daemon sees that at its next
look, announces it, BIRD hears of it and tells two reflectors, each of which tells all routers
one after the other; a router's daemon waits until a tenth of a second is quiet, or a second is
over, publishes what it holds of the table, and then pauses (three times as long as that took of
the CPU, at most 0.9 s). The processor of a router is its own.
"""
import heapq
import random
import statistics
import sys

INPUTS = {
    # name: (value, unit, where it comes from)
    "routers": (400, "", "asked for"),
    "reflectors": (2, "", "scripts/fleet"),
    "entries": (1000000, "live entries, as many at each router", "asked for"),
    "changes": (20, "new ones a second in all, and as many ends", "asked for"),
    "seconds": (120, "that are drawn", "asked for"),
    "seed": (1, "", "asked for"),
    "publish_base": (0.021, "s of CPU a publish", "the daemon's of one route, 10,000 in the table"),
    "publish_each": (6e-7, "s of CPU a publish and route", "the same, 1,000,000 in the table"),
    "fill_each": (2.1e-6, "s of CPU a route, all read and published", "with a dump, 250,000 in the table"),
    "announce": (0.010, "s of CPU a change announced", "assumed: as much as a publish takes of it"),
    "announce_each": (2e-7, "s of CPU a live entry looked at", "assumed: a batch of 4096 in 1 ms"),
    "look": (0.1, "s between looks at who is listed", "user/run/announce_watch.h"),
    "quiet": (0.1, "s", "user/run/route_follow.h"),
    "longest": (1.0, "s", "user/run/route_follow.h"),
    "pause": (0.9, "s at most", "user/run/route_follow.c"),
    "bird_route": (3.3e-6, "s of CPU a route at a router", "100,000 from the kernel to a peer"),
    "reflect_route": (1e-6, "s of CPU a route and peer", "100,000 taken by a reflector"),
    "network": (0.01, "s from router to reflector", "assumed: a country"),
    "nlri": (5.6, "octets a route of IPv4 of one origin", "100,000 over one session"),
    "update": (100, "octets around them", "RFC 4271, and the communities"),
    "bird_memory": (280, "octets a route at a router", "RSS, 100,000 in two tables"),
    "reflector_memory": (92, "octets a route and session it came by", "show memory, 100,000"),
    "kernel_memory": (104, "octets a route", "ip_fib_alias and ip_fib_trie of slabinfo"),
    "list_memory": (70, "octets an entry: text, good copy, rules kept", "assumed: by the formats of these files"),
    "held_memory": (48, "octets a route that the daemon holds", "struct sw_route"),
    "table_memory": (20, "octets an entry in the generation and its spare", "assumed: by the layout of the tables"),
}


def read_inputs(words):
    inputs = {name: value for name, (value, _, _) in INPUTS.items()}
    for word in words:
        name, _, value = word.removeprefix("--").partition("=")
        if not word.startswith("--") or name not in inputs or not value:
            sys.exit(__doc__)
        inputs[name] = type(inputs[name])(float(value))
    return inputs


class Router:
    """When what it has heard is in force."""

    def __init__(self, inputs):
        self._inputs = inputs
        self._cost = inputs["publish_base"] + inputs["publish_each"] * inputs["entries"]
        self._pause = min(3 * self._cost, inputs["pause"])
        self.cpu = 0.0

    def converge(self, heard):
        """Of sorted times of news, when each is in force."""
        inputs, done, free, at = self._inputs, [], 0.0, 0
        while at < len(heard):
            first = last = heard[at]
            due, end = max(first + inputs["quiet"], free), at + 1
            while end < len(heard) and heard[end] <= due:
                last = heard[end]
                due = max(min(last + inputs["quiet"], first + inputs["longest"]), free)
                end += 1
            finished = due + self._cost
            self.cpu += self._cost
            done += [finished] * (end - at)
            free, at = finished + self._pause, end
        return done


def draw(inputs):
    """Times from the SYN that crosses the line to dropped, and the CPU of a router."""
    chance = random.Random(inputs["seed"])
    listed, now = [], 0.0
    while now < inputs["seconds"]:
        now += chance.expovariate(2 * inputs["changes"])
        listed.append(now)
    own = inputs["entries"] / inputs["routers"]
    announce = inputs["announce"] + inputs["announce_each"] * own
    events = []
    for begin in listed:
        known = begin + chance.uniform(0, inputs["look"]) + announce + inputs["bird_route"]
        for reflector in range(inputs["reflectors"]):
            heapq.heappush(events, (known + inputs["network"] * chance.uniform(0.5, 1.5),
                                    begin, reflector))
    heard = [{} for _ in range(inputs["routers"])]
    free = [0.0] * inputs["reflectors"]
    while events:
        at, begin, reflector = heapq.heappop(events)
        at = max(at, free[reflector])
        for router in range(inputs["routers"]):
            at += inputs["reflect_route"]
            there = at + inputs["network"] + inputs["bird_route"]
            heard[router][begin] = min(there, heard[router].get(begin, there))
        free[reflector] = at
    # All routers are alike: some are enough.
    seconds, cpu = [], []
    for news in heard[::max(1, inputs["routers"] // 40)]:
        router = Router(inputs)
        order = sorted((there, begin) for begin, there in news.items())
        seconds += [done - begin for done, (_, begin) in
                    zip(router.converge([there for there, _ in order]), order)]
        cpu.append(router.cpu / inputs["seconds"])
    return sorted(seconds), max(cpu)


def mib(octets):
    return f"{octets / (1 << 20):,.0f} MiB"


def main():
    inputs = read_inputs(sys.argv[1:])
    print("inputs:")
    for name, value in inputs.items():
        print(f"  {name:18} {value:>12,.10g} {INPUTS[name][1]} ({INPUTS[name][2]})")
    entries, routers, reflectors = (inputs[name] for name in ("entries", "routers", "reflectors"))
    print("memory:")
    print(f"  a router: BIRD {mib(entries * inputs['bird_memory'] * reflectors)}, kernel routes "
          f"{mib(entries * inputs['kernel_memory'])}, spamweir "
          f"{mib(entries * sum(inputs[f'{of}_memory'] for of in ('list', 'held', 'table')))}")
    print(f"  a reflector: {mib(entries * inputs['reflector_memory'])}")
    print("messages:")
    octets = entries * inputs["nlri"]
    print(f"  all to one router that comes back: {mib(octets)} from each reflector, "
          f"{entries * inputs['bird_route']:.1f} s of CPU, in force "
          f"{inputs['publish_base'] + inputs['fill_each'] * entries:.1f} s after that")
    print(f"  to all routers at once: {mib(octets * routers)} from each reflector, "
          f"{entries * routers * inputs['reflect_route']:.0f} s of its CPU")
    each = 2 * inputs["changes"]
    print(f"  {each:g} changes a second: {each:g} updates to each reflector, "
          f"{each * routers:,.0f} from it ({each * routers * (inputs['update'] + inputs['nlri']) * 8 / 1e6:.1f} "
          f"Mbit/s, {100 * each * routers * inputs['reflect_route']:.1f}% of a core)")
    seconds, cpu = draw(inputs)
    print("convergence, from the SYN that crosses the line to dropped at another router:")
    print(f"  median {statistics.median(seconds):.2f} s, of 100 the worst "
          f"{seconds[len(seconds) * 99 // 100]:.2f} s, worst {seconds[-1]:.2f} s of {len(seconds):,}")
    print(f"  a router's daemon takes {100 * cpu:.0f}% of a core meanwhile")


if __name__ == "__main__":
    main()
