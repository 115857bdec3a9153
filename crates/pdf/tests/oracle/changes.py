"""Makes signed files with pyHanko in a folder and prints, a JSON line a file, what pyHanko says about later changes.

    changes.py BASE.pdf FOLDER
"""

import datetime
import io
import json
import sys

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography import x509 as cx509
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

base, folder = sys.argv[1:3]
key = rsa.generate_private_key(65537, 2048)
name = cx509.Name([cx509.NameAttribute(NameOID.COMMON_NAME, "pyHanko")])
now = datetime.datetime.now(datetime.timezone.utc)
cert = (
    cx509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=9))
    .add_extension(cx509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True)
    .add_extension(cx509.ExtendedKeyUsage([cx509.ObjectIdentifier("1.3.6.1.5.5.7.3.8")]), critical=True)
    .sign(key, hashes.SHA256())
)
cert = x509.Certificate.load(cert.public_bytes(serialization.Encoding.DER))
key = keys.PrivateKeyInfo.load(key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
store = SimpleCertificateStore()
store.register(cert)
signer = signers.SimpleSigner(signing_cert=cert, signing_key=key, cert_registry=store)
stamper = DummyTimeStamper(tsa_cert=cert, tsa_key=key)
trust = ValidationContext(trust_roots=[cert], allow_fetching=False)


def writer(data):
    return IncrementalPdfFileWriter(io.BytesIO(data), strict=True)


def done(w):
    out = io.BytesIO()
    w.write(out)
    return out.getvalue()


def sign(data, field, box=None, **meta):
    spec = fields.SigFieldSpec(field, box=box, on_page=0) if box or field not in NAMES else None
    return signers.sign_pdf(writer(data), signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES, **meta), signer, new_field_spec=spec).getvalue()


def stamp(data):
    return signers.PdfTimeStamper(stamper, field_name="Stamp").timestamp_pdf(writer(data), "sha256", validation_context=trust).getvalue()


NAMES = set()
plain = open(base, "rb").read()


def lay(data, *specs):
    w = writer(data)
    for spec in specs:
        fields.append_signature_field(w, spec)
        NAMES.add(spec.sig_field_name)
    return done(w)


laid = lay(plain, fields.SigFieldSpec("A", box=(50, 50, 200, 100)), fields.SigFieldSpec("B", box=(300, 50, 450, 100)))
signed = sign(laid, "A")


def changed(change):
    w = writer(signed)
    change(w)
    return done(w)


def rotate(w):
    page = w.find_page_for_modification(0)[0].get_object()
    page["/Rotate"] = generic.NumberObject(90)
    w.update_container(page)


def content(w):
    w.add_stream_to_page(0, w.add_object(generic.StreamObject(stream_data=b"q Q")))


def info(w):
    w.set_info(w.add_object(generic.DictionaryObject({pdf_name("/Title"): generic.pdf_string("other")})))


def unused(w):
    w.add_object(generic.DictionaryObject({pdf_name("/Hidden"): generic.BooleanObject(True)}))


def annotation(w):
    page = w.find_page_for_modification(0)[0].get_object()
    note = generic.DictionaryObject({pdf_name("/Type"): pdf_name("/Annot"), pdf_name("/Subtype"): pdf_name("/FreeText"), pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(0)] * 4)})
    w.register_annotation(w.find_page_for_modification(0)[0], w.add_object(note))


def locale(w):
    w.root["/Lang"] = generic.pdf_string("en")
    w.update_root()


def again(w):
    w.update_root()


cases = {
    "signed": signed,
    "countersigned": sign(signed, "B"),
    "stamped": stamp(signed),
    "countersigned, stamped": stamp(sign(signed, "B")),
    "new visible field signed": sign(signed, "C", box=(50, 200, 200, 250)),
    "new invisible field signed": sign(signed, "D"),
    "new empty field": lay(signed, fields.SigFieldSpec("E", box=(1, 1, 50, 50))),
    "rotated": changed(rotate),
    "content": changed(content),
    "information": changed(info),
    "unused": changed(unused),
    "free text": changed(annotation),
    "language": changed(locale),
    "root again": changed(again),
    "certified": sign(sign(laid, "A", certify=True, docmdp_permissions=fields.MDPPerm.FILL_FORMS), "B"),
}

for number, (name, data) in enumerate(cases.items()):
    path = f"{folder}/{number}.pdf"
    with open(path, "wb") as file:
        file.write(data)
    try:
        reader = PdfFileReader(io.BytesIO(data), strict=True)
        status = validate_pdf_signature(reader.embedded_signatures[0], trust)
        level = status.modification_level.name if status.modification_level is not None else "OTHER"
        if not status.bottom_line and level not in ("OTHER",):
            level += "!"
        coverage = status.coverage.name
    except Exception as refusal:  # pyHanko raises where it refuses to judge
        level, coverage = f"REFUSED {refusal}", ""
    print(json.dumps({"name": name, "file": path, "level": level, "coverage": coverage}))
