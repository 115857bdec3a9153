"""pkilint's command lines, many in one process, with one decoder changed.

Reads a JSON list of command lines from standard input ([["lint_crl", "lint", …], …]) and prints a JSON list of {"status", "out"}.

The native decoder that pkilint 0.13.3 uses refuses object identifiers under 2.48 and above ("out-of-range arc: 3"), although X.660 allows
any second arc below 2, and the demo's identifiers stand under 2.999 (the arc for examples). Where it refuses, pyasn1's own DER decoder reads.
"""

import contextlib
import importlib
import io
import json
import sys

import pkilint.document
from pyasn1.codec.der import decoder
from pyasn1.error import PyAsn1Error

native = pkilint.document.decode_der


def decode_der(substrate, asn1Spec):
    try:
        return native(substrate, asn1Spec=asn1Spec)
    except Exception as refused:
        if "out-of-range arc" not in str(refused):
            raise
        value, rest = decoder.decode(bytes(substrate), asn1Spec=asn1Spec)
        if rest:
            raise PyAsn1Error("trailing octets") from refused
        return value, b""


pkilint.document.decode_der = decode_der
results = []
for words in json.load(sys.stdin):
    sys.argv = words
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = importlib.import_module(f"pkilint.bin.{words[0]}").main()
        except SystemExit as end:
            status = end.code
    results.append({"status": status or 0, "out": out.getvalue()})
json.dump(results, sys.stdout)
