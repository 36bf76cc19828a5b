"""The child that asks the keyring: run as a program, never imported by the watcher.

Arguments: the backend's name, and after how many seconds to give up should the parent be gone. Standard
input: {"verb": "get" | "set" | "delete", "service", "account", "secret"}. Standard output: {"secret"} or
{"fault", "detail"}, where the detail is the name of an exception's type, never its text.
"""

import json
import os
import sys
import threading


def main() -> None:
    """Answer one question."""
    backend, seconds = sys.argv[1], float(sys.argv[2])
    # The parent ends this child in time; should the parent itself be killed, nobody else would.
    guard = threading.Timer(seconds + 5, os._exit, (75,))
    guard.daemon = True
    guard.start()
    question = json.load(sys.stdin)
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a backend prints is no answer
    json.dump(answer(backend, question), answers)
    answers.flush()


def answer(backend: str, question: dict[str, str]) -> dict[str, str]:
    """Do what `question` asks with the keyring called `backend`."""
    from keyring import core, errors

    try:
        keyring = core.load_keyring(backend)
    except (ImportError, AttributeError, ValueError) as fault:
        return {"fault": "no_backend", "detail": type(fault).__name__}
    except Exception as fault:  # noqa: BLE001 - backends raise of every kind when their service is not there
        return {"fault": "no_service", "detail": type(fault).__name__}
    service, account = question["service"], question["account"]
    try:
        if question["verb"] == "set":
            keyring.set_password(service, account, question["secret"])
        elif question["verb"] == "delete":
            keyring.delete_password(service, account)
        else:
            secret = keyring.get_password(service, account)
            return {"fault": "missing"} if secret is None else {"secret": secret}
        return {}
    except (errors.KeyringLocked, errors.InitError) as fault:
        # InitError: there is no collection yet, and the prompt that would make one was dismissed
        return {"fault": "locked", "detail": type(fault).__name__}
    except errors.NoKeyringError as fault:
        return {"fault": "no_service", "detail": type(fault).__name__}
    except errors.PasswordDeleteError:
        return {"fault": "missing"}
    except errors.PasswordSetError as fault:
        return {"fault": "refused", "detail": type(fault).__name__}
    except Exception as fault:  # noqa: BLE001 - the parent needs one word for anything else
        return {"fault": "failed", "detail": type(fault).__name__}


if __name__ == "__main__":
    main()
