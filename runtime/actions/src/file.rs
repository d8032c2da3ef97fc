//! Files and folders of this machine.

mod delete;
mod directory_create;
mod directory_remove;
mod render;
mod restore;
mod undelete;
mod write;

pub(crate) use delete::Delete;
pub(crate) use directory_create::DirectoryCreate;
pub(crate) use directory_remove::DirectoryRemove;
pub(crate) use render::Render;
pub(crate) use restore::Restore;
pub(crate) use undelete::Undelete;
pub(crate) use write::Write;
