#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""sbom_check.py BINARY SBOM: each library that the ELF file needs is in the document, with
the SHA-256 of a file of that package.
sbom_check.py --schema DIR SBOM: CycloneDX's schemas have nothing to say about it."""
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path


def check_libraries(binary, document):
    needed = set(re.findall(r"NEEDED.*\[(.*)\]", subprocess.run(
        ["readelf", "-d", binary], capture_output=True, text=True, check=True).stdout))
    known = set()
    for component in document["components"]:
        files = subprocess.run(["dpkg-query", "-L", f"{component['name']}"], check=True,
                               capture_output=True, text=True).stdout.splitlines()
        hashes = {each["content"] for each in component["hashes"]}
        real = {Path(name).resolve() for name in files if ".so" in name}
        if not hashes & {hashlib.sha256(path.read_bytes()).hexdigest() for path in real
                         if path.is_file()}:
            sys.exit(f"{component['name']}: no file of it has the hash")
        known |= {Path(name).name for name in files}
    if needed - known:
        sys.exit(f"not in it: {', '.join(sorted(needed - known))}")


def check_schema(directory, document):
    import jsonschema

    schemas = {path.name.replace(".SNAPSHOT", ""): json.loads(path.read_text())
               for path in Path(directory).glob("*.schema.json")}
    schema = schemas["bom-1.4.schema.json"]
    store = {f"http://cyclonedx.org/schema/{name}": each for name, each in schemas.items()}
    store |= {each["$id"]: each for each in schemas.values() if "$id" in each}
    store |= {f"http://cyclonedx.org/schema/{name.replace('.schema', '.SNAPSHOT.schema')}": each
              for name, each in schemas.items()}
    resolver = jsonschema.RefResolver(schema["$id"], schema, store)
    found = list(jsonschema.Draft7Validator(schema, resolver=resolver).iter_errors(document))
    if found:
        sys.exit("\n".join(f"{error.json_path}: {error.message[:300]}" for error in found[:10]))


def main():
    document = json.loads(Path(sys.argv[-1]).read_text())
    if sys.argv[1] == "--schema":
        check_schema(sys.argv[2], document)
    else:
        check_libraries(sys.argv[1], document)


if __name__ == "__main__":
    main()
