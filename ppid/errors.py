"""Faults a user can mend, on the training side (`ppid` imports nothing of the runtime, so it has its own pair)."""

import difflib
import sys
from collections.abc import Callable, Iterable


class UserError(Exception):
    """A fault the user can mend: the message says what was expected, what was found and what to run."""


def nearest(key: str, keys: Iterable[str]) -> str:
    """What to say of a key that does not exist."""
    near = difflib.get_close_matches(key, keys, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(keys)}"


def run_command(main: Callable[[], None]) -> None:
    """Run a command's `main`; a `UserError` becomes one message on stderr and exit code 2, Ctrl-C exit code 130."""
    try:
        main()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
