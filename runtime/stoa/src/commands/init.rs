//! `stoa init`: a new installation. It works once.

use anyhow::Context;
use engine::{NewTenant, Principal};
use model::TenantKind;
use serde::Serialize;
use store::Store;

use crate::{
    arguments::Init,
    data::Data,
    failure::{Exit, Failure},
    output,
    server::clock,
};

/// What a new installation tells, once.
#[derive(Serialize)]
struct Made {
    data: String,
    provider: String,
    token: String,
}

/// Makes the installation and prints its first token.
pub(crate) async fn run(arguments: &Init, data: &Data, json: bool) -> Result<(), Failure> {
    let token = make(data, &arguments.provider).await?;
    let Some(token) = token else {
        let failure = Failure::new(Exit::Refused, "already_initialised", format!("{} is an installation already", data.root.display()));
        return Err(failure.advise("`stoa serve` serves it; its first token was printed when it was made"));
    };
    let made = Made { data: data.root.display().to_string(), provider: arguments.provider.clone(), token };
    if json {
        output::json(&made);
    } else {
        output::line(&format!("made {} for the provider {}", made.data, made.provider));
        output::line(&format!("token, shown this once: {}", made.token));
        output::line("next: stoa serve");
    }
    Ok(())
}

/// Makes store, provider and first token; none when an installation is there already.
pub(crate) async fn make(data: &Data, provider: &str) -> Result<Option<String>, Failure> {
    data.make().with_context(|| format!("failed to make {}", data.root.display()))?;
    let store = Store::open(&data.root, clock())?;
    if store::tenants::provider(&store).await?.is_some() {
        return Ok(None);
    }
    let by = Principal::new(api::LOCAL);
    // The token first: a kill between the two leaves no provider, so that `init` works again.
    let (text, token) = api::issue_token("admin", store.now());
    store.write(store::tokens::insert(&token)).await?;
    engine::create_tenant(&store, &NewTenant::new(provider, TenantKind::Provider, None), &by).await?;
    Ok(Some(text))
}
