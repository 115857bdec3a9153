#!/usr/bin/env python3
"""Asks the European Commission's DSS about everything signed in the folders that `cectrust demo --script OUTDIR` wrote.

    dss.py OUTDIR…

One Java process for all folders: it takes seconds to start. Trusts only OUTDIR/trust/root.pem and asks no network. Prints a line for each check;
the status is the number of checks that failed (at most 100). Needs a JDK and target/tools/dss (`cargo xtask tools`).
"""

import json
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = pathlib.Path(os.environ.get("CECTRUST_TOOLS") or HERE.parent / "target/tools")

# What each stage is to be: the levels of its signatures, and how many document time-stamps stand in it. A signature made here gets its own
# time-stamp and its validation data at once; the archive time-stamp comes with the conclusion.
STAGES = {
    "0-registered": ([], 0),
    "1-signed-a": (["PAdES-BASELINE-LT"], 0),
    "2-returned-b": (["PAdES-BASELINE-LT"] * 2, 0),
    "3-concluded": (["PAdES-BASELINE-LTA"] * 2, 1),
    "originality": (["PAdES-BASELINE-LTA"], 1),
}
# Signed with another program, the first one as adbe.pkcs7.detached: a signature without a time-stamp gets one over the document when it comes in.
OUTSIDE = STAGES | {
    "1-signed-a": (["PKCS7-LT"], 1),
    "2-returned-b": (["PKCS7-LTA", "PAdES-BASELINE-LTA"], 2),
    "3-concluded": (["PKCS7-LTA", "PAdES-BASELINE-LTA"], 3),
}
# That program draws its own picture into the frame of the field that was laid, and DSS knows no rule for that; a warning, nothing more.
DRAWN_OUTSIDE = re.compile(
    r"BBB_FC_DSCNUOM_ANS [^;]*|MODIFICATION /Catalog /Pages [^;]* /Annots [^;]* /AP /N \d+ 0 R /(BBox|Filter)"
)


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
        outside = json.loads(pathlib.Path(out, "summary.json").read_text(encoding="utf-8"))["credential"] == "outside"
        for file in files:
            lines = said.get(str(file), [])
            told = "\n".join("\t".join(line) for line in lines)
            levels, archived = (OUTSIDE if outside else STAGES)[file.stem]
            signatures = [line for line in lines if line[0] == "signature"]
            stamps = [line for line in lines if line[0] == "time-stamp"]
            name = os.path.relpath(file, out)
            yield f"DSS: {name} has the levels {levels}", [line[1] for line in signatures] == levels, told
            found = [line[1] for line in stamps].count("DOCUMENT_TIMESTAMP")
            own = 0 if outside and file.stem != "originality" else len(levels)
            yield f"DSS: {name} has {archived} document time-stamp(s)", found == archived and len(stamps) == archived + own, told
            good = all(line[2] == "TOTAL_PASSED" for line in signatures) and all(line[2] == "PASSED" for line in stamps)
            findings = [finding for line in lines for finding in line[-1].split("; ") if finding]
            left = [finding for finding in findings if not (outside and DRAWN_OUTSIDE.fullmatch(finding))]
            yield f"DSS: {name} passes whole, and DSS finds nothing", good and not left, told


def main():
    failed = 0
    for name, ok, detail in judged(sys.argv[1:]):
        print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f"\n      {detail.strip()[-1500:]}"))
        failed += not ok
    sys.exit(min(failed, 100))


if __name__ == "__main__":
    main()
