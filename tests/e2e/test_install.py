# SPDX-License-Identifier: GPL-2.0
"""`make install`, and `make uninstall`, which takes away just that."""
import os
import subprocess
from pathlib import Path

import pytest

from weir import BINARY

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = {f"share/spamweir/schema/{path.name}"
           for path in (Path(BINARY).parent / "schema").glob("*.schema.json")}
WHERE = SCHEMAS | {
    "sbin/spamweir", "lib/systemd/system/spamweir.service",
    "lib/systemd/system/spamweir-worker.service", "lib/systemd/system/spamweir-worker.socket",
    "lib/sysusers.d/spamweir.conf",
    "share/man/man5/spamweir.yaml.5", "share/man/man7/spamweir-internals.7",
    "share/man/man8/spamweir.8", "share/doc/spamweir/examples/spamweir.yaml",
    "share/bash-completion/completions/spamweir", "share/zsh/site-functions/_spamweir",
    "share/fish/vendor_completions.d/spamweir.fish",
}


def make(target, destination):
    """No rule builds anything: --old-file says of the binary that it is as new as can be."""
    subprocess.run(["make", "-C", ROOT, f"BUILD={Path(BINARY).parent}", f"--old-file={BINARY}",
                    f"--old-file={Path(BINARY).parent}/schema/config.schema.json",
                    target, f"DESTDIR={destination}", "PREFIX=/usr"], check=True, timeout=120,
                   env={"PATH": os.environ["PATH"]}, stdout=subprocess.DEVNULL)


def files(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file()}


@pytest.mark.skipif(not (ROOT / "Makefile").exists(), reason="no sources here")
def test_what_was_installed_is_taken_away(tmp_path):
    own = tmp_path / "usr" / "share" / "man" / "man8" / "other.8"
    own.parent.mkdir(parents=True)
    own.touch()
    assert "share/spamweir/schema/config.schema.json" in SCHEMAS
    make("install", tmp_path)
    assert files(tmp_path / "usr") == WHERE | {"share/man/man8/other.8"}
    assert (tmp_path / "etc" / "spamweir").is_dir()
    assert (tmp_path / "usr" / "sbin" / "spamweir").read_bytes() == Path(BINARY).read_bytes()
    make("uninstall", tmp_path)
    assert files(tmp_path) == {"usr/share/man/man8/other.8"}
    assert not (tmp_path / "usr" / "share" / "doc" / "spamweir").exists()
    assert not (tmp_path / "usr" / "share" / "spamweir").exists()
