"""Zone and country of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.machine import machine_country, machine_zone


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "etc").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("named", "zone"),
    [
        ("Asia/Jakarta", "Asia/Jakarta"),
        (":Asia/Makassar", "Asia/Makassar"),
        (":/usr/share/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("WIB-7", "UTC"),  # a rule, not a name
        ("../etc/passwd", "UTC"),
        ("", "UTC"),
    ],
)
def test_the_zone_named_in_the_environment(named: str, zone: str, root: Path) -> None:
    assert machine_zone({"TZ": named}, root) == zone


def test_the_zone_of_the_system(root: Path) -> None:
    (root / "etc/timezone").write_text("Asia/Jayapura\n", "ascii")
    assert machine_zone({}, root) == "Asia/Jayapura"
    (root / "etc/localtime").symlink_to("/usr/share/zoneinfo/Asia/Jakarta")
    assert machine_zone({}, root) == "Asia/Jakarta"
    (root / "etc/localtime").unlink()
    (root / "etc/localtime").write_bytes(b"TZif2")  # a copy instead of a link
    (root / "etc/timezone").write_bytes(b"\xff\xfe")
    assert machine_zone({}, root) == "UTC"


@pytest.mark.parametrize(
    ("env", "country"),
    [
        ({"LANG": "id_ID.UTF-8"}, "ID"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "id_ID.UTF-8"}, "ID"),
        ({"LANG": "en_US.UTF-8", "TZ": "Asia/Jakarta"}, "ID"),
        ({"LANG": "de_DE@euro", "TZ": "Asia/Jakarta"}, "DE"),
        ({"LANG": "en_US.UTF-8"}, "US"),
        ({"LANG": "C.UTF-8", "TZ": "Asia/Singapore"}, "SG"),
        ({"LANG": "C.UTF-8"}, ""),
        ({"LANG": "id"}, ""),
        ({}, ""),
    ],
)
def test_the_country(env: dict[str, str], country: str, root: Path) -> None:
    assert machine_country(env, root) == country


def test_the_machine_itself_has_a_zone() -> None:
    assert machine_zone()
    assert len(machine_country()) in (0, 2)
