"""For mypy: `Frozen.but` takes the fields of its class, each with its type, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from mypy.nodes import ARG_NAMED_OPT, Var
from mypy.plugin import MethodSigContext, Plugin
from mypy.types import FunctionLike, Instance, Type, get_proper_type

FROZEN = "bot.frozen.Frozen"


def _of_fields(context: MethodSigContext) -> FunctionLike:
    """The signature of ``but``: every annotated field by its name, each of which may be left out."""
    value = get_proper_type(context.type)
    if not isinstance(value, Instance) or not value.type.has_base(FROZEN):
        return context.default_signature
    fields: dict[str, Type] = {}
    for each in reversed(value.type.mro):
        if each.has_base(FROZEN) and each.fullname != FROZEN:
            names = ((name, symbol.node) for name, symbol in each.names.items())
            fields |= {
                name: node.type for name, node in names if isinstance(node, Var) and _is_field(node) and node.type
            }
    return context.default_signature.copy_modified(
        arg_types=list(fields.values()), arg_names=list(fields), arg_kinds=[ARG_NAMED_OPT] * len(fields)
    )


def _is_field(node: Var) -> bool:
    return not node.is_classvar and not node.name.startswith(("_", "model_"))


class ButOfFields(Plugin):
    """Knows ``but`` of every frozen value."""

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        """The signature of a method by its full name."""
        return _of_fields if fullname.endswith(".but") else None


def plugin(version: str) -> type[Plugin]:
    """What mypy asks for."""
    return ButOfFields
