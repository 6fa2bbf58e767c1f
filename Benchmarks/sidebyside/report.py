"""Tables in Markdown, and their place in the documentation."""

import datetime
import os
import statistics
import subprocess
import sys

from .machine import processor, tsc_hertz


def median(values):
    return statistics.median(values)


def ratio(values, above, below):
    """'1.50' of two entries, '-' when one is missing."""
    if not values.get(above) or not values.get(below):
        return "-"
    return f"{values[above] / values[below]:.2f}"


def progress(text):
    print(f"  {text}", file=sys.stderr, flush=True)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join("---" for _ in head) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def spread(values, form="{:.2f}"):
    """'median (lowest–highest)', or '-' without values."""
    if not values:
        return "-"
    if len(values) == 1:
        return form.format(values[0])
    return f"{form.format(median(values))} ({form.format(min(values))}–{form.format(max(values))})"


def header(contenders, options):
    version = subprocess.run(["git", "-C", os.path.dirname(os.path.abspath(__file__)), "rev-parse", "--short", "HEAD"],
                             capture_output=True, text=True).stdout.strip()
    ovs = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "openvswitch-switch-dpdk"],
                         capture_output=True, text=True).stdout.strip()
    dpdk = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "librte-eal23"],
                          capture_output=True, text=True).stdout.strip()
    return (f"{datetime.date.today()}, vSwift {version or '?'}, OVS-DPDK {ovs}, DPDK {dpdk}; {processor()}, "
            f"{os.cpu_count()} cores, time stamp counter {tsc_hertz() / 1e9:.2f} GHz; {options.rounds} interleaved "
            f"rounds of {options.seconds:g} s.")


def write(path, part, heading, body):
    """Replaces what stands between the part's markers `<!-- bench:PART -->` and `<!-- /bench:PART -->`."""
    with open(path) as file:
        text = file.read()
    begin, end = f"<!-- bench:{part} -->", f"<!-- /bench:{part} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"bench: no markers for {part} in {path}")
    with open(path, "w") as file:
        file.write(f"{before}{begin}\n{body}\n\n{heading}\n{end}{after}")
