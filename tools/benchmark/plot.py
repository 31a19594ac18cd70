"""The ratios of a run as a picture: a row a workload, a logarithmic axis, families apart."""

import html
import math

_LEFT, _WIDTH, _ROW, _HEAD = 330, 560, 16, 58
_COLOURS = ("#1d4e89", "#e07a1f")
_STYLE = """text { font: 10px sans-serif; fill: #222 } .family { font-weight: bold } .axis { fill: #666 }
.grid { stroke: #ddd } .even { stroke: #c00 } .least { stroke: #999; stroke-width: 2 }"""


def svg(found):
    """A full dot is the ratio to PyTorch as installed, a ring that to PyTorch with a tuned heap; a colour for each
    number of threads."""
    threads = list(dict.fromkeys(row["threads"] for row in found["workloads"]))
    workloads = {}
    for row in found["workloads"]:
        workloads.setdefault((row["family"], row["name"]), []).append(row)
    values = [row[key]["median"] for row in found["workloads"] for key in ("pytorch_ratio", "tuned_ratio")]
    values += [row["least_ratio"] for row in found["workloads"]]
    low, high = min(0.8, *values) / 1.1, max(2, *values) * 1.1

    def place(ratio):
        return _LEFT + _WIDTH * math.log(ratio / low) / math.log(high / low)

    body, y, family = [], _HEAD, None
    for (group, name), rows in workloads.items():
        if group != family:
            y, family = y + 2 * _ROW, group
            body.append(f'<text class="family" x="8" y="{y - _ROW + 3}">{html.escape(group)}</text>')
        x = place(rows[0]["least_ratio"])
        body.append(f'<text x="{_LEFT - 8}" y="{y + 3}" text-anchor="end">{html.escape(name)}</text>'
                    f'<line class="least" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 5}" y2="{y + 5}"/>')
        for row in rows:
            colour = _COLOURS[threads.index(row["threads"]) % len(_COLOURS)]
            middle = y + 2 * (2 * threads.index(row["threads"]) - len(threads) + 1)
            for key, fill in ("tuned_ratio", "none"), ("pytorch_ratio", colour):
                x = place(row[key]["median"])
                body.append(f'<circle cx="{x:.1f}" cy="{middle}" r="3" fill="{fill}" stroke="{colour}"/>')
        y += _ROW
    grid = []
    for tick in _ticks(low, high):
        x = place(tick)
        grid.append(f'<line class="{"even" if tick == 1 else "grid"}" x1="{x:.1f}" x2="{x:.1f}" y1="{_HEAD}" y2="{y}"/>'
                    f'<text class="axis" x="{x:.1f}" y="{_HEAD - 6}" text-anchor="middle">{tick:g}</text>')
    legend = "".join(
        f'<circle cx="{20 + 90 * index}" cy="32" r="3" fill="{_COLOURS[index % len(_COLOURS)]}"/>'
        f'<text x="{28 + 90 * index}" y="35">{count} thread{"s" * (count > 1)}</text>'
        for index, count in enumerate(threads))
    title = "PyTorch's time over PuruTorch's: dots as installed, rings with a tuned heap, bars the least"
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _WIDTH + 20} {y + 10}">',
        f"<style>{_STYLE}</style>", '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="8" y="16">{html.escape(title)}</text>', legend, *grid, *body, "</svg>", ""])


def _ticks(low, high):
    """1, 2 and 5 times the powers of ten between two numbers."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    return [step * 10.0**decade for decade in decades for step in (1, 2, 5) if low <= step * 10.0**decade <= high]
