//! Everything of a kind that a hub's store holds, read a page at a time, also beside the process that runs it.

use std::path::Path;

use wangge_model::kind::Kind;
use wangge_store::{Mode, Options, Store};
use wangge_views::Views;
use wangge_views::rows::Record;

use crate::error::{HubError, Result};
use crate::site::Site;

/// Records that are read at once.
const PAGE_MAX: u32 = 200;

/// Every record of a kind in a hub's store in the order of their ids, in clear, with its log.
///
/// # Errors
/// What `each` answers, or the store's.
pub fn export_records<E: From<HubError>>(
    path: &Path,
    kind: Kind,
    mut each: impl FnMut(Record) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let store =
        Store::open_with(Options::new(path).mode(Mode::Existing)).map_err(HubError::store_file)?;
    let views = Views::new(&store).map_err(HubError::rows)?;
    fold_if_free(path, &views)?;
    let mut after = String::new();
    loop {
        let rows = views
            .export_records(kind, &after, PAGE_MAX)
            .map_err(HubError::rows)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after.clone_from(&last.row.record);
        rows.into_iter().try_for_each(&mut each)?;
    }
}

/// Where no process runs the hub, what it admitted last may not be counted yet.
fn fold_if_free(path: &Path, views: &Views<'_>) -> Result<()> {
    let site = path.parent().and_then(Path::parent).map(Site::at);
    if let Some(Ok(_lock)) = site.map(|site| site.lock()) {
        views.fold_all().map_err(HubError::rows)?;
    }
    Ok(())
}
