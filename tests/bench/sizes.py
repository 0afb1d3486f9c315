# SPDX-License-Identifier: GPL-2.0
"""Prints how large the loaded programs are: program,CASE,SUBJECT,0,UNIT,1,VALUE.

The numbers are the same in every run on a kernel, and differ between kernels.
"""
import lab

CONFIG = """interfaces:
  - { name: r0, role: access }
  - { name: s0, role: upstream }
feeds:
  - { name: one, kind: cnc, entries: [198.18.7.7] }
"""


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


if __name__ == "__main__":
    main()
