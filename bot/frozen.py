"""Values that never change: another takes their place, and what it says is checked."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A value whose other is made by `but`, the only way to one; `model_copy` would check nothing."""

    model_config = ConfigDict(frozen=True)

    def but(self, **changes: Any) -> Self:
        """The same with these fields changed: their names and types are checked, here and by mypy (tests/but.py).

        Raises TypeError for a field that is not there, ValidationError (a ValueError) for a value that does not fit.
        """
        unknown = changes.keys() - type(self).model_fields.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        return self.model_validate({**self.__dict__, **changes}, strict=True)
