//! A change that a person makes outside of runs: what it changes and its audit row, in one batch.

use model::Object;
use store::{Batch, Statement, Store, audit};

use crate::Principal;

/// Who changes what.
pub(crate) struct Edit<'a> {
    pub(crate) by: &'a Principal,
    /// `tenant.create`, `override.set` ...
    pub(crate) action: &'static str,
    /// A name or id.
    pub(crate) object: String,
    pub(crate) detail: Object,
}

impl Edit<'_> {
    /// Writes `statements` together with the audit row.
    pub(crate) async fn write(self, store: &Store, statements: impl IntoIterator<Item = Statement>) -> Result<(), store::Error> {
        let entry = audit::Entry {
            at: store.now(),
            principal: self.by.name.clone(),
            action: self.action.to_owned(),
            object: self.object,
            detail: self.detail,
            correlation: None,
        };
        store.write(Batch::new().with_all(statements).with(audit::append(&entry))).await.map(|_| ())
    }
}
