"""Lets tests share the helpers that lie beside them, whichever way pytest imports them."""

import sys
from pathlib import Path

for folder in ("engines", "pipelines", "pipelines/extraction", "pipelines/sources", "pipelines/torture"):
    sys.path.insert(0, str(Path(__file__).parent / folder))
