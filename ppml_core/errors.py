"""Every exception the library raises on purpose. The class owns its message.

Anything that derives from :class:`PPMLError` is written for the person at the
keyboard: it says what was wrong, where, and what to do. Interfaces show
``str(error)`` and nothing else.
"""

from __future__ import annotations


class PPMLError(Exception):
    """Base of every error this library raises on purpose. They may be sent between processes.

    >>> from copy import copy
    >>> str(copy(InvalidValue("epochs", ">= 1", 0)))
    'Expected epochs >= 1, got 0'
    """

    def __reduce__(self) -> tuple[object, ...]:
        """Made again from its text: the parts that it was made from are not kept."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[PPMLError], args: tuple[object, ...], fields: dict[str, object]) -> PPMLError:
    """An error that comes from elsewhere."""
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(fields)
    return error


class InvalidValue(PPMLError, ValueError):
    """A value outside its range.

    >>> raise InvalidValue("noise_multiplier", "> 0", -1.0)
    Traceback (most recent call last):
    ...
    ppml_core.errors.InvalidValue: Expected noise_multiplier > 0, got -1.0
    """

    def __init__(self, name: str, expected: str, got: object) -> None:
        super().__init__(f"Expected {name} {expected}, got {got!r}")
        self.name = name


class UploadRejected(PPMLError):
    """An uploaded file that cannot be used: what is wrong, where, and what to do."""

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        what, where = _bounded(what), where and _bounded(where)
        place = f" ({where})" if where else ""
        advice = f" {fix}" if fix else ""
        super().__init__(f"{what}{place}.{advice}")
        self.what, self.where, self.fix = what, where, fix


class DataNotUsable(PPMLError):
    """Records that a run cannot start from: what is wrong with them, and what to do."""

    def __init__(self, what: str, *, fix: str) -> None:
        super().__init__(f"{what}. {fix}")
        self.what, self.fix = what, fix


class ReaderBusy(PPMLError):
    """So many files are being read that this one's turn did not come."""

    def __init__(self) -> None:
        super().__init__(
            "Other files are being read here, one at a time, and the turn of this one did not "
            "come. Try again in a few minutes."
        )


def _bounded(text: str) -> str:
    """A text that may repeat something from a file, at most 600 characters of it."""
    return text if len(text) <= 600 else f"{text[:599]}…"


class DatasetUnavailable(PPMLError):
    """A catalogue entry that needs a connection or a system package that is not there."""


class UnknownName(PPMLError, KeyError):
    """A name that is in no registry.

    >>> raise UnknownName("dataset", "digit", ["digits", "wine"])
    Traceback (most recent call last):
    ...
    ppml_core.errors.UnknownName: Unknown dataset 'digit'. Known: digits, wine
    """

    def __init__(self, kind: str, name: str, known: list[str]) -> None:
        super().__init__(f"Unknown {kind} {name!r}. Known: {', '.join(known)}")

    def __str__(self) -> str:
        return str(self.args[0])


class CalibrationFailed(PPMLError):
    """No noise multiplier within the bounds reaches the target epsilon."""


class TrainingDiverged(PPMLError):
    """Weights or outputs of a model became infinite or NaN: there is nothing to measure.

    >>> raise TrainingDiverged("the weights of a model", "after epoch 3", learning_rate=1e30)
    Traceback (most recent call last):
    ...
    ppml_core.errors.TrainingDiverged: Training diverged: the weights of a model are no longer \
finite numbers after epoch 3. Lower the learning rate (1e+30) or the number of epochs.
    """

    def __init__(self, what: str, when: str, *, learning_rate: float) -> None:
        super().__init__(
            f"Training diverged: {what} are no longer finite numbers {when}. Lower the learning "
            f"rate ({learning_rate:g}) or the number of epochs."
        )


class WorkersLost(PPMLError):
    """Workers that train groups of models died again and again.

    >>> raise WorkersLost(4)
    Traceback (most recent call last):
    ...
    ppml_core.errors.WorkersLost: A group of models could not be trained: its worker was lost 4 \
times. It may need more memory than a worker has: choose a smaller model or a smaller batch.
    """

    def __init__(self, times: int) -> None:
        super().__init__(
            f"A group of models could not be trained: its worker was lost {times} times. It may "
            "need more memory than a worker has: choose a smaller model or a smaller batch."
        )


class WorkerMismatch(PPMLError):
    """A worker that runs other software than whoever gave it a task."""

    def __init__(self, *, here: str, there: str) -> None:
        super().__init__(
            f"A worker runs version {there}, and this process version {here}: their results "
            "would not agree. Install the same versions on both."
        )


class ClusterUnavailable(PPMLError):
    """The scheduler that was named cannot be used: what is missing and what to do."""


class TooMuchMemory(PPMLError):
    """A request that is predicted to need more memory than a run may take.

    >>> raise TooMuchMemory("The attacks", 12_000_000_000, 8_000_000_000, "Ask for fewer models.")
    Traceback (most recent call last):
    ...
    ppml_core.errors.TooMuchMemory: The attacks would need about 12.0 GB of memory; the limit is \
8.0 GB. Ask for fewer models.
    """

    def __init__(self, what: str, needed: int, limit: int, fix: str) -> None:
        super().__init__(
            f"{what} would need about {needed / 1e9:.1f} GB of memory; the limit is "
            f"{limit / 1e9:.1f} GB. {fix}"
        )


class AttackNotApplicable(PPMLError):
    """The attack cannot run on this input. Not the same as "passed"."""


class RunCancelled(PPMLError):
    """The person asked for the run to stop."""

    def __init__(self) -> None:
        super().__init__("Cancelled")


class RunNotFound(PPMLError):
    """No run with this id is in the store (deleted, mistyped, or another store)."""

    def __init__(self, run_id: str) -> None:
        super().__init__(f"No run {run_id!r} in this store. It may have been deleted.")


class NotYours(PPMLError):
    """Only the session that started a run, or uploaded a file, may delete or change it."""

    def __init__(self, what: str, action: str = "delete") -> None:
        super().__init__(f"Only the session that made this {what} can {action} it.")


class UploadNotFound(PPMLError):
    """No upload with this token (deleted, mistyped, or never prepared)."""

    def __init__(self) -> None:
        super().__init__(
            "This upload is not here. It may have been deleted: upload the file again."
        )


class StoreUnavailable(PPMLError):
    """The store cannot be opened, read or written just now."""


class StoreFormatError(PPMLError):
    """A stored file has a format version this library does not read."""
