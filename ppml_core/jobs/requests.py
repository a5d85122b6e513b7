"""What a person can ask for. Frozen and validated: the form, the CLI and the store share it.

``dataset`` is a catalogue name (``digits``) or ``upload:<token>`` for prepared
uploaded data; the token is unguessable and whoever has it may use the data.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

import msgspec

from ppml_core import __version__
from ppml_core._typed_json import describe
from ppml_core._validate import instance, one_of
from ppml_core.errors import InvalidValue
from ppml_core.jobs.attribute_request import AttributesRequest
from ppml_core.jobs.gradients_request import GradientsRequest
from ppml_core.jobs.invert_request import InvertRequest
from ppml_core.jobs.ladder_request import LadderRequest
from ppml_core.jobs.membership_requests import (
    ATTACKS,
    FRONTIER_RECIPE,
    SEED_MAX,
    AuditRequest,
    FrontierRequest,
    TrainRequest,
)
from ppml_core.storage.salting import salted

__all__ = [
    "ATTACKS",
    "FRONTIER_RECIPE",
    "SEED_MAX",
    "AttributesRequest",
    "AuditRequest",
    "FrontierRequest",
    "GradientsRequest",
    "InvertRequest",
    "LadderRequest",
    "Request",
    "TrainRequest",
    "from_json",
    "kind_of",
    "redacted",
    "run_id",
    "to_json",
]

Request = (
    TrainRequest
    | AuditRequest
    | FrontierRequest
    | InvertRequest
    | AttributesRequest
    | GradientsRequest
    | LadderRequest
)
_KINDS: dict[str, Any] = {
    "train": TrainRequest,
    "audit": AuditRequest,
    "frontier": FrontierRequest,
    "invert": InvertRequest,
    "gradients": GradientsRequest,
    "ladder": LadderRequest,
    "attributes": AttributesRequest,
}
describe(*_KINDS.values())


def kind_of(request: Request) -> str:
    """``train``, ``audit``, ``frontier``, ...: what the request's report calls itself."""
    return next(kind for kind, cls in _KINDS.items() if type(request) is cls)


def to_json(request: Request) -> bytes:
    """Canonical JSON: the same request gives the same bytes."""
    fields = {"kind": kind_of(request), **msgspec.to_builtins(request)}
    return msgspec.json.encode(fields, order="sorted")


def from_json(data: bytes) -> Request:
    """Inverse of :func:`to_json`; validates everything again.

    Fields left out have their defaults. Raises ``InvalidValue``, also for what is not
    JSON of a request and for fields that it does not have.
    """
    try:
        fields = instance("request", msgspec.json.decode(data), dict)
        kind = one_of("kind", fields.pop("kind", None), tuple(_KINDS))
        request = msgspec.convert(fields, _KINDS[kind])
    except msgspec.MsgspecError as error:
        if isinstance(error.__cause__, InvalidValue):
            raise error.__cause__ from None
        raise InvalidValue("request", "as JSON of a request", str(error)) from error
    _check_known("request", fields, msgspec.to_builtins(request))
    return request


def _check_known(where: str, given: Any, known: Any) -> None:
    """Refuse fields, at any depth, that the dataclass read from them does not have."""
    if isinstance(given, dict) and isinstance(known, dict):
        for name, value in given.items():
            if name not in known:
                raise InvalidValue(where, "without unknown fields", name)
            _check_known(f"{where}.{name}", value, known[name])


def redacted(request: dict[str, Any]) -> dict[str, Any]:
    """A decoded request without the token of an upload, for reports that are passed on.

    >>> redacted({"dataset": "upload:s3cret", "seed": 0})
    {'dataset': 'upload', 'seed': 0}
    >>> redacted({"dataset": "digits"})
    {'dataset': 'digits'}
    """
    if str(request["dataset"]).startswith("upload:"):
        return {**request, "dataset": "upload"}
    return request


def run_id(request: Request, dataset_sha256: str, secret: str | None = None) -> str:
    """The run's name: a hash of request, data and library version (32 hex digits).

    Training for release is another run every time. ``secret``: the store's, so that
    nobody else can compute the name.
    """
    digest = hashlib.sha256(to_json(request))
    if isinstance(request, TrainRequest) and request.release:
        digest.update(secrets.token_bytes(32))
    digest.update(dataset_sha256.encode())
    digest.update(__version__.encode())
    plain = digest.hexdigest()[:32]
    return plain if secret is None else salted(secret, plain)
