"""The voices of rendered scenarios: one file each in tests/voices (its README says what stands in them)."""

from dataclasses import dataclass, field
from pathlib import Path

from watcher.core.language import parse_yaml


@dataclass(frozen=True)
class Voice:
    """One way of writing: who writes, and what each kind of event reads like."""

    language: str
    person: str
    sign_off: str
    own_sign_off: str
    texts: dict[str, list[tuple[str, str]]]
    date: str = ""
    hour: str = ""
    senders: dict[str, str] = field(default_factory=dict)
    unsigned: frozenset[str] = frozenset()
    calendar: frozenset[str] = frozenset()
    html: frozenset[str] = frozenset()
    new_thread: frozenset[str] = frozenset()

    def text(self, variant: str, number: int) -> tuple[str, str]:
        """Subject and body of the `number`-th event; alternatives take turns."""
        found = self.texts[variant]
        return found[number % len(found)]


def _texts(content):
    listed = content if isinstance(content, list) else [content]
    return [(text["subject"], text["body"]) for text in listed]


def _voice(content):
    return Voice(
        language=content["language"],
        person=content["person"],
        sign_off=content["sign_off"],
        own_sign_off=content["own_sign_off"],
        texts={kind: _texts(text) for kind, text in content["texts"].items()},
        date=content.get("date", ""),
        hour=content.get("hour", ""),
        senders=dict(content.get("senders", {})),
        **{name: frozenset(content.get(name, ())) for name in ("unsigned", "calendar", "html", "new_thread")},
    )


_CONTENT = {
    path.stem: parse_yaml(path.read_text("utf-8"))
    for path in sorted((Path(__file__).parent / "voices").glob("*.yaml"))
}


def _whole(content):
    """A voice with what it leaves out taken from the one it is like."""
    like = _CONTENT.get(content.get("like"), {"texts": {}})
    return {**like, **content, "texts": {**like["texts"], **content.get("texts", {})}}


VOICES = {name: _voice(_whole(content)) for name, content in _CONTENT.items()}
