//! Changes built by hand, and their length and checksum repaired.

use sha2::{Digest, Sha256};

/// A change chunk as it is to be written, right or wrong.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) kind: u8,
    pub(crate) deps: Vec<[u8; 32]>,
    pub(crate) actor: Vec<u8>,
    pub(crate) seq: u64,
    pub(crate) start_op: u64,
    pub(crate) message: Vec<u8>,
    pub(crate) others: Vec<Vec<u8>>,
    pub(crate) columns: Vec<(u64, Vec<u8>)>,
    pub(crate) extra: Vec<u8>,
}

impl Chunk {
    /// One operation: `a` = 1, by an actor of its own.
    pub(crate) fn honest() -> Self {
        Self {
            kind: 1,
            deps: Vec::new(),
            actor: vec![7; 16],
            seq: 1,
            start_op: 1,
            message: Vec::new(),
            others: Vec::new(),
            columns: vec![
                (21, vec![0x7f, 1, b'a']),
                (52, vec![1]),
                (66, vec![0x7f, 1]),
                (86, vec![0x7f, 0x14]),
                (87, vec![1]),
                (112, vec![0x7f, 0]),
            ],
            extra: Vec::new(),
        }
    }

    /// A column set, replaced, or with no bytes taken away.
    pub(crate) fn column(mut self, spec: u64, data: impl Into<Vec<u8>>) -> Self {
        let data = data.into();
        self.columns.retain(|(other, _)| *other != spec);
        if !data.is_empty() {
            self.columns.push((spec, data));
            self.columns.sort_by_key(|(spec, _)| *spec);
        }
        self
    }

    pub(crate) fn build(&self) -> Vec<u8> {
        let mut body = Vec::new();
        uleb(&mut body, self.deps.len() as u64);
        self.deps.iter().for_each(|dep| body.extend(dep));
        prefixed(&mut body, &self.actor);
        uleb(&mut body, self.seq);
        uleb(&mut body, self.start_op);
        body.push(0);
        prefixed(&mut body, &self.message);
        uleb(&mut body, self.others.len() as u64);
        self.others
            .iter()
            .for_each(|actor| prefixed(&mut body, actor));
        uleb(&mut body, self.columns.len() as u64);
        for (spec, data) in &self.columns {
            uleb(&mut body, *spec);
            uleb(&mut body, data.len() as u64);
        }
        self.columns.iter().for_each(|(_, data)| body.extend(data));
        body.extend(&self.extra);
        seal(self.kind, &body)
    }

    /// Where the body of a chunk begins.
    pub(crate) fn body_start(chunk: &[u8]) -> usize {
        9 + chunk
            .iter()
            .skip(9)
            .take_while(|byte| **byte & 0x80 != 0)
            .count()
            + 1
    }
}

/// A chunk with the length and checksum that its body has.
pub(crate) fn repair(chunk: &[u8]) -> Vec<u8> {
    let body = Chunk::body_start(chunk).min(chunk.len());
    seal(chunk[8], &chunk[body..])
}

fn seal(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut hashed = vec![kind];
    uleb(&mut hashed, body.len() as u64);
    hashed.extend(body);
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83];
    chunk.extend(&Sha256::digest(&hashed)[..4]);
    chunk.extend(hashed);
    chunk
}

pub(crate) fn uleb(out: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(crate) fn leb(out: &mut Vec<u8>, mut number: i64) {
    loop {
        let byte = (number & 0x7f) as u8;
        number >>= 7;
        if (number == 0 && byte & 0x40 == 0) || (number == -1 && byte & 0x40 != 0) {
            out.push(byte);
            return;
        }
        out.push(byte | 0x80);
    }
}

fn prefixed(out: &mut Vec<u8>, bytes: &[u8]) {
    uleb(out, bytes.len() as u64);
    out.extend(bytes);
}
