"""A notifier that remembers what it was to show."""

from __future__ import annotations

from dataclasses import dataclass, field

from watcher.notify import Notice


@dataclass(slots=True)
class Screen:
    """Shows nothing, and is never away."""

    name: str = "screen"
    shown: list[Notice] = field(default_factory=list)

    def show(self, notice: Notice) -> bool:
        self.shown.append(notice)
        return True

    def check(self) -> str:
        return ""

    def close(self) -> None:
        """Nothing to give back."""
