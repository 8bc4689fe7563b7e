use wangge_wire::Signer as _;

use super::*;

fn config(area: &str) -> HubConfig {
    HubConfig {
        area: area.parse().unwrap(),
        name: "某某社区".to_owned(),
        parent: None,
    }
}

#[test]
fn a_hub_stands_only_when_all_of_it_does() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::create(dir.path()).unwrap();
    let folder = site.add(config("410522100001")).unwrap();
    assert!(
        matches!(Site::open(dir.path()), Err(HubError::NoHub { .. })),
        "the key alone is no hub"
    );
    let key = folder.load_signer().unwrap();
    // The try was cut short here. The next one goes on with the same key.
    let folder = site.add(config("410522100001")).unwrap();
    assert_eq!(folder.load_signer().unwrap().public(), key.public());
    folder.save_config().unwrap();
    assert!(matches!(
        site.add(config("410522100001")),
        Err(HubError::HubExists { .. })
    ));
    assert_eq!(
        Site::open(dir.path())
            .unwrap()
            .hub(&config("410522100001").area)
            .unwrap()
            .config,
        folder.config
    );
}

#[test]
fn only_its_owner_reads_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let folder = Site::create(dir.path())
        .unwrap()
        .add(config("410522100001"))
        .unwrap();
    assert_eq!(
        fs::metadata(folder.key_path())
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o600
    );
}

#[test]
fn one_process_has_a_site_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::create(dir.path()).unwrap();
    let lock = site.lock().unwrap();
    assert!(matches!(site.lock(), Err(HubError::SiteBusy { .. })));
    drop(lock);
    site.lock().unwrap();
}

#[test]
fn the_largest_area_comes_first() {
    let dir = tempfile::tempdir().unwrap();
    let site = Site::create(dir.path()).unwrap();
    for area in ["410522100001", "410522", "410522101", "410522100"] {
        site.add(config(area)).unwrap().save_config().unwrap();
    }
    let areas: Vec<_> = site
        .areas()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(areas, ["410522", "410522100", "410522101", "410522100001"]);
}

#[test]
fn a_marker_that_cannot_be_read_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Site::create(dir.path())
        .unwrap()
        .add(config("410522100001"))
        .unwrap();
    assert_eq!(folder.load_mark().unwrap(), None);
    folder.save_mark(&[7; 16]).unwrap();
    assert_eq!(folder.load_mark().unwrap(), Some([7; 16]));
    fs::write(&folder.mark, "half a mark").unwrap();
    assert_eq!(folder.load_mark().unwrap(), None);
}
