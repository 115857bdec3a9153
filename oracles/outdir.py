"""Judges what `cectrust demo --script OUTDIR` wrote, with tools that we did not write.

    target/tools/venv/bin/python oracles/outdir.py OUTDIR [--cectrust PROGRAM] [--without-dss]

Trusts only OUTDIR/trust/. Every check prints one line; the status is the number of checks that failed (at most 100).
Needs: pyHanko, pkilint (requirements.txt), openssl, pdfsig + certutil, qpdf, java + BouncyCastle + EU DSS (dss/pom.xml), go.
--without-dss: the caller asks DSS about many folders at once (dss.py).
"""

import argparse
import glob
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import dss

HERE = os.path.dirname(os.path.abspath(__file__))
failures = []


def check(name, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f"\n      {detail.strip()[-1500:]}"))
    if not ok:
        failures.append(name)


def tool(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, **options)
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


lints = []  # (what is said, command line), run in one process at the end


def pkilint(what, name, *words):
    lints.append((what, [name, *words, "-s", "WARNING", "-f", "JSON"]))


def run_lints():
    """Findings at WARNING or above. One is set aside: a demo listens on loopback, and ETSI wants no such address in a certificate."""
    done = subprocess.run([sys.executable, os.path.join(HERE, "lint.py")], input=json.dumps([words for _, words in lints]).encode(), capture_output=True)
    check("pkilint ran", done.returncode == 0, done.stderr.decode())
    if done.returncode != 0:
        return
    for (what, _), result in zip(lints, json.loads(done.stdout)):
        try:
            findings = [finding for found in json.loads(result["out"])["results"] for finding in found["finding_descriptions"]]
        except (ValueError, KeyError):
            check(f"pkilint: {what}", False, result["out"])
            continue
        left = [f for f in findings if not (f["code"] == "etsi.internal_domain_name" and '"127.0.0.1"' in (f["message"] or ""))]
        check(f"pkilint: {what}", not left, json.dumps(left))


records = []  # (what is said, expected, command line for ErsVerify), run in one process at the end


def run_records():
    jars = ":".join(f"/usr/share/java/{jar}.jar" for jar in ("bcpkix", "bcprov", "bcutil"))
    words = []
    for _, _, line in records:
        words += [*line, "--"]
    status, text = tool("java", "-XX:TieredStopAtLevel=1", "-cp", jars, os.path.join(HERE, "ErsVerify.java"), *words)
    verdicts = re.findall(r"^(good|not good).*$", text, re.M)
    check("BouncyCastle ran", status == 0 and len(verdicts) == len(records), text)
    for (what, expected, _), verdict in zip(records, verdicts):
        check(what, verdict == expected, text)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def prefix_chain(out):
    names = ["0-registered", "1-signed-a", "2-returned-b", "3-concluded"]
    stages = [read(f"{out}/case-1/{name}.pdf") for name in names]
    for (older, newer), (a, b) in zip(zip(names, names[1:]), zip(stages, stages[1:])):
        check(f"{newer}.pdf begins with the bytes of {older}.pdf", b.startswith(a) and len(b) > len(a))
    check("custody/original.pdf is 3-concluded.pdf, byte for byte", read(f"{out}/custody/original.pdf") == stages[-1])


def pyhanko(path, root, signatures=2):
    """EN 319 102-1 validation with long-term material: nothing but the root and what is in the file."""
    what = os.path.basename(path)
    status, text = tool(os.path.join(os.path.dirname(sys.executable), "pyhanko"), "sign", "adesverify", "--trust", root, "--trust-replace", path)
    verdicts = [line for line in text.splitlines() if re.match(r"\w+:[0-9a-f]{64}:", line)]
    check(f"pyHanko finds {signatures} signature(s) in {what}", len(verdicts) == signatures, text)
    for verdict in verdicts:
        good = ":INTACT:TRUSTED" in verdict and "ACCEPTABLE_MODIFICATIONS" in verdict and "UNTRUSTED" not in verdict
        check(f"pyHanko, long-term validation: {what} {verdict.split(':')[0]} intact, valid, trusted", good, text)
    from pyhanko.keys import load_cert_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=[load_cert_from_pemder(root)], allow_fetching=False)
    with open(path, "rb") as file:
        stamps = PdfFileReader(file).embedded_timestamp_signatures
        check(f"pyHanko finds a document time-stamp in {what}", len(stamps) >= 1)
        for stamp in stamps:
            result = validate_pdf_timestamp(stamp, context)
            check(f"pyHanko: document time-stamp {stamp.field_name} intact, valid, trusted", result.intact and result.valid and result.trusted,
                  str(result))


def pdfsig(out):
    """pdfsig judges digest and signature value. Its word on the chain is "Unknown issue" for every private CA (also for one made by openssl
    and signed by pyHanko: docs/decisions/0003), so the library under it, NSS, is asked for the chain itself."""
    root = f"{out}/trust/root.pem"
    with tempfile.TemporaryDirectory() as folder:
        tool("certutil", "-N", "-d", f"sql:{folder}", "--empty-password")
        tool("certutil", "-A", "-d", f"sql:{folder}", "-n", "root", "-t", "CT,C,C", "-i", root)
        tool("certutil", "-A", "-d", f"sql:{folder}", "-n", "issuing", "-t", ",,", "-i", f"{out}/chain/issuing.pem")
        status, text = tool("pdfsig", "-nssdir", f"sql:{folder}", "-no-ocsp", f"{out}/case-1/3-concluded.pdf")
        check("pdfsig: both signatures valid", text.count("Signature is Valid.") == 2 and "Invalid" not in text, text)
        for cert in sorted(glob.glob(f"{out}/people/*/cert.pem")):
            tool("certutil", "-A", "-d", f"sql:{folder}", "-n", "person", "-t", ",,", "-i", cert)
            status, text = tool("certutil", "-V", "-e", "-u", "S", "-d", f"sql:{folder}", "-n", "person")
            check(f"NSS: chain of {os.path.relpath(cert, out)} trusted for signatures", status == 0 and "valid" in text, text)
            tool("certutil", "-D", "-d", f"sql:{folder}", "-n", "person")


def openssl_chain(out):
    root, issuing = f"{out}/trust/root.pem", f"{out}/chain/issuing.pem"
    crls = sorted(glob.glob(f"{out}/status/*.crl"))
    with tempfile.TemporaryDirectory() as folder:
        options = []
        for number, crl in enumerate(crls):
            pem = f"{folder}/{number}.pem"
            form = "PEM" if read(crl).startswith(b"-----") else "DER"
            tool("openssl", "crl", "-in", crl, "-inform", form, "-out", pem)
            options += ["-CRLfile", pem]
            pkilint(os.path.basename(crl), "lint_crl", "lint", "-t", "CRL", "-p", "PKIX", crl)
        check("two CRLs (root and issuing CA) were served", len(crls) == 2, str(crls))
        for cert in sorted(glob.glob(f"{out}/people/*/cert.pem")) + [c for c in sorted(glob.glob(f"{out}/chain/*.pem")) if c != issuing]:
            status, text = tool("openssl", "verify", "-x509_strict", "-crl_check_all", "-CAfile", root, "-untrusted", issuing, *options, cert)
            check(f"openssl verify -x509_strict -crl_check_all {os.path.relpath(cert, out)}", status == 0, text)
    for cert in sorted(glob.glob(f"{out}/people/*/cert.pem")):
        pkilint(f"{os.path.relpath(cert, out)} as NCP natural person", "lint_etsi_cert", "lint", "-t", "NCP-NATURAL-PERSON-CERTIFICATE", cert)
    for cert in [root, *sorted(glob.glob(f"{out}/chain/*.pem")), *sorted(glob.glob(f"{out}/people/*/cert.pem"))]:
        pkilint(f"{os.path.relpath(cert, out)} as PKIX", "lint_pkix_cert", "lint", cert)
    answers = sorted(glob.glob(f"{out}/status/*.ocsp"))
    check("an OCSP answer was kept for each person", len(answers) >= 2, str(answers))
    for answer in answers:
        pkilint(os.path.basename(answer), "lint_ocsp_response", "lint", answer)
        person = os.path.basename(answer).removesuffix(".ocsp")
        cert = f"{out}/people/{person}/cert.pem"
        if os.path.exists(cert):
            status, text = tool("openssl", "ocsp", "-respin", answer, "-issuer", issuing, "-cert", cert, "-CAfile", root, "-verify_other", issuing, "-no_nonce")
            check(f"openssl ocsp: {person} good", status == 0 and ": good" in text and "Response verify OK" in text, text)


def evidence(folder, trust, original):
    name = os.path.basename(folder)
    root_hex = read(f"{folder}/round-root.hex").decode().strip()
    algorithm = {128: "sha512", 64: "sha256"}.get(len(root_hex), "sha512")
    tsu = [path for path in glob.glob(f"{folder}/chain/*.pem")]
    extra = []
    with tempfile.TemporaryDirectory() as work:
        if tsu:
            with open(f"{work}/untrusted.pem", "wb") as file:
                file.write(b"\n".join(read(path) for path in tsu))
            extra = ["-untrusted", f"{work}/untrusted.pem"]
        status, text = tool("openssl", "ts", "-verify", "-in", f"{folder}/stamp.tst", "-token_in", "-digest", root_hex, f"-{algorithm}",
                            "-CAfile", f"{trust}/root.pem", *extra)
        if status != 0:  # older openssl takes the algorithm from the token
            status, text = tool("openssl", "ts", "-verify", "-in", f"{folder}/stamp.tst", "-token_in", "-digest", root_hex,
                                "-CAfile", f"{trust}/root.pem", *extra)
        check(f"openssl ts: {name}/stamp.tst over round-root.hex", status == 0, text)
    record = read(f"{folder}/record.json")
    entry = read(f"{folder}/entry.txt").decode()
    check(f"{name}/entry.txt names the hashes of record.json",
          hashlib.sha256(record).hexdigest() in entry and hashlib.sha512(record).hexdigest() in entry, entry)
    facts = json.loads(record)
    check(f"{name}/record.json names the hash of the original", hashlib.sha512(read(original)).hexdigest() in json.dumps(facts), json.dumps(facts))
    check(f"{name}/checkpoint.txt is the tail of proof.txt", read(f"{folder}/proof.txt").endswith(read(f"{folder}/checkpoint.txt")))
    changed = tempfile.NamedTemporaryFile(delete=False)
    changed.write(read(original) + b"x")
    changed.close()
    groups = (("evidence.ers", original, f"{folder}/record.json"), ("checkpoint.ers", f"{folder}/checkpoint.txt", f"{folder}/batch.json"))
    for record_name, first, second in groups:
        records.append((f"BouncyCastle: {name}/{record_name}", "good", [f"{folder}/{record_name}", first, second]))
        records.append((f"BouncyCastle refuses {name}/{record_name} for another document", "not good", [f"{folder}/{record_name}", changed.name, second]))
    status, text = tool("go", "run", ".", os.path.abspath(f"{trust}/log.vkey"), os.path.abspath(f"{folder}/proof.txt"),
                        os.path.abspath(f"{folder}/entry.txt"), cwd=os.path.join(HERE, "sumdb"))
    check(f"Go x/mod/sumdb: {name} checkpoint and proof", status == 0, text)


def own_verdict(out, program, flips):
    for folder in ("custody", "custody-own"):
        bundle = f"{out}/{folder}/bundle.zip"
        status, text = tool(program, "verify", bundle, "--trust", f"{out}/trust")
        check(f"cectrust verify {folder}/bundle.zip", status == 0, text)
    concluded = f"{out}/case-1/3-concluded.pdf"
    status, text = tool(program, "verify", concluded, "--trust", f"{out}/trust", "--json")
    check("cectrust verify 3-concluded.pdf", status == 0, text)
    status, text = tool(program, "verify", concluded, "--json")
    check("cectrust verify without anchors cannot decide (2)", status == 2, f"{status} {text}")
    chance = random.Random(20261124)
    for source in (concluded, f"{out}/custody/bundle.zip"):
        data = read(source)
        bad = []
        for _ in range(flips):
            at = chance.randrange(len(data))
            changed = bytearray(data)
            changed[at] ^= 1 << chance.randrange(8)
            with tempfile.NamedTemporaryFile(suffix=os.path.splitext(source)[1]) as file:
                file.write(changed)
                file.flush()
                status, text = tool(program, "verify", file.name, "--trust", f"{out}/trust")
            hex_case = status == 0 and source.endswith(".pdf") and bytes([data[at]]).lower() == bytes([changed[at]]).lower()
            if status not in (1, 3) and not hex_case:
                bad.append((at, status))
        check(f"{flips} flipped bits in {os.path.basename(source)}: altered or unreadable, each of them", not bad, str(bad))


def words_of(path):
    """The text of a PDF without blanks, as poppler reads it."""
    return "".join(tool("pdftotext", "-raw", path, "-")[1].split())


def marks(out, credential):
    """Signatures made in the program show a mark, laid in the revision of the signature itself; what was signed outside shows what its signer wanted."""
    for number, stage in enumerate(("0-registered", "1-signed-a", "2-returned-b", "3-concluded")):
        wanted = 0 if credential == "outside" else min(number, 2)
        text = words_of(f"{out}/case-1/{stage}.pdf")
        check(f"{stage}.pdf shows {wanted} mark(s)", text.count("CECSIGN電子署名") == wanted, text[-600:])


def papers(out, program):
    """Letters, receipts and 原本性証明書: PDF/A-2u, embedded fonts, the facts in them; an e-seal that others find valid with only trust/."""
    letters = sorted(glob.glob(f"{out}/letters/*.pdf"))
    check("a letter of each holder was kept", len(letters) >= 2, str(letters))
    mails = b"".join(read(path) for path in glob.glob(f"{out}/mails/*.eml"))
    for letter in letters:
        status, text = tool("pdfinfo", letter)
        check(f"{os.path.basename(letter)}: one page", re.search(r"^Pages:\s+1$", text, re.M) is not None, text)
        pin = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", tool("pdftotext", letter, "-")[1])
        check(f"{os.path.basename(letter)}: a 申請PIN", pin is not None)
        if pin:
            forms = [pin.group().encode(), pin.group().replace("-", "").encode()]
            held = [os.path.join(folder, name) for folder, _, names in os.walk(f"{out}/data") for name in names
                    if any(form in read(os.path.join(folder, name)) for form in forms)]
            check(f"{os.path.basename(letter)}: its PIN rests nowhere in the data folder and in no mail",
                  not held and not any(form in mails for form in forms), str(held))
    sealed = [f"{out}/{folder}/originality.pdf" for folder in ("custody", "custody-own")]
    for paper in sealed:
        folder = os.path.dirname(paper)
        original = next(path for path in sorted(glob.glob(f"{folder}/original.*")))
        text = words_of(paper)
        name = f"{os.path.basename(folder)}/originality.pdf"
        facts = [hashlib.sha256(read(original)).hexdigest(), hashlib.sha512(read(original)).hexdigest(), "原本性証明書", "発行者", "GC-20"]
        missing = [fact for fact in facts if fact not in text]
        check(f"{name} names number and hashes of the original", not missing, str(missing) + text[:400])
        check(f"{name} shows the mark of the e-seal", text.count("CECSIGNeシール") == 1, text[-600:])
        pyhanko(paper, f"{out}/trust/root.pem", signatures=1)
        status, text = tool(program, "verify", paper, "--trust", f"{out}/trust")
        check(f"cectrust verify {name}", status == 0, text)
    with tempfile.TemporaryDirectory() as work:
        files = letters + glob.glob(f"{out}/papers/*.pdf")
        for number, paper in enumerate(sealed):
            files.append(paper)
            # The paper before it was sealed: the first revision.
            data = read(paper)
            files.append(f"{work}/{number}-before.pdf")
            with open(files[-1], "wb") as file:
                file.write(data[: data.index(b"%%EOF") + 6])
        for path in files:
            status, text = tool("qpdf", "--check", path)
            check(f"qpdf --check {os.path.basename(path)}", status == 0, text)
        status, text = tool(sys.executable, os.path.join(HERE, "verapdf.py"), "2u", *files)
        check(f"veraPDF: {len(files)} papers are PDF/A-2u, before and after sealing", status == 0 and text.count("PASS ") == len(files), text)


def no_secrets(out):
    summary = json.loads(read(f"{out}/summary.json"))
    secrets = summary.get("secrets_sha256", [])  # never the secrets themselves
    words = [b"BEGIN PRIVATE KEY", b"BEGIN EC PRIVATE KEY", b"BEGIN RSA PRIVATE KEY"]
    found = []
    for folder, _, names in os.walk(out):
        for name in names:
            data = read(os.path.join(folder, name))
            found += [f"{name}: {word.decode()}" for word in words if word in data]
    check("no private key in the clear anywhere", not found, str(found))
    mails = b"".join(read(path) for path in glob.glob(f"{out}/mails/*.eml"))
    check("mails were sent", len(mails) > 0)
    return secrets


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--cectrust", default="target/debug/cectrust")
    parser.add_argument("--flips", type=int, default=12)
    parser.add_argument("--without-dss", action="store_true")
    words = parser.parse_args()
    out = words.out
    summary = json.loads(read(f"{out}/summary.json"))
    check("summary.json says ok", summary.get("ok") is True, json.dumps(summary))
    prefix_chain(out)
    for stage in sorted(glob.glob(f"{out}/case-1/*.pdf")):
        status, text = tool("qpdf", "--check", stage)
        check(f"qpdf --check {os.path.basename(stage)}", status == 0, text)
    pyhanko(f"{out}/case-1/3-concluded.pdf", f"{out}/trust/root.pem")
    marks(out, summary["credential"])
    papers(out, words.cectrust)
    pdfsig(out)
    openssl_chain(out)
    evidence(f"{out}/custody", f"{out}/trust", f"{out}/custody/original.pdf")
    own = [path for path in glob.glob(f"{out}/custody-own/original*") if not path.endswith("originality.pdf")]
    evidence(f"{out}/custody-own", f"{out}/trust", own[0])
    run_records()
    run_lints()
    if not words.without_dss:
        for one in dss.judged([out]):
            check(*one)
    own_verdict(out, words.cectrust, words.flips)
    no_secrets(out)
    print(f"{len(failures)} failed" if failures else "all foreign judges agree")
    sys.exit(min(len(failures), 100))


main()
