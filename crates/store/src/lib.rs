//! remembers: the engine's transaction over SQLite and SQLCipher
