# SPDX-License-Identifier: GPL-2.0
"""Kea and FreeRADIUS as Debian has them, in the lab: who else writes such files."""
import json
import os
import subprocess

import pytest

from lab import wait_until

ROUTER = "198.18.129.1"  # as subscribers see it
ARCH = {"x86_64": "x86_64", "aarch64": "aarch64"}.get(os.uname().machine, "x86_64")


class Servers:
    def __init__(self, root, directory, lab):
        self.root, self.directory, self.lab = root, directory, lab
        self.running = []
        directory.mkdir()
        self.env = {**os.environ, "KEA_PIDFILE_DIR": str(directory),
                    "KEA_LOCKFILE_DIR": str(directory), "LD_LIBRARY_PATH": ":".join(
                        str(root / "usr/lib" / part)
                        for part in (f"{ARCH}-linux-gnu", "freeradius"))}

    def program(self, name):
        return next(path for path in (self.root / "usr/sbin" / name, self.root / "usr/bin" / name)
                    if path.exists())

    def start(self, namespace, name, *arguments):
        log = open(self.directory / f"{name}.log", "wb")
        self.running.append(namespace.start(self.program(name), *arguments, env=self.env,
                                            stdout=log, stderr=log))
        return self.running[-1]

    def log(self, name):
        return (self.directory / f"{name}.log").read_text(errors="replace")

    def call(self, namespace, name, *arguments, **more):
        with namespace.inside():
            return subprocess.run([str(self.program(name)), *map(str, arguments)], env=self.env,
                                  capture_output=True, text=True, timeout=120, check=False, **more)

    def kea(self, family, subnet, pools):
        """Serves a subnet on acc0; the path of its lease file."""
        leases = self.directory / f"leases{family}.csv"
        config = {f"Dhcp{family}": {
            "interfaces-config": {"interfaces": ["acc0"]},
            "lease-database": {"type": "memfile", "persist": True, "name": str(leases),
                               "lfc-interval": 0},
            "valid-lifetime": 3600, f"subnet{family}": [
                {"subnet": subnet, "interface": "acc0", **pools}],
            **({"server-id": {"type": "EN", "enterprise-id": 1, "identifier": "77",
                              "persist": False}} if family == 6 else {}),
            "loggers": [{"name": f"kea-dhcp{family}", "severity": "INFO",
                         "output_options": [{"output": "stdout"}]}]}}
        path = self.directory / f"kea{family}.json"
        path.write_text(json.dumps(config))
        name = f"kea-dhcp{family}"
        process = self.start(self.lab.router, name, "-c", path)
        wait_until(lambda: f"DHCP{family}_STARTED" in self.log(name) or process.poll() is not None,
                   60, name)
        assert process.poll() is None, self.log(name)
        return leases

    def radius(self):
        """Takes accounting from subscribers; the path of its detail file."""
        detail = self.directory / "detail"
        (self.directory / "radiusd.conf").write_text(f"""
name = radiusd
libdir = {self.root}/usr/lib/freeradius
logdir = {self.directory}
run_dir = {self.directory}
correct_escapes = true
security {{
	allow_vulnerable_openssl = yes
}}
client lab {{
	ipaddr = 198.18.0.0/15
	secret = testing123
}}
modules {{
	detail {{
		filename = {detail}
		header = "%t"
	}}
}}
server default {{
	listen {{
		type = acct
		ipaddr = *
		port = 1813
	}}
	accounting {{
		detail
	}}
}}
""")
        process = self.start(self.lab.router, "freeradius", "-f", "-l", "stdout", "-d",
                             self.directory, "-D", self.root / "usr/share/freeradius")
        wait_until(lambda: "Ready to process" in self.log("freeradius") or
                   process.poll() is not None, 60, "FreeRADIUS")
        assert process.poll() is None, self.log("freeradius")
        return detail

    def account(self, **attributes):
        """An accounting packet that the server answers."""
        text = "".join(f"{name.replace('_', '-')} = {value}\n"
                       for name, value in attributes.items())
        done = self.call(self.lab.subscribers, "radclient", "-D", self.root / "usr/share/freeradius",
                         "-d", self.root / "usr/share/freeradius", f"{ROUTER}:1813", "acct",
                         "testing123", input=text)
        assert done.returncode == 0, done

    def close(self):
        for process in self.running:
            process.kill()
            process.wait()


@pytest.fixture
def servers(lab, tool, tmp_path):
    tool("subscribers/ready")
    found = Servers(tool("subscribers"), tmp_path / "servers", lab)
    yield found
    found.close()
