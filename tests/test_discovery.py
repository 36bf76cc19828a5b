"""Which server a domain names, asked of real servers on loopback; and what hostile ones may answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers.certificates import make_certificates
from servers.dns import NameServer, asked_alone
from servers.web import Page, WebServer

from watcher import discovery
from watcher.discovery import Answers, ask_directory, ask_domain, domain_name, is_public_host, read_file
from watcher.mailbox.providers import PROVIDERS, provider_at, provider_behind, provider_for

pytestmark = pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")

ADDRESS = "sari.wulandari@firm.test"
NAMES = ("firm.test", "autoconfig.firm.test", "elsewhere.firm.test", "autoconfig.thunderbird.net")
HERE = {(name, "A"): ["127.0.0.1"] for name in NAMES}
OWN, WELL_KNOWN = (
    "autoconfig.firm.test/mail/config-v1.1.xml",
    "firm.test/.well-known/autoconfig/mail/config-v1.1.xml",
)
DIRECTORY = "autoconfig.thunderbird.net/v1.1/firm.test"


def file(
    host: str = "imap.firm.test", port: str = "993", kind: str = "SSL", user: str = "%EMAILADDRESS%"
) -> bytes:
    """A configuration file as providers publish it."""
    return f"""<?xml version="1.0"?>
<clientConfig version="1.1">
  <emailProvider id="firm.test">
    <domain>firm.test</domain>
    <incomingServer type="pop3"><hostname>pop.firm.test</hostname><port>995</port><socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username></incomingServer>
    <incomingServer type="imap">
      <hostname>{host}</hostname><port>{port}</port><socketType>{kind}</socketType>
      <username>{user}</username><authentication>password-cleartext</authentication>
    </incomingServer>
    <outgoingServer type="smtp"><hostname>smtp.firm.test</hostname></outgoingServer>
  </emailProvider>
</clientConfig>""".encode()


class Internet:
    """A name server and a web server, and nothing else in the world."""

    def __init__(self, names: NameServer, web: WebServer) -> None:
        self.names, self.web = names, web


Build = Callable[..., Internet]


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    return folder


@pytest.fixture
def internet(certificates: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Build]:
    """Build it from pages and records."""
    from contextlib import ExitStack

    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "ca.crt"))
    with ExitStack() as stack:

        def build(
            pages: dict[str, Page] | None = None,
            records: dict[tuple[str, str], list[str]] | None = None,
            certificate: str = "web",
            answer: Callable[[bytes], bytes] | None = None,
        ) -> Internet:
            names = stack.enter_context(NameServer(HERE | (records or {}), answer))
            web = stack.enter_context(WebServer(certificates, certificate, pages or {}))
            monkeypatch.setattr(discovery, "HTTPS_PORT", web.port)
            stack.enter_context(asked_alone(names))
            return Internet(names, web)

        yield build


# --------------------------------------------------------------------------- what is found


@pytest.mark.parametrize("place", [OWN, WELL_KNOWN])
def test_the_domains_own_file(internet: Build, place: str) -> None:
    internet({place: file()})
    [server] = ask_domain(ADDRESS).servers
    assert (server.host, server.port, server.security, server.user) == ("imap.firm.test", 993, "tls", "")
    assert (server.source, server.where) == ("autoconfig", f"https://{place}")


def test_a_file_says_the_user_name_and_starttls(internet: Build) -> None:
    internet({OWN: file("mail.%EMAILDOMAIN%", "143", "STARTTLS", "%EMAILLOCALPART%")})
    [server] = ask_domain(ADDRESS).servers
    assert (server.host, server.port, server.security) == ("mail.firm.test", 143, "starttls")
    assert server.user == "sari.wulandari"


def test_tls_from_the_first_byte_goes_first_and_oauth_is_told() -> None:
    first = file(kind="STARTTLS", port="143").replace(b"password-cleartext", b"OAuth2")
    entry = file().partition(b'<incomingServer type="imap">')[2].partition(b"</incomingServer>")[0]
    both = first.replace(
        b"<outgoingServer", b'<incomingServer type="imap">' + entry + b"</incomingServer><outgoingServer"
    )
    assert [(server.security, server.oauth) for server in read_file(both, ADDRESS)] == [
        ("tls", False),
        ("starttls", True),
    ]


def test_service_records(internet: Build) -> None:
    internet(
        records={
            ("_imaps._tcp.firm.test", "SRV"): [
                "10 5 993 second.firm.test.",
                "0 1 994 light.firm.test.",
                "0 9 995 heavy.firm.test.",
            ],
            ("_imap._tcp.firm.test", "SRV"): ["0 1 143 plain.firm.test."],
        }
    )
    tls, starttls = ask_domain(ADDRESS).servers
    assert (tls.host, tls.port, tls.security) == ("heavy.firm.test", 995, "tls")  # RFC 2782: priority, weight
    assert (tls.source, tls.where) == ("srv", "_imaps._tcp.firm.test")
    assert (starttls.host, starttls.port, starttls.security) == ("plain.firm.test", 143, "starttls")


def test_a_file_goes_before_a_record(internet: Build) -> None:
    records = {("_imaps._tcp.firm.test", "SRV"): ["0 1 993 other.firm.test."]}
    internet({WELL_KNOWN: file()}, records)
    assert [server.source for server in ask_domain(ADDRESS).servers] == ["autoconfig", "srv"]


def test_a_service_that_is_not_offered(internet: Build) -> None:
    internet(records={("_imaps._tcp.firm.test", "SRV"): ["0 0 0 ."]})
    assert ask_domain(ADDRESS).servers == ()


@pytest.mark.parametrize(
    ("mx", "provider"),
    [
        (["20 alt1.aspmx.l.google.com.", "10 aspmx.l.google.com."], "Gmail"),
        (["0 firm-test.mail.protection.outlook.com."], "Outlook"),
        (["5 mx1.hostinger.com.", "10 mx2.hostinger.com."], "Hostinger (Niagahoster)"),
        (["10 mx.zoho.com."], "Zoho for domains"),
        (["10 in1-smtp.messagingengine.com."], "Fastmail"),
    ],
)
def test_a_domain_of_ones_own_at_a_known_provider(internet: Build, mx: list[str], provider: str) -> None:
    internet(records={("firm.test", "MX"): mx})
    first = ask_domain(ADDRESS).mx[0]
    found = provider_behind(first)
    assert found is not None
    assert found.name == provider


def test_the_directory(internet: Build) -> None:
    world = internet({DIRECTORY: file()})
    assert ask_domain(ADDRESS).servers == ()
    [server] = ask_directory(ADDRESS, "firm.test")
    assert (server.host, server.source) == ("imap.firm.test", "directory")
    assert DIRECTORY in world.web.asked


def test_nobody_learns_the_address(internet: Build) -> None:
    world = internet({OWN: file()})
    ask_domain(ADDRESS)
    ask_directory(ADDRESS, "firm.test")
    assert len(world.web.asked) == 3
    assert len(world.names.asked) >= 5
    assert not [asked for asked in world.web.asked + world.names.asked if "sari" in asked.lower()]


def test_an_https_redirect_is_followed(internet: Build) -> None:
    there = "https://elsewhere.firm.test/a.xml?v=1"
    world = internet({OWN: (302, {"Location": there}, b""), "elsewhere.firm.test/a.xml?v=1": file()})
    assert [server.host for server in ask_domain(ADDRESS).servers] == ["imap.firm.test"]
    assert "elsewhere.firm.test/a.xml?v=1" in world.web.asked


# --------------------------------------------------------------------------- what is not believed


@pytest.mark.parametrize(
    "location",
    ["http://elsewhere.firm.test/a.xml", "file:///etc/passwd", "https://127.0.0.1/a.xml", "https://localhost/a.xml",
     "https://elsewhere.firm.test:8443/a.xml", f"https://{OWN}", "", "https://[::1]/", "https://elsewhere.firm.test:x/"],
)  # fmt: skip
def test_a_redirect_that_is_not_followed(internet: Build, location: str) -> None:
    world = internet({OWN: (302, {"Location": location}, b""), "elsewhere.firm.test/a.xml": file()})
    assert ask_domain(ADDRESS).servers == ()
    assert len(world.web.asked) <= 1 + 1 + discovery.REDIRECTS


def test_a_certificate_for_another_name(internet: Build) -> None:
    world = internet({OWN: file()}, certificate="wrongname")
    assert ask_domain(ADDRESS).servers == ()
    assert world.web.asked == []


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<clientConfig>&b;</clientConfig>"""


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><clientConfig/>',
        file().replace(b"imap.firm.test", b"&undefined;"),
        b"",
        b"<html><body>Not found</body></html>",
        b"\x00\xff\xfe<",
        b'<?xml version="1.0" encoding="no-such"?><clientConfig/>',
        b"<a>" * 20_000,
        file() + b" " * discovery.LARGEST,
        file(kind="plain"),
        file(kind=""),
        file(host="127.0.0.1"),
        file(host="10.1.2.3"),
        file(host="localhost"),
        file(host="printer.local"),
        file(host="imap.firm.test:993"),
        file(host="imap firm.test"),
        file(host="-imap.firm.test"),
        file(host="imap..firm.test"),
        file(host="a." * 130 + "test"),
        file(host="%EMAILADDRESS%"),
        file(host="ímap.firm.test"),
        file(port="0"),
        file(port="65536"),
        file(port="٩٩٣"),
        file(port="-1"),
        file(port="9" * 5000),
        file().replace(b'type="imap"', b'type="pop3"'),
    ],
)  # fmt: skip
def test_a_file_that_is_not_believed(internet: Build, body: bytes) -> None:
    internet({OWN: body})
    assert ask_domain(ADDRESS) == Answers()


@pytest.mark.parametrize("user", ["%REALNAME%", "a&#10;b", "%EMAILADDRESS%%HOLE%"])
def test_a_user_name_that_nobody_understands_is_the_address(user: str) -> None:
    assert [server.user for server in read_file(file(user=user), ADDRESS)] == [""]


@given(
    st.binary(max_size=2000)
    | st.text(max_size=500).map(lambda text: file(host="x").replace(b"x", text.encode()))
)
def test_reading_a_file_never_fails(raw: bytes) -> None:
    assert all(is_public_host(server.host) for server in read_file(raw, ADDRESS))


@pytest.mark.parametrize(
    "target", ["127.0.0.1.", "localhost.", "host.", "imap\\032x.firm.test.", "a_b.firm.test.", "x.local."]
)
def test_a_record_that_is_not_believed(internet: Build, target: str) -> None:
    internet(
        records={
            ("_imaps._tcp.firm.test", "SRV"): [f"0 1 993 {target}"],
            ("firm.test", "MX"): [f"1 {target}"],
        }
    )
    assert ask_domain(ADDRESS) == Answers()


def test_port_nought_and_hundreds_of_records(internet: Build) -> None:
    many = [f"{number} 1 993 h{number}.firm.test." for number in range(200)]
    internet(
        records={
            ("_imaps._tcp.firm.test", "SRV"): ["0 1 0 a.firm.test.", *many][:30],
            ("firm.test", "MX"): many[:0] + [f"{n} m{n}.firm.test." for n in range(60)],
        }
    )
    answers = ask_domain(ADDRESS)
    assert len(answers.servers) == 1
    assert len(answers.mx) == discovery.MOST


# --------------------------------------------------------------------------- nobody waits


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "PATIENCE", 1.5)
    monkeypatch.setattr(discovery, "SILENCE", 0.5)


def endless(line: socket.socket) -> None:
    """A page that never stops."""
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        line.sendall(b"<a>" * 10_000)


def drip(line: socket.socket) -> None:
    """A byte at a time, each before the patience with one silence is over."""
    pause = threading.Event()
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
        line.sendall(bytes([byte]))
        pause.wait(0.1)


def many_headers(line: socket.socket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("page", [endless, drip, many_headers, lambda line: line.sendall(b"SSH-2.0-x\r\n")])
def test_a_page_that_wastes_time(internet: Build, page: Page) -> None:
    internet({OWN: page, WELL_KNOWN: file()})
    begun = time.monotonic()
    assert [server.where for server in ask_domain(ADDRESS).servers] == [f"https://{WELL_KNOWN}"]
    assert time.monotonic() - begun < 4


def garbage(raw: bytes) -> bytes:
    return raw[:2] + b"\x81\x80" + b"\xff" * 40


def wrong_number(raw: bytes) -> bytes:
    return bytes([raw[0] ^ 255]) + raw[1:]


def failing(raw: bytes) -> bytes:
    response = dns.message.make_response(dns.message.from_wire(raw))
    response.set_rcode(dns.rcode.SERVFAIL)
    return response.to_wire()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("answer", [garbage, wrong_number, failing, lambda raw: b"", lambda raw: b"\x00"])
def test_a_name_server_that_answers_badly(internet: Build, answer: Callable[[bytes], bytes]) -> None:
    internet(answer=answer)
    begun = time.monotonic()
    assert ask_domain(ADDRESS) == Answers()
    assert time.monotonic() - begun < 4


# --------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@Example.COM", "example.com"),
        ("a@bücher.example", "xn--bcher-kva.example"),
        ("a@localhost", ""),
        ("a@[127.0.0.1]", ""),
        ("a@127.0.0.1", ""),
        ("a@x..y", ""),
        ("a@" + "b" * 300 + ".com", ""),
        ("", ""),
    ],
)
def test_the_domain_that_is_asked(address: str, domain: str) -> None:
    assert domain_name(address) == domain


def test_an_address_without_a_public_domain_asks_nobody(internet: Build) -> None:
    world = internet()
    assert ask_domain("sari@localhost") == Answers()
    assert ask_directory("sari@localhost", "localhost") == ()
    assert world.names.asked == []


# --------------------------------------------------------------------------- the table of providers


def test_every_server_of_the_table_could_have_been_found() -> None:
    hosts = {provider.host for provider in PROVIDERS}
    assert {host for host in hosts if not is_public_host(host)} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("address", "host", "port", "security"),
    [
        ("a@yandex.com", "imap.yandex.com", 993, "tls"),
        ("a@web.de", "imap.web.de", 993, "tls"),
        ("a@mail.com", "imap.mail.com", 993, "tls"),
        ("a@t-online.de", "secureimap.t-online.de", 993, "tls"),
        ("a@proton.me", "127.0.0.1", 1143, "starttls"),
    ],
)
def test_a_provider_of_the_table(address: str, host: str, port: int, security: str) -> None:
    provider = provider_for(address)
    assert provider is not None
    assert (provider.host, provider.port, provider.security) == (host, port, security)


def test_a_server_on_this_machine_is_nobodys() -> None:
    assert provider_at("127.0.0.1") is None


@pytest.mark.parametrize("mx", ["google.com.evil.test", "notgoogle.com", "", "mx.zoho.com.evil.test"])
def test_an_exchanger_that_only_sounds_like_one(mx: str) -> None:
    assert provider_behind(mx) is None
