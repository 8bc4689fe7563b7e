//! Debian packages, found by what they bring and not by their names: a machine may have a tool from elsewhere.

use std::path::Path;

use super::For;
use crate::error::XtaskError;
use crate::house::House;
use crate::run::{Run, answer, on_path};

/// A thing that must be on the machine.
struct Need {
    /// What it is wanted for.
    wanted_for: &'static str,
    packages: &'static [&'static str],
    purpose: For,
    present: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need {
        wanted_for: "a C compiler (SQLCipher, OpenSSL and ring are built from source)",
        packages: &["gcc", "libc6-dev"],
        purpose: For::Build,
        present: || on_path("cc") && Path::new("/usr/include/stdlib.h").is_file(),
    },
    Need {
        wanted_for: "make (OpenSSL)",
        packages: &["make"],
        purpose: For::Build,
        present: || on_path("make"),
    },
    Need {
        wanted_for: "perl with its modules (OpenSSL)",
        packages: &["perl"],
        purpose: For::Build,
        present: || {
            answer(
                "perl",
                &["-MFindBin", "-MIPC::Cmd", "-MFile::Compare", "-e", "1"],
            )
            .is_some()
        },
    },
    Need {
        wanted_for: "Node.js (the console's front-end is built from source)",
        packages: &["nodejs"],
        purpose: For::Build,
        present: || on_path("node"),
    },
    Need {
        wanted_for: "npm (the console's front-end)",
        packages: &["npm"],
        purpose: For::Build,
        present: || on_path("npm"),
    },
    Need {
        wanted_for: "Python (the bindings and a stranger's client)",
        packages: &["python3", "python3-venv"],
        purpose: For::Tests,
        present: || answer("python3", &["-c", "import ctypes, venv, ensurepip"]).is_some(),
    },
    Need {
        wanted_for: "Java (the Kotlin bindings)",
        packages: &["default-jdk-headless"],
        purpose: For::Tests,
        present: || on_path("java"),
    },
    Need {
        wanted_for: "JNA (the Kotlin bindings)",
        packages: &["libjna-java"],
        purpose: For::Tests,
        present: || Path::new(JNA_JAR).is_file(),
    },
    Need {
        wanted_for: "Chromium (the console is tested in it)",
        packages: &["chromium"],
        purpose: For::Tests,
        present: || Path::new(CHROMIUM).is_file(),
    },
    Need {
        wanted_for: "Chinese type (the console's screenshots)",
        packages: &["fonts-noto-cjk", "fontconfig"],
        purpose: For::Tests,
        present: || {
            answer("fc-list", &[":lang=zh", "family"]).is_some_and(|list| !list.trim().is_empty())
        },
    },
];

/// Where Debian's `libjna-java` lies.
pub(crate) const JNA_JAR: &str = "/usr/share/java/jna.jar";
/// Where Debian's `chromium` lies.
pub(crate) const CHROMIUM: &str = "/usr/bin/chromium";

/// Installs the packages of the needs that are not met.
pub(super) fn install(house: &House, purpose: For) -> Result<(), XtaskError> {
    let missing: Vec<&Need> = NEEDS
        .iter()
        .filter(|need| purpose == For::Tests || need.purpose == For::Build)
        .filter(|need| !(need.present)())
        .collect();
    if missing.is_empty() {
        eprintln!("  ✓ system packages are there");
        return Ok(());
    }
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|need| need.packages)
        .copied()
        .collect();
    for need in &missing {
        eprintln!("  + {}: {}", need.packages.join(" "), need.wanted_for);
    }
    let apt = Apt::find(&packages)?;
    let install = [
        &["install", "--yes", "--no-install-recommends"],
        packages.as_slice(),
    ]
    .concat();
    if !apt.run(house, "apt-get install", &install)? {
        // The lists of a fresh machine are often empty or old.
        apt.run(house, "apt-get update", &["update"])?;
        if !apt.run(house, "apt-get install, lists renewed", &install)? {
            return Err(by_hand(&packages));
        }
    }
    match missing.iter().find(|need| !(need.present)()) {
        None => Ok(()),
        Some(need) => Err(XtaskError::Missing {
            what: format!(
                "{} (although {} was installed)",
                need.wanted_for,
                need.packages.join(" ")
            ),
            remedy: "install it by hand and run the command again".to_owned(),
        }),
    }
}

/// `apt-get`, through `sudo` when we are not root.
struct Apt {
    sudo: bool,
}

impl Apt {
    fn find(packages: &[&str]) -> Result<Self, XtaskError> {
        let root = answer("id", &["-u"]).is_some_and(|uid| uid.trim() == "0");
        if !on_path("apt-get") || !(root || on_path("sudo")) {
            return Err(by_hand(packages));
        }
        Ok(Self { sudo: !root })
    }

    /// Whether apt-get said yes.
    fn run(&self, house: &House, title: &str, args: &[&str]) -> Result<bool, XtaskError> {
        let run = if self.sudo {
            Run::new(house, title, "sudo").args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
        } else {
            Run::new(house, title, "apt-get").env("DEBIAN_FRONTEND", "noninteractive")
        };
        let ended = run.args(args).end()?;
        if !ended.status.success() {
            ended.tell();
        }
        Ok(ended.status.success())
    }
}

fn by_hand(packages: &[&str]) -> XtaskError {
    XtaskError::Missing {
        what: format!("a way to install {}", packages.join(" ")),
        remedy: format!(
            "install them by hand (Debian's names: {}) and run the command again; without apt-get and root or sudo we cannot",
            packages.join(" ")
        ),
    }
}
