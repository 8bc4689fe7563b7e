//! What an app can do about a failure: six kinds, each one thing to do.

use std::error::Error as StdError;
use std::fmt;

/// A call that did not succeed. The variant says what the app can do; the [`Trouble`] in it says what happened, for
/// people and for logs. Whatever the variant, nothing is left half done.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Call again later, with the same words: the network, the hub or another program is in the way.
    #[error(transparent)]
    Retry(Trouble),
    /// The disk is full. Make room, then call again.
    #[error(transparent)]
    FreeSpace(Trouble),
    /// The person must show anew who they are: a wrong key, no or an expired enrolment, a used invitation.
    #[error(transparent)]
    SignIn(Trouble),
    /// The store or the hub speaks a newer version: update the app.
    #[error(transparent)]
    UpdateApp(Trouble),
    /// What was typed cannot be accepted as it is: show the trouble beside the draft, and keep the draft.
    #[error(transparent)]
    FixDraft(Trouble),
    /// Nothing that the app or the person can do: send the code and the text to the maintainers.
    #[error(transparent)]
    Report(Trouble),
}

/// What happened. No personal data stands in it, so it may be logged.
#[derive(Clone)]
pub struct Trouble {
    /// A stable name of what happened, for programs and support: `key_wrong`, `invitation_used`, ….
    pub code: &'static str,
    /// What happened and what to do, in Chinese.
    pub zh: String,
    /// What happened and what to do, in English.
    pub en: String,
    /// With [`Error::FixDraft`]: the field's key, where one field is to blame.
    pub field: Option<String>,
    /// With [`Error::Retry`]: wait this long before the next call, milliseconds; 0 where it does not matter.
    pub retry_ms: u32,
    cause: Option<std::sync::Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    /// The kind's stable code: `retry`, `free_space`, `sign_in`, `update_app`, `fix_draft` or `report`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Retry(_) => "retry",
            Self::FreeSpace(_) => "free_space",
            Self::SignIn(_) => "sign_in",
            Self::UpdateApp(_) => "update_app",
            Self::FixDraft(_) => "fix_draft",
            Self::Report(_) => "report",
        }
    }

    /// The same with its cause.
    pub(crate) fn map_cause(self, cause: impl StdError + Send + Sync + 'static) -> Self {
        match self {
            Self::Retry(trouble) => Self::Retry(trouble.cause(cause)),
            Self::FreeSpace(trouble) => Self::FreeSpace(trouble.cause(cause)),
            Self::SignIn(trouble) => Self::SignIn(trouble.cause(cause)),
            Self::UpdateApp(trouble) => Self::UpdateApp(trouble.cause(cause)),
            Self::FixDraft(trouble) => Self::FixDraft(trouble.cause(cause)),
            Self::Report(trouble) => Self::Report(trouble.cause(cause)),
        }
    }

    /// What happened.
    #[must_use]
    pub fn trouble(&self) -> &Trouble {
        match self {
            Self::Retry(trouble)
            | Self::FreeSpace(trouble)
            | Self::SignIn(trouble)
            | Self::UpdateApp(trouble)
            | Self::FixDraft(trouble)
            | Self::Report(trouble) => trouble,
        }
    }
}

impl Trouble {
    pub(crate) fn new(code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            code,
            zh: zh.into(),
            en: en.into(),
            field: None,
            retry_ms: 0,
            cause: None,
        }
    }

    pub(crate) fn field(mut self, key: impl Into<String>) -> Self {
        self.field = Some(key.into());
        self
    }

    pub(crate) fn retry_ms(mut self, retry_ms: u32) -> Self {
        self.retry_ms = retry_ms;
        self
    }

    pub(crate) fn cause(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Some(std::sync::Arc::new(cause));
        self
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Trouble");
        debug.field("code", &self.code).field("en", &self.en);
        if let Some(field) = &self.field {
            debug.field("field", field);
        }
        if let Some(cause) = &self.cause {
            debug.field("cause", cause);
        }
        debug.finish()
    }
}

impl StdError for Trouble {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn StdError + 'static))
    }
}
