//! Which native actions there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Native, data, file, flow, http, property};

/// The native actions by name.
#[derive(Clone, Default)]
pub struct Registry(BTreeMap<String, Arc<dyn Native>>);

impl Registry {
    /// Every native action of the product.
    pub fn standard() -> Self {
        Registry::default()
            .with(Arc::new(data::Compute::new()))
            .with(Arc::new(data::PasswordGenerate::new()))
            .with(Arc::new(file::DirectoryCreate::new()))
            .with(Arc::new(file::DirectoryRemove::new()))
            .with(Arc::new(file::Delete::new()))
            .with(Arc::new(file::Render::new()))
            .with(Arc::new(file::Restore::new()))
            .with(Arc::new(file::Undelete::new()))
            .with(Arc::new(file::Write::new()))
            .with(Arc::new(flow::Fail::new()))
            .with(Arc::new(http::Request::new()))
            .with(Arc::new(property::Set::new()))
    }

    /// Adds an action, in place of one of the same name.
    #[must_use]
    pub fn with(mut self, action: Arc<dyn Native>) -> Self {
        self.0.insert(action.signature().name.clone(), action);
        self
    }

    /// The action of this name, as definitions write it.
    pub fn get(&self, name: &str) -> Option<Arc<dyn Native>> {
        self.0.get(name).cloned()
    }

    /// All names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
