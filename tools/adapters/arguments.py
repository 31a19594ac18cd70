"""Arguments of operations in the forms that Python libraries take."""


def sizes(value, count, default=None):
    """A size or stride for each of `count` dimensions, from an integer, a list, or None for the default."""
    value = default if value is None else value
    return tuple(value) if isinstance(value, (list, tuple)) else (value,) * count


def axis(dim):
    """A `dim` as NumPy's `axis`: None, an integer or a tuple."""
    return tuple(dim) if isinstance(dim, list) else dim


def subscripts(index):
    """What stands between the brackets for the `index` of a slice."""
    return tuple(map(_subscript, index))


def _subscript(item):
    if item == "ellipsis":
        return ...
    if item == "newaxis":
        return None
    return item["at"] if "at" in item else slice(item.get("from"), item.get("to"), item.get("step"))
