"""Which IMAP server a mail domain uses: by asking the domain, and a public directory if the person agrees.

Asked are, all at once: the provider's configuration file over HTTPS (`autoconfig`, the form that Thunderbird
reads, draft-ietf-mailmaint-autoconfig), the service records of RFC 6186, and the MX records. Only the domain
is ever told to anybody, never the address. Answers come from strangers: size, time and number are bounded,
XML is read without DTD and entities, a name must be a public host name, and a server without encryption is
passed over. What was found is a proposal; nothing here connects to it.
"""

from __future__ import annotations

import http.client
import logging
import re
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urljoin, urlsplit

log = logging.getLogger(__name__)

#: Where HTTPS is spoken.
HTTPS_PORT = 443
#: All questions together may take so long, and one silence so long (seconds).
PATIENCE, SILENCE = 12.0, 5.0
#: A configuration file is a few KB (bytes).
LARGEST = 64 * 1024
REDIRECTS = 3
#: So many servers of one file, and so many records of one answer, are looked at.
MOST = 10
#: Thunderbird's directory of providers.
DIRECTORY = "https://autoconfig.thunderbird.net/v1.1/"

Security = Literal["tls", "starttls"]

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")
#: Names that mean this machine or this house.
_PRIVATE = (".localhost", ".local", ".internal", ".home.arpa", ".localdomain")
_SOCKETS: dict[str, Security] = {"SSL": "tls", "STARTTLS": "starttls"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that somebody names. `user`: the user name there, '' for the whole address. `source`:
    "autoconfig", "srv" or "directory"; `where`: what exactly said so. `oauth`: it takes no passwords."""

    host: str
    port: int
    security: Security
    user: str = ""
    oauth: bool = False
    source: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a domain says of itself: servers, the most reliable first, and the hosts that take its mail."""

    servers: tuple[Server, ...] = ()
    mx: tuple[str, ...] = ()


def ask_domain(address: str) -> Answers:
    """Ask the domain of `address`. Takes at most about PATIENCE seconds; whoever has not answered by then has
    nothing to say. Raises nothing."""
    domain = domain_name(address)
    if not domain:
        return Answers()
    urls = (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )
    asks: list[Callable[[], Iterable[Server | str]]] = [
        *(lambda url=url: _file(url, address, "autoconfig") for url in urls),
        lambda: _service("_imaps._tcp", "tls", domain),
        lambda: _service("_imap._tcp", "starttls", domain),
        lambda: _mail_exchangers(domain),
    ]
    *named, mx = _together(asks)
    servers = [one for answer in named for one in answer if isinstance(one, Server)]
    return Answers(tuple(dict.fromkeys(servers)), tuple(name for name in mx if isinstance(name, str)))


def ask_directory(address: str, domain: str) -> tuple[Server, ...]:
    """What Thunderbird's public directory knows of `domain` (of the address, or of its mail exchanger). The
    directory learns the domain. Raises nothing."""
    name = domain_name(f"@{domain}")
    if not name:
        return ()
    [found] = _together([lambda: _file(f"{DIRECTORY}{name}", address, "directory")])
    return tuple(one for one in found if isinstance(one, Server))


def domain_name(address: str) -> str:
    """The domain of a mail address as it is asked for in DNS; '' where that is no public name."""
    domain = address.rpartition("@")[2].strip().strip(".").lower()
    try:
        name = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return name if is_public_host(name) else ""


def is_public_host(name: str) -> bool:
    """True for a host name with a dot that can stand for a server of the wide net: no address in figures, no
    name of this machine or house."""
    return len(name) <= 253 and bool(_HOST.fullmatch(name)) and not name.endswith(_PRIVATE)


def _together(asks: list[Callable[[], Iterable[Server | str]]]) -> list[tuple[Server | str, ...]]:
    """Ask everybody at once. The threads end with the program, so that nobody can hold it up."""
    answers: list[tuple[Server | str, ...]] = [() for _ in asks]

    def ask(number: int, question: Callable[[], Iterable[Server | str]]) -> None:
        try:
            answers[number] = tuple(question())
        except Exception:  # whatever a stranger's answer breaks: the others count
            log.debug("a question about a mail server", exc_info=True)

    threads = [threading.Thread(target=ask, args=pair, daemon=True) for pair in enumerate(asks)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return list(answers)


# --------------------------------------------------------------------------- configuration files


def _file(url: str, address: str, source: str) -> Iterator[Server]:
    """The servers in the configuration file at `url`."""
    raw = _fetched(url)
    for server in read_file(raw, address) if raw else ():
        yield replace(server, source=source, where=url)


def _fetched(url: str) -> bytes:
    """The body of `url`, b'' when there is none to be had. HTTPS only, wherever it redirects to."""
    for _ in range(1 + REDIRECTS):
        try:
            status, location, body = _page(url)
            url = urljoin(url, location)
        except (OSError, http.client.HTTPException, ValueError):
            return b""  # not there, not trusted, no HTTP, or no address
        if status == 200:
            return body if len(body) <= LARGEST else b""
        if status not in (301, 302, 303, 307, 308):
            return b""
    return b""


def _page(url: str) -> tuple[int, str, bytes]:
    """(status, where it redirects to, body) of one page. Raises ValueError for what is not asked for."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https" or not is_public_host(host) or parts.port not in (None, 443):
        raise ValueError("no page of the wide net")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    context = ssl.create_default_context()
    with closing(http.client.HTTPSConnection(host, HTTPS_PORT, timeout=SILENCE, context=context)) as line:
        line.request("GET", path, headers={"User-Agent": "interview-watcher", "Accept": "text/xml"})
        answer = line.getresponse()
        body = answer.read(LARGEST + 1) if answer.status == 200 else b""
        return answer.status, answer.getheader("Location") or "", body


def read_file(raw: bytes, address: str) -> tuple[Server, ...]:
    """The encrypted IMAP servers in a configuration file, those with TLS from the first byte first; () for
    anything that is no such file."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return ()
    found = []
    for entry in root.findall("./emailProvider/incomingServer")[:MOST]:
        said = {child.tag: (child.text or "").strip() for child in entry}
        ways = [(child.text or "").strip() for child in entry if child.tag == "authentication"]
        host = _filled(said.get("hostname", ""), address).lower()
        port, security = said.get("port", ""), _SOCKETS.get(said.get("socketType", "").upper())
        if entry.get("type") != "imap" or security is None or not is_public_host(host) or not _is_port(port):
            continue
        user = _filled(said.get("username", ""), address)
        user = "" if user == address or not user.isprintable() or "%" in user else user[:254]
        oauth = bool(ways) and all(way.lower() == "oauth2" for way in ways)
        found.append(Server(host=host, port=int(port), security=security, user=user, oauth=oauth))
    return tuple(sorted(found, key=lambda server: server.security != "tls"))


def _filled(text: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    for hole, value in (("%EMAILADDRESS%", address), ("%EMAILLOCALPART%", local), ("%EMAILDOMAIN%", domain)):
        text = text[:1000].replace(hole, value)
    return text


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 5 and 0 < int(text) < 65536


# --------------------------------------------------------------------------- records in DNS


def _service(service: str, security: Security, domain: str) -> Iterator[Server]:
    """The best server that a service record names (RFC 2782, RFC 6186); none where its target is `.`."""
    records = [
        (one.priority, -one.weight, str(one.target), one.port) for one in _records(service, domain, "SRV")
    ]
    for _, _, target, port in sorted(records)[:MOST]:
        host = target.rstrip(".").lower()
        if is_public_host(host) and port:
            where = f"{service}.{domain}"
            yield Server(host=host, port=port, security=security, source="srv", where=where)
            return


def _mail_exchangers(domain: str) -> Iterator[str]:
    """The hosts that take the domain's mail, the preferred first."""
    records = [(one.preference, str(one.exchange)) for one in _records("", domain, "MX")]
    for _, exchange in sorted(records)[:MOST]:
        host = exchange.rstrip(".").lower()
        if is_public_host(host):
            yield host


def _records(service: str, domain: str, kind: str) -> list:
    """The records of a name, [] where there are none or nobody answers."""
    from dns import exception, resolver

    name = f"{service}.{domain}." if service else f"{domain}."
    try:
        return list(resolver.resolve(name, kind, lifetime=SILENCE, search=False))[:MOST]
    except (exception.DNSException, OSError, ValueError):
        return []
