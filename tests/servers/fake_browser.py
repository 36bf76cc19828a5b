"""The person's browser, as a program: goes to an address, is sent where the provider says, and writes down the
page it ends at. Arguments: the file to write to, the address."""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path


def main() -> None:
    """Go there."""
    target, address = sys.argv[1:]
    with urllib.request.urlopen(address, timeout=20) as page:
        Path(target).write_bytes(page.read())


if __name__ == "__main__":
    main()
