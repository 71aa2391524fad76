"""ppid at run time: matte pictures, files and live streams with an engine bundle. Needs neither PyTorch nor a GPU.

import runtime

with runtime.open() as matter:
    alpha, state = matter(frame)
"""

from runtime.errors import UserError
from runtime.matter import Matter
from runtime.matter import open_matter as open  # the name users know from files

__all__ = ["Matter", "UserError", "open"]
