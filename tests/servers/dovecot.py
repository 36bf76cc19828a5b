"""A real IMAP server for tests: one Dovecot in one temporary directory, on loopback, on free ports.

Started by root it runs as `nobody`, started by anybody else as that person. Every user name is accepted with
`PASSWORD` and owns an empty mailbox, so that tests never share mail.
"""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from servers.certificates import make_certificates

PASSWORD = "correct-horse-battery-staple"

#: Where the folders of an ordinary mailbox are.
NAMESPACE = """namespace inbox {{
  inbox = yes
  separator = {separator}
{folders}
}}"""

#: Folder name -> SPECIAL-USE attribute, as the server announces them.
FOLDERS: Mapping[str, str] = {
    "Drafts": r"\Drafts",
    "Sent": r"\Sent",
    "Junk": r"\Junk",
    "Trash": r"\Trash",
    "Archive": r"\Archive",
}

CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = 1
first_valid_gid = 1
protocols = imap lmtp
listen = 127.0.0.1
service anvil {{
  chroot =
  # wrong passwords cost no growing delay
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  process_min_avail = 1
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service lmtp {{
  unix_listener lmtp {{
    path = {home}/lmtp.sock
    mode = 0666
  }}
}}
ssl = yes
ssl_cert = <{home}/{certificate}.crt
ssl_key = <{home}/{certificate}.key
disable_plaintext_auth = no
auth_mechanisms = plain login{token_mechanisms}
auth_failure_delay = 0 secs
{token_passdb}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/home/%u allow_all_users=yes
}}
mail_location = maildir:~/Maildir
mail_max_userip_connections = {connections}
mail_plugins = {plugins}
protocol imap {{
  mail_max_userip_connections = {connections}
  mail_plugins = {plugins}
  imap_idle_notify_interval = 2 mins
  imap_capability = {capability}
}}
{namespaces}
plugin {{
{plugin}
}}
{extra}
"""


#: What signs in with a token: asked about at `introspect`, an address of the OAuth server (RFC 7662).
TOKEN_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = {mechanisms}
  args = {home}/oauth2.conf
}}
"""
INTROSPECTION = """
introspection_mode = post
introspection_url = {introspect}
username_attribute = email
active_attribute = active
active_value = true
scope = {scope}
timeout_msecs = 1500
max_idle_time_msecs = 1
"""


def free_port() -> int:
    """A TCP port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """Use as a context manager. `capability`: announce this list instead of the real one; `folders`: name ->
    SPECIAL-USE attribute ('' for none); `quota`: Dovecot's rule, e.g. '*:storage=20K'; `namespaces`: in place
    of the folders, for the `virtual` plugin; `introspect`: also let people in with OAuth tokens of `scope`,
    about which this address knows, by these `mechanisms`."""

    host = "localhost"

    def __init__(
        self,
        *,
        certificate: str = "good",
        capability: str = "",
        folders: Mapping[str, str] = FOLDERS,
        connections: int = 30,
        quota: str = "",
        separator: str = "/",
        namespaces: str = "",
        plugins: str = "",
        extra: str = "",
        introspect: str = "",
        scope: str = "",
        mechanisms: str = "xoauth2 oauthbearer",
    ) -> None:
        self._account = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.home = Path(tempfile.mkdtemp(prefix="dc."))  # short: socket paths end at 108 characters
        self.home.chmod(0o755)
        self.ca_file = make_certificates(self.home)
        self.port, self.tls_port = free_port(), free_port()
        for name in ("run", "state", "home"):
            (self.home / name).mkdir()
        self._log = (self.home / "output").open("ab")
        self._process: subprocess.Popen[bytes] | None = None
        self._users = 0
        (self.home / "dovecot.conf").write_text(
            CONFIGURATION.format(
                home=self.home,
                user=self._account.pw_name,
                group=grp.getgrgid(self._account.pw_gid).gr_name,
                uid=self._account.pw_uid,
                gid=self._account.pw_gid,
                port=self.port,
                tls_port=self.tls_port,
                certificate=certificate,
                password=PASSWORD,
                connections=connections,
                plugins=f"{plugins} quota" if quota else plugins,
                plugin=f"  quota = maildir:User quota\n  quota_rule = {quota}" if quota else "",
                capability=capability,
                namespaces=namespaces
                or NAMESPACE.format(
                    separator=separator,
                    folders="\n".join(_folder(name, use) for name, use in folders.items()),
                ),
                extra=extra,
                token_mechanisms=f" {mechanisms}" if introspect else "",
                token_passdb=TOKEN_PASSDB.format(home=self.home, mechanisms=mechanisms) if introspect else "",
            )
        )
        (self.home / "oauth2.conf").write_text(INTROSPECTION.format(introspect=introspect, scope=scope))
        self.own(self.home)

    def __enter__(self) -> Dovecot:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ life

    def start(self) -> None:
        """Start and wait until it greets. A test run that dies takes its server along (pdeathsig)."""
        command = ["setpriv", "--pdeathsig", "TERM"]
        if os.geteuid() == 0:
            command += [
                f"--reuid={self._account.pw_uid}",
                f"--regid={self._account.pw_gid}",
                "--clear-groups",
            ]
        self._process = subprocess.Popen(
            [*command, _program("dovecot"), "-F", "-c", str(self.home / "dovecot.conf")],
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)},
            cwd=self.home,
            start_new_session=True,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        pause, until = threading.Event(), time.monotonic() + 10
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError((self.home / "output").read_text() + self.log())
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as greeting:
                    if greeting.recv(64).startswith(b"* OK"):
                        return
            except OSError:
                pause.wait(0.02)
        raise TimeoutError(self.log())

    def kill(self) -> None:
        """kill -9 of the whole group: no BYE, the kernel closes the sockets."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """Stop answering, with every connection left open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal(signal.SIGCONT)

    def close(self) -> None:
        """Stop the server and remove its directory."""
        self.kill()
        self._log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self) -> str:
        """What the server wrote down, for a failing test."""
        path = self.home / "dovecot.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # ------------------------------------------------------------------ mail

    def new_user(self) -> str:
        """A name nobody has used on this server: an empty mailbox."""
        self._users += 1
        return f"sari{self._users}@example.org"

    def deliver(self, user: str, raw: bytes) -> None:
        """Deliver into the INBOX the way the mail system does (LMTP): IDLE is pushed half a second later."""
        with smtplib.LMTP(str(self.home / "lmtp.sock")) as lmtp:
            lmtp.sendmail("sender@example.com", [user], raw)

    def append(
        self, user: str, raw: bytes, folder: str = "INBOX", flags: str = "", when: float | None = None
    ) -> None:
        """APPEND as another mail program of the person would. `flags` like r'\\Seen \\Draft'."""
        with self.client(user) as client:
            stamp = imaplib.Time2Internaldate(time.time() if when is None else when)
            answer, text = client.append(_imap_quoted(folder), f"({flags})", stamp, raw)
            if answer != "OK":
                raise RuntimeError(f"APPEND: {text!r}")

    def fill(self, user: str, raws: Iterable[bytes], folder: str = "INBOX") -> None:
        """Put many mails into an existing folder at once, as files in its Maildir."""
        root = self.home / "home" / user / "Maildir"
        new = (root if folder == "INBOX" else root / f".{folder}") / "new"
        for sub in (new, new.parent / "cur", new.parent / "tmp"):
            sub.mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(raws):
            (new / f"{1_700_000_000 + number}.M{number}P1.test").write_bytes(raw)
        self.own(self.home / "home" / user)

    def maildir(self, user: str) -> Path:
        """The Maildir of `user` on disk."""
        return self.home / "home" / user / "Maildir"

    def write(self, user: str, name: str, text: str) -> None:
        """Write a file of the server's own beside the mails of `user`."""
        (self.maildir(user) / name).write_text(text)
        self.own(self.home / "home" / user)

    def client(self, user: str) -> imaplib.IMAP4:
        """A signed-in plain client: the person's other mail program. Closes itself as a context manager."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(user, PASSWORD)
        return client

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, set[str]]:
        """UID -> flags of a folder, as the person's mail program shows them (without \\Recent)."""
        with self.client(user) as client:
            client.select(_imap_quoted(folder), readonly=True)
            _, found = client.uid("SEARCH", "ALL")
            uids = (found[0] or b"").split()
            result: dict[int, set[str]] = {}
            for uid in uids:
                _, data = client.uid("FETCH", uid.decode(), "(FLAGS)")
                result[int(uid)] = {
                    flag.decode() for flag in imaplib.ParseFlags(data[0]) if flag.lower() != rb"\recent"
                }
            return result

    def doveadm(self, *arguments: str) -> str:
        """Run the server's own tool and return its output."""
        command = [_program("doveadm"), "-c", str(self.home / "dovecot.conf"), *arguments]
        if os.geteuid() == 0:
            command = [
                "setpriv",
                f"--reuid={self._account.pw_uid}",
                f"--regid={self._account.pw_gid}",
                "--clear-groups",
                *command,
            ]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.home, check=False, timeout=20)
        if done.returncode not in (0, 68):  # 68: nothing to do
            raise RuntimeError(f"doveadm {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    # ------------------------------------------------------------------ inside

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, number)

    def own(self, folder: Path) -> None:
        """Give files to the user that the server runs as."""
        if os.geteuid() != 0:
            return
        for parent, folders, files in os.walk(folder):
            for name in [".", *folders, *files]:
                os.chown(Path(parent) / name, self._account.pw_uid, self._account.pw_gid)


def _program(name: str) -> str:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") or name


def _folder(name: str, use: str) -> str:
    special = f"    special_use = {use}\n" if use else ""
    return f'  mailbox "{name}" {{\n{special}    auto = subscribe\n  }}'


def _imap_quoted(folder: str) -> str:
    from imapclient.imap_utf7 import encode

    return '"' + encode(folder).decode("ascii").replace("\\", "\\\\").replace('"', '\\"') + '"'
