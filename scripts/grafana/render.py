#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""render.py PROMETHEUS SECONDS [DASHBOARD]: the dashboard's panels as one SVG, on stdout.

Every query is evaluated in the Prometheus at that URL, over the last so many seconds, as
Grafana would. Fails if one of them is refused, or returns nothing: each of those is named.
"""
import json
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path
from xml.sax.saxutils import escape

STEPS = 60
CELL_WIDTH, CELL_HEIGHT, GAP = 40, 34, 6
COLOURS = ["#7eb26d", "#eab839", "#6ed0e0", "#ef843c", "#e24d42", "#1f78c1", "#ba43a9", "#705da0",
           "#508642", "#cca300"]


class Prometheus:
    def __init__(self, url, seconds):
        self.url = url.rstrip("/")
        self.seconds = seconds
        self.end = time.time()

    def get(self, path, **query):
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(query)}"
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise ValueError(json.load(error).get("error")) from error

    def evaluate(self, query):
        """[(labels, [(time, value)])]"""
        query = (query.replace("$__rate_interval", f"{max(int(self.seconds), 4)}s")
                 .replace("$__range", f"{int(self.seconds)}s").replace("$instance", ".*"))
        found = self.get("query_range", query=query, start=self.end - self.seconds, end=self.end,
                         step=max(self.seconds / STEPS, .5))["result"]
        return [(each["metric"], [(float(at), float(value)) for at, value in each["values"]])
                for each in found]


def human(value, unit):
    if unit == "percentunit":
        return f"{100 * value:.3g}%"
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if unit in ("s", "dtdurations") and value >= 2 * size:
            return f"{value / size:.0f} {name}"
    for size, name in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= size:
            return f"{value / min(size, 1e9 if size > 1e4 else 1e3):.3g}{name}"
    return f"{value:.3g}" + {"s": " s", "pps": " p/s"}.get(unit, "")


def mapped(panel, value):
    """As a panel's mappings say a value: "enforce" of 0."""
    for mapping in panel.get("fieldConfig", {}).get("defaults", {}).get("mappings", []):
        text = mapping.get("options", {}).get(f"{value:g}", {})
        if isinstance(text, dict) and text.get("text"):
            return text["text"]
    return None


def legend(pattern, labels):
    for name, value in labels.items():
        pattern = pattern.replace("{{%s}}" % name, value)
    return pattern or ", ".join(labels.values())


def text(x, y, said, size=11, colour="#ccccdc", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" '
            f'text-anchor="{anchor}">{escape(said)}</text>')


def draw_lines(series, unit, x, y, width, height):
    """A line for each, with the largest value at the axis and legends below."""
    out, top = [], max((value for _, _, points in series for _, value in points), default=0) or 1
    rows = min(len(series), 4)
    height -= 14 * rows + 6
    begin = min(at for _, _, points in series for at, _ in points)
    end = max(at for _, _, points in series for at, _ in points)
    out.append(text(x + 4, y + 12, human(top, unit), 9, "#8e8e9a"))
    out.append(f'<path d="M{x} {y + height:.1f}h{width}" stroke="#333" />')
    for colour, _, points in series:
        path = " ".join(f"{x + width * (at - begin) / ((end - begin) or 1):.1f},"
                        f"{y + height - (height - 16) * value / top:.1f}" for at, value in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" />')
    for number, (colour, name, points) in enumerate(series[:8]):
        column, row = divmod(number, 4)
        at = x + column * width / 2
        out.append(f'<rect x="{at:.1f}" y="{y + height + 8 + 14 * row:.1f}" width="8" height="8" '
                   f'fill="{colour}" />')
        said = f"{name}: {human(points[-1][1], unit)}"
        out.append(text(at + 12, y + height + 15 + 14 * row, said[:int(width / 11)], 9))
    return out


def draw_bars(series, unit, x, y, width, height):
    out, top = [], max(points[-1][1] for _, _, points in series) or 1
    for number, (colour, name, points) in enumerate(series[:int(height / 30)]):
        value = points[-1][1]
        out.append(text(x, y + 12 + 30 * number, f"{name}: {human(value, unit)}", 10))
        out.append(f'<rect x="{x}" y="{y + 16 + 30 * number}" height="8" fill="{colour}" '
                   f'width="{max(width * value / top, 1):.1f}" />')
    return out


def draw(panel, series):
    at, unit = panel["gridPos"], panel.get("fieldConfig", {}).get("defaults", {}).get("unit", "")
    x, y = at["x"] * CELL_WIDTH + GAP, at["y"] * CELL_HEIGHT + GAP
    width, height = at["w"] * CELL_WIDTH - GAP, at["h"] * CELL_HEIGHT - GAP
    out = [f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#181b1f" '
           f'stroke="#2c2f34" />', text(x + 8, y + 18, panel["title"], 12)]
    series.sort(key=lambda each: -each[1][-1][1])  # those that have room are the largest
    series = [(COLOURS[number % len(COLOURS)], name, points)
              for number, (name, points) in enumerate(series)]
    inner = x + 8, y + 26, width - 16, height - 34
    if not series:
        out.append(text(x + width / 2, y + height / 2, "no data", anchor="middle"))
    elif panel["type"] == "stat":
        value = series[0][2][-1][1]
        out.append(text(x + width / 2, y + height / 2 + 18,
                        mapped(panel, value) or human(value, unit), 26, "#73bf69", "middle"))
    elif panel["type"] == "bargauge":
        out += draw_bars(series, unit, *inner)
    else:
        out += draw_lines(series, unit, *inner)
    return out


def main():
    prometheus = Prometheus(sys.argv[1], float(sys.argv[2]))
    path = sys.argv[3] if len(sys.argv) > 3 else Path(__file__).parent / "spamweir.json"
    dashboard = json.loads(Path(path).read_text())
    wrong, drawn = [], []
    for panel in dashboard["panels"]:
        series = []
        for target in panel.get("targets", []):
            try:
                found = prometheus.evaluate(target["expr"])
            except ValueError as error:
                wrong.append(f"{panel['title']}: {error}: {target['expr']}")
                continue
            if not found:
                wrong.append(f"{panel['title']}: no series: {target['expr']}")
            series += [(legend(target.get("legendFormat", ""), labels), points)
                       for labels, points in found]
        drawn += draw(panel, series)
    width = 24 * CELL_WIDTH + 2 * GAP
    height = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in dashboard["panels"]) * CELL_HEIGHT
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + 2 * GAP}" '
          f'font-family="sans-serif">')
    print(f'<rect width="{width}" height="{height + 2 * GAP}" fill="#111217" />')
    print("\n".join(drawn))
    print("</svg>")
    for line in wrong:
        print(f"render: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
