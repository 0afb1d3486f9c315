# SPDX-License-Identifier: GPL-2.0
"""What the textfile says when there is nothing to measure, and of whom."""
import subprocess

import pytest

from lab import wait_until
from weir import Metrics, Weir

CONFIG = """
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
metrics: { textfile: spamweir.prom, interval: 1s }
"""


@pytest.fixture
def configured(weir):
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n")
    return weir


def read(weir):
    path = weir.directory / "spamweir.prom"
    return Metrics(path.read_text()) if path.exists() else Metrics("")


def attached(metrics):
    return {dict(labels)["interface"]: value for (name, labels), value in metrics.items()
            if name == "interface_attached"}


def series(weir):
    return {line.rpartition(" ")[0] for line in weir.metrics().text.splitlines()
            if not line.startswith("#")}


def written(weir, value):
    """Once the file says that of both NICs."""
    return wait_until(lambda: attached(read(weir)) == {"acc0": value, "up0": value} and read(weir),
                      30, f"attached {value}")


def test_two_instances_have_no_series_in_common(configured, tmp_path):
    configured("load")
    other = Weir(configured.namespace, tmp_path / "other")
    other.directory.mkdir()
    other.configure("feeds:\n  - { name: botnets, kind: cnc, entries: [198.19.66.6] }\n",
                    "interfaces:\n  - { name: lo, role: access, xdp: generic }\n")
    other("load")
    try:
        ours, theirs = series(configured), series(other)
        assert len(ours) > 100 and len(theirs) > 100
        assert not ours & theirs
        for weir in configured, other:
            assert weir.metrics().instances == {str(weir.pins)}
    finally:
        other.close()


def test_the_usual_instance_bears_no_label(lab, configured):
    configured.pins = configured.pins.with_name("spamweir")
    configured("load")
    assert configured.metrics().instances == {None}
    assert "spamweir_generation 1\n" in configured.metrics().text


def test_unload_is_seen(configured):
    daemon = configured.run()
    before = written(configured, 1)
    assert daemon.stop() == 0
    beat = ("daemon_heartbeat_timestamp_seconds", ())
    last = configured.metrics()[beat]
    configured("unload")
    after = written(configured, 0)
    assert set(after) < set(before)  # the same series
    assert not after.sum("packets_total") and "generation" not in after.text
    assert after.sum("build_info") == 1
    assert after[beat] == last
    configured("load")
    configured("metrics", "--textfile", configured.directory / "spamweir.prom")
    written(configured, 1)


def test_unload_beside_a_daemon_is_seen_and_so_is_a_load(configured):
    configured.run()
    written(configured, 1)
    configured("unload")
    written(configured, 0)
    gone = read(configured)
    wait_until(lambda: read(configured).sum("daemon_heartbeat_timestamp_seconds") >
               gone.sum("daemon_heartbeat_timestamp_seconds"), 30, "the daemon says so, too")
    assert attached(read(configured)) == {"acc0": 0, "up0": 0}
    configured("load")
    written(configured, 1)


def test_unload_makes_no_file_that_was_not_there(configured):
    configured("load")
    configured("unload")
    assert not (configured.directory / "spamweir.prom").exists()


def test_unload_finds_the_file_without_the_config(configured):
    daemon = configured.run()
    written(configured, 1)
    daemon.stop()
    configured.config.write_text("mode: [\n")
    configured("unload")
    written(configured, 0)


@pytest.mark.parametrize("verb", ["run", "load"])
def test_a_failed_start_is_seen(configured, verb):
    allowed = "  - { name: relays, kind: allow, path: relays.txt }\n"
    configured.configure(CONFIG.replace("metrics:", allowed + "metrics:"))
    configured.write("relays.txt", "<html>\n")
    configured.fails(verb)
    metrics = written(configured, 0)
    assert metrics["last_reload_success", ()] == 0


@pytest.mark.parametrize("verb", ["run", "load"])
def test_a_start_that_fails_after_a_reboot_is_seen(configured, verb):
    daemon = configured.run()
    before = written(configured, 1)
    daemon.stop()
    subprocess.run(["rm", "-r", configured.pins], check=True)  # as a reboot does
    configured.config.write_text("mode: [\n")
    configured.fails(verb)
    after = written(configured, 0)
    assert after["last_reload_success", ()] == 0
    assert set(after) < set(before)
    configured.configure(CONFIG)
    configured.run()
    assert written(configured, 1)["last_reload_success", ()] == 1


def test_a_start_that_fails_over_what_is_in_force_is_seen(configured):
    daemon = configured.run()
    written(configured, 1)
    daemon.stop()
    configured.configure(CONFIG + "metrix: {}\n")
    configured.fails("run")
    metrics = written(configured, 1)
    assert metrics["last_reload_success", ()] == 0
    assert metrics["generation", ()] == 1


def test_the_file_of_another_instance_is_left_alone(configured):
    daemon = configured.run()
    written(configured, 1)
    other = Weir(configured.namespace, configured.directory)
    other.config = configured.directory / "other.yaml"
    other.state = configured.directory / "other"
    other.configure("", "interfaces:\n  - { name: lo, role: access, xdp: generic }\n")
    other("load")
    other("unload")
    assert daemon.stop() == 0
    assert attached(read(configured)) == {"acc0": 1, "up0": 1}


def test_what_is_left_after_the_end_passes_promtool(configured, tool):
    configured.run().stop()
    configured("metrics", "--textfile", configured.directory / "spamweir.prom")
    configured("unload")
    done = subprocess.run([tool("promtool"), "check", "metrics"], capture_output=True, text=True,
                          input=(configured.directory / "spamweir.prom").read_text(), check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
