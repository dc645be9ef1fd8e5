"""The tree of a page's wikitext: text between templates, arguments, links and tags."""

from dataclasses import dataclass
from typing import Union

Nodes = list[Union[str, "Node"]]


@dataclass(slots=True)
class Template:
    """{{name|part|key=part}}; parts[0] holds the name."""

    parts: list[Nodes]


@dataclass(slots=True)
class Argument:
    """{{{name|default}}}: on a page itself only its default shows."""

    parts: list[Nodes]


@dataclass(slots=True)
class Link:
    """[[target|label]]"""

    parts: list[Nodes]


@dataclass(slots=True)
class Tag:
    """A tag whose content MediaWiki gives to an extension before anything in it is read."""

    name: str
    attributes: str
    content: str


Node = Template | Argument | Link | Tag
