use super::*;

fn frames() -> Vec<Vec<u8>> {
    let frame = |number: u32| {
        let text = format!("frame {number}: 410522100001001 resident note 已上门走访");
        [&number.to_be_bytes(), text.as_bytes()].concat()
    };
    (0..200).map(frame).collect()
}

fn read(decompressor: &mut Decompressor, bytes: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut read = Vec::new();
    for piece in bytes.chunks(7) {
        decompressor.push(Bytes::copy_from_slice(piece));
        while let Some(piece) = decompressor.pull()? {
            read.extend(piece);
        }
    }
    Ok(read)
}

#[test]
fn what_was_flushed_can_be_read_and_the_stream_shrinks() {
    let (mut compressor, mut decompressor) =
        (Compressor::new().unwrap(), Decompressor::new().unwrap());
    let (mut sent, mut said) = (0, 0);
    for frame in frames() {
        let mut bytes = Vec::new();
        compressor.push(&frame, &mut bytes).unwrap();
        compressor.flush(&mut bytes).unwrap();
        assert_eq!(read(&mut decompressor, &bytes).unwrap(), frame);
        (sent, said) = (sent + bytes.len(), said + frame.len());
    }
    assert!(sent * 3 < said, "{sent} of {said}");
}

#[test]
fn a_megabyte_passes_in_pieces() {
    let long: Vec<u8> = (0..1_000_000_u32)
        .flat_map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes())
        .take(1_000_000)
        .collect();
    let mut bytes = Vec::new();
    let mut compressor = Compressor::new().unwrap();
    compressor.push(&long, &mut bytes).unwrap();
    compressor.flush(&mut bytes).unwrap();
    let mut decompressor = Decompressor::new().unwrap();
    decompressor.push(bytes.into());
    let mut read = Vec::new();
    while let Some(piece) = decompressor.pull().unwrap() {
        assert!(piece.len() <= limits::PIECE_LEN_MAX);
        read.extend(piece);
    }
    assert_eq!(read, long);
}

#[test]
fn few_bytes_may_not_say_much() {
    let mut bytes = Vec::new();
    let mut compressor = Compressor::new().unwrap();
    let nothing = vec![0; 1024 * 1024];
    for _ in 0..64 {
        compressor.push(&nothing, &mut bytes).unwrap();
    }
    compressor.flush(&mut bytes).unwrap();
    let mut decompressor = Decompressor::new().unwrap();
    decompressor.push(bytes.into());
    let mut said = 0_u64;
    let refused = loop {
        match decompressor.pull() {
            Ok(Some(piece)) => said += piece.len() as u64,
            Ok(None) => panic!("64 MB of nothing were read"),
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, WireError::TooLong { .. }), "{refused}");
    assert!(said < 4 * limits::GROWTH_FREE, "{said}");
}

#[test]
fn nothing_said_is_nothing_sent() {
    let mut bytes = Vec::new();
    let mut compressor = Compressor::new().unwrap();
    compressor.flush(&mut bytes).unwrap();
    assert!(bytes.is_empty());
    compressor.push(b"frame", &mut bytes).unwrap();
    compressor.flush(&mut bytes).unwrap();
    let len = bytes.len();
    compressor.flush(&mut bytes).unwrap();
    assert_eq!(bytes.len(), len);
}

#[test]
fn what_is_not_compressed_is_refused() {
    let mut decompressor = Decompressor::new().unwrap();
    assert!(matches!(
        read(&mut decompressor, &[0, 0, 0, 9, 10, 7, 8, 1, 16, 1, 26, 8]),
        Err(WireError::Form { .. })
    ));
}

#[test]
fn a_window_beyond_the_limit_is_refused() {
    let mut wide = Encoder::with_dictionary(LEVEL, DICTIONARY).unwrap();
    wide.set_parameter(CParameter::WindowLog(limits::WINDOW_LOG + 4))
        .unwrap();
    let mut wide = Compressor {
        encoder: wide,
        pending: false,
    };
    let mut bytes = Vec::new();
    wide.push(b"frame", &mut bytes).unwrap();
    wide.flush(&mut bytes).unwrap();
    let mut decompressor = Decompressor::new().unwrap();
    assert!(read(&mut decompressor, &bytes).is_err());
}
