//! Files and folders of this machine.
//!
//! What a step makes carries the step's token as an extended attribute, and what it takes away is held beside its place under that token.
//! So a second attempt after a crash knows its own work from a stranger's, answers the same outputs, and undo takes back exactly that.

mod delete;
mod directory_create;
mod directory_remove;
mod disk;
mod hold;
mod place;
mod put;
mod render;
mod restore;
mod stop;
mod undelete;
mod write;

pub(crate) use delete::Delete;
pub(crate) use directory_create::DirectoryCreate;
pub(crate) use directory_remove::DirectoryRemove;
pub(crate) use render::Render;
pub(crate) use restore::Restore;
pub(crate) use undelete::Undelete;
pub(crate) use write::Write;
