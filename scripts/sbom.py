#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""sbom.py BINARY VERSION: what the binary is made of, as a CycloneDX 1.4 document.

The libraries that it loads, and what it was compiled with, are looked up in dpkg's data on
this machine: package, version, licenses as its copyright file names them, and the SHA-256 of
the library. Of the same binary and the same packages the document is the same, byte for byte;
its time is SOURCE_DATE_EPOCH, or none.
"""
import functools
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import uuid
from pathlib import Path

TOOLS = ["gcc", "clang", "bpftool"]  # of the binary, of the BPF object in it, of its skeleton
SPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 4122's, for URLs


def output(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def owner(path):
    """The package that a file is of: merged /usr has two names for it."""
    path = os.path.realpath(path)
    for name in path, path.removeprefix("/usr"):
        done = subprocess.run(["dpkg-query", "-S", name], capture_output=True, text=True,
                              check=False)
        if done.returncode == 0:
            return done.stdout.splitlines()[0].rsplit(": ", 1)[0].split(",")[0]
    return None


def licenses(package):
    """Those of "License:" in a copyright file of the format 1.0."""
    path = Path("/usr/share/doc") / package.split(":")[0] / "copyright"
    if not path.is_file():
        return []
    text = path.read_text(errors="replace")
    if "copyright-format" not in text:
        return []
    return sorted(set(re.findall(r"^License: *(\S[^\n]*)", text, re.M)))


@functools.cache
def component(package):
    name, version, architecture, source = output(
        "dpkg-query", "-W", "-f", "${Package}\t${Version}\t${Architecture}\t${source:Package}\n",
        package).splitlines()[0].split("\t")
    purl = f"pkg:deb/debian/{name}@{version.replace('+', '%2B').replace(':', '%3A')}" \
           f"?arch={architecture}"
    made = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
            "properties": [{"name": "debian:source", "value": source}]}
    named = licenses(package)
    if named:
        made["licenses"] = [{"license": {"name": each}} for each in named]
    return made


def loaded_later(binary):
    """Libraries whose names stand in it, for dlopen(3)."""
    names = {name.decode() for name in re.findall(rb"\0(lib[\w+-]+\.so(?:\.\d+)+)\0",
                                                  Path(binary).read_bytes())}
    return [path for name, path in re.findall(r"^\s*(\S+) \(.*\) => (/\S+)",
                                              output("/sbin/ldconfig", "-p"), re.M)
            if name in names]


def libraries(binary):
    """[(package, path)]: what the loader would map, at once or later."""
    found = {}
    mapped = re.findall(r"=> (/\S+)|^\s*(/\S+ld-linux\S+)", output("ldd", binary), re.M)
    paths = [path[0] or path[1] for path in mapped]
    known = {Path(path).name for path in paths}
    paths += [path for path in loaded_later(binary) if Path(path).name not in known]
    for path in paths:
        package = owner(path)
        if not package:
            sys.exit(f"sbom: {path} is of no package: its version is not known")
        found.setdefault(package, path)
    return sorted(found.items())


def main():
    binary, version = sys.argv[1:]
    digest = hashlib.sha256(Path(binary).read_bytes()).hexdigest()
    components, references = [], []
    for package, path in libraries(binary):
        made = dict(component(package))
        made["hashes"] = [{"alg": "SHA-256",
                           "content": hashlib.sha256(Path(path).read_bytes()).hexdigest()}]
        components.append(made)
        references.append(made["bom-ref"])
    tools = []
    for tool in TOOLS:
        path = next((path for path in (f"/usr/bin/{tool}", f"/usr/sbin/{tool}")
                     if Path(path).exists()), None)
        package = path and owner(path)
        if package:
            tools.append({"vendor": "Debian", "name": component(package)["name"],
                          "version": component(package)["version"]})
    metadata = {"tools": tools, "component": {
        "type": "application", "bom-ref": f"spamweir@{version}", "name": "spamweir",
        "version": version, "licenses": [{"license": {"id": "GPL-2.0-only"}}],
        "hashes": [{"alg": "SHA-256", "content": digest}]}}
    if "SOURCE_DATE_EPOCH" in os.environ:
        metadata["timestamp"] = time.strftime(
            "%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(os.environ["SOURCE_DATE_EPOCH"])))
    print(json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.4", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(SPACE, digest + ''.join(references))}",
        "metadata": metadata, "components": components,
        "dependencies": [{"ref": f"spamweir@{version}", "dependsOn": references}]}, indent=1))


if __name__ == "__main__":
    main()
