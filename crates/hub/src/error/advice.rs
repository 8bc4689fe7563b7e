//! What to do about an error, in the words of whoever runs the hub.

use wangge_model::Fault;
use wangge_store::StoreError;

use super::HubError;

/// What to do, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl HubError {
    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> Advice {
        let (zh, en) = stored(self)
            .or_else(|| asked(self))
            .unwrap_or_else(|| met(self));
        Advice {
            zh: zh.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// Where a store cannot be opened, and the store knows why.
fn stored(error: &HubError) -> Option<(&'static str, &'static str)> {
    let (HubError::Store { source, .. } | HubError::StoreFile { source, .. }) = error else {
        return None;
    };
    let mut cause: &(dyn std::error::Error + 'static) = source.as_ref();
    loop {
        match cause.downcast_ref::<StoreError>() {
            None => cause = cause.source()?,
            Some(StoreError::Newer { .. }) => {
                return Some((
                    "这个库由较新的程序写成:请升级程序",
                    "the store is of a newer program: update this one",
                ));
            }
            Some(StoreError::Full { .. }) => {
                return Some((
                    "磁盘已满:腾出空间后再试",
                    "the disk is full: free some space, then try again",
                ));
            }
            Some(StoreError::Busy { .. }) => {
                return Some((
                    "另一程序正在使用这个库:稍后再试",
                    "another program is using the store: try again later",
                ));
            }
            Some(StoreError::Missing { .. }) => {
                return Some((
                    "核对路径;库文件应为节点目录里的 hub.db",
                    "check the path: the store is the hub.db of a hub's folder",
                ));
            }
            Some(
                StoreError::NotOurs { .. }
                | StoreError::KeyMissing { .. }
                | StoreError::KeyWrong { .. }
                | StoreError::KeyNeedless { .. },
            ) => {
                return Some((
                    "这个文件不是节点的库:从备份恢复 hub.db,原文件移到一旁,不要删除",
                    "this file is not a hub's store: restore hub.db from a backup, and move this one aside, do not delete it",
                ));
            }
            Some(error) if error.is_damage() => {
                return Some((
                    "库已损坏:从备份恢复 hub.db,损坏的文件移到一旁,不要删除",
                    "the store is damaged: restore hub.db from a backup, and move the damaged one aside, do not delete it",
                ));
            }
            Some(_) => return None,
        }
    }
}

/// Where the words of the command or a file are to blame.
fn asked(error: &HubError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        HubError::NoHub { .. } => (
            "先用 wangge hub init 新建节点,或用 --dir 指明目录",
            "make one with wangge hub init, or name the folder with --dir",
        ),
        HubError::UnknownHub { .. } => (
            "用 wangge hub status 查看这里有哪些节点",
            "wangge hub status lists the hubs that stand here",
        ),
        HubError::WhichHub { .. } => ("用 --hub 指明节点代码", "name one with --hub CODE"),
        HubError::HubExists { .. } => (
            "直接使用它;要另建请换一个目录",
            "use it, or choose another folder",
        ),
        HubError::NotItsParent { .. } => (
            "上级的区划代码必须是下级代码的开头几位",
            "the parent's code must be the first digits of the child's",
        ),
        HubError::OutsideHub { .. } => (
            "网格须在节点的辖区之内:请核对网格代码,或由辖区内的节点邀请",
            "the grid must lie within the hub's area: check its code, or invite from the hub that it belongs to",
        ),
        HubError::SiteBusy { .. } => (
            "先停止正在运行的进程",
            "stop the process that runs them first",
        ),
        HubError::ParseFile { .. } => (
            "改正该文件,或从备份恢复",
            "mend the file, or restore it from a backup",
        ),
        HubError::BadKeyFile { .. } | HubError::BadDeskKey { .. } => (
            "从备份恢复该文件;没有备份则须新建节点并重新邀请",
            "restore the file from a backup; without one make a new hub and invite anew",
        ),
        HubError::ShortPassphrase { .. } => ("换一个更长的口令", "choose a longer one"),
        HubError::WhichDirector { .. } => (
            "用 --director 指明姓名;没有负责人时先用 wangge hub director 设置",
            "name one with --director; wangge hub director makes one",
        ),
        HubError::NotThere { .. } => ("核对编号", "check the id"),
        HubError::Stale => ("重新查看后再选", "look again, then choose"),
        HubError::Refused { .. } => ("按上面的说明改正", "do as it says"),
        HubError::StoreFile { .. } => (
            "用 --store 指明节点目录里的 hub.db",
            "name the hub.db of a hub's folder with --store",
        ),
        _ => return None,
    })
}

/// Where the machine or the program is to blame.
fn met(error: &HubError) -> (&'static str, &'static str) {
    match error {
        HubError::Listen { .. } => (
            "换一个端口,或停止占用它的程序",
            "choose another port, or stop the program that has it",
        ),
        HubError::ListenAdmin { .. } => (
            "换一个路径较短的目录(套接字路径最多 107 字节)",
            "choose a folder with a shorter path (a socket's path has at most 107 bytes)",
        ),
        HubError::ReadFile { .. } | HubError::WriteFile { .. } => (
            "检查路径、权限和磁盘空间",
            "check the path, the permissions and the free space",
        ),
        HubError::Store {
            fault: Fault::Bug, ..
        } => (
            "这是程序的错误:请带上日志报告",
            "this is a fault of the program: report it with the log",
        ),
        HubError::Store { .. } => (
            "检查磁盘空间和文件;不要删除库文件",
            "check the disk; do not delete the store",
        ),
        HubError::Link { .. } => ("检查网络设置", "check the network settings"),
        _ => (
            "稍后再试;若仍不行,查看该进程的日志",
            "try again; if it stays so, read that process's log",
        ),
    }
}
