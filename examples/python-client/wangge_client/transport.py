"""QUIC with raw public keys (RFC 7250) on both sides: section 1 of proto/README.md.

aioquic speaks TLS with X.509 certificates only. A raw public key travels in the same message in the certificate's place, so it is enough to
offer the two certificate types, to put the key where aioquic looks for a certificate, and to take the hub's key from there.
"""

import asyncio
import ssl
import struct
from contextlib import asynccontextmanager

from aioquic import tls
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from aioquic.quic.events import ConnectionTerminated, StreamDataReceived
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .formats import Refused, public_bytes, server_name
from .messages import session

ALPN = "wangge/1"
FRAME_LEN_MAX = 1024 * 1024
SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")
CLIENT_CERTIFICATE_TYPE, SERVER_CERTIFICATE_TYPE = 19, 20
RAW_PUBLIC_KEY = b"\x02"


class RawKey:
    """An Ed25519 key where aioquic expects a certificate."""

    def __init__(self, spki: bytes):
        if len(spki) != 44 or not spki.startswith(SPKI_PREFIX):
            raise tls.AlertBadCertificate("not an Ed25519 raw public key")
        self.spki = spki

    def public_bytes(self, _encoding) -> bytes:
        return self.spki

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.spki[12:])


class RawKeyContext(tls.Context):
    """TLS that takes one raw key from the hub and shows its own."""

    pinned: bytes

    def _client_handle_encrypted_extensions(self, input_buf) -> None:
        super()._client_handle_encrypted_extensions(input_buf)
        chosen = dict(self.received_extensions)
        for extension in (CLIENT_CERTIFICATE_TYPE, SERVER_CERTIFICATE_TYPE):
            if chosen.get(extension) != RAW_PUBLIC_KEY:
                raise tls.AlertUnsupportedCertificate("the hub speaks no raw public keys")

    def _set_peer_certificate(self, certificate) -> None:
        shown = RawKey(certificate.certificates[0][0])
        if shown.spki[12:] != self.pinned:
            raise tls.AlertBadCertificate("another key than the pinned one answers")
        self._peer_certificate = shown


class RawKeyConnection(QuicConnection):
    """A QUIC connection that proves `key` and expects the hub's."""

    def __init__(self, key: Ed25519PrivateKey, hub: bytes):
        configuration = QuicConfiguration(
            is_client=True,
            alpn_protocols=[ALPN],
            server_name=server_name(hub),
            # No chain and no name to verify: the hub's key itself is compared, and its signature is checked as ever.
            verify_mode=ssl.CERT_NONE,
            idle_timeout=30.0,
        )
        super().__init__(configuration=configuration)
        self._key, self._hub = key, hub

    def _initialize(self, peer_cid: bytes) -> None:
        super()._initialize(peer_cid)
        context = self.tls
        context.__class__ = RawKeyContext
        context.pinned = self._hub
        context.certificate = RawKey(SPKI_PREFIX + public_bytes(self._key))
        context.certificate_private_key = self._key
        context._signature_algorithms = [tls.SignatureAlgorithm.ED25519]
        context._supported_groups = [tls.Group.X25519]
        for extension in (CLIENT_CERTIFICATE_TYPE, SERVER_CERTIFICATE_TYPE):
            context.handshake_extensions.append((extension, b"\x01" + RAW_PUBLIC_KEY))


class Link(QuicConnectionProtocol):
    """Frames over the one stream of a connection."""

    def __init__(self, connection: QuicConnection):
        super().__init__(connection)
        self._buffer = b""
        self._frames: asyncio.Queue = asyncio.Queue()
        self._stream = None

    def send(self, **kind) -> None:
        """Sends a frame: `link.send(bye=session.Bye())`."""
        frame = session.Frame(**kind).SerializeToString()
        if self._stream is None:
            self._stream = self._quic.get_next_available_stream_id()
        self._quic.send_stream_data(self._stream, struct.pack(">I", len(frame)) + frame)
        self.transmit()

    async def receive(self, wait_s: float = 10.0):
        """The next frame. Raises `Refused` with the hub's words when it says no or closes."""
        frame = await asyncio.wait_for(self._frames.get(), wait_s)
        if isinstance(frame, Exception):
            raise frame
        if frame.WhichOneof("kind") == "fault":
            code = session.FaultCode.Name(frame.fault.code) if frame.fault.code in session.FaultCode.values() else frame.fault.code
            raise Refused(f"{code}: {frame.fault.text}")
        return frame

    def quic_event_received(self, event) -> None:
        if isinstance(event, StreamDataReceived):
            self._buffer += event.data
            self._split()
        elif isinstance(event, ConnectionTerminated):
            self._frames.put_nowait(Refused(f"closed with code {event.error_code}: {event.reason_phrase}"))

    def _split(self) -> None:
        while len(self._buffer) >= 4:
            (length,) = struct.unpack(">I", self._buffer[:4])
            if length > FRAME_LEN_MAX:
                self._frames.put_nowait(Refused(f"a frame of {length} bytes"))
                return
            if len(self._buffer) < 4 + length:
                return
            frame, self._buffer = self._buffer[4 : 4 + length], self._buffer[4 + length :]
            self._frames.put_nowait(session.Frame.FromString(frame))


@asynccontextmanager
async def dial(host: str, port: int, hub: bytes, key: Ed25519PrivateKey):
    """A link to the hub that holds `hub`, proven with `key`; closed without complaint at the end."""
    loop = asyncio.get_running_loop()
    family, _, _, _, address = (await loop.getaddrinfo(host, port, type=2))[0]
    transport, link = await loop.create_datagram_endpoint(
        lambda: Link(RawKeyConnection(key, hub)), family=family, remote_addr=None, local_addr=("::" if family == 10 else "0.0.0.0", 0)
    )
    try:
        link.connect(address)
        try:
            await asyncio.wait_for(link.wait_connected(), 10)
        except ConnectionError as error:
            close = link._quic._close_event
            raise Refused(f"no connection: {close.reason_phrase if close else error}") from error
        yield link
    finally:
        link.close()
        await link.wait_closed()
        transport.close()
