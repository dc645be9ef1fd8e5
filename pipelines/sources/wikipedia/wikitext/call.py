"""A template as a page calls it, with arguments that are expanded when they are asked for."""

from collections.abc import Callable

from winnow.pipelines.sources.wikipedia.wikitext.nodes import Nodes

Expand = Callable[[Nodes], str]


class Call:
    """A template's name and arguments. What nobody asks for, such as all of a citation, costs nothing."""

    __slots__ = ("_expand", "_found", "_parts", "language", "name")

    def __init__(self, name: str, parts: list[Nodes], expand: Expand, language: str) -> None:
        self.name = name
        """Without its namespace, lower case."""
        self.language = language
        """The wiki's: "en"."""
        self._parts, self._expand = parts, expand
        self._found: dict[str, Nodes | str] | None = None

    def get(self, *keys: str) -> str:
        """The first of these arguments that is not empty, expanded and stripped; "" if there is none."""
        found = self._arguments()
        for key in keys:
            value = found.get(key)
            if value is None:
                continue
            if not isinstance(value, str):
                value = found[key] = self._expand(value).strip()
            if value:
                return value
        return ""

    def positional(self) -> list[str]:
        """The arguments 1, 2, 3, ... up to the first that is missing."""
        found = self._arguments()
        values: list[str] = []
        while (key := str(len(values) + 1)) in found:
            values.append(self.get(key))
        return values

    def _arguments(self) -> dict[str, Nodes | str]:
        if self._found is None:
            self._found = {}
            number = 0
            for part in self._parts:
                key, value = self._split(part)
                if key is None:
                    number += 1
                    key = str(number)
                self._found[key] = value
        return self._found

    def _split(self, part: Nodes) -> tuple[str | None, Nodes]:
        """(key, value) of `key=value`; None for the key of one that has only a place."""
        for place, node in enumerate(part):
            if isinstance(node, str) and "=" in node:
                before, _, after = node.partition("=")
                return self._expand([*part[:place], before]).strip(), [after, *part[place + 1 :]]
        return None, part
