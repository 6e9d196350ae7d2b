"""Digital signatures of a document, as verified when it was read.

They are stored in the ``agent`` of the reading and sealed with it: verifying on another day, or with other trusted
certificates, makes another reading.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from archive.errors import Message, sentences

KEY = "signature "
"""Prefix of the keys of signatures in a reading's agent."""

MOST = 50
"""Most signatures of a document that are verified."""

LONGEST = 200
"""Most characters of a name or a reason."""


class SignatureIntegrity(StrEnum):
    """Whether the bytes are those that were signed."""

    INTACT = "intact"
    EXTENDED = "extended"
    PARTIAL = "partial"
    CHANGED = "changed"
    UNKNOWN = "unknown"


class Trust(StrEnum):
    """Whether the certificate chain leads to a trusted certificate of the archive."""

    TRUSTED = "trusted"
    TRUSTED_THEN = "trusted_then"
    REFUSED = "refused"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class DocumentSignature:
    """One signature. ``signed_at`` is the time claimed by the signer, in UTC (ISO 8601); ``anchor`` is the trusted
    certificate of the chain, ``problem`` says why something could not be verified."""

    holder: str
    issuer: str
    signed_at: str | None
    integrity: SignatureIntegrity
    trust: Trust
    anchor: str | None = None
    problem: str | None = None

    def __post_init__(self) -> None:
        for text in (self.holder, self.issuer, self.signed_at, self.anchor, self.problem):
            if text is not None and (not isinstance(text, str) or len(text) > LONGEST):
                raise ValueError("a text of a signature is not text, or has no end")

    def told(self) -> Message:
        """Describe the signature in sentences."""
        return sentences(_signer(self), _INTEGRITY[self.integrity], _trust(self))


def to_agent(signatures: Sequence[DocumentSignature]) -> dict[str, str]:
    """Encode signatures for a reading's agent."""
    return {
        f"{KEY}{number}": json.dumps(asdict(one), ensure_ascii=False) for number, one in enumerate(signatures, start=1)
    }


def from_agent(agent: Mapping[str, str]) -> tuple[DocumentSignature, ...]:
    """Decode the signatures of a reading's agent.

    :raises ValueError: they are invalid.
    """
    try:
        records = [json.loads(text) for name, text in agent.items() if name.startswith(KEY)]
        return tuple(
            DocumentSignature(
                **{**one, "integrity": SignatureIntegrity(one["integrity"]), "trust": Trust(one["trust"])}
            )
            for one in records
        )
    except (TypeError, KeyError, RecursionError) as error:
        raise ValueError("what is not a signature") from error


def _signer(signature: DocumentSignature) -> Message:
    """Describe the signer. A forger can use any name, so without verification nobody is said to have signed."""
    named = {"holder": signature.holder, "issuer": signature.issuer}
    if signature.integrity in (SignatureIntegrity.CHANGED, SignatureIntegrity.UNKNOWN):
        who = Message("A signature names the certificate of %(holder)s, issued by %(issuer)s.", **named)
    else:
        who = Message("Signed with the certificate of %(holder)s, issued by %(issuer)s.", **named)
    if signature.signed_at is None:
        return who
    moment = f"{signature.signed_at[:10]} {signature.signed_at[11:16]} UTC"
    clock = Message("By the signer's own clock, which nobody checked, at %(moment)s.", moment=moment)
    return sentences(who, clock)


_INTEGRITY = {
    SignatureIntegrity.INTACT: Message("The file is what was signed."),
    SignatureIntegrity.EXTENDED: Message("What was signed is unchanged; something was added to the file afterwards."),
    SignatureIntegrity.PARTIAL: Message("It covers only parts of the file; the rest may be anything."),
    SignatureIntegrity.CHANGED: Message("The file is not what was signed: it was changed, or the signature is forged."),
    SignatureIntegrity.UNKNOWN: Message("Whether the file is what was signed could not be verified."),
}


def _trust(signature: DocumentSignature) -> Message:
    if signature.trust is Trust.TRUSTED:
        trust = Message(
            "The certificate leads to %(anchor)s, which this archive trusts; whether it was revoked is not known.",
            anchor=signature.anchor,
        )
    elif signature.trust is Trust.TRUSTED_THEN:
        trust = Message(
            "The certificate leads to %(anchor)s, which this archive trusts, and was valid at the stated time, not "
            "today; whether it was revoked is not known.",
            anchor=signature.anchor,
        )
    elif signature.trust is Trust.REFUSED:
        trust = Message("The certificate names an issuer that this archive trusts, but is not valid.")
    else:
        trust = Message("It is not known who vouches for the certificate.")
    problem = Message("The reason: %(error)s.", error=signature.problem) if signature.problem else None
    return sentences(trust, problem)
