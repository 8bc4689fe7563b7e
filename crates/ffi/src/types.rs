//! The plain types of core's face, told to UniFFI as they are. What is told here defines nothing: it reads the shape, and what
//! core has otherwise does not compile.

use wangge_core::rows::*;
use wangge_core::*;

/// A word of the product crosses as a code with its names in both languages: apps show it without a list of their own, and a word
/// that a later version adds does not break them.
macro_rules! words {
    ($($word:ident)+) => { $(
        uniffi::custom_type!($word, Coded, {
            remote,
            lower: |word| Coded {
                code: word.word().to_string(),
                zh: word.zh().to_string(),
                en: word.en().to_string(),
            },
            try_lift: |coded| Ok(coded.code.parse()?),
        });
    )+ };
}

words!(Act Facet Kind Level Role);

include!(concat!(env!("OUT_DIR"), "/face.rs"));
