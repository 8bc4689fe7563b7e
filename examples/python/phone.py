"""A grid member's phone in Python, over the generated bindings.

    cargo xtask bindings
    PYTHONPATH=target/bindings/python python3 examples/python/phone.py FOLDER INVITATION

The invitation is what `wangge hub invite` prints. What is typed is durable before the link is asked for; then one slice of
syncing after the other, until the hub has judged everything.
"""

import json
import pathlib
import secrets
import sys
import threading

from wangge import FieldEdit, NewStep, OpenOptions, Order, Phone, PhoneError, Query, StatusWord, Watcher


class Screen(Watcher):
    """Hears that something changed. Called from a thread of the phone's own."""

    def __init__(self) -> None:
        self.linked = threading.Event()

    def on_change(self) -> None:
        print("有变化 · something changed")

    def on_link(self, up: bool) -> None:
        print("已连接 · linked" if up else "已断开 · link down")
        if up:
            self.linked.set()

    def on_trouble(self, error: PhoneError) -> None:
        print("出错 · trouble:", error)


def kept_key(folder: pathlib.Path) -> bytes:
    """The store's key. An app asks the system's key store; here it is a file, so the folder is as safe as the file is."""
    file = folder / "store.key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()


def set_field(key: str, value: str) -> FieldEdit:
    return FieldEdit(key=key, value=value)


def main(folder: pathlib.Path, invitation: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    phone = Phone.open(OpenOptions(path=str(folder / "records.db"), key=kept_key(folder)))
    if phone.status().member is None:
        status = phone.enrol(invitation, 10_000)
        print(f"已登记 · enrolled with {status.hub} as {status.member.name}, grid {status.member.area}")

    # Nothing below needs a link.
    resident = phone.create("resident", [set_field("name", "王芳"), set_field("sex", "2")])
    edited = phone.edit(resident.record, [set_field("phone", "13900000000")])
    matter = phone.create("matter", [set_field("title", "路灯不亮"), set_field("place", "东街")])
    step = phone.step(matter.record, NewStep(step="settle_on_spot", note="已更换灯泡"))
    try:
        phone.edit(resident.record, [set_field("id_number", "110105194912310021")])
    except PhoneError.FixDraft as error:
        print(f"请改 · fix the draft, field {error.trouble.field}: {error.trouble.zh}")

    commits = [saved.commit for saved in (resident, edited, matter, step)]
    print("已保存 · saved:", ", ".join(words(phone, commits)))

    while not judged(phone, commits):
        report = phone.sync_once(5_000)
        print(f"同步 · synced: {report.sent} sent, {report.received} received, {report.waiting} waiting")
    print("已采纳 · admitted:", ", ".join(words(phone, commits)))

    screen = Screen()
    watch = phone.watch(screen)
    assert screen.linked.wait(30), "no link within 30 s"
    watch.stop()

    found = phone.list("resident", Query(text="王芳", order=Order.NEWEST))
    phone.shut()
    print(json.dumps({"resident": resident.record, "matter": matter.record, "found": found.total}))


def judged(phone: Phone, commits: list[str]) -> bool:
    return all(status.word in (StatusWord.ADMITTED, StatusWord.MERGED) for status in phone.statuses(commits))


def words(phone: Phone, commits: list[str]) -> list[str]:
    return [status.word.name.lower() for status in phone.statuses(commits)]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        main(pathlib.Path(sys.argv[1]), sys.argv[2])
    except PhoneError as error:
        sys.exit(f"{type(error).__name__}: {error}")
