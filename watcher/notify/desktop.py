"""Notices on the desktop, with buttons that act.

The watcher is synchronous, desktop-notifier is not: its event loop lives in one background thread, started by
the first notice. Three habits of the library shape this module:
- `send` never raises; only `on_dispatched` tells that a notice was handed over, so only that counts;
- it knows no replacing: the earlier notice of the same id is closed first;
- it does not escape: a body is escaped for servers that read markup in it. Titles are plain by specification.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import html
import logging
import os
import platform
import threading
from collections.abc import Coroutine
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, TypeVar

import desktop_notifier as library

from watcher.errors import NotifyError
from watcher.notify import BODY_LENGTH, LABEL_LENGTH, TITLE_LENGTH, Notice, OnAction, clean, clean_body
from watcher.notify.server import NoServerError, Server, ask, close, session_bus

logger = logging.getLogger(__name__)
# Its warnings carry whole tracebacks, and what they say is said here in one line.
logging.getLogger("desktop_notifier").setLevel(logging.ERROR)

#: Seconds a server may take for one notice.
LIMIT = 5.0

_T = TypeVar("_T")


class DesktopNotifier:
    """Shows notices through the desktop's own service. Thread-safe; one notice at a time."""

    name = "desktop"

    def __init__(self, on_action: OnAction, app_name: str, limit: float = LIMIT) -> None:
        self._on_action = on_action
        self._app_name = app_name
        self._limit = limit
        self._turn = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._server: Server | None = None
        self._desktop: library.DesktopNotifier | None = None

    def show(self, notice: Notice) -> bool:
        """True when the server took the notice. Raises NotifyError where there is no session bus at all."""
        with self._turn:
            if self._closed:
                return False
            try:
                return self._run(self._show(notice))
            except NoServerError as nobody:
                if nobody.for_good:
                    raise NotifyError(nobody.message, nobody.remedy) from nobody
                logger.info("%s The notice waits", nobody.message)
            except TimeoutError:
                logger.info(
                    "The notification server took longer than %g seconds; the notice waits", self._limit
                )
            return False

    def check(self) -> str:
        """'' when a notification server answers."""
        with self._turn:
            if self._closed:
                return "The notifier is closed."
            try:
                self._run(self._find())
            except NoServerError as nobody:
                return f"{nobody.message} {nobody.remedy}"
            except TimeoutError:
                return (
                    f"The notification server did not answer within {self._limit:g} seconds. "
                    "Restart the notification service of your desktop."
                )
            return ""

    def close(self) -> None:
        """End the connection and the thread. Notices on the screen stay; their buttons no longer act."""
        with self._turn:
            self._closed = True
            loop, thread = self._loop, self._thread
            if loop is None or thread is None:
                return
            try:
                self._run(self._forget())
            except TimeoutError:
                logger.debug("The notification server was slow to let go")
            loop.call_soon_threadsafe(loop.stop)
            thread.join(self._limit)
            if not thread.is_alive():
                loop.close()
            self._loop = self._thread = None

    # ------------------------------------------------------------------ the background thread

    def _run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Do `work` in the loop's thread, within the limit. Raises TimeoutError and whatever it raises."""
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="watcher-notify", daemon=True)
            self._thread.start()
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, self._limit), self._loop)
        try:
            return future.result(self._limit + 1)  # the second limit holds even if the loop itself is stuck
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise

    async def _find(self) -> Server:
        """The server of this moment, with a library object that belongs to it. Raises NoServerError."""
        server = await ask() if platform.system() == "Linux" else await self._other_system()
        if self._desktop is None or self._server is None or server.identity != self._server.identity:
            # Ids and capabilities of an older server mean nothing to this one.
            await self._forget()
            self._server, self._desktop = server, self._new_library()
        return server

    async def _show(self, notice: Notice) -> bool:
        server = await self._find()
        desktop = self._desktop
        assert desktop is not None
        if notice.id in await desktop.get_current_notifications():
            await desktop.clear(notice.id)
        dispatched: list[str] = []
        body = clean_body(notice.body, BODY_LENGTH)
        await desktop.send_notification(
            library.Notification(
                title=clean(notice.title, TITLE_LENGTH),
                message=html.escape(body, quote=False) if server.markup else body,
                urgency=library.Urgency.Critical if notice.urgent else library.Urgency.Normal,
                timeout=0 if notice.urgent else -1,  # 0: stays until the person acts; -1: as the server likes
                buttons=self._buttons(notice) if server.buttons else (),
                on_dispatched=lambda: dispatched.append(notice.id),
                on_clicked=lambda: self._clicked(notice),
                identifier=notice.id,
            )
        )
        if not dispatched:
            await self._forget()  # whatever was wrong: begin afresh next time
        return bool(dispatched)

    def _buttons(self, notice: Notice) -> tuple[library.Button, ...]:
        return tuple(
            library.Button(
                title=clean(button.label, LABEL_LENGTH),
                identifier=button.action,
                on_pressed=partial(self._pressed, notice.id, button.action),
            )
            for button in notice.buttons
        )

    def _clicked(self, notice: Notice) -> None:
        """A click on the notice itself opens it, where opening is on offer (not for suspects, rule 6.2)."""
        if any(button.action == "open" for button in notice.buttons):
            self._pressed(notice.id, "open")

    def _pressed(self, notice_id: str, action: str) -> None:
        try:
            self._on_action(notice_id, action)
        except Exception as fault:  # noqa: BLE001 - a failing action must not end the thread that hears the next
            logger.error("The button %s could not be acted on: %s", clean(action, 20), type(fault).__name__)

    async def _forget(self) -> None:
        """Let go of the library object and its connection. (It has no `close` of its own.)"""
        desktop, self._desktop, self._server = self._desktop, None, None
        bus = getattr(getattr(desktop, "_backend", None), "bus", None)
        if bus is not None:
            await close(bus)

    def _new_library(self) -> library.DesktopNotifier:
        if address := session_bus():
            os.environ.setdefault("DBUS_SESSION_BUS_ADDRESS", address)  # all that the library looks at
        return library.DesktopNotifier(app_name=self._app_name, app_icon=library.Icon(path=icon()))

    async def _other_system(self) -> Server:
        """macOS and Windows: no bus to ask, the library itself tells what it can do."""
        desktop = self._desktop or self._new_library()
        able = await desktop.get_capabilities()
        if library.Capability.ON_DISPATCHED not in able:
            raise NoServerError(
                "This Python may not show notices on this system.",
                "Use the command or the log notifier.",
                for_good=True,
            )
        buttons = ("actions",) if library.Capability.BUTTONS in able else ()
        return Server((platform.system(), ""), platform.system(), frozenset(buttons))


def icon() -> Path:
    """The watcher's own picture, as a file the notification server can read."""
    resource = files("watcher.notify") / "icon.png"
    if isinstance(resource, Path):
        return resource
    return as_file(resource).__enter__()  # from a zip: kept until the process ends
