"""Faults a user can mend, and the one place where a command turns them into an exit code."""

import sys
from collections.abc import Callable


class UserError(Exception):
    """A fault the user can mend: the message says what was expected, what was found and what to run.

    Commands print it without a traceback and exit 2. Any other exception is a bug and keeps its traceback.
    """


def run_command(main: Callable[[], None]) -> None:
    """Run a command's `main`; a `UserError` becomes one message on stderr and exit code 2, Ctrl-C exit code 130."""
    try:
        main()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
