"""What is installed is locked, with hashes, for each platform and Python that we name, and listed with its licence."""

import json
from importlib import resources
from importlib.metadata import distribution

import jsonschema
import pytest
from packaging.markers import Marker, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from referencing import Registry, Resource

from tests.support import ROOT
from tools import supply
from tools.supply import LOCKS, PYTHONS

PLACES = [
    {"sys_platform": system, "platform_system": name, "os_name": kind, "platform_machine": machine}
    for system, name, kind, machine in (
        ("linux", "Linux", "posix", "x86_64"), ("linux", "Linux", "posix", "aarch64"),
        ("darwin", "Darwin", "posix", "arm64"), ("win32", "Windows", "nt", "AMD64"),
    )
]  # fmt: skip

#: ask for no more than a notice; and MPL-2.0, of a list of certificates that we do not change
ALLOWED = {
    "MIT", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Zlib", "CC0-1.0",
    "PSF-2.0", "CNRI-Python", "MPL-2.0",  # CNRI: Python 1.6's, from which regex took its engine
}  # fmt: skip


def locked(source):
    return {package.name: package for package in supply.locked((ROOT / LOCKS[source]).read_text(encoding="utf-8"))}


def required(source):
    """What a requirements file names itself."""
    lines = [line.partition("  #")[0].partition(" # ")[0].strip() for line in (ROOT / source).read_text("utf-8").splitlines()]
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


@pytest.mark.parametrize("source", LOCKS)
def test_what_is_required_is_locked_at_that_version_with_hashes(source):
    lock = locked(source)
    assert len(lock) > len(required(source)) > 5
    for one in required(source):
        assert one.specifier.contains(lock[canonicalize_name(one.name)].version), f"{one}: make lock"
    assert all(package.hashes for package in lock.values())


def test_both_locks_agree():
    assert locked("requirements.txt").items() <= locked("requirements-dev.txt").items()


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place['sys_platform']}-{place['platform_machine']}")
def test_all_that_is_needed_in_turn_is_locked_on_every_platform(place, python):
    """By what the packages say of themselves, and not by who made the lock."""
    environment = {**default_environment(), **place, "python_version": python, "python_full_version": f"{python}.0"}
    lock, seen = locked("requirements.txt"), set()
    todo = [(one.name, extra) for one in required("requirements.txt") for extra in ("", *one.extras)]
    while todo:
        name, extra = todo.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for text in distribution(name).requires or []:
            need = Requirement(text)
            if need.marker and not need.marker.evaluate({**environment, "extra": extra}):
                continue
            package = lock[canonicalize_name(need.name)]
            assert need.specifier.contains(package.version, prereleases=True), (name, need)
            assert not package.marker or Marker(package.marker).evaluate(environment), (name, need)
            todo += [(package.name, more) for more in ("", *need.extras)]
    assert {name for name, _ in seen} <= lock.keys()


def test_what_is_tested_is_what_is_locked():
    for package in locked("requirements.txt").values():
        assert distribution(package.name).version == package.version, "pip install -r requirements-dev.lock"


def test_the_lists_are_those_of_the_lock():
    assert json.loads(supply.BOM.read_text(encoding="utf-8")) == supply.bom(), "make lock"
    assert supply.LICENCES.read_text(encoding="utf-8") == supply.licences(), "make lock"


def test_the_bill_of_materials_is_what_cyclonedx_has_it():
    folder = resources.files("cyclonedx.schema._res")
    schemas = [json.loads((folder / name).read_text("utf-8")) for name in (
        "bom-1.6.SNAPSHOT.schema.json", "spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json",
    )]  # fmt: skip
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas)
    bom = json.loads(supply.BOM.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schemas[0], registry=registry).validate(bom)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schemas[0], registry=registry).validate(bom | {"components": [{"name": "x"}]})


def test_no_licence_asks_for_more_than_a_notice():
    for package in supply.runtime():
        parts = package.licence.replace(" OR ", " AND ").split(" AND ")
        assert set(parts) <= ALLOWED, (package.name, package.licence)


def test_the_image_of_the_list_is_that_of_the_dockerfile():
    (line,) = [line for line in (ROOT / "Dockerfile").read_text("utf-8").splitlines() if line.startswith("FROM ")]
    base = supply.bom()["components"][0]
    assert line == f"FROM {base['name']}:{base['version']}"
