"""Signs a PDF as another program would (pyHanko), with a PKCS#11 token or with a key in a file. One JSON object on standard input."""

import json
import sys

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

wish = json.load(sys.stdin)


def sign(signer):
    meta = signers.PdfSignatureMetadata(
        field_name=wish["field"],
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=wish["certify"],
        docmdp_permissions=fields.MDPPerm.NO_CHANGES if wish["certify"] else fields.MDPPerm.FILL_FORMS,
    )
    with open(wish["pdf"], "rb") as source, open(wish["out"], "wb") as out:
        signers.PdfSigner(meta, signer=signer).sign_pdf(IncrementalPdfFileWriter(source), output=out)


if "module" in wish:
    import pkcs11
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    session = open_pkcs11_session(wish["module"], token_criteria=TokenCriteria(label=wish["label"]), user_pin=wish["pin"])
    try:
        held = next(iter(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})))
        identity = held[pkcs11.Attribute.ID]
        sign(PKCS11Signer(session, cert_id=identity, key_id=identity, other_certs_to_pull=(), prefer_pss=False, use_raw_mechanism=True))
    finally:
        session.close()
else:
    sign(signers.SimpleSigner.load(wish["key"], wish["cert"]))
