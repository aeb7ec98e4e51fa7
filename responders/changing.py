"""`dataclasses.replace` at a tenth of its cost or less, for records that are changed again and again in one turn."""

from typing import TYPE_CHECKING, Any

__all__ = ["replace"]

if TYPE_CHECKING:  # so that mypy checks the names and types of what is changed
    from dataclasses import replace
else:
    import dataclasses

    def replace(value: Any, /, **changes: Any) -> Any:
        """The same record with some fields changed.

        `dataclasses.replace` makes the record anew, field by field: 70 µs for a case, and there are fifteen in a turn
        that opens one. A record without slots holds its fields in a dict, which is copied whole (2 µs); nothing of
        ours has an `__init__` that would have to look at them again. With slots it is `dataclasses.replace`."""
        held = getattr(value, "__dict__", None)
        if held is None:
            return dataclasses.replace(value, **changes)
        if not changes.keys() <= held.keys():
            raise TypeError(f"{type(value).__name__} has no field {', '.join(changes.keys() - held.keys())}")
        new = object.__new__(type(value))
        fresh = new.__dict__
        fresh.update(held)
        fresh.update(changes)
        return new
