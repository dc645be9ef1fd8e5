"""Beam asks each DoFn some thirty times for its state specs, and parses all options anew for each look at them: a third
of the time of a graph of a few elements."""

import contextlib
import functools
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.transforms import userstate


@contextlib.contextmanager
def asked_once() -> Iterator[None]:
    """Both answers are kept as long as what was asked lives: neither changes, and a view holds no values of its own."""
    specs, views = weakref.WeakKeyDictionary[Any, Any](), weakref.WeakKeyDictionary[Any, dict[Any, Any]]()
    get_specs, view_as = userstate.get_dofn_specs, PipelineOptions.view_as

    @functools.wraps(get_specs)
    def kept_specs(dofn: Any) -> Any:
        if dofn not in specs:
            specs[dofn] = get_specs(dofn)
        return specs[dofn]

    @functools.wraps(view_as)
    def kept_view(options: Any, of: Any) -> Any:
        kept = views.setdefault(options, {})
        if of not in kept:
            kept[of] = view_as(options, of)
        return kept[of]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(userstate, "get_dofn_specs", kept_specs)
        patch.setattr(PipelineOptions, "view_as", kept_view)
        yield
