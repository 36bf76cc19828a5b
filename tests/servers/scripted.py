"""A tiny IMAP server that says what it is told: for words of big providers that no server here will speak."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Mapping, Sequence


class ScriptedServer:
    """Answers by the first word of a command (`UID SEARCH` counts as `SEARCH`). An answer is a list of lines;
    the last begins with OK, NO, BAD (it gets the tag) or BYE (the connection ends). Others succeed."""

    host = "127.0.0.1"

    def __init__(self, answers: Mapping[str, Sequence[str]], greeting: str = "* OK ready") -> None:
        self._answers = answers
        self._greeting = greeting
        self._listener = socket.create_server((self.host, 0))
        self.port = int(self._listener.getsockname()[1])
        self.heard: list[str] = []

    def __enter__(self) -> ScriptedServer:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, client.makefile("rb") as lines:
            client.sendall(f"{self._greeting}\r\n".encode())
            for line in lines:
                self.heard.append(line.decode("utf-8", "replace").rstrip())
                tag, _, command = self.heard[-1].partition(" ")
                word = command.upper().removeprefix("UID ").split(" ")[0]
                known = {"CAPABILITY": ["* CAPABILITY IMAP4rev1", "OK done"], "LOGOUT": ["BYE bye"]}
                answer = list(self._answers.get(word, known.get(word, ["OK done"])))
                last = answer.pop()
                for extra in answer:
                    client.sendall(f"{extra}\r\n".encode())
                if last.startswith("BYE"):
                    client.sendall(f"* {last}\r\n".encode())
                    return
                client.sendall(f"{tag} {last}\r\n".encode())
