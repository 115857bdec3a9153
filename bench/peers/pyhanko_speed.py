"""pyHanko's B-B signatures and validations a CPU-second: prints two numbers. pyhanko_speed.py DOCUMENT KEY CERT ROOT"""

import io
import sys
import time

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

document, key, cert, root = sys.argv[1:]
data = open(document, "rb").read()
signer = signers.SimpleSigner.load(key, cert, ca_chain_files=(root,))
meta = signers.PdfSignatureMetadata(field_name="Signature", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256")


def sign():
    return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), meta, signer=signer).getvalue()


def rate(act, seconds=3.0):
    act()
    start, times = time.process_time(), 0
    while time.process_time() - start < seconds:
        act()
        times += 1
    return times / (time.process_time() - start)


signed = sign()
context = ValidationContext(trust_roots=[load_cert_from_pemder(root)], allow_fetching=False)


def validate():
    status = validate_pdf_signature(PdfFileReader(io.BytesIO(signed)).embedded_signatures[0], context)
    assert status.intact and status.valid


print(rate(sign), rate(validate))
