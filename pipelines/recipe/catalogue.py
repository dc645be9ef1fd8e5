"""Every step and every kind of source by the name that recipes call it."""

from winnow.filters.catalogue import STEPS
from winnow.pipelines.annotators.language import Language
from winnow.pipelines.sources.jsonl import Jsonl
from winnow.pipelines.sources.warc.settings import WarcSettings

CATALOGUE: dict[str, type] = {"language": Language, **STEPS}
SOURCES: dict[str, type] = {"warc": WarcSettings, "jsonl": Jsonl}
