//! The commands, a file each.

pub(crate) mod api;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod eval;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod package;
pub(crate) mod run;
pub(crate) mod serve;
