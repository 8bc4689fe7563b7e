"""A client of wangge, written from proto/README.md alone: it shares no code with the project."""
