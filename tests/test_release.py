"""What a release is made of: every package pinned, with hashes."""

from __future__ import annotations

import re
import tomllib

from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINS = (ROOT / "requirements" / "release.txt").read_text("utf-8")
ENTRY = re.compile(
    r"^([A-Za-z0-9._-]+)==([^ ;\\]+)[^\\\n]*((?:\\\n +--hash=sha256:[0-9a-f]{64} ?)+)$", re.MULTILINE
)


def test_every_package_of_the_project_is_pinned_to_a_version_it_allows() -> None:
    pinned = {canonicalize_name(name): version for name, version, _ in ENTRY.findall(PINS)}
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for requirement in map(Requirement, wanted):
        version = pinned.get(canonicalize_name(requirement.name), "")
        assert version and requirement.specifier.contains(version, prereleases=True), (
            f"{requirement}: make pins"
        )


def test_every_pin_has_its_hashes_and_comes_from_the_index() -> None:
    lines = [line for line in PINS.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(lines) == len(ENTRY.findall(PINS)) > 20
    assert not re.search(r"://|^-|^\.|^/", PINS.replace("    --hash", ""), re.MULTILINE)
