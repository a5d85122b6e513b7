"""Who is swapped for whom: candidates, what they share, and who stays outside."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ppml_core import limits
from ppml_core._seeds import generator
from ppml_core.datasets.dataset import Dataset
from ppml_core.datasets.units import one_each
from ppml_core.errors import InvalidValue

PEOPLE_MEDIAN = 20
"""Classes of at most this many pictures (by the median) are taken for people."""

AUXILIARY_MIN, AUXILIARY_MAX = 10, 2_000
AUXILIARY_SHARE = 0.2
"""Least number of pictures and of people that stay outside; most that are used."""

HELD_OUT_MIN, HELD_OUT_MAX = 4, 100
"""Records of a class, beside those trained on, for testing and for the evaluation classifier."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Rows of the source: ``trained`` where the coin falls so, ``others`` never."""

    title: str
    trained: tuple[int, ...]
    others: tuple[int, ...] = ()
    is_person: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Rows of the source, every one in at most one place.

    ``shared``, ``tested``, ``evaluated``: per slot, records of the class that are in every
    model, in none, and for the evaluation classifier; empty where candidates are people.
    ``notes``: what differs from what was asked for, in sentences.
    """

    unit: str
    candidates: tuple[tuple[Candidate, Candidate], ...]
    shared: tuple[tuple[int, ...], ...]
    tested: tuple[tuple[int, ...], ...]
    evaluated: tuple[tuple[int, ...], ...]
    auxiliary: tuple[int, ...]
    notes: tuple[str, ...] = ()


def plan_candidates(dataset: Dataset, *, slots: int, records_per_class: int, seed: int) -> Plan:
    """Disjoint candidates for at most ``slots`` slots.

    Unit ``person`` where every class is one person (few pictures a class; of ``faces``,
    every face): A and B are people. Else unit ``record``: A and B are records of one
    class, beside ``records_per_class - 1`` others that all models share; the first half
    of the classes is private and the other half auxiliary.
    Raises ``InvalidValue`` for tables, too large pictures, or too few of them.
    """
    shape = dataset.image_shape
    if shape is None:
        raise InvalidValue("data", "pictures, such as faces or digits", f"the table {dataset.name}")
    if max(shape[:2]) > limits.INVERSION_SIDE:
        side = limits.INVERSION_SIDE
        raise InvalidValue(
            "pictures", f"of at most {side} by {side} pixels (scale them down)", shape
        )
    if not (dataset.features.min() >= 0 and dataset.features.max() <= 1):
        raise InvalidValue("pixels", "in [0, 1]", float(dataset.features.max()))
    rng = generator(seed, "inversion", "candidates")
    # A picture that is also A's rival, shared or the attacker's own would hide a leak or fake one.
    own = one_each(np.arange(len(dataset)), dataset.copies)
    people = _people(dataset, own)
    if people is not None:
        plan = _of_people(people, slots, records_per_class, rng)
    else:
        plan = _of_records(dataset, own, slots, records_per_class, rng)
    extra = len(dataset) - len(own)
    said = f"{extra:,} pictures are exact copies of others and take no part." if extra else ""
    return replace(plan, notes=(*plan.notes, said)) if said else plan


def _people(dataset: Dataset, own: np.ndarray) -> list[tuple[str, np.ndarray]] | None:
    """Titles and rows of the people, or None where classes are not people."""
    if dataset.name == "faces" and "face" in dataset.label_names:
        rows = own[dataset.labels[own] == dataset.label_names.index("face")]
        return [(f"Face {dataset.record_ids[row]}", rows[k : k + 1]) for k, row in enumerate(rows)]
    classes = [own[dataset.labels[own] == k] for k in range(dataset.n_classes)]
    present = [(name, rows) for name, rows in zip(dataset.label_names, classes, strict=True)]
    present = [(name, rows) for name, rows in present if len(rows)]
    if len(present) < 4 or np.median([len(rows) for _, rows in present]) > PEOPLE_MEDIAN:
        return None
    return present


def _of_people(
    people: list[tuple[str, np.ndarray]], slots: int, records: int, rng: np.random.Generator
) -> Plan:
    """Two people a slot; everybody else is auxiliary."""
    able = [person for person in people if len(person[1]) >= records]
    private = 2 * min(slots, _private_people(people, len(able)) // 2)
    if private < 4:
        most = sorted((len(rows) for _, rows in people), reverse=True)[min(3, len(people) - 1)]
        if records > most:
            raise InvalidValue(
                "records_per_class",
                f"in [1, {most}], because the people in these pictures have no more each",
                records,
            )
        raise InvalidValue(
            "people", ">= 6, with 10 pictures of others left over (add pictures)", len(people)
        )
    order = rng.permutation(len(able))
    chosen = [_person(able[k], records, rng) for k in order[:private]]
    taken = {row for person in chosen for row in (*person.trained, *person.others)}
    outside = np.array([row for _, rows in people for row in rows if row not in taken])
    found = tuple(zip(chosen[::2], chosen[1::2], strict=True))
    nothing: tuple[tuple[int, ...], ...] = ((),) * len(found)
    notes = _fewer(slots, len(found), "people")
    return Plan(
        unit="person",
        candidates=found,
        shared=nothing,
        tested=nothing,
        evaluated=nothing,
        auxiliary=_some(outside, rng),
        notes=notes,
    )


def _private_people(people: list[tuple[str, np.ndarray]], able: int) -> int:
    """How many people may be candidates so that enough stay outside."""
    most = len(people) - int(np.ceil(AUXILIARY_SHARE * len(people)))
    sizes = np.sort([len(rows) for _, rows in people])
    while most > 0 and sizes[: len(people) - most].sum() < AUXILIARY_MIN:
        most -= 1
    return min(most, able)


def _person(who: tuple[str, np.ndarray], records: int, rng: np.random.Generator) -> Candidate:
    """``records`` random ones of a person's pictures; the others stay untrained."""
    title, rows = who
    order = tuple(int(row) for row in rng.permutation(rows))
    return Candidate(title=title, trained=order[:records], others=order[records:], is_person=True)


def _of_records(
    dataset: Dataset, own: np.ndarray, slots: int, records: int, rng: np.random.Generator
) -> Plan:
    """Two records a slot, the slots being classes."""
    classes = {k: rng.permutation(own[dataset.labels[own] == k]) for k in range(dataset.n_classes)}
    classes = {k: rows for k, rows in classes.items() if len(rows)}
    if len(classes) < 2:
        raise InvalidValue("classes", ">= 2", len(classes))
    halved = len(classes) > 3
    private = list(classes)[: max(2, len(classes) // 2) if halved else len(classes)][:slots]
    outside, notes = _outside(dataset, classes, private, halved)
    parts = [_class_parts(dataset, k, classes[k], records) for k in private]
    if len(outside) < AUXILIARY_MIN:
        raise InvalidValue(
            "pictures outside the attacked classes, for the attacker",
            f">= {AUXILIARY_MIN} (add pictures or classes)",
            len(outside),
        )
    return Plan(
        unit="record",
        candidates=tuple(part[0] for part in parts),
        shared=tuple(part[1] for part in parts),
        tested=tuple(part[2] for part in parts),
        evaluated=tuple(part[3] for part in parts),
        auxiliary=_some(outside, rng),
        notes=notes,
    )


def _outside(
    dataset: Dataset, classes: dict[int, np.ndarray], private: list[int], halved: bool
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Auxiliary rows, taken off ``classes`` where these are too few to leave some out."""
    if halved:
        later = list(classes)[max(2, len(classes) // 2) :]
        names = ", ".join(dataset.label_names[k] for k in later[:10])
        more = " and more" * (len(later) > 10)
        return np.concatenate([classes[k] for k in later]), (
            f"The attacker's own pictures are of other classes: {names}{more}.",
        )
    parts = []
    for k in private:
        cut = max(1, round(AUXILIARY_SHARE * len(classes[k])))
        parts.append(classes[k][-cut:])
        classes[k] = classes[k][:-cut]
    note = (
        f"With {len(classes)} classes none can be left out: the attacker's own pictures are "
        "other records of the attacked classes, which makes every null stronger."
    )
    return np.concatenate(parts), (note,)


Parts = tuple[tuple[Candidate, Candidate], tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def _class_parts(dataset: Dataset, label: int, rows: np.ndarray, records: int) -> Parts:
    """(A and B), shared, tested, for the evaluator."""
    spare, name = len(rows) - (records + 1), dataset.label_names[label]
    if spare < HELD_OUT_MIN:
        most = len(rows) - 1 - HELD_OUT_MIN
        if most < 1:
            what = f"records of class {name!r} beside the attacker's own"
            raise InvalidValue(what, f">= {HELD_OUT_MIN + 2}", len(rows))
        raise InvalidValue(
            "records_per_class", f"in [1, {most}], as class {name!r} has no more", records
        )
    order = tuple(int(row) for row in rows)
    first, second = (
        Candidate(title=f"{name}, record {dataset.record_ids[row]}", trained=(row,))
        for row in order[:2]
    )
    held = order[records + 1 :][:HELD_OUT_MAX]
    half = len(held) // 2
    return (first, second), order[2 : records + 1], held[:half], held[half:]


def _some(rows: np.ndarray, rng: np.random.Generator) -> tuple[int, ...]:
    """At most ``AUXILIARY_MAX`` of the rows, ascending."""
    kept = rng.permutation(rows)[:AUXILIARY_MAX]
    return tuple(int(row) for row in np.sort(kept))


def _fewer(asked: int, found: int, what: str) -> tuple[str, ...]:
    """A sentence where there are fewer slots than were asked for."""
    if found >= asked:
        return ()
    return (f"{found} classes are attacked, not {asked}: the data has no more {what} for that.",)
