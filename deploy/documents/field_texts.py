"""The text that stands under a field in the source, which Python itself does not keep."""

import ast
import inspect
import sys
from itertools import pairwise


def field_texts(owner: type) -> dict[str, str]:
    """Field → text, of a class and of those it is built on."""
    found: dict[str, str] = {}
    for base in reversed(owner.__mro__):
        found |= _own_texts(base)
    return found


def _own_texts(owner: type) -> dict[str, str]:
    module = sys.modules[owner.__module__]
    if owner.__module__.split(".")[0] not in {"schemas", "processors"}:
        return {}
    source = ast.parse(inspect.getsource(module))
    classes = {node.name: node.body for node in source.body if isinstance(node, ast.ClassDef)}
    texts = {}
    for field, below in pairwise(classes[owner.__name__]):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                texts[name] = inspect.cleandoc(text)
    return texts
