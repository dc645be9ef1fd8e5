"""What the server imports once that workers are forked from."""

import importlib

from winnow.pipelines.quiet import quiet

quiet()
for name in ("winnow.pipelines.beam.graph", "datasketch"):
    importlib.import_module(name)
