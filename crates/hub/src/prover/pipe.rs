//! What goes over a child's pipes: a length (4 bytes, big-endian) and a protobuf message. Both ends are the same program, so the layout is
//! nobody else's business.

use std::io::{self, Read, Write};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// A message on a pipe; more is refused unread. A save is at most a document's history, far below this.
const LEN_MAX: u32 = 256 * 1024 * 1024;

/// A child's first bytes.
const GREETING: &[u8] = b"wangge/prove/1\n";

/// A document to prove changes on.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct Ask {
    #[prost(bytes = "vec", optional, tag = "1")]
    pub(super) base: Option<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    pub(super) changes: Vec<Vec<u8>>,
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct Answer {
    #[prost(oneof = "Outcome", tags = "1, 2, 3")]
    pub(super) outcome: Option<Outcome>,
}

#[derive(Clone, PartialEq, Eq, prost::Oneof)]
pub(super) enum Outcome {
    #[prost(message, tag = "1")]
    Proven(Proven),
    #[prost(message, tag = "2")]
    Failed(Nothing),
    /// The base does not load: not the changes' fault.
    #[prost(message, tag = "3")]
    Unavailable(Nothing),
}

#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub(super) struct Nothing {}

#[derive(Clone, PartialEq, Eq, prost::Message)]
pub(super) struct Proven {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) save: Vec<u8>,
    /// 32 bytes each.
    #[prost(bytes = "vec", repeated, tag = "2")]
    pub(super) heads: Vec<Vec<u8>>,
    #[prost(bool, repeated, tag = "3")]
    pub(super) applied: Vec<bool>,
}

fn frame(message: &impl prost::Message) -> io::Result<Vec<u8>> {
    let payload = message.encode_to_vec();
    let len = u32::try_from(payload.len())
        .ok()
        .filter(|len| *len <= LEN_MAX)
        .ok_or(io::ErrorKind::FileTooLarge)?;
    Ok([len.to_be_bytes().as_slice(), &payload].concat())
}

fn parse<M: prost::Message + Default>(payload: &[u8]) -> io::Result<M> {
    M::decode(payload).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn len_of(prefix: [u8; 4]) -> io::Result<usize> {
    let len = u32::from_be_bytes(prefix);
    if len > LEN_MAX {
        Err(io::ErrorKind::FileTooLarge.into())
    } else {
        Ok(len as usize)
    }
}

/// The child's first word.
pub(super) fn greet(to: &mut impl Write) -> io::Result<()> {
    to.write_all(GREETING)?;
    to.flush()
}

/// The parent's side of [`greet`].
pub(super) async fn expect_greeting(from: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    let mut greeting = [0; GREETING.len()];
    from.read_exact(&mut greeting).await?;
    if greeting == GREETING {
        Ok(())
    } else {
        Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the program is no prover",
        ))
    }
}

/// Writes a message and flushes it.
pub(super) fn write(to: &mut impl Write, message: &impl prost::Message) -> io::Result<()> {
    to.write_all(&frame(message)?)?;
    to.flush()
}

/// Reads a message; `None` when the pipe ended before it.
pub(super) fn read<M: prost::Message + Default>(from: &mut impl Read) -> io::Result<Option<M>> {
    let mut prefix = [0; 4];
    match from.read_exact(&mut prefix) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut payload = vec![0; len_of(prefix)?];
    from.read_exact(&mut payload)?;
    parse(&payload).map(Some)
}

/// As [`write`], without blocking.
pub(super) async fn send(
    to: &mut (impl AsyncWrite + Unpin),
    message: &impl prost::Message,
) -> io::Result<()> {
    to.write_all(&frame(message)?).await?;
    to.flush().await
}

/// As [`read`], without blocking; the end of the pipe is an error.
pub(super) async fn receive<M: prost::Message + Default>(
    from: &mut (impl AsyncRead + Unpin),
) -> io::Result<M> {
    let mut prefix = [0; 4];
    from.read_exact(&mut prefix).await?;
    let mut payload = vec![0; len_of(prefix)?];
    from.read_exact(&mut payload).await?;
    parse(&payload)
}
