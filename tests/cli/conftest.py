"""Homes for the tests of the commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_helpers import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without configuration and without a database."""
    return Home(tmp_path)


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose database knows the sample mailbox. Only for commands that write nothing."""
    home = Home(tmp_path_factory.mktemp("scanned"))
    home.write_config()
    home.fill()
    return home


@pytest.fixture
def own_scanned(scanned: Home, tmp_path: Path) -> Home:
    """The same, for a test that writes."""
    shutil.copytree(scanned.root, tmp_path / "home")
    return Home(tmp_path / "home")
