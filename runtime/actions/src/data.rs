//! Shaping data: nothing here touches the world.

mod compute;
mod password_generate;

pub(crate) use compute::Compute;
pub(crate) use password_generate::PasswordGenerate;
