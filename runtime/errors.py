"""Faults a user can mend, and the one place where a command turns them into an exit code."""

import errno
import io
import os
import sys
from collections.abc import Callable

_PLACES = {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ELOOP}


class UserError(Exception):
    """A fault the user can mend: the message says what was expected, what was found and what to run.

    Commands print it without a traceback and exit 2. Any other exception is a bug and keeps its traceback.
    """


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
