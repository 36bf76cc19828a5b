"""Asks the session bus who shows notices there. (org.freedesktop.Notifications, specification 1.2)

Each question has its own short connection: a bus or a server that went away and came back is seen as it is
now, and its new identity tells that the ids of older notices mean nothing any more.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
_BUS = "org.freedesktop.DBus"

_START_ONE = (
    "Start the notification service of your desktop (without one: install dunst or xfce4-notifyd), "
    "or let notices go to the log or a command."
)


class NoServerError(Exception):
    """Nobody shows notices now. `for_good`: not before the environment changes."""

    def __init__(self, message: str, remedy: str = _START_ONE, for_good: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Server:
    """A notification server. `identity` changes when it, or the whole bus, was started anew."""

    identity: tuple[str, str]
    product: str
    capabilities: frozenset[str]

    @property
    def markup(self) -> bool:
        """The server reads tags in a body: plain text must be escaped for it."""
        return "body-markup" in self.capabilities

    @property
    def buttons(self) -> bool:
        """The server draws buttons."""
        return "actions" in self.capabilities


def session_bus() -> str:
    """The address of the session bus, '' if there is none. Like libdbus' successors do, the bus of the login
    session is used also where only XDG_RUNTIME_DIR tells of it (a cron job, a `su` shell)."""
    if address := os.environ.get("DBUS_SESSION_BUS_ADDRESS", ""):
        return address
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    socket = Path(runtime, "bus")
    return f"unix:path={socket}" if runtime and socket.exists() else ""


async def ask() -> Server:
    """The server that answers on the session bus. Raises NoServerError. The caller sets the time limit."""
    address = session_bus()
    if not address:
        raise NoServerError(
            "There is no session bus here (DBUS_SESSION_BUS_ADDRESS is not set).",
            "Run the watcher inside a desktop session or as a systemd user service, "
            "or let notices go to the log or a command.",
            for_good=True,
        )
    try:
        bus = await MessageBus(address).connect()
    except (OSError, EOFError, DBusFastError) as fault:
        raise NoServerError(
            f"The session bus does not answer ({type(fault).__name__}).",
            "Log out and in again, or check DBUS_SESSION_BUS_ADDRESS.",
        ) from fault
    try:
        product = str(next(iter(await _call(bus, NAME, PATH, NAME, "GetServerInformation")), "unknown"))
        capabilities = next(iter(await _call(bus, NAME, PATH, NAME, "GetCapabilities")), ())
        owner = str((await _call(bus, _BUS, "/org/freedesktop/DBus", _BUS, "GetNameOwner", NAME))[0])
        guid = str((await _call(bus, _BUS, "/org/freedesktop/DBus", _BUS, "GetId"))[0])
        return Server((guid, owner), product, frozenset(map(str, capabilities)))
    except (OSError, EOFError, DBusFastError) as fault:
        raise NoServerError(f"The session bus went away ({type(fault).__name__}).") from fault
    finally:
        await close(bus)


async def close(bus: MessageBus) -> None:
    """End a connection and wait until its socket is closed."""
    if bus.connected:
        bus.disconnect()
        with contextlib.suppress(OSError, EOFError, DBusFastError):
            await bus.wait_for_disconnect()


async def _call(bus: MessageBus, name: str, path: str, interface: str, member: str, *args: str) -> list[Any]:
    reply = await bus.call(
        Message(
            destination=name,
            path=path,
            interface=interface,
            member=member,
            signature="s" * len(args),
            body=list(args),
        )
    )
    if reply is None or reply.message_type is MessageType.ERROR:
        fault = reply.error_name.rpartition(".")[2] if reply is not None and reply.error_name else "no answer"
        raise NoServerError(f"No notification server answers on the session bus ({fault}).")
    return list(reply.body)
