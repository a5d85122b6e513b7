"""Models that were trained before: found by what decides them, never by a name.

Only who has the data finds them: those of the catalogue's data are everybody's, those of an
upload belong to that upload, and those of a file to this store. Otherwise an answer that
comes at once would tell that somebody else has trained on exactly these records.

A group's file is named by a hash of the data, the recipes, seeds and members of its
models, the code and the libraries that trained them. So a population that is asked for
again, for other attacks or with more models, is trained only as far as it is new, and
whatever changed in between makes another name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version

import numpy as np

from ppml_core import limits
from ppml_core.datasets.catalogue import CATALOGUE
from ppml_core.errors import StoreFormatError, StoreUnavailable
from ppml_core.jobs.stamp import code_stamp
from ppml_core.storage.arrays import ArrayStore
from ppml_core.storage.protocol import Store
from ppml_core.storage.salting import salted

PREFIX = "models-"
"""Of folders, each for the models that learned from one dataset as one person has it."""

TRIM_EVERY = 16
"""Part of the limit after which it is looked again whether the whole is within it."""


def folder_of(ref: str, sha256: str, secret: str) -> str:
    """Where models that learned from data with this hash are kept, of which 16 digits count.

    >>> folder_of("digits", "0123456789abcdef0123456789abcdef", "s")
    'models-0123456789abcdef'
    >>> one, other = (folder_of(f"upload:{name}", "0123456789abcdef", "s") for name in "ab")
    >>> one == other
    False
    """
    digits = sha256[:16]
    owner = ref if ref.startswith("upload:") else "a file"
    public = any(row.name == ref for row in CATALOGUE)
    return PREFIX + (digits if public else salted(secret, f"{owner} {digits}"))


class KeptModels:
    """Weights of groups that learned from one dataset, within a bound on all datasets.

    ``wanted()`` is asked around every write: nothing stays of data that was deleted
    meanwhile. Of what does not fit, the least recently used goes. A file that cannot
    be read is as good as none.
    """

    def __init__(
        self,
        arrays: ArrayStore,
        folder: str,
        *,
        limit: int = limits.KEPT_BYTES,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        self._arrays, self._folder = arrays, folder
        self._limit, self._wanted = limit, wanted
        self._written = limit  # look once at what earlier runs left

    def get(self, fingerprint: str) -> np.ndarray | None:
        """Weights ``(M, P)``, or None."""
        name = _name(fingerprint)
        try:
            weights = self._arrays.get(self._folder, name)["weights"]
        except (OSError, StoreFormatError, KeyError):
            return None
        self._arrays.used(self._folder, name)
        return weights

    def put(self, fingerprint: str, weights: np.ndarray) -> None:
        """Keep them; a disk that is full keeps nothing."""
        if weights.nbytes > self._limit // TRIM_EVERY or not self._wanted():
            return
        with suppress(OSError):
            self._arrays.put(self._folder, _name(fingerprint), {"weights": weights})
            self._written += weights.nbytes
        if self._written > self._limit // TRIM_EVERY:
            self._arrays.trim(PREFIX, self._limit)
            self._written = 0
        if not self._wanted():
            self._arrays.delete(self._folder)


def models_of(store: Store, ref: str, sha256: str) -> KeptModels:
    """The models kept of the data of a run. Of an upload, none once it is deleted or
    prepared anew."""

    def wanted() -> bool:
        try:
            card = store.data.card(ref)
        except StoreUnavailable:
            return False
        return card is not None and card.sha256 == sha256

    private = ref.startswith("upload:")
    folder = folder_of(ref, sha256, store.secret)
    return KeptModels(store.arrays, folder, wanted=wanted if private else lambda: True)


def _name(fingerprint: str) -> str:
    """The fingerprint and what runs now, as one hash."""
    libraries = f"torch {version('torch')} numpy {version('numpy')}"
    text = f"{fingerprint} {code_stamp()} {libraries}"
    return hashlib.sha256(text.encode()).hexdigest()[:40]
