//! The one client: made when first used, so that a server without HTTP actions never pays for it.

use std::sync::{Arc, OnceLock};

use crate::HttpPolicy;

/// The one HTTP client of the product. Cheap to clone.
#[derive(Clone, Default)]
pub struct Http(Arc<Inner>);

#[derive(Default)]
struct Inner {
    policy: HttpPolicy,
    client: OnceLock<reqwest::Client>,
}

impl Http {
    /// A client that calls only what `policy` permits.
    pub fn new(policy: HttpPolicy) -> Self {
        Http(Arc::new(Inner { policy, client: OnceLock::new() }))
    }
}
