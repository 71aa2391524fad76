"""Faults a user can mend, on the training side (`ppid` imports nothing of the runtime, so it has its own pair)."""

import sys
from collections.abc import Callable


class UserError(Exception):
    """A fault the user can mend: the message says what was expected, what was found and what to run."""


def run_command(main: Callable[[], None]) -> None:
    """Run a command's `main`; a `UserError` becomes one message on stderr and exit code 2, Ctrl-C exit code 130."""
    try:
        main()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
