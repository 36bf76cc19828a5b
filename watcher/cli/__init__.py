"""The command line. Kept light: the running service must not load what only the commands need."""


def main() -> None:
    """The `watcher` program."""
    from watcher.cli.app import program

    program()
