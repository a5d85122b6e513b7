"""Files of kinds that are not read, called what they are whatever their name."""

from __future__ import annotations

import json
import re

from ppml_core.errors import UploadRejected

_LINES = "one flat record a line, as CSV or Parquet"
_PICKLE = "Pickles can run programs and are never opened. Export the data as CSV or NPZ."


def check_text(head: bytes) -> None:
    """Refuse text that is no table with separators; ``head`` are its first bytes."""
    text = head.removeprefix(b"\xef\xbb\xbf").decode(errors="ignore").lstrip()
    lines = [line for line in text.splitlines() if not line.startswith("%")]
    first = lines[0].strip() if lines else ""
    if first.lower().startswith("@relation"):
        raise UploadRejected("This file is ARFF (Weka)", fix="Save it as CSV.")
    if re.match(r"<(\?xml|!doctype|html|[a-z]+[ >])", text, re.IGNORECASE):
        raise UploadRejected("This file is XML or a web page", fix=f"Save {_LINES}.")
    if text.startswith("{\\rtf"):
        raise UploadRejected("This file is an RTF document", fix="Save the table as CSV.")
    if _is_record(first):
        raise UploadRejected("This file is JSON lines", fix=f"Save {_LINES}.")
    if re.match(r"\{\s*(\"|\})|\[\s*[\[{]", text):
        raise UploadRejected("This file is JSON", fix=f"Save {_LINES}.")


def check_entries(names: list[str]) -> None:
    """Refuse archives that are something else, by the names in them."""
    parts = {name.rsplit("/", 1)[-1] for name in names}
    if "data.pkl" in parts:
        raise UploadRejected("This file is a PyTorch file, which holds a pickle", fix=_PICKLE)
    if "[Content_Types].xml" in names:
        if any(name.startswith("xl/") for name in names):
            raise UploadRejected("This file is an Excel workbook", fix="Save it as CSV (UTF-8).")
        raise UploadRejected("This file is an Office document", fix="Save the table as CSV.")
    if {"mimetype", "content.xml"} <= set(names):
        raise UploadRejected("This file is an OpenDocument file", fix="Save the table as CSV.")


def _is_record(line: str) -> bool:
    """Whether a line is a JSON object by itself."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
