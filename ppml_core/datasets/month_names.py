"""Names of months, short and long, in the languages that tables are often written in."""

from __future__ import annotations

_LANGUAGES = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|"
    "september sep sept|october oct|november nov|december dec",
    "januar jänner jän|februar feber|märz mär mrz|april|mai|juni|juli|august|"
    "september|oktober okt|november|dezember dez",
    "janvier janv|février févr fév fevrier|mars|avril avr|mai|juin|juillet juil|août aout|"
    "septembre|octobre|novembre|décembre déc decembre",
    "enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago|septiembre setiembre set|"
    "octubre|noviembre|diciembre dic",
    "gennaio gen|febbraio|marzo|aprile|maggio mag|giugno giu|luglio lug|agosto|"
    "settembre sett|ottobre ott|novembre|dicembre",
    "janeiro|fevereiro fev|março|abril|maio|junho|julho|agosto|setembro|outubro out|"
    "novembro|dezembro",
    "januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december",
    "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
    "stycznia sty|lutego lut|marca|kwietnia kwi|maja|czerwca cze|lipca lip|sierpnia sie|"
    "września wrz|października paź|listopada lis|grudnia gru",
    "января янв|февраля фев|марта мар|апреля апр|мая май|июня июн|июля июл|августа авг|"
    "сентября сен сент|октября окт|ноября ноя|декабря дек",
)
MONTHS: dict[str, float] = {
    name: float(month)
    for language in _LANGUAGES
    for month, names in enumerate(language.split("|"), start=1)
    for name in names.split()
}
"""Lower-case name -> 1 to 12. No name means two months in these languages."""
