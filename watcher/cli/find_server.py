"""From an address to its server: the table of providers, else what the domain says of itself, else the person.

What the domain or a directory says is shown with its source, and used only after a yes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from watcher import config_checks
from watcher.cli.ask import Asker
from watcher.core.address import domain_of, organisation
from watcher.discovery import Answers, Server, ask_directory, ask_domain
from watcher.mailbox.providers import Provider, provider_at, provider_behind, provider_for

#: The usual port of each kind of encryption.
PORTS = {"tls": 993, "starttls": 143, "none": 143}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the options say of a server; empty where they say nothing."""

    host: str = ""
    port: int | None = None
    security: str = ""
    user: str = ""
    ca_file: str = ""


def find_server(asker: Asker, address: str, said: Said) -> dict[str, Any]:
    """The options of an account that lead to its server: none for a provider of the table."""
    more = {"user": said.user} if said.user else {}
    more |= {"ca_file": _whole(said.ca_file)} if said.ca_file else {}
    if said.host:
        return _given(asker, said) | more
    provider = provider_for(address)
    if provider is not None:
        asker.say("known", provider=provider.name, host=provider.host, port=provider.port)
        return more
    domain = domain_of(address)
    asker.say("searching", domain=domain)
    answers = ask_domain(address)
    found = _proposal(asker, address, answers)
    if found is None and asker.agree("ask_directory", "--host", domain=domain):
        house = organisation(answers.mx[0]) if answers.mx else ""
        names = dict.fromkeys(name for name in (domain, house) if name)
        listed = next((hits for name in names if (hits := ask_directory(address, name))), ())
        found = _shown(asker, address, listed[0]) if listed else None
    if found is None:
        asker.say("nothing_found", domain=domain)
    elif asker.agree("use", "--host"):
        return found | more
    return by_hand(asker, address, found or {}) | more


def by_hand(asker: Asker, address: str, known: dict[str, Any]) -> dict[str, Any]:
    """The server as the person tells it; `known` is offered."""
    host = asker.ask("host", "--host", usual=str(known.get("host", "")), check=config_checks.host)
    security = asker.ask("security", "--security", usual=str(known.get("security", "tls")), check=_security)
    usual_port = known.get("port") if known.get("security", "tls") == security else None
    port = asker.ask("port", "--port", usual=str(usual_port or PORTS[security]), check=_port)
    user = asker.ask("user", "--user", usual=str(known.get("user", address)))
    ca_file = known.get("ca_file", "")
    if known:  # it was tried before: perhaps the certificate is their own
        ca_file = asker.ask("ca_file", "--ca-file", usual=str(ca_file), optional=True, check=_whole)
    told = {"host": host, "port": int(port), "security": security, "user": user, "ca_file": ca_file}
    return _without_usual(told, address)


def _given(asker: Asker, said: Said) -> dict[str, Any]:
    host = asker.ask("host", "--host", given=said.host, check=config_checks.host)
    told: dict[str, Any] = {"host": host}
    if said.port:
        told["port"] = said.port
    if said.security:
        told["security"] = said.security
    return told


def _proposal(asker: Asker, address: str, answers: Answers) -> dict[str, Any] | None:
    """The best of what the domain says of itself."""
    if answers.servers:
        return _shown(asker, address, answers.servers[0])
    for mx in answers.mx:
        provider = provider_behind(mx)
        if provider is not None:
            return _shown_provider(asker, address, provider, mx)
    return None


def _shown(asker: Asker, address: str, server: Server) -> dict[str, Any]:
    told = {"host": server.host, "port": server.port, "security": server.security, "user": server.user}
    asker.say("found", **{**told, "user": server.user or address})
    asker.say(f"from_{server.source}", where=server.where)
    return _without_usual(told, address)


def _shown_provider(asker: Asker, address: str, provider: Provider, mx: str) -> dict[str, Any]:
    told = {"host": provider.host, "port": provider.port, "security": provider.security}
    asker.say("found", **told, user=address)
    asker.say("from_mx", where=mx, provider=provider.name, domain=domain_of(address))
    return _without_usual(told, address)


def _without_usual(told: dict[str, Any], address: str) -> dict[str, Any]:
    """Only what has to stand in the configuration."""
    usual = {"security": "tls", "user": address, "ca_file": ""}
    provider = provider_at(str(told["host"]))
    usual["port"] = provider.port if provider is not None else PORTS[told["security"]]
    return {name: value for name, value in told.items() if value and usual.get(name) != value}


def _security(text: str) -> str:
    word = text.strip().lower()
    if word not in ("tls", "starttls"):
        raise ValueError("tls / starttls")
    return word


def _whole(path: str) -> str:
    """The whole path of a file: the service starts elsewhere."""
    return path if path.startswith("~") else str(Path(path).absolute())


def _port(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 65536):
        raise ValueError("1 ... 65535")
    return text
