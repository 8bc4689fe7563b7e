"""The example's commands: enrol, add, sync, list. See README.md."""

import argparse
import asyncio
import json
import sys
import uuid
from pathlib import Path

from wangge_client.device import Device
from wangge_client.formats import Refused


def main() -> int:
    parser = argparse.ArgumentParser(description="A client of wangge in Python, written from proto/README.md.")
    parser.add_argument("--device", type=Path, default=Path("device.json"), help="the file that holds this device")
    commands = parser.add_subparsers(dest="command", required=True)
    enrol = commands.add_parser("enrol", help="redeem an invitation")
    enrol.add_argument("invitation")
    add = commands.add_parser("add", help="record a resident, offline")
    add.add_argument("--name", required=True)
    add.add_argument("--phone")
    sync = commands.add_parser("sync", help="bring what is owed, take what is new")
    sync.add_argument("--verdicts", action="store_true", help="stay until every commit of this device has its verdict")
    commands.add_parser("list", help="what is known here, as JSON")
    args = parser.parse_args()
    try:
        print(json.dumps(run(args), ensure_ascii=False, indent=1))
    except (Refused, TimeoutError, OSError) as error:
        print(f"error: {error or type(error).__name__}", file=sys.stderr)
        return 1
    return 0


def run(args) -> dict:
    device = Device(args.device)
    match args.command:
        case "enrol":
            asyncio.run(device.enrol(args.invitation))
            return {"device": device.public.hex(), "area": device.state["area"], "grant": device.state["grant"]}
        case "add":
            facets = {"OPEN": {"name": args.name}}
            if args.phone:
                facets["CONTACT"] = {"phone": args.phone}
            record, commit = device.create_resident(facets)
            return {"record": str(uuid.UUID(bytes=record)), "commit": commit.hex()}
        case "sync":
            judged = (lambda device: len(own_verdicts(device)) == device.state["last"]) if args.verdicts else None
            asyncio.run(device.sync(judged))
            return {"owed": len(device.state["outbox"]), "cursor": device.state["cursor"], "verdicts": own_verdicts(device)}
        case _:
            return {
                "owed": len(device.state["outbox"]),
                "verdicts": own_verdicts(device),
                "records": [
                    {"record": str(uuid.UUID(bytes=record)), "facet": facet, "fields": fields}
                    for (record, facet), fields in device.records().items()
                ],
            }


def own_verdicts(device: Device) -> dict:
    return {commit.hex(): {"outcome": outcome, "reason": reason} for commit, (outcome, reason) in device.own_verdicts().items()}


if __name__ == "__main__":
    sys.exit(main())
