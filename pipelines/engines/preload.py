"""What the server imports once that workers are forked from.

The collector of garbage does not look for any in it, then or in the workers: that takes a quarter of the import.
"""

import gc
import importlib

from winnow.pipelines.quiet import quiet

_GARBAGE = 20_000
"""New objects after which a worker's collector looks for cycles: more than a page leaves."""

quiet()
gc.disable()
for name in ("winnow.pipelines.beam.graph", "datasketch", "tldextract"):
    importlib.import_module(name)
gc.freeze()
gc.set_threshold(_GARBAGE)
gc.enable()
