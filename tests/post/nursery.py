"""All that a worker reads before it begins, read once: preloaded where workers are forked."""

from importlib import import_module
from pkgutil import walk_packages

import consortium
import tests.post.trial as trial  # the tasks of tests, known to their workers

for each in walk_packages(consortium.__path__, "consortium."):
    import_module(each.name)

__all__ = ["trial"]
