//! The C side: a VFS that is the system's own, with three of its file methods and two of its own replaced.
//!
//! The system's file object stays what it is, and its other methods with it; our [`Tail`] lies behind it in the
//! same allocation, which SQLite makes (`szOsFile`) and frees.
#![expect(unsafe_code, reason = "SQLite takes a VFS as a table of C functions")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::path::PathBuf;
use std::ptr;
use std::sync::Arc;

use rusqlite::ffi;

use super::{Failure, Notes, Op};

/// What `pAppData` of our VFS points to; lives as long as the process.
struct Shim {
    notes: Arc<Notes>,
    system: *mut ffi::sqlite3_vfs,
}

/// Behind each open file.
struct Tail {
    methods: ffi::sqlite3_io_methods,
    system: *const ffi::sqlite3_io_methods,
    notes: *const Notes,
    path: *const PathBuf,
}

/// Where the tail lies behind a file of the system's size, on a boundary that suits it.
fn tail_offset(system: *mut ffi::sqlite3_vfs) -> usize {
    // SAFETY: SQLite's own VFS, registered for the life of the process.
    let size = unsafe { (*system).szOsFile };
    usize::try_from(size)
        .unwrap_or(0)
        .next_multiple_of(align_of::<Tail>())
}

pub(super) fn register(name: &str, notes: Arc<Notes>) -> Result<(), i32> {
    let name = CString::new(name).map_err(|_| ffi::SQLITE_MISUSE)?;
    // SAFETY: initialising twice is allowed; a null name finds the default VFS, which is never unregistered.
    let system = unsafe {
        ffi::sqlite3_initialize();
        ffi::sqlite3_vfs_find(ptr::null())
    };
    if system.is_null() {
        return Err(ffi::SQLITE_ERROR);
    }
    let shim = Box::new(Shim { notes, system });
    // SAFETY: `system` is valid (above) and plain data. The copy, its name and its shim are leaked, so they
    // outlive every use by SQLite.
    unsafe {
        let mut vfs = *system;
        vfs.zName = name.into_raw();
        vfs.pNext = ptr::null_mut();
        let size = tail_offset(system) + size_of::<Tail>();
        vfs.szOsFile = c_int::try_from(size).map_err(|_| ffi::SQLITE_MISUSE)?;
        vfs.pAppData = Box::into_raw(shim).cast();
        vfs.xOpen = Some(open);
        vfs.xDelete = Some(delete);
        match ffi::sqlite3_vfs_register(Box::into_raw(Box::new(vfs)), 0) {
            ffi::SQLITE_OK => Ok(()),
            refused => Err(refused),
        }
    }
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite calls with the VFS that we registered, and with a file of its `szOsFile` bytes.
    unsafe {
        let shim = (*vfs).pAppData.cast::<Shim>();
        let system = (*shim).system;
        let Some(system_open) = (*system).xOpen else {
            return ffi::SQLITE_ERROR;
        };
        let opened = system_open(system, name, file, flags, out_flags);
        if opened != ffi::SQLITE_OK || name.is_null() || (*file).pMethods.is_null() {
            return opened;
        }
        let path = PathBuf::from(CStr::from_ptr(name).to_string_lossy().into_owned());
        let system_methods = (*file).pMethods;
        let mut methods = *system_methods;
        methods.xWrite = Some(write);
        methods.xTruncate = Some(truncate);
        methods.xSync = Some(sync);
        let tail = tail_of(file, system);
        // The path is leaked: a few dozen bytes for each file that a test opens.
        let path = Box::into_raw(Box::new(path));
        tail.write(Tail {
            methods,
            system: system_methods,
            notes: Arc::as_ptr(&(*shim).notes),
            path,
        });
        (*file).pMethods = &raw const (*tail).methods;
        opened
    }
}

/// # Safety
///
/// `file` must be one that [`open`] was called with.
unsafe fn tail_of(file: *mut ffi::sqlite3_file, system: *mut ffi::sqlite3_vfs) -> *mut Tail {
    // SAFETY: the allocation has `szOsFile` bytes, which reach to the tail's end.
    unsafe { file.cast::<u8>().add(tail_offset(system)).cast::<Tail>() }
}

/// # Safety
///
/// `file` must be one that [`open`] opened: its methods are then the first field of its tail.
unsafe fn tail<'a>(file: *mut ffi::sqlite3_file) -> &'a Tail {
    const { assert!(std::mem::offset_of!(Tail, methods) == 0) };
    // SAFETY: see above.
    unsafe { &*(*file).pMethods.cast::<Tail>() }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    len: c_int,
    offset: ffi::sqlite3_int64,
) -> c_int {
    // SAFETY: SQLite hands in a file that `open` opened and `len` readable bytes.
    unsafe {
        let tail = tail(file);
        let Some(system_write) = (*tail.system).xWrite else {
            return ffi::SQLITE_ERROR;
        };
        let data =
            std::slice::from_raw_parts(bytes.cast::<u8>(), usize::try_from(len).unwrap_or(0));
        match (*tail.notes).meet(true) {
            None | Some(Failure::SyncOnce) => {}
            Some(Failure::FullOnce | Failure::FullFromHere) => return ffi::SQLITE_FULL,
            Some(Failure::WriteOnce) => {
                system_write(file, bytes, len / 2, offset);
                return ffi::SQLITE_IOERR_WRITE;
            }
        }
        (*tail.notes).note(|| Op::Write {
            file: (*tail.path).clone(),
            offset: usize::try_from(offset).unwrap_or(0),
            data: data.to_vec(),
        });
        system_write(file, bytes, len, offset)
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: ffi::sqlite3_int64) -> c_int {
    // SAFETY: SQLite hands in a file that `open` opened.
    unsafe {
        let tail = tail(file);
        let Some(system_truncate) = (*tail.system).xTruncate else {
            return ffi::SQLITE_ERROR;
        };
        let len = usize::try_from(size).unwrap_or(0);
        (*tail.notes).note(|| Op::Truncate {
            file: (*tail.path).clone(),
            len,
        });
        system_truncate(file, size)
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, _flags: c_int) -> c_int {
    // SAFETY: SQLite hands in a file that `open` opened.
    unsafe {
        let tail = tail(file);
        if (*tail.notes).meet(false).is_some() {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        (*tail.notes).note(|| Op::Sync {
            file: (*tail.path).clone(),
        });
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    sync_folder: c_int,
) -> c_int {
    // SAFETY: SQLite calls with the VFS that we registered and a C string.
    unsafe {
        let shim = (*vfs).pAppData.cast::<Shim>();
        let Some(system_delete) = (*(*shim).system).xDelete else {
            return ffi::SQLITE_ERROR;
        };
        let file = PathBuf::from(CStr::from_ptr(name).to_string_lossy().into_owned());
        (*shim).notes.note(|| Op::Delete { file });
        system_delete((*shim).system, name, sync_folder)
    }
}
