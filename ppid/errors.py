"""Faults a user can mend, on the training side (`ppid` imports nothing of the runtime, so it has its own pair)."""

import difflib
import errno
import io
import os
import sys
from collections.abc import Callable, Iterable

_PLACES = {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP}


class UserError(Exception):
    """A fault the user can mend: the message says what was expected, what was found and what to run."""


def nearest(key: str, keys: Iterable[str]) -> str:
    """What to say of a key that does not exist."""
    near = difflib.get_close_matches(key, keys, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(keys)}"


def run_command(main: Callable[[], None]) -> None:
    """Run a command's `main`; a `UserError` becomes one message on stderr and exit code 2, Ctrl-C exit code 130.

    So do places that may not be looked into or have a name too long, wherever a command stumbles over them.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # file names need not be text
    try:
        main()
        sys.stdout.flush()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        if error.errno not in _PLACES or error.filename is None:
            raise
        print(f"error: {error.filename}: {error.strerror}; check its name and who may read it", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
