# SPDX-License-Identifier: GPL-2.0
"""Prints how large the loaded programs are: program,CASE,spamweir,0,UNIT,1,VALUE.

The numbers are the same in every run on a kernel, and differ between kernels.
"""
import lab

CONFIG = """interfaces:
  - { name: r0, role: access }
  - { name: s0, role: upstream }
feeds:
  - { name: one, kind: cnc, entries: [198.18.7.7] }
"""


def main():
    lab.make_shared_ends()
    receiver = lab.Receiver()
    config = lab.SCRATCH / "spamweir.yaml"
    config.write_text(CONFIG, encoding="ascii")
    receiver.run(lab.SPAMWEIR, "load", "-c", config, "--pin-dir", "/sys/fs/bpf/sizes",
                 "--state-dir", lab.SCRATCH / "state")
    for nic, role in (("r0", "access"), ("s0", "upstream")):
        program = lab.program(receiver.name, nic)
        print(f"program,{role},spamweir,0,instructions,1,{program['bytes_xlated'] // 8}")
        print(f"program,{role} machine code,spamweir,0,bytes,1,{program['bytes_jited']}")


if __name__ == "__main__":
    main()
