"""Digests, ids, signatures and texts: sections 1 and 2 of proto/README.md."""

import base64
import hashlib
import os
import time
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


class Refused(Exception):
    """What was received is not what it should be, or the hub said no."""


def _sha256(domain: str, *pieces: bytes) -> bytes:
    return hashlib.sha256(domain.encode() + b"\0" + b"".join(pieces)).digest()


def commit_id(header: bytes) -> bytes:
    return _sha256("wangge/commit/1", header)


def statement_id(statement: bytes) -> bytes:
    return _sha256("wangge/statement/1", statement)


def part_digest(salt: bytes, change: bytes) -> bytes:
    return _sha256("wangge/part/1", salt, change)


def derive_actor(device: bytes, incarnation: bytes, branch: int) -> bytes:
    return _sha256("wangge/actor/1", device, incarnation, branch.to_bytes(4, "big"))[:16]


def sign_commit(key: Ed25519PrivateKey, header: bytes) -> bytes:
    return key.sign(b"wangge/commit-signature/1\0" + commit_id(header))


def _verify(what: str, public: bytes, message: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise Refused(f"the signature of the {what} does not verify") from error


def verify_commit(device: bytes, header: bytes, signature: bytes) -> None:
    _verify("commit", device, b"wangge/commit-signature/1\0" + commit_id(header), signature)


def verify_statement(hub: bytes, statement: bytes, signature: bytes) -> None:
    _verify("statement", hub, b"wangge/statement-signature/1\0" + statement_id(statement), signature)


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def server_name(hub: bytes) -> str:
    return base64.b32encode(hub).decode().rstrip("=").lower() + ".hub"


def new_uuid7() -> bytes:
    """A UUID version 7: milliseconds, then 74 random bits."""
    ms = int(time.time() * 1000).to_bytes(6, "big")
    dice = bytearray(os.urandom(10))
    dice[0] = 0x70 | dice[0] & 0x0F
    dice[2] = 0x80 | dice[2] & 0x3F
    return ms + bytes(dice)


def next_hlc(last: int, now_ms: int) -> int:
    return max(last + 1, now_ms << 16)


@dataclass(frozen=True)
class Invitation:
    """How a device finds its hub."""

    hub: bytes
    secret: bytes
    host: str
    port: int

    @staticmethod
    def parse(text: str) -> "Invitation":
        dense = "".join(text.split()).replace("-", "").upper()
        if not dense.startswith("WANGGE:"):
            raise Refused("an invitation begins with WANGGE:")
        dense = dense.removeprefix("WANGGE:")
        try:
            raw = base64.b32decode(dense + "=" * (-len(dense) % 8))
        except ValueError as error:
            raise Refused("the invitation is not base32: is a character missing?") from error
        payload, checksum = raw[:-4], raw[-4:]
        if _sha256("wangge/invitation/1", payload)[:4] != checksum:
            raise Refused("the invitation's checksum is wrong: look for a mistyped character")
        if payload[0] != 1:
            raise Refused("the invitation is of a newer version")
        host, _, port = payload[49:].decode().rpartition(":")
        return Invitation(payload[1:33], payload[33:49], host.strip("[]"), int(port))
