"""Ask TMI and its peers the same questions in one run, and print the ratios: make bench-peers.

    python peers.py SCRATCH PEERS TMI [POSTINGS] [--only-tmi]

PEERS is the folder of the harness that runs the peers (corpus.py, questions.py, measure.py, peers.sh); SCRATCH keeps what it installs
and the corpus. Everything runs on this machine over 127.0.0.1. What is not the same question, and why:

- "3 filters": the API has no filter on the industry; its name is searched for instead, which is more work.
- "page of 25": the peers fetch 25 postings by id, TMI a page of its list, which is what its site shows.
- "keyword": the peers answer with all ids, TMI with the first 100 postings, ranked, and how many there are.
- "cold" asks another question each time (another first day of posting), so that no kept answer helps; "kept" the same one.
"""

import contextlib
import io
import os
import pathlib
import subprocess
import sys
import urllib.parse

args = [a for a in sys.argv[1:] if not a.startswith("--")]
scratch, peers, tmi = (pathlib.Path(a).resolve() for a in args[:3])
postings = args[3] if len(args) > 3 else "100000"
only_tmi = "--only-tmi" in sys.argv
data = scratch / f"data-{postings}"
PORT = 18090
# What each question is called in the peers' report.
SAME = {"top-10": "top-10 open", "3 filters": "3 filters newest 25", "page of 25": "page of 25", "keyword company": "keyword company",
        "keyword technology": "keyword technology", "keyword Korean word": "keyword Korean word"}


def questions(company, tech, industry, word):
    return {
        "top-10": ("/api/v1/stats/tech-frequency", {"top": 10}),
        "3 filters": ("/api/v1/postings", {"tech": tech, "role": "backend", "q": industry, "limit": 25, "sort": "newest"}),
        "page of 25": ("/api/v1/postings", {"limit": 25}),
        "keyword company": ("/api/v1/postings", {"q": company, "status": "all", "limit": 100}),
        "keyword technology": ("/api/v1/postings", {"q": tech, "status": "all", "limit": 100}),
        "keyword Korean word": ("/api/v1/postings", {"q": word, "status": "all", "limit": 100}),
    }


def lines(path, query, is_kept):
    days = [None] if is_kept else [f"{year}-{month:02}-{day:02}" for year in (1995, 1996, 1997, 1998, 1999) for month in range(1, 13) for day in range(1, 29)]
    return [("GET", path + "?" + urllib.parse.urlencode({**query, **({"posted_from": d} if d else {})}), None) for d in days]


def environment():
    return {**os.environ, "TMI_LAKE_URI": f"file://{scratch}/lake-{postings}", "TMI_SERVE_RATE": "0", "TMI_LOG_LEVEL": "error"}


def ask_tmi(measure, asked):
    command = [tmi, "serve", "--addr", f"127.0.0.1:{PORT}"]
    with measure.server(command, PORT, scratch / "tmi.log", env=environment()) as process:
        for what, (path, query) in asked.items():
            for kind in ("cold", "kept"):
                measure.load("TMI", f"TMI {what} {kind}", PORT, lines(path, query, kind == "kept"), scratch, (1, 8))
        measure.emit_memory("TMI", "TMI", process.pid)


def medians(report):
    rows = [line.split("\t") for line in report.splitlines() if line.count("\t") == 8]
    return {(what, metric): float(value) for _, what, metric, value, *_, unit, _, _ in rows if unit == "ms"}


def ratios(ours, theirs):
    """A line per question and number of connections: TMI beside the fastest peer that answers over HTTP or in process."""
    print(f"\n{'question':22} {'c':>2} {'TMI cold':>9} {'TMI kept':>9} {'best peer':>10}  {'cold : peer':>11}  which")
    for what, name in SAME.items():
        for c in (1, 8):
            cold, kept = (ours.get((f"TMI {what} {kind} c={c}", "p50")) for kind in ("cold", "kept"))
            rivals = {w.removesuffix(f" c={c}").removesuffix(" " + name): v for (w, metric), v in theirs.items()
                      if name in w and (metric == "p50" and w.endswith(f"c={c}") or metric == "latency" and c == 1)}
            best = min(rivals, key=rivals.get, default="")
            number = lambda v, width: f"{v:{width}.2f}" if v is not None else " " * (width - 1) + "-"
            ratio = f"{cold / rivals[best]:11.2f}" if best and cold is not None else " " * 10 + "-"
            print(f"{what:22} {c:2} {number(cold, 9)} {number(kept, 9)} {number(rivals.get(best), 10)}  {ratio}  {best}")


class Copy(io.StringIO):
    """Keeps what it shows."""

    def write(self, text):
        sys.__stdout__.write(text)
        sys.__stdout__.flush()
        return super().write(text)


def main():
    scratch.mkdir(parents=True, exist_ok=True)
    theirs = ""
    if only_tmi:
        if not (data / "postings.jsonl").exists():
            subprocess.run([sys.executable, peers / "corpus.py", data, "--postings", postings, "--jsonl"], check=True)
    else:
        run = subprocess.run([peers / "peers.sh", scratch, postings, "B"], check=True, stdout=subprocess.PIPE, text=True)
        theirs = run.stdout
        print(theirs, end="")
    sys.path.insert(0, str(peers))
    sys.dont_write_bytecode = True
    import measure
    from questions import INDUSTRY, KOREAN_WORD, TECH, sample
    if only_tmi:
        measure.settle = lambda: None  # a trial on a machine that is not idle
    if not (scratch / f"lake-{postings}" / "published").exists():
        subprocess.run([tmi, "load", "corpus", data / "postings.jsonl"], check=True, env=environment(), stdout=subprocess.DEVNULL)
    report = Copy()
    with contextlib.redirect_stdout(report):
        ask_tmi(measure, questions(sample(data)[0], TECH, INDUSTRY, KOREAN_WORD))
    ratios(medians(report.getvalue()), medians(theirs))


if __name__ == "__main__":
    main()
