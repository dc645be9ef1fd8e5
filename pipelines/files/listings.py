"""Which of many files are there, for whoever asks for the files of many elements at once."""

from collections.abc import Iterable

from winnow.pipelines.files.storage import Storage


class Listings:
    """Files as they lay there when first asked for: each folder is listed once, and no file is asked for by itself."""

    def __init__(self, storage: Storage) -> None:
        self._storage, self._there = storage, dict[str, set[str]]()

    def missing(self, paths: Iterable[str]) -> list[str]:
        """Those of the paths at which there is no file."""
        return [path for path in paths if path not in self._folder(path.rpartition("/")[0])]

    def _folder(self, folder: str) -> set[str]:
        if folder not in self._there:
            self._there[folder] = set(self._storage.files(folder))
        return self._there[folder]
