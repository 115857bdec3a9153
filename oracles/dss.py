#!/usr/bin/env python3
"""Asks the European Commission's DSS about everything signed in the folders that `cectrust demo --script OUTDIR` wrote.

    dss.py OUTDIR…

One Java process for all folders: it takes seconds to start. Trusts only OUTDIR/trust/root.pem and asks no network. Prints a line for each check;
the status is the number of checks that failed (at most 100). Needs a JDK and target/tools/dss (`cargo xtask tools`).
"""

import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = pathlib.Path(os.environ.get("CECTRUST_TOOLS") or HERE.parent / "target/tools")

# What each stage is to be: the levels of its signatures, and how many document time-stamps stand in it. A signature gets its own time-stamp
# and its validation data at once; the archive time-stamp comes with the conclusion.
STAGES = {
    "0-registered": ([], 0),
    "1-signed-a": (["PAdES-BASELINE-LT"], 0),
    "2-returned-b": (["PAdES-BASELINE-LT"] * 2, 0),
    "3-concluded": (["PAdES-BASELINE-LTA"] * 2, 1),
    "originality": (["PAdES-BASELINE-LTA"], 1),
}


def files_of(out):
    out = pathlib.Path(out)
    return sorted(out.glob("case-*/[0-3]-*.pdf")) + sorted(out.glob("custody*/originality.pdf"))


def asked(outs):
    """What DSS says: for each file its lines, split."""
    jars = TOOLS / "dss/jars"
    if not jars.is_dir():
        return {}, "EU DSS is not here: run `cargo xtask tools` once while Maven Central can be reached"
    words = ["java", "-Xmx768m", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*", str(HERE / "dss/Dss.java")]
    for out in outs:
        words += ["--trust", f"{out}/trust/root.pem", *map(str, files_of(out))]
    done = subprocess.run(words, capture_output=True, check=False)
    said = {}
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        kind, file, *rest = line.split("\t")
        said.setdefault(file, []).append((kind, *rest))
    return said, "" if done.returncode == 0 else done.stderr.decode("utf-8", "replace")


def judged(outs):
    """Checks as (name, whether it holds, what DSS said)."""
    said, trouble = asked(outs)
    yield "EU DSS ran", not trouble, trouble
    if trouble:
        return
    for out in outs:
        files = files_of(out)
        yield f"DSS was asked about every stage of {out}", len(files) >= 10, str(files)
        for file in files:
            lines = said.get(str(file), [])
            told = "\n".join("\t".join(line) for line in lines)
            levels, archived = STAGES[file.stem]
            signatures = [line for line in lines if line[0] == "signature"]
            stamps = [line for line in lines if line[0] == "time-stamp"]
            name = os.path.relpath(file, out)
            yield f"DSS: {name} has the levels {levels}", [line[1] for line in signatures] == levels, told
            found = [line[1] for line in stamps].count("DOCUMENT_TIMESTAMP")
            yield f"DSS: {name} has {archived} document time-stamp(s)", found == archived and len(stamps) == archived + len(levels), told
            good = all(line[2] == "TOTAL_PASSED" for line in signatures) and all(line[2] == "PASSED" for line in stamps)
            yield f"DSS: {name} passes whole, and DSS finds nothing", good and not any(line[-1] for line in lines), told


def main():
    failed = 0
    for name, ok, detail in judged(sys.argv[1:]):
        print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f"\n      {detail.strip()[-1500:]}"))
        failed += not ok
    sys.exit(min(failed, 100))


if __name__ == "__main__":
    main()
