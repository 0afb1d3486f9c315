# SPDX-License-Identifier: GPL-2.0
"""Prints how large the loaded programs are: program,CASE,SUBJECT,0,UNIT,1,VALUE.

The numbers are the same in every run on a kernel, and differ between kernels. And how
long it takes to load them, lists but for one address left out: load,CASE,SUBJECT,0,s,ROUND,VALUE.
"""
import time

import lab

CONFIG = """interfaces:
  - { name: r0, role: access }
  - { name: s0, role: upstream }
feeds:
  - { name: one, kind: cnc, entries: [198.18.7.7] }
"""


# What makes programs the largest there are.
ALL = """interfaces:
  - { name: r0, role: access, vlans: { 10-19: upstream, 2000: none } }
  - { name: s0, role: upstream, vlans: { 10-19: access, 2000: none } }
tunnels: [4in6, 6in4, ipip, gre, vxlan, gtpu, l2tp]
feeds:
  - { name: one, kind: cnc, entries: [198.18.7.7] }
"""
NICS, LOADS = 2, 5


def measure_loads(case, receiver, config):
    where = ("-c", config, "--pin-dir", "/sys/fs/bpf/loads", "--state-dir",
             lab.SCRATCH / "state-loads")
    for n in range(1, LOADS + 1):
        begun = time.monotonic()
        receiver.run(lab.SPAMWEIR, "load", *where)
        print(f"load,{case},spamweir,0,s,{n},{(time.monotonic() - begun) / NICS:.4g}")
        receiver.run(lab.SPAMWEIR, "unload", *where)


def measure(subject, binary, receiver, config):
    def command(verb):
        receiver.run(binary, verb, "-c", config, "--pin-dir", f"/sys/fs/bpf/sizes-{subject}",
                     "--state-dir", lab.SCRATCH / f"state-{subject}")

    command("load")
    for nic, role in (("r0", "access"), ("s0", "upstream")):
        program = lab.program(receiver.name, nic)
        print(f"program,{role},{subject},0,instructions,1,{program['bytes_xlated'] // 8}")
        print(f"program,{role} machine code,{subject},0,bytes,1,{program['bytes_jited']}")
    command("unload")


def main():
    lab.make_shared_ends()
    receiver = lab.Receiver()
    config = lab.SCRATCH / "spamweir.yaml"
    config.write_text(CONFIG, encoding="ascii")
    measure("spamweir", lab.SPAMWEIR, receiver, config)
    if lab.BASE:
        measure("base", lab.BASE, receiver, config)
    measure_loads("a NIC", receiver, config)
    config.write_text(ALL, encoding="ascii")
    measure_loads("a NIC with tunnels and VLANs", receiver, config)


if __name__ == "__main__":
    main()
