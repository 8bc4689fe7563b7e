"""Two devices in Python against a real hub: `WANGGE=target/debug/wangge python -m unittest`. Skipped where WANGGE names no program."""

import asyncio
import json
import os
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wangge_client import formats
from wangge_client.device import Device
from wangge_client.formats import Invitation, Refused
from wangge_client.messages import commit as c
from wangge_client.messages import session as s
from wangge_client.transport import dial

WANGGE = os.environ.get("WANGGE")
HUB, GRID = "410522100001", "410522100001001"


def free_port(kind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def judged(device: Device) -> bool:
    return len(device.own_verdicts()) == device.state["last"]


@unittest.skipUnless(WANGGE, "WANGGE names no program")
class Story(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.address = f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
        self.wangge("init", "--area", HUB, "--name", "某某社区")
        console = f"127.0.0.1:{free_port(socket.SOCK_STREAM)}"
        self.hub = subprocess.Popen(
            [WANGGE, "hub", "--dir", self.folder / "room", "run", "--listen", self.address, "--console", console],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(self.stop)
        self.hub.stdout.readline()

    def stop(self):
        self.hub.terminate()
        self.assertEqual(self.hub.wait(20), 0)
        self.hub.stdout.close()

    def wangge(self, *words):
        done = subprocess.run([WANGGE, "hub", "--dir", self.folder / "room", *words, "--json"], check=True, capture_output=True)
        return json.loads(done.stdout.splitlines()[-1])

    def invite(self, member: str) -> str:
        return self.wangge("invite", "--member", member, "--grid", GRID, "--address", self.address)["invitation"]

    def device(self, name: str) -> Device:
        device = Device(self.folder / f"{name}.json")
        asyncio.run(device.enrol(self.invite(name)))
        return device

    def test_what_one_device_records_another_reads(self):
        ann, bob = self.device("ann"), self.device("bob")
        record, commit = ann.create_resident({"OPEN": {"name": "王芳", "birth_year": 1990}, "CONTACT": {"phone": "13900000000"}})
        self.assertEqual(len(ann.state["outbox"]), 1)
        asyncio.run(ann.sync(judged))
        self.assertEqual(ann.state["outbox"], [])
        self.assertEqual(ann.own_verdicts(), {commit: ("OUTCOME_ADMITTED", 0)})
        asyncio.run(bob.sync())
        expected = {
            (record, "FACET_OPEN"): {"name": "王芳", "birth_year": 1990},
            (record, "FACET_CONTACT"): {"phone": "13900000000"},
        }
        self.assertEqual(bob.records(), expected)
        cursor = bob.state["cursor"]
        asyncio.run(bob.sync())
        self.assertEqual((bob.state["cursor"], len(bob.records())), (cursor, 2))

    def test_a_commit_without_right_is_held_and_those_after_it_pass(self):
        ann = self.device("ann")
        area, ann.state["area"] = ann.state["area"], "410522100002001"
        _, foreign = ann.create_resident({"OPEN": {"name": "甲"}})
        ann.state["area"] = area
        _, good = ann.create_resident({"OPEN": {"name": "乙"}})
        asyncio.run(ann.sync(judged))
        outcomes = {commit: outcome for commit, (outcome, _) in ann.own_verdicts().items()}
        self.assertEqual(outcomes, {foreign: "OUTCOME_HELD", good: "OUTCOME_ADMITTED"})

    def test_a_forged_commit_is_held_and_the_session_goes_on(self):
        ann = self.device("ann")
        ann.create_resident({"OPEN": {"name": "甲"}})
        forged = c.Commit.FromString(bytes.fromhex(ann.state["outbox"][0]["commit"]))
        forged.signature = bytes(64)
        ann.state["outbox"][0]["commit"] = forged.SerializeToString().hex()
        asyncio.run(ann.sync(judged))
        ((outcome, _),) = ann.own_verdicts().values()
        self.assertEqual(outcome, "OUTCOME_HELD")

    def test_an_old_copy_finds_out_and_loses_nothing(self):
        ann = self.device("ann")
        copy = Device(self.folder / "copy.json")
        copy.state = json.loads(ann.path.read_text())
        copy.key, copy.public = ann.key, ann.public
        ann.create_resident({"OPEN": {"name": "甲"}})
        copy.create_resident({"OPEN": {"name": "乙"}})
        asyncio.run(ann.sync(judged))
        with self.assertRaisesRegex(Refused, "old copy"):
            asyncio.run(copy.sync())
        self.assertEqual(len(copy.state["outbox"]), 1)

    def test_an_invitation_is_good_once_and_for_its_own_hub(self):
        text = self.invite("ann")
        ann, bob = Device(self.folder / "ann.json"), Device(self.folder / "bob.json")
        asyncio.run(ann.enrol(text))
        with self.assertRaisesRegex(Refused, "FAULT_INVITATION_USED"):
            asyncio.run(bob.enrol(text))
        with self.assertRaisesRegex(Refused, "checksum"):
            asyncio.run(bob.enrol(text[:-1] + ("A" if text[-1] != "A" else "B")))

    def test_who_is_not_enrolled_gets_nothing(self):
        asyncio.run(self.hello(Invitation.parse(self.invite("ann"))))

    async def hello(self, invitation: Invitation):
        stranger = Ed25519PrivateKey.generate()
        async with dial(invitation.host, invitation.port, invitation.hub, stranger) as link:
            link.send(hello=s.Hello(version_min=1, version_max=1, epoch=bytes(8)))
            with self.assertRaisesRegex(Refused, "FAULT_UNKNOWN_PEER"):
                await link.receive()
        with self.assertRaises(Refused):
            async with dial(invitation.host, invitation.port, formats.public_bytes(stranger), stranger):
                pass


if __name__ == "__main__":
    unittest.main()
