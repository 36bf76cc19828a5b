"""Reads the language folders and hands their text to the core."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from watcher.core.language import Packs, load_pack

if TYPE_CHECKING:
    from watcher.core.learned import Learned


@lru_cache(maxsize=1)
def load_packs() -> Packs:
    """Every packaged language, by its code. Raises ValueError when a packaged file is broken."""
    root = files("watcher") / "languages"
    return {
        folder.name: load_pack(folder.name, _texts(folder))
        for folder in sorted(root.iterdir(), key=lambda entry: entry.name)
        if folder.is_dir() and not folder.name.startswith("_")
    }


def _texts(folder: Traversable, prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            texts |= _texts(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".yaml", ".j2")):
            texts[prefix + entry.name] = entry.read_text("utf-8")
    return texts


@lru_cache(maxsize=1)
def load_models() -> dict[str, Learned]:
    """The learned part of classification. Raises ValueError when the packaged file is broken."""
    from watcher.core.learned import load  # who only shows a table needs none

    return load((files("watcher") / "data" / "model.bin").read_bytes())
