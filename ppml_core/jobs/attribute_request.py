"""A request to infer attributes: what does a model betray about a person's unknown value?"""

from __future__ import annotations

from dataclasses import dataclass, field

from ppml_core._validate import in_range, instance, not_empty, one_of, settle
from ppml_core.datasets.split import SplitSizes
from ppml_core.errors import InvalidValue
from ppml_core.jobs.membership_requests import TrainRequest
from ppml_core.models.architecture import Architecture
from ppml_core.training.recipe import TrainingRecipe

ATTRIBUTE_MODELS = ("mlp", "softmax", "forest")
ATTRIBUTES_RECIPE = TrainingRecipe(architecture=Architecture(kind="mlp"), batch_size=32)
ATTRIBUTES_SPLIT = SplitSizes(members=0.3, nonmembers=0.3, auxiliary=0.4)
"""More auxiliary records than elsewhere: imputer and shadow models live on them."""

MODELS_MIN, MODELS_MAX = 2, 128
SHADOWS_MIN, SHADOWS_MAX = 1, 32
TREES_MAX = 1000
NAME_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class AttributesRequest(TrainRequest):
    """Guess one column of records whose other columns and label are known.

    ``sensitive``: a feature (``age``), a one-hot column (``sex``), or one value of it
    (``sex=Male``). ``target``: ``network`` (the recipe's ``softmax`` or ``mlp``) or
    ``forest`` (a random forest of ``trees`` trees; the recipe then says nothing and
    must be without privacy). ``models`` targets are trained, each on its own random part of
    members and non-members, and attacked in turn; ``shadows`` more, on auxiliary records,
    teach the fusion. At most ``records`` of the dataset's records are used.
    """

    dataset: str = "breast-cancer"
    recipe: TrainingRecipe = field(default_factory=lambda: ATTRIBUTES_RECIPE)
    split: SplitSizes = field(default_factory=lambda: ATTRIBUTES_SPLIT)
    sensitive: str = "mean texture"
    target: str = "network"
    trees: int = 100
    models: int = 16
    shadows: int = 8
    records: int = 6000

    def __post_init__(self) -> None:
        super().__post_init__()
        instance("sensitive", self.sensitive, str)
        not_empty("sensitive column", self.sensitive.strip())
        in_range("length of the sensitive column's name", len(self.sensitive), 1, NAME_LENGTH)
        one_of("target", self.target, ("network", "forest"))
        settle(self, wholes=("trees", "models", "shadows", "records"))
        in_range("trees", self.trees, 1, TREES_MAX)
        in_range("models", self.models, MODELS_MIN, MODELS_MAX)
        in_range("shadows", self.shadows, SHADOWS_MIN, SHADOWS_MAX)
        in_range("records", self.records, 100, 100_000)
        self._check_model()

    def _check_model(self) -> None:
        """Attribute inference is for tables; forests have no DP-SGD."""
        kind = self.recipe.architecture.kind
        if self.target == "forest" and self.recipe.privacy is not None:
            raise InvalidValue(
                "privacy of a random forest", "none (DP-SGD trains softmax and mlp only)", "DP-SGD"
            )
        if self.target == "network":
            one_of("model", kind, ("mlp", "softmax"))

    @property
    def model(self) -> str:
        """``mlp``, ``softmax`` or ``forest``."""
        return "forest" if self.target == "forest" else self.recipe.architecture.kind
