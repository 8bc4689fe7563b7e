"""The messages of proto/wangge/v1 as Python classes, made by protoc when first needed."""

import importlib
import sys
import tempfile
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

PROTO = Path(__file__).resolve().parents[3] / "proto"


def _generate() -> None:
    out = tempfile.mkdtemp(prefix="wangge-proto-")
    names = [f"wangge/v1/{name}.proto" for name in ("commit", "statement", "session")]
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    if protoc.main(["protoc", f"-I{PROTO}", f"-I{well_known}", f"--python_out={out}", *names]) != 0:
        raise RuntimeError(f"protoc could not read {PROTO}")
    sys.path.insert(0, out)


_generate()
commit = importlib.import_module("wangge.v1.commit_pb2")
statement = importlib.import_module("wangge.v1.statement_pb2")
session = importlib.import_module("wangge.v1.session_pb2")
