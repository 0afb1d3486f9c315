# SPDX-License-Identifier: GPL-2.0
"""A page as a real browser has it, without a screen and without a network."""
import html
import html.parser
import shutil
import subprocess

import pytest

NAMES = ["chromium", "chromium-browser", "google-chrome"]


class Browser:
    def __init__(self, directory):
        self.path = next(filter(None, map(shutil.which, NAMES)), None)
        if not self.path:
            pytest.skip("no chromium here (Debian: chromium)")
        self.directory = directory

    def run(self, page, *options):
        """In a network namespace of its own, in which there is not even a loopback."""
        done = subprocess.run(
            ["unshare", "--net", self.path, "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--no-first-run", f"--user-data-dir={self.directory}/user",
             "--allow-file-access-from-files", "--virtual-time-budget=2000", *options,
             f"file://{page}"], capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def dom(self, page, *options):
        return self.run(page, "--dump-dom", *options)

    def asked(self, page, script, *options):
        """What a script says of the page in a frame of the width of a phone's screen: in a copy
        without the policy that keeps scripts out."""
        copy = self.directory / "copy.html"
        copy.write_text(page.read_text().replace('http-equiv="Content-Security-Policy"', "name=x"))
        outer = self.directory / "outer.html"
        outer.write_text(
            '<!DOCTYPE html><iframe id=f width=360 height=640 frameborder=0 src="copy.html">'
            "</iframe><pre id=said></pre><script>onload = () => {"
            "const f = document.getElementById('f'), d = f.contentDocument;"
            f"document.getElementById('said').textContent = JSON.stringify({script});"
            "}</script>")
        dom = self.dom(outer, *options)
        return html.unescape(dom.split('<pre id="said">')[1].split("</pre>")[0])


class Page(html.parser.HTMLParser):
    """The numbers, by key; what else is in it."""

    def __init__(self, text):
        super().__init__()
        self.numbers, self.bars, self.most, self.gaps = {}, [], {}, []
        self.tags, self.text = set(), ""
        self.addresses = []
        self._key = self._most = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        self.tags.add(tag)
        self.gaps += [int(value) for name, value in attrs if name == "data-gap"]
        self.addresses += [value for name, value in attrs if name in ("src", "href", "action")]
        if "data-value" in has and "data-key" in has:
            self.numbers[has["data-key"]] = int(has["data-value"])
        elif "data-value" in has:
            self.bars.append((int(has["data-at"]), has["data-what"], int(has["data-value"])))
        elif "data-most" in has:
            self._most = has["data-most"]
        elif "data-key" in has:
            self._key = has["data-key"]

    def handle_data(self, data):
        self.text += data
        if self._most:
            self.most[self._most] = int(data)
            self._most = None
        if self._key:
            assert self._key not in self.numbers, self._key
            self.numbers[self._key] = int(data.replace("\u202f", ""))
            self._key = None
