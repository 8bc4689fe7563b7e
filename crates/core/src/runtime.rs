//! The one runtime of the process: it carries the links of every open phone, so that opening one costs no thread.

use std::sync::{Mutex, PoisonError};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::error::{Error, Trouble};
use crate::limits;

static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);

/// The runtime, started at the first call.
pub(crate) fn handle() -> Result<Handle, Error> {
    let mut runtime = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(runtime) = &*runtime {
        return Ok(runtime.handle().clone());
    }
    let started = Builder::new_multi_thread()
        .worker_threads(limits::NET_THREADS)
        .thread_name("wangge-net")
        .enable_all()
        .build()
        .map_err(|error| {
            Error::Retry(
                Trouble::new(
                    "no_threads",
                    "系统资源不足：请稍后重试",
                    "the system has no threads left: try again later",
                )
                .cause(error),
            )
        })?;
    Ok(runtime.insert(started).handle().clone())
}
