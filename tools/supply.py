"""What the app is made of: locked, listed with its licences, and audited.

python -m tools.supply lock    requirements*.txt -> requirements*.lock, then ``list``; asks the package index
python -m tools.supply list    requirements.lock -> docs/bom.json (CycloneDX) and docs/licences.md
python -m tools.supply check   that every platform finds what is locked, and what is known to be vulnerable; asks the net
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, NamedTuple

from optim_viz import __version__

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
LOCKS = {"requirements.txt": "requirements.lock", "requirements-dev.txt": "requirements-dev.lock"}
BOM, LICENCES = ROOT / "docs" / "bom.json", ROOT / "docs" / "licences.md"
PYTHONS = ("3.11", "3.12", "3.13")
PLATFORMS = ("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin", "x86_64-pc-windows-msvc")
HEADER = "# Made by `make lock` from {source}, for Linux, macOS and Windows and each Python that we support. Do not edit.\n"

#: where a package names its licence only in a sentence, or by a family, read from the text that it brings
SPELT = {
    "3-Clause BSD License": "BSD-3-Clause", "Apache License 2.0": "Apache-2.0",
    "altair": "BSD-3-Clause", "contourpy": "BSD-3-Clause", "itsdangerous": "BSD-3-Clause", "jinja2": "BSD-3-Clause",
    "numba": "BSD-2-Clause", "segno": "BSD-3-Clause", "markdown-it-py": "MIT", "mdurl": "MIT",
}  # fmt: skip
#: what stands inside of the packages and is served to browsers
INSIDE = (
    ("streamlit", "React and the other parts of its page", "MIT, BSD-3-Clause, Apache-2.0 and ISC, as its scripts say"),
    ("streamlit", "KaTeX and its fonts", "MIT; SIL OFL 1.1"),
    ("streamlit", "Source Sans, Source Serif, Source Code", "SIL OFL 1.1"),
    ("streamlit", "Material Symbols", "Apache-2.0"),
    (
        "numpy, pandas, numba, llvmlite, pyarrow, pillow",
        "libraries in their wheels",
        "named in their licence files, among them GCC's runtime under the GPL with its exception",
    ),
)
TABLE = """# Licences of what is shipped

Made by `make lock`; the versions are those of `requirements.lock`. The app itself is under the [MIT license](../LICENSE), its
WebAssembly modules, pictures and style sheets too. The packages are installed unchanged, with the text of the licence in their
`dist-info`. Without it come: {without}. The text of MIT is in narwhals', too, that of Apache-2.0 in python-multipart's.

| package | version | licence | where |
| --- | --- | --- | --- |
{rows}

Inside of them, and served to browsers or loaded with them:

| in | what | licence |
| --- | --- | --- |
{inside}
"""


class Package(NamedTuple):
    name: str
    version: str
    marker: str  # where it is installed; empty: everywhere
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def has_text(self) -> bool:
        """Whether it brings its licence's text."""
        return any(re.search("licen[cs]e|copying", file.name, re.IGNORECASE) for file in distribution(self.name).files or [])

    @property
    def licence(self) -> str:
        """By its name in SPDX. Raises PackageNotFoundError: it is not installed here."""
        about = distribution(self.name).metadata.json
        given = str(about.get("license_expression") or SPELT.get(self.name) or about.get("license") or "")
        return SPELT.get(given, given)


def locked(text: str) -> Iterator[Package]:
    """The packages of a lock file."""
    for entry in re.split(r"\n(?=\S)", text.replace("\\\n", "")):
        if found := re.match(r"([\w.-]+)==([^\s;]+)(?: ; (.*?))?\s+--hash", entry):
            name, version, marker = found.groups()
            yield Package(name, version, marker or "", tuple(re.findall(r"--hash=(sha256:[0-9a-f]{64})", entry)))


def runtime() -> list[Package]:
    """What the app needs to run."""
    return list(locked((ROOT / LOCKS["requirements.txt"]).read_text(encoding="utf-8")))


def bom() -> dict[str, Any]:
    """The bill of materials as CycloneDX has it; without a date, so that the same parts give the same file."""
    components = [
        {
            "type": "library", "bom-ref": each.purl, "name": each.name, "version": each.version, "purl": each.purl,
            "licenses": [{"expression": each.licence}],
        }
        for each in runtime()
    ]  # fmt: skip
    base = {"type": "container", "bom-ref": "python-image", "name": "python", "version": "3.13-slim-trixie"}
    app = {"type": "application", "bom-ref": "optim-viz", "name": "optim-viz", "version": __version__}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": app | {"licenses": [{"expression": "MIT"}]}},
        "components": [base, *components],
        "dependencies": [{"ref": "optim-viz", "dependsOn": ["python-image", *(each.purl for each in runtime())]}],
    }  # fmt: skip


def licences() -> str:
    """The table of licences."""
    rows = [f"| {each.name} | {each.version} | {each.licence} | {each.marker or 'everywhere'} |" for each in runtime()]
    inside = [f"| {where} | {what} | {name} |" for where, what, name in INSIDE]
    return TABLE.format(
        without=", ".join(each.name for each in runtime() if not each.has_text), rows="\n".join(rows), inside="\n".join(inside)
    )


def lock() -> None:
    runs, made = LOCKS["requirements.txt"], ["--universal", "--generate-hashes", "--no-header", "--no-annotate"]
    for source, target in LOCKS.items():
        same = [] if target == runs else ["--constraints", runs]
        # pip brings itself, and a lock that named it would exchange it while it works
        _uv("pip", "compile", source, "-o", target, *made, "--python-version", PYTHONS[0], "--no-emit-package", "pip", *same)
        text = (ROOT / target).read_text(encoding="utf-8")
        (ROOT / target).write_text(HEADER.format(source=source) + text, encoding="utf-8")


def listing() -> None:
    BOM.write_text(json.dumps(bom(), indent=1) + "\n", encoding="utf-8")
    LICENCES.write_text(licences(), encoding="utf-8")


def check() -> int:
    """How many things are wrong; what could not be checked is said in a line."""
    return _platforms() + _audit()


def _platforms() -> int:
    wrong = 0
    with tempfile.TemporaryDirectory() as nowhere:
        for platform in PLATFORMS:
            for version in PYTHONS:
                done = _uv(
                    "pip", "install", "--dry-run", "--require-hashes", "--only-binary", ":all:", "--target", nowhere,
                    "--python-platform", platform, "--python-version", version, "-r", LOCKS["requirements.txt"], may_fail=True,
                )  # fmt: skip
                if done.returncode and ("error sending request" in done.stderr or "Could not connect" in done.stderr):
                    print("left out: the package index cannot be reached, so platforms were not tried")
                    return wrong
                wrong += done.returncode != 0
                print(f"{platform}, Python {version}: {'every wheel is there' if not done.returncode else done.stderr}")
    return wrong


def _audit() -> int:
    command = [str(BIN / "pip-audit"), "-r", LOCKS["requirements-dev.txt"], "--require-hashes", "--disable-pip", "-f", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        found = []
    asked = [each for each in found if "vulns" in each]
    if not asked:
        why = found[0]["skip_reason"] if found else (done.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"left out: pip-audit's database of vulnerabilities cannot be reached ({why})")
        return 0
    for each in asked:
        for fault in each["vulns"]:
            print(
                f"{each['name']} {each['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none yet'}"
            )
    unknown = [each["name"] for each in found if each not in asked]
    print(f"audited: {len(asked)} packages" + (f"; the database knows nothing of {', '.join(unknown)}" if unknown else ""))
    return sum(len(each["vulns"]) for each in asked)


def _uv(*arguments: str, may_fail: bool = False) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    done = subprocess.run([str(BIN / "uv"), "-q", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode and not may_fail:
        sys.exit(done.stderr)
    return done


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["lock"]:
            lock()
        case ["list"]:
            listing()
        case ["check"]:
            sys.exit(check() != 0)
        case _:
            sys.exit(__doc__)
