"""The voices of rendered scenarios, from voices.yaml: voice -> {"language", kind: (subject, body)}."""

from pathlib import Path

from watcher.core.language import parse_yaml


def _voice(content):
    texts = {kind: (text["subject"], text["body"]) for kind, text in content["texts"].items()}
    return {"language": content["language"], **texts}


VOICES = {
    name: _voice(content)
    for name, content in parse_yaml((Path(__file__).parent / "voices.yaml").read_text("utf-8")).items()
}
