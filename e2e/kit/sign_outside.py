"""Signs the first empty field of a PDF with pyHanko and a PKCS#11 token.

Reads {"pdf","out","subfilter","ec","module","label"} and, on the second line, the PIN.
"""
import json
import sys

import pkcs11
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

wish = json.loads(sys.stdin.readline())
pin = sys.stdin.readline().strip()
session = open_pkcs11_session(wish["module"], token_criteria=TokenCriteria(label=wish["label"]), user_pin=pin)
try:
    certificate = next(iter(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})))
    identity = certificate[pkcs11.Attribute.ID]
    signer = PKCS11Signer(
        session, cert_id=identity, key_id=identity, other_certs_to_pull=(), prefer_pss=False, use_raw_mechanism=wish["ec"]
    )
    subfilter = (
        fields.SigSeedSubFilter.PADES if wish["subfilter"] == "ETSI.CAdES.detached" else fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED
    )
    with open(wish["pdf"], "rb") as source, open(wish["out"], "wb") as to:
        empty, *_ = fields.enumerate_sig_fields(PdfFileReader(source), filled_status=False)
        meta = signers.PdfSignatureMetadata(field_name=empty[0], md_algorithm="sha256", subfilter=subfilter)
        writer = IncrementalPdfFileWriter(source)
        signers.PdfSigner(meta, signer=signer).sign_pdf(writer, output=to, existing_fields_only=True)
finally:
    session.close()
