"""Every reader of bytes from outside, by name. The table of what each promises is README.md beside this file."""

from collections.abc import Mapping

from tests.fuzz import files, platforms, records, sealed, typed
from tests.fuzz.target import Target

TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (*platforms.TARGETS, *typed.TARGETS, *records.TARGETS, *sealed.TARGETS, *files.TARGETS)
}
