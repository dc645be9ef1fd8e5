"""A step's rows, shared out: among ranks, and into micro-batches; as evenly as it goes."""


def share(rows: int, part: int, parts: int) -> tuple[int, int]:
    """The rows [first, stop) of one of `parts` that are neighbours; none has two more than another."""
    return rows * part // parts, rows * (part + 1) // parts


def even(rows: int, most: int, parts: int = 0) -> list[int]:
    """Sizes of the fewest micro-batches of at most `most` rows; or of so many `parts`, some of which may be empty."""
    parts = parts or -(-rows // most)
    return [stop - first for first, stop in (share(rows, part, parts) for part in range(parts))]
