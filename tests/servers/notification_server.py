"""A real org.freedesktop.Notifications server without a screen: keeps what it is told, presses buttons."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Annotated, Any

from dbus_fast import Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_signal

NAME = "org.freedesktop.Notifications"
CAPABILITIES = ("actions", "body", "body-markup", "persistence")

Words = Annotated[list[str], DBusSignature("as")]
Hints = Annotated[dict[str, Variant], DBusSignature("a{sv}")]
Information = Annotated[tuple[str, str, str, str], DBusSignature("ssss")]
Closed = Annotated[tuple[int, int], DBusSignature("uu")]
Invoked = Annotated[tuple[int, str], DBusSignature("us")]


@dataclass(frozen=True)
class Shown:
    """A notice as the server got it. `actions`: key -> label."""

    id: int
    app: str
    icon: str
    title: str
    body: str
    actions: dict[str, str]
    hints: dict[str, Any]
    timeout: int
    at: float = field(default_factory=time.time)  # when it came


class NotificationServer:
    """Runs in a thread of its own on the bus at `address`. Used as `with NotificationServer(address) as s`."""

    def __init__(self, address: str, capabilities: Iterable[str] = CAPABILITIES) -> None:
        self._address = address
        self._interface = _Interface(self, tuple(capabilities))
        self._loop = asyncio.new_event_loop()
        self._bus: MessageBus | None = None
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="notification-server", daemon=True
        )
        self.changed = threading.Condition()
        self.received: list[Shown] = []  # everything ever shown
        self.open: dict[int, Shown] = {}  # what stands on the screen now
        self.silent = False  # take calls, never answer

    def __enter__(self) -> NotificationServer:
        self._thread.start()
        self._run(self._connect())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._disconnect())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def titles(self) -> list[str]:
        """The titles that stand on the screen."""
        return [shown.title for shown in self.open.values()]

    def press(self, shown: Shown, key: str) -> None:
        """Press a button as a person does: the server tells, and takes the notice away."""
        assert key == "default" or key in shown.actions, f"{shown.title!r} has no button {key!r}"
        self._loop.call_soon_threadsafe(self._interface.ActionInvoked, shown.id, key)
        self.dismiss(shown)

    def dismiss(self, shown: Shown) -> None:
        """Close a notice as a person does."""
        self._loop.call_soon_threadsafe(self._interface.close, shown.id, 2)

    def wait(self, condition: Callable[[], bool], seconds: float = 5) -> bool:
        """Wait until `condition` holds; whether it does."""
        with self.changed:
            return self.changed.wait_for(condition, seconds)

    def _run(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _connect(self) -> None:
        self._bus = await MessageBus(self._address).connect()
        self._bus.export("/org/freedesktop/Notifications", self._interface)
        await self._bus.request_name(NAME)

    async def _disconnect(self) -> None:
        assert self._bus is not None
        self._interface.patience.set()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
        if self._bus.connected:
            self._bus.disconnect()
        with contextlib.suppress(OSError, EOFError):  # the bus may be gone already
            await self._bus.wait_for_disconnect()


class _Interface(ServiceInterface):
    def __init__(self, server: NotificationServer, capabilities: tuple[str, ...]) -> None:
        super().__init__(NAME)
        self._server = server
        self._capabilities = list(capabilities)
        self._last = 0
        self.patience = asyncio.Event()  # set when even a silent server must answer

    @dbus_method()
    async def GetCapabilities(self) -> Words:  # noqa: N802 - the specification's names
        await self._answer()
        return self._capabilities

    @dbus_method()
    async def GetServerInformation(self) -> Information:  # noqa: N802
        await self._answer()
        return ("test server", "tests", "1", "1.2")

    @dbus_method()
    async def Notify(  # noqa: N802
        self,
        app: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        title: DBusStr,
        body: DBusStr,
        actions: Words,
        hints: Hints,
        timeout: DBusInt32,
    ) -> DBusUInt32:
        await self._answer()
        if replaces:
            number = replaces
        else:
            self._last += 1
            number = self._last
        buttons = dict(zip(actions[::2], actions[1::2], strict=True))
        plain = {key: hint.value for key, hint in hints.items()}
        with self._server.changed:
            shown = Shown(number, app, icon, title, body, buttons, plain, timeout)
            self._server.received.append(shown)
            self._server.open[number] = shown
            self._server.changed.notify_all()
        return number

    @dbus_method()
    async def CloseNotification(self, number: DBusUInt32):  # noqa: N802
        await self._answer()
        self.close(number, 3)

    @dbus_signal()
    def NotificationClosed(self, number: int, reason: int) -> Closed:  # noqa: N802
        return (number, reason)

    @dbus_signal()
    def ActionInvoked(self, number: int, key: str) -> Invoked:  # noqa: N802
        return (number, key)

    def close(self, number: int, reason: int) -> None:
        with self._server.changed:
            self._server.open.pop(number, None)
            self._server.changed.notify_all()
        self.NotificationClosed(number, reason)

    async def _answer(self) -> None:
        if self._server.silent:
            await self.patience.wait()
