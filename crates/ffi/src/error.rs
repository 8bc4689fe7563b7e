//! Six kinds, each one thing that the app can do.

use wangge_core::Error;

/// A call that did not succeed. The kind says what the app can do, the trouble in it what happened.
#[derive(Debug, thiserror::Error, uniffi::Error)]
pub enum PhoneError {
    /// Call again later, with the same words.
    #[error("retry: {trouble}")]
    Retry {
        /// What happened.
        trouble: Trouble,
    },
    /// The disk is full: make room, then call again.
    #[error("free_space: {trouble}")]
    FreeSpace {
        /// What happened.
        trouble: Trouble,
    },
    /// The person must show anew who they are.
    #[error("sign_in: {trouble}")]
    SignIn {
        /// What happened.
        trouble: Trouble,
    },
    /// The store or the hub speaks a newer version: update the app.
    #[error("update_app: {trouble}")]
    UpdateApp {
        /// What happened.
        trouble: Trouble,
    },
    /// What was typed cannot be accepted as it is: show the trouble beside the draft, and keep the draft.
    #[error("fix_draft: {trouble}")]
    FixDraft {
        /// What happened.
        trouble: Trouble,
    },
    /// Nothing that the app or the person can do: send code and text to the maintainers.
    #[error("report: {trouble}")]
    Report {
        /// What happened.
        trouble: Trouble,
    },
}

/// What happened. No personal data stands in it, so it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Record)]
#[error("{en} [{code}]")]
pub struct Trouble {
    /// A stable name of what happened, for programs and support: `key_wrong`, `invitation_used`, ….
    pub code: String,
    /// What happened and what to do, in Chinese.
    pub zh: String,
    /// What happened and what to do, in English.
    pub en: String,
    /// With `FixDraft`: the field's key, where one field is to blame.
    pub field: Option<String>,
    /// With `Retry`: wait this long before the next call, milliseconds; 0 where it does not matter.
    pub retry_ms: u32,
}

impl From<Error> for PhoneError {
    fn from(error: Error) -> Self {
        let trouble = Trouble::from(error.trouble());
        match error {
            Error::Retry(_) => Self::Retry { trouble },
            Error::FreeSpace(_) => Self::FreeSpace { trouble },
            Error::SignIn(_) => Self::SignIn { trouble },
            Error::UpdateApp(_) => Self::UpdateApp { trouble },
            Error::FixDraft(_) => Self::FixDraft { trouble },
            Error::Report(_) => Self::Report { trouble },
        }
    }
}

impl From<&wangge_core::Trouble> for Trouble {
    fn from(trouble: &wangge_core::Trouble) -> Self {
        Self {
            code: trouble.code.to_owned(),
            zh: trouble.zh.clone(),
            en: trouble.en.clone(),
            field: trouble.field.clone(),
            retry_ms: trouble.retry_ms,
        }
    }
}
