"""Reading JSON into dataclasses from several threads at once, without a crash.

msgspec builds its description of a class when the class is first read, and keeps
it on the class. Another thread that reads the same class at that moment can meet
it half built, which ends the whole process with a segmentation fault: thirty
browsers opening a fresh server did that. Built while the defining module is being
imported, which only one thread does, it is complete before anybody reads.
"""

from __future__ import annotations

import msgspec


def describe(*types: type) -> None:
    """Build the descriptions of these types, and of all types in their fields, now."""
    for each in types:
        msgspec.json.Decoder(each)
