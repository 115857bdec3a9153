#!/usr/bin/env python3
"""Makes the sample contracts from their templates, and fields.json: where each party's signature box is.

    python3 -m venv venv && venv/bin/pip install typst==0.15.2
    apt-get install fonts-morisawa-bizud-mincho fonts-morisawa-bizud-gothic fonts-noto-cjk
    venv/bin/python samples/make.py

The PDFs are PDF/A-2u with embedded subsets. One byte is added: a line end after %%EOF, because what
is appended later (signatures) must begin on a line of its own.
"""

import json
import pathlib
import sys

import typst

# The box in common.typ, in points.
WIDTH, HEIGHT, PAPER = 70 / 25.4 * 72, 24 / 25.4 * 72, 297 / 25.4 * 72

HERE = pathlib.Path(__file__).parent
FONTS = ["/usr/share/fonts/truetype", "/usr/share/fonts/opentype"]


# The cases of the demo: the same templates with other facts, so that a case says what its PDF says (server/src/script/steps/case.rs).
SIGNED = "双方の電子署名がそろった日"
DEMO = {
    "demo/aoba-0038": ("koji-ukeoi.typ", dict(number="AOBA-2026-0038", work="北浜配送センター新築工事のうち内装工事", place="神奈川県横浜市鶴見区北浜町三丁目1番", amount="27,500,000", tax="2,500,000", date=SIGNED)),
    "demo/aoba-0042": ("koji-ukeoi.typ", dict(number="AOBA-2026-0042", work="みなと第二倉庫改修工事のうち空調設備工事", place="神奈川県みなと市埠頭町二丁目4番1号", material="室外機用架台", amount="12,430,000", tax="1,130,000", date=SIGNED)),
    "demo/midori-0007": ("chintai.typ", dict()),
    "demo/midori-0001": ("chintai.typ", dict(number="MIDORI-2026-0001", work="資材置場の賃貸借に関する注文", place="埼玉県さいたま市浦和区常盤四丁目7番 資材置場", amount="1,320,000", tax="120,000")),
}


def boxes(template: pathlib.Path) -> list[dict]:
    """Page (from 0) and rectangle (left, bottom, right, top) of each signature box, as a PDF counts."""
    found = json.loads(typst.query(str(template), "<signature-box>", field="value", font_paths=FONTS, ignore_system_fonts=True))
    return [
        {
            "party": box["party"],
            "page": box["page"] - 1,
            "rect": [round(n, 1) for n in (box["left"], PAPER - box["top"] - HEIGHT, box["left"] + WIDTH, PAPER - box["top"])],
        }
        for box in found
    ]


def make(template: pathlib.Path, target: pathlib.Path, facts: dict) -> bytes:
    made = typst.compile(
        str(template), format="pdf", font_paths=FONTS, ignore_system_fonts=True, pdf_standards=["a-2u"], sys_inputs=facts
    )
    if not made.endswith(b"\n"):
        made += b"\n"
    target.write_bytes(made)
    return made


def main() -> int:
    fields = {}
    (HERE / "demo").mkdir(exist_ok=True)
    for name, (template, facts) in DEMO.items():
        make(HERE / template, HERE / f"{name}.pdf", facts)
    for template in sorted(HERE.glob("*.typ")):
        if template.name in ("common.typ", "chintai.typ"):
            continue
        target = template.with_suffix(".pdf")
        made = make(template, target, {})
        fields[target.name] = boxes(template)
        print(f"{target.name}: {len(made)} bytes")
        if len(made) > 300_000:
            print("too large")
            return 1
    (HERE / "fields.json").write_text(json.dumps(fields, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
