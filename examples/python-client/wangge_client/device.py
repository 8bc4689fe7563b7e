"""A device: its key, its chain of commits, what it has of the feed. Sections 3 to 5 of proto/README.md."""

import json
import os
import time
from pathlib import Path

from automerge.core import ROOT, Document, ScalarType
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from . import formats
from .formats import Invitation, Refused
from .messages import commit as c
from .messages import session as s
from .messages import statement as st
from .transport import dial

# The number of the kind «resident» (crates/model/data/kinds.tsv).
RESIDENT = 1
SCALARS = {str: ScalarType.Str, int: ScalarType.Int, bool: ScalarType.Boolean}


class Device:
    """All that is durable lies in one JSON file, written anew and renamed, so that a crash leaves the old or the new."""

    def __init__(self, path: Path):
        self.path = path
        self.state = json.loads(path.read_text()) if path.exists() else self._found()
        self.key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.state["seed"]))
        self.public = formats.public_bytes(self.key)

    @staticmethod
    def _found() -> dict:
        return {
            "seed": os.urandom(32).hex(),
            "incarnation": os.urandom(8).hex(),
            "last": 0,
            "prev": "",
            "hlc": 0,
            "outbox": [],
            "hub_epoch": "",
            "cursor": 0,
            "entries": [],
        }

    def save(self) -> None:
        draft = self.path.with_suffix(".new")
        with open(draft, "w") as file:
            json.dump(self.state, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self.path)

    async def enrol(self, text: str) -> None:
        """Redeems an invitation and keeps the grant."""
        invitation = Invitation.parse(text)
        async with dial(invitation.host, invitation.port, invitation.hub, self.key) as link:
            link.send(enrol=s.Enrol(invitation=invitation.secret))
            frame = await link.receive()
            if frame.WhichOneof("kind") != "enrolled":
                raise Refused(f"{frame.WhichOneof('kind')} in answer to enrol")
            self._take_grant(invitation.hub, frame.enrolled.entry)
            self.state["hub"] = {"key": invitation.hub.hex(), "host": invitation.host, "port": invitation.port}
            self.save()
            link.send(bye=s.Bye())

    def _take_grant(self, hub: bytes, entry) -> None:
        formats.verify_statement(hub, entry.statement, entry.signature)
        statement = st.Statement.FromString(entry.statement)
        if statement.hub != hub or statement.WhichOneof("body") != "grant" or statement.grant.device != self.public:
            raise Refused("this is no grant of that hub for this device")
        self.state["grant"] = formats.statement_id(entry.statement).hex()
        self.state["member"] = statement.grant.member.hex()
        self.state["area"] = statement.grant.area

    def create_resident(self, facets: dict[str, dict]) -> tuple[bytes, bytes]:
        """Writes a resident offline: {"OPEN": {"name": …}, "IDENTITY": {…}}. Gives the record's and the commit's id."""
        record, incarnation = formats.new_uuid7(), bytes.fromhex(self.state["incarnation"])
        now_ms = int(time.time() * 1000)
        refs, parts = [], []
        for name, fields in facets.items():
            change = self._write(Document(), formats.derive_actor(self.public, incarnation, 0), fields)
            salt = os.urandom(16)
            parts.append(c.Part(salt=salt, change=change))
            digest = formats.part_digest(salt, change)
            facet = c.Facet.Value(f"FACET_{name}")
            refs.append(c.PartRef(record=record, kind=RESIDENT, facet=facet, branch=0, digest=digest))
        self.state["hlc"] = formats.next_hlc(self.state["hlc"], now_ms)
        self.state["last"] += 1
        header = c.Header(
            format=1,
            suite=1,
            device=self.public,
            incarnation=incarnation,
            device_seq=self.state["last"],
            prev=bytes.fromhex(self.state["prev"]),
            author=bytes.fromhex(self.state["member"]),
            grant=bytes.fromhex(self.state["grant"]),
            act=c.ACT_CREATE,
            hlc=self.state["hlc"],
            stated_ms=now_ms,
            schema=1,
            area=self.state["area"],
            parts=refs,
        ).SerializeToString()
        self.state["prev"] = formats.commit_id(header).hex()
        made = c.Commit(header=header, signature=formats.sign_commit(self.key, header), parts=parts)
        self.state["outbox"].append({"place": self.state["last"], "commit": made.SerializeToString().hex()})
        self.save()
        return record, formats.commit_id(header)

    @staticmethod
    def _write(document: Document, actor: bytes, fields: dict) -> bytes:
        before = document.get_heads()
        document.set_actor(actor)
        with document.transaction() as transaction:
            for key, value in sorted(fields.items()):
                transaction.put(ROOT, key, SCALARS[type(value)], value)
        (change,) = document.get_changes(before)
        return change.raw_bytes

    async def sync(self, until=None, wait_s: float = 10.0) -> None:
        """Brings what the hub lacks, takes what is new, and ends when `until(device)` holds, or nothing more is owed and the feed is read."""
        hub = self.state["hub"]
        async with dial(hub["host"], hub["port"], bytes.fromhex(hub["key"]), self.key) as link:
            await self._hello(link)
            items = [s.Item(place=item["place"], commit=c.Commit.FromString(bytes.fromhex(item["commit"]))) for item in self.state["outbox"]]
            # A hundred small commits stay far below the window of 256 KiB; a real client counts its bytes.
            for begin in range(0, len(items), 100):
                link.send(push=s.Push(items=items[begin : begin + 100]))
            more = True
            while self.state["outbox"] or more or (until and not until(self)):
                frame = await link.receive(wait_s)
                match frame.WhichOneof("kind"):
                    case "receipts":
                        self._on_receipts(frame.receipts)
                    case "feed":
                        more = self._on_feed(frame.feed)
                        link.send(seen=s.Seen(cursor=self.state["cursor"]))
                    case other:
                        raise Refused(f"{other} in the midst of a session")
            link.send(bye=s.Bye())

    async def _hello(self, link) -> None:
        link.send(
            hello=s.Hello(
                version_min=1,
                version_max=1,
                epoch=bytes.fromhex(self.state["incarnation"]),
                last=self.state["last"],
                parent_epoch=bytes.fromhex(self.state["hub_epoch"]),
                cursor=self.state["cursor"],
                agent="wangge-python-example/1",
            )
        )
        frame = await link.receive()
        if frame.WhichOneof("kind") != "welcome":
            raise Refused(f"{frame.WhichOneof('kind')} in answer to hello")
        welcome = frame.welcome
        if welcome.through > self.state["last"]:
            raise Refused("the hub holds more of this device than the file: it is an old copy, begin with a new one")
        if welcome.HasField("grant"):
            self._take_grant(bytes.fromhex(self.state["hub"]["key"]), welcome.grant)
        self.state["hub_epoch"], self.state["cursor"] = welcome.epoch.hex(), welcome.cursor
        self._drop_through(welcome.through, welcome.last)
        self.save()

    def _on_receipts(self, receipts) -> None:
        hub = bytes.fromhex(self.state["hub"]["key"])
        for entry in receipts.entries:
            formats.verify_statement(hub, entry.statement, entry.signature)
            receipt = st.Statement.FromString(entry.statement).receipt
            if receipt.origin == self.public and receipt.epoch.hex() == self.state["incarnation"] and receipt.last:
                self._drop_through(receipt.through, receipt.last)
        self.save()

    def _drop_through(self, through: int, last: bytes) -> None:
        """What the hub holds may leave the outbox, if it is this very chain that it holds."""
        for item in self.state["outbox"]:
            if item["place"] == through and formats.commit_id(c.Commit.FromString(bytes.fromhex(item["commit"])).header) != last:
                raise Refused("the hub holds another commit in this one's place: the file is an old copy, begin with a new one")
        self.state["outbox"] = [item for item in self.state["outbox"] if item["place"] > through]

    def _on_feed(self, feed) -> bool:
        if feed.after > self.state["cursor"]:
            raise Refused("a page of the feed is missing")
        for item in feed.items:
            if item.place > self.state["cursor"]:
                self.state["entries"].append({"place": item.place, "entry": item.entry.SerializeToString().hex()})
        self.state["cursor"] = max(self.state["cursor"], feed.cursor)
        self.save()
        return feed.more

    def verdicts(self) -> dict[bytes, tuple[str, int]]:
        """By commit: the outcome and the reason, from the feed."""
        found = {}
        for _, statement, _ in self._entries():
            if statement.WhichOneof("body") == "verdict":
                verdict = statement.verdict
                found[verdict.commit] = (st.Outcome.Name(verdict.outcome), verdict.reason)
        return found

    def own_verdicts(self) -> dict[bytes, tuple[str, int]]:
        """Verdicts on commits of this device: the feed has them without the commit."""
        bare = {statement.verdict.commit for _, statement, commit in self._entries() if not commit.header}
        return {commit: verdict for commit, verdict in self.verdicts().items() if commit in bare}

    def records(self) -> dict[tuple[bytes, str], dict]:
        """By record and facet: the fields as they stand, of what others did and was admitted."""
        changes: dict[tuple[bytes, str], list[bytes]] = {}
        for _, statement, commit in self._entries():
            admitted = statement.WhichOneof("body") == "verdict" and statement.verdict.outcome == st.OUTCOME_ADMITTED
            if not admitted or not commit.header:
                continue
            header = c.Header.FromString(commit.header)
            if formats.commit_id(commit.header) != statement.verdict.commit:
                raise Refused("a verdict on another commit than the one beside it")
            formats.verify_commit(header.device, commit.header, commit.signature)
            for ref, part in zip(header.parts, commit.parts, strict=True):
                if not part.change:
                    continue  # withheld: a facet that this device may not read
                if formats.part_digest(part.salt, part.change) != ref.digest:
                    raise Refused("a part is not the one that was signed")
                changes.setdefault((ref.record, c.Facet.Name(ref.facet)), []).append(part.change)
        return {place: self._fold(chunks) for place, chunks in changes.items()}

    @staticmethod
    def _fold(chunks: list[bytes]) -> dict:
        # The hub has proven each change; chunks one after another are a document that automerge loads.
        document = Document.load(b"".join(chunks))
        return {key: document.get(ROOT, key)[0][1] for key in document.keys(ROOT)}

    def _entries(self):
        for item in self.state["entries"]:
            entry = st.Entry.FromString(bytes.fromhex(item["entry"]))
            yield item["place"], st.Statement.FromString(entry.statement), entry.commit

