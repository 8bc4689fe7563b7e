"""The golden files, judged by an implementation that shares nothing with the one that wrote them."""

import json
import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wangge_client import formats
from wangge_client.messages import PROTO
from wangge_client.messages import commit as c
from wangge_client.messages import session as s
from wangge_client.messages import statement as st


def golden(name: str):
    return json.loads((PROTO / "golden" / name).read_text())


class Golden(unittest.TestCase):
    def test_keys(self):
        for key in golden("keys.json").values():
            private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["seed"]))
            self.assertEqual(formats.public_bytes(private).hex(), key["public"])

    def test_actors(self):
        for actor in golden("actors.json"):
            device, incarnation = bytes.fromhex(actor["device"]), bytes.fromhex(actor["incarnation"])
            self.assertEqual(formats.derive_actor(device, incarnation, actor["branch"]).hex(), actor["actor"])

    def test_commits(self):
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(golden("keys.json")["device"]["seed"]))
        for example in golden("commits.json") + golden("moves.json"):
            commit = c.Commit.FromString(bytes.fromhex(example["commit"]))
            header, says = c.Header.FromString(commit.header), example["says"]
            self.assertEqual(formats.commit_id(commit.header).hex(), example["id"])
            self.assertEqual(formats.sign_commit(key, commit.header).hex(), example["signature"])
            formats.verify_commit(header.device, commit.header, commit.signature)
            self.assertEqual(header.SerializeToString(), commit.header)
            self.assertEqual((str(header.hlc), header.area, header.device_seq), (says["hlc"], says["area"], says["device_seq"]))
            for ref, part in zip(header.parts, commit.parts, strict=True):
                if part.change:
                    self.assertEqual(formats.part_digest(part.salt, part.change), ref.digest)

    def test_statements(self):
        for example in golden("statements.json"):
            raw = bytes.fromhex(example["statement"])
            statement = st.Statement.FromString(raw)
            formats.verify_statement(statement.hub, raw, bytes.fromhex(example["signature"]))
            self.assertEqual(formats.statement_id(raw).hex(), example["id"])
            self.assertEqual(statement.WhichOneof("body"), next(iter(example["says"]["body"])))

    def test_a_forged_signature_is_found(self):
        example = golden("statements.json")[0]
        raw = bytearray.fromhex(example["statement"])
        raw[-1] ^= 1
        with self.assertRaises(formats.Refused):
            formats.verify_statement(st.Statement.FromString(bytes.fromhex(example["statement"])).hub, bytes(raw), bytes.fromhex(example["signature"]))

    def test_frames(self):
        for example in golden("frames.json"):
            raw = bytes.fromhex(example["frame"])
            self.assertEqual(len(raw).to_bytes(4, "big").hex(), example["prefix"])
            self.assertEqual(s.Frame.FromString(raw).WhichOneof("kind"), example["name"].split(",")[0])


if __name__ == "__main__":
    unittest.main()
