//! The one client: made when first used, so that a server without HTTP actions never pays for it.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use model::Failure;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url, redirect, retry};

use super::policy::{HttpPolicy, Refused};

/// Shorter than the default time-out of a request, so that a target that cannot be reached is known to have got nothing.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The one HTTP client of the product. Cheap to clone.
#[derive(Clone, Default)]
pub struct Http(Arc<Inner>);

#[derive(Default)]
struct Inner {
    policy: HttpPolicy,
    /// Set by the first request.
    client: OnceLock<Result<Client, String>>,
}

impl Http {
    /// A client that calls only what `policy` permits. The program must have installed a `rustls` provider before the first request.
    pub fn new(policy: HttpPolicy) -> Self {
        Http(Arc::new(Inner { policy, client: OnceLock::new() }))
    }

    /// The client, for a URI whose host, if it is an address, is permitted: an address is never resolved, so nobody else asks.
    pub(super) fn client_for(&self, uri: &Url) -> Result<&Client, Failure> {
        let host = uri.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = host.parse::<IpAddr>() {
            self.0.policy.permits(address).map_err(|refused| address_refused(&refused))?;
        }
        let client = self.0.client.get_or_init(|| build(self.0.policy));
        client.as_ref().map_err(|why| Failure::new("not_available", format!("no HTTP client could be made: {why}")))
    }
}

pub(super) fn address_refused(refused: &Refused) -> Failure {
    Failure::new("address_refused", refused.to_string())
}

fn build(policy: HttpPolicy) -> Result<Client, String> {
    Client::builder()
        .user_agent(concat!("stoa/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .dns_resolver(Arc::new(Guarded(policy)))
        // A redirect leads where nobody checked; a proxy of the environment resolves names itself, past the check.
        .redirect(redirect::Policy::none())
        .no_proxy()
        // Whether to try again is the engine's decision.
        .retry(retry::never())
        .build()
        .map_err(|error| error.to_string())
}

/// Resolves names with the system's resolver and keeps the addresses that may be called.
struct Guarded(HttpPolicy);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = self.0;
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let refused = found.iter().find_map(|address| policy.permits(address.ip()).err());
            let permitted: Vec<SocketAddr> = found.into_iter().filter(|address| policy.permits(address.ip()).is_ok()).collect();
            match refused {
                Some(refused) if permitted.is_empty() => Err(refused.into()),
                _ => Ok(Box::new(permitted.into_iter()) as Addrs),
            }
        })
    }
}
