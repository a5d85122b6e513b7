"""Yes and no in words."""

from __future__ import annotations

_PAIRS = (
    *("true false", "yes no", "y n", "t f", "on off", "ja nein", "j n", "wahr falsch"),
    *("oui non", "vrai faux", "sí no", "si no", "verdadero falso", "sì no", "vero falso"),
    *("sim não", "sim nao", "verdadeiro falso", "ja nee", "ja nej", "ja nei", "kyllä ei"),
    *("tak nie", "prawda fałsz", "ano ne", "áno nie", "igen nem", "evet hayır", "da nu"),
    *(
        "да нет",
        "так ні",
        "da ne",
        "ναι όχι",
        "是 否",
        "はい いいえ",
        "예 아니요",
        "نعم لا",
        "כן לא",
    ),
)
_MEANING = [dict(zip(pair.split(), (1.0, 0.0), strict=True)) for pair in _PAIRS]
MOST = 12
"""So many spellings of two words at most are looked at."""


def truths(levels: list[str]) -> tuple[list[float], str] | None:
    """1 or 0 for each of ``levels`` and the pair of words (empty for true and false),
    or None where it is no pair.

    Letter case does not matter. Both words must be there.

    >>> truths(["Ja", "nein", "JA"])
    ([1.0, 0.0, 1.0], 'ja/nein')
    >>> truths(["yes", "no", "maybe"]) is None
    True
    """
    if not 2 <= len(levels) <= MOST:
        return None
    plain = [level.casefold() for level in levels]
    for meaning in _MEANING:
        if set(plain) == meaning.keys():
            pair = "/".join(meaning)
            return [meaning[word] for word in plain], "" if pair == "true/false" else pair
    return None
