"""Winnow as it is imported and installed: `winnow.filters`, `winnow.pipelines` and `winnow.trainer`.

In the source tree the three lie at the top, and here are links to them, so that an installed Winnow puts one name and
nothing generic beside other packages.
"""
