"""A file out of a tar archive, or out of the stream of a tree, which says more of what it could not read."""

from winnow.pipelines.sources.base import Item
from winnow.pipelines.sources.code.taken import Limit, Taken
from winnow.pipelines.sources.inflate import Bytes
from winnow.pipelines.sources.tar import LARGE, UNREADABLE, Broken, member_at


def take(data: Bytes, item: Item, limit: Limit) -> Taken:
    member = member_at(data, item.offset)
    if isinstance(member, Broken):
        return Taken.refused(b"", "damaged", "no header where the census saw one")
    most = limit(member.path)
    if member.type == UNREADABLE:
        return Taken.refused(member.path, "unreadable", member.note.decode("utf-8", "backslashreplace"))
    if member.type == LARGE:
        return Taken.too_large(member.path, int(member.note) if member.note.isdigit() else member.size, most)
    if member.sparse:
        return Taken.refused(member.path, "sparse", "stored without its holes", member.size)
    if member.size > most:
        return Taken.too_large(member.path, member.size, most)
    return Taken(member.path, member.size, data.read(member.content, member.size))
