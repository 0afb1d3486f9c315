# SPDX-License-Identifier: GPL-2.0
"""The dashboard and the alerts in a real Prometheus, fed as in earnest: the daemon writes the
textfile, the node exporter serves it, Prometheus scrapes that and evaluates the rules."""
import json
import os
import re
import subprocess
import time
import xml.dom.minidom
from pathlib import Path

import pytest
import yaml

import frames
from lab import wait_until
from weir import judged

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"
RULES = SCRIPTS / "prometheus" / "spamweir.rules.yml"
CONFIG = """
metrics: {{ textfile: {textfile}, interval: 1s }}
smtp: {{ limit: {{ access: {{ rate: 1/min, burst: 1 }} }} }}
feeds:
  - {{ name: home, kind: own, entries: [198.18.0.0/17] }}
  - {{ name: cnc, kind: cnc, path: bad.txt }}
  - {{ name: bots, kind: zombie, entries: [198.18.9.9], may_list_own: true }}
"""
SECONDS = 90
PORT, EXPORTER = 19090, 19100  # on a loopback of its own
DIRECTLY = ["env", "no_proxy=127.0.0.1"]


class Monitoring:
    """Prometheus and a node exporter, on the router's loopback."""

    def __init__(self, weir, tool, directory):
        self.namespace = weir.namespace
        self.started = []
        config = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                  "rule_files": [str(RULES)],
                  "scrape_configs": [{"job_name": "node", "static_configs": [
                      {"targets": [f"127.0.0.1:{EXPORTER}"], "labels": {"instance": "edge1"}}]}]}
        (directory / "prometheus.yml").write_text(yaml.safe_dump(config))
        self.start(tool("prometheus-node-exporter"), "--collector.disable-defaults",
                   "--collector.textfile", f"--collector.textfile.directory={directory}",
                   f"--web.listen-address=127.0.0.1:{EXPORTER}")
        self.start(tool("prometheus"), f"--config.file={directory}/prometheus.yml",
                   f"--storage.tsdb.path={directory}/tsdb",
                   f"--web.listen-address=127.0.0.1:{PORT}")

    def start(self, *argv):
        self.started.append(self.namespace.start(*argv, stdout=subprocess.DEVNULL,
                                                 stderr=subprocess.DEVNULL))

    def get(self, path):
        done = self.namespace.run(*DIRECTLY, "/usr/bin/python3", "-c", "import sys, urllib.request as u; "
                                  "print(u.urlopen(sys.argv[1], timeout=20).read().decode())",
                                  f"http://127.0.0.1:{PORT}/api/v1/{path}", check=False)
        return json.loads(done.stdout)["data"] if done.returncode == 0 else None

    def value(self, query):
        found = self.get(f"query?query={query}")
        return float(found["result"][0]["value"][1]) if found and found["result"] else None

    def firing(self):
        found = self.get("rules")
        return {} if not found else {
            rule["name"]: rule["state"] for group in found["groups"] for rule in group["rules"]}

    def render(self, seconds):
        return self.namespace.run(*DIRECTLY, SCRIPTS / "grafana" / "render.py",
                                  f"http://127.0.0.1:{PORT}", seconds, check=False)

    def end(self):
        for process in self.started:
            process.kill()
            process.wait()


@pytest.fixture
def monitoring(weir, tool, tmp_path):
    weir.namespace.run("ip", "link", "set", "lo", "up")
    made = Monitoring(weir, tool, tmp_path)
    yield made
    made.end()
    weir.namespace.run("ip", "link", "set", "lo", "down")


def test_every_panel_shows_series_and_no_rule_is_refused(lab, weir, monitoring, tmp_path):
    weir.configure(CONFIG.format(textfile=tmp_path / "spamweir.prom"))
    # One line is none, one is wider than a list may have it: both are shown.
    weir.write("bad.txt", "".join(f"198.19.66.{n}\n" for n in range(1, 200)) +
               "no address\n192.0.0.0/3\n")
    begun = time.monotonic()
    daemon = weir.run()
    wait_until(lambda: monitoring.value("spamweir_build_info"), SECONDS, "the first scrape")

    def judge():
        judged(weir, lab.outward, *[frames.udp("198.18.1.1", "198.19.66.6")] * 5,
               *[frames.tcp("198.18.9.9", "198.19.0.25")] * 3,
               *[frames.tcp("198.18.3.3", "198.19.0.25", sport=40000 + n) for n in range(4)])
        judged(weir, lab.inward, frames.udp("198.19.66.6", "198.18.1.1"))
        return monitoring.value("count(rate(spamweir_packets_total[1m])>0)")

    wait_until(judge, SECONDS, "a rate")
    last = []

    def drawn():
        judge()
        last[:] = [monitoring.render(int(time.monotonic() - begun) + 1)]
        return last[0].returncode == 0

    try:
        wait_until(drawn, SECONDS, "series in every panel")
    except AssertionError:
        raise AssertionError(last[0].stderr) from None
    svg = last[0].stdout
    shown = xml.dom.minidom.parseString(svg).documentElement
    titles = {panel["title"] for panel in json.loads(
        (SCRIPTS / "grafana" / "spamweir.json").read_text())["panels"]}
    said = {node.firstChild.data for node in shown.getElementsByTagName("text")}
    assert titles <= said and "no data" not in said
    if "DASHBOARD" in os.environ:
        Path(os.environ["DASHBOARD"]).write_text(svg)

    told = wait_until(lambda: monitoring.get("rules"), SECONDS, "its rules")
    rules = [rule for group in told["groups"] for rule in group["rules"]]
    known = [rule["alert"] for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]]
    assert [rule["name"] for rule in rules] == known
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
    assert {rule["state"] for rule in rules} <= {"inactive", "pending"}, "a quiet day"

    # What stands, and is waited for: the daemon's own file says it.
    daemon.stop()
    (weir.pins / "link_up0").unlink()
    wait_until(lambda: weir.status()["interfaces"][1]["mode"] == "DETACHED")
    weir("metrics", "--textfile", tmp_path / "spamweir.prom")
    wait_until(lambda: monitoring.firing().get("SpamweirNotAttached") in ("pending", "firing"),
               SECONDS, "an alert")


def test_every_alert_names_a_place_in_the_readme():
    """That GitHub and others give its heading: lower case, blanks are hyphens."""
    text = (ROOT / "README.md").read_text()
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
               for heading in re.findall(r"^#+ (.*)$", text, re.M)}
    for rule in yaml.safe_load(RULES.read_text())["groups"][0]["rules"]:
        where = rule["annotations"]["runbook_url"]
        assert where == f"README.md#{rule['alert'].lower()}"
        assert where.split("#")[1] in anchors, rule["alert"]
