import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winnow.filters.rules import Reject
from winnow.pipelines.sources.code.facts.notebooks import MOST_CELLS, MOST_VALUES, Notebook, notebook_text


def notebook(*cells: Any, **rest: Any) -> bytes:
    return json.dumps({"nbformat": 4, "cells": cells, **rest}).encode()


def code(source: Any, **rest: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, **rest}


def prose(source: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": source}


PYTHON = {"metadata": {"language_info": {"name": "python"}}}


@pytest.mark.parametrize(
    ("data", "text", "language"),
    [
        (notebook(prose(["# A\n", "b"]), code(["x = 1\n",
        "y"], outputs=[{"text": "no"}]), **PYTHON), "# A\nb\n\n```python\nx = 1\ny\n```\n", "python"),
        (notebook(code("x")), "```\nx\n```\n", None), (notebook(code("\n\nx\n\n"), prose("  ")), "```\nx\n```\n", None),
        (notebook({"cell_type": "raw", "source": "as it is"}), "as it is\n", None),
        (notebook(code("```\nx\n```")), "````\n```\nx\n```\n````\n", None),
        (notebook(prose("![a](data:image/png;base64," + "QUJD" * 50 + ")")), "![a](data:image/png;base64,)\n", None),
        (notebook(prose("![a](attachment:a.png)")), "![a](attachment:a.png)\n", None),
        (notebook(code("x"), metadata={"kernelspec": {"language": "R"}}), "```r\nx\n```\n", "r"),
        (notebook(code("x"), metadata={"language_info": {"name": "a b\n"}}), "```\nx\n```\n", None),
        (notebook(code("x"), metadata=[3]), "```\nx\n```\n", None),
        (json.dumps({"worksheets": [{"cells": [{"cell_type": "heading", "level": 2, "source": "A"},
            {"cell_type": "code", "input": ["x"], "language": "python"}]}]}).encode(),
            "## A\n\n```python\nx\n```\n", "python"),
        (notebook(3, None, [], {}, {"cell_type": 3}, code(None), code(3), code(["x", 3, None])), "```\nx\n```\n", None),
        (b"\xef\xbb\xbf" + notebook(code("x")), "```\nx\n```\n", None),
        (notebook(code("é\ud83d")), "```\né\ud83d\n```\n", None),
    ],
)  # fmt: skip
def test_text(data: bytes, text: str, language: str | None) -> None:
    assert notebook_text(data) == Notebook(text, language)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "unparsable"), (b"{", "unparsable"), (b"[" * 100_000, "unparsable"), (b"1" * 5000, "unparsable"),
        (b'{"cells":' + b'{"a":' * 5000, "unparsable"), (b"\xff\xff", "encoding"), (b"[]", "shape"),
        (b"3", "shape"), (b"{}", "shape"),
        (b'{"cells": 3}', "empty"), (b'{"cells": []}', "empty"), (b'{"worksheets": [3, {"cells": 4}]}', "empty"),
        (notebook(code("")), "empty"), (notebook(*[code("x")] * (MOST_CELLS + 1)), "cells"),
        (b"[" + b"1," * MOST_VALUES + b"1]", "values"),
    ],
)  # fmt: skip
def test_rejects(data: bytes, rule: str) -> None:
    found = notebook_text(data)
    assert isinstance(found, Reject)
    assert found.rule == f"code.notebook_{rule}"


@given(st.binary(max_size=200))
def test_any_bytes_give_some_answer(data: bytes) -> None:
    assert isinstance(notebook_text(data), Notebook | Reject)


@pytest.mark.parametrize(
    "text", ["data:a;base64," * 20_000, "`" * 200_000, "data:image/png;base64," + "A" * 1_000_000, " " * 500_000 + "x"]
)
def test_hostile_cells_take_little_time(text: str) -> None:
    began = time.process_time()
    notebook_text(notebook(prose(text), code(text)))
    assert time.process_time() - began < 3
