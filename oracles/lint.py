"""pkilint's command lines, with one decoder changed: lint.py TOOL WORDS…  (TOOL: lint_pkix_cert, lint_etsi_cert, lint_crl, lint_ocsp_response)

The native decoder that pkilint 0.13.3 uses refuses object identifiers under 2.48 and above ("out-of-range arc: 3"), although X.660 allows
any second arc below 2, and the demo's identifiers stand under 2.999 (the arc for examples). Where it refuses, pyasn1's own DER decoder reads.
"""

import importlib
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
name = sys.argv[1]
sys.argv = [name, *sys.argv[2:]]
sys.exit(importlib.import_module(f"pkilint.bin.{name}").main())
