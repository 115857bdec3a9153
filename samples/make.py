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


def main() -> int:
    fields = {}
    for template in sorted(HERE.glob("*.typ")):
        if template.name == "common.typ":
            continue
        made = typst.compile(str(template), format="pdf", font_paths=FONTS, ignore_system_fonts=True, pdf_standards=["a-2u"])
        if not made.endswith(b"\n"):
            made += b"\n"
        target = template.with_suffix(".pdf")
        target.write_bytes(made)
        fields[target.name] = boxes(template)
        print(f"{target.name}: {len(made)} bytes")
        if len(made) > 300_000:
            print("too large")
            return 1
    (HERE / "fields.json").write_text(json.dumps(fields, ensure_ascii=False, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
