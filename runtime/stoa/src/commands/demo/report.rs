//! What the demo shows: runs, the trail of a value, billing events, files, where the server listens, what to type next.

use std::{
    collections::HashSet,
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use api::wire;
use engine::{RunDetails, Whose};
use model::DataType;
use serde::Serialize;

use super::{Stage, orders};
use crate::{
    commands::run::described,
    data::Data,
    failure::Failure,
    output::{line, table},
    server::{Server, VERSION},
};

/// Where file actions keep what they took away, beside its place.
const HELD: &str = ".stoa-held";

/// Everything at once, in the API's own types.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    version: &'static str,
    powershell: Option<Shell>,
    runs: Vec<wire::Run>,
    resolved: Vec<wire::Resolved>,
    billing_events: Vec<wire::BillingEvent>,
    /// What is in the vaults.
    files: Vec<PathBuf>,
    listen: Listen,
    next: Vec<String>,
    #[serde(skip)]
    details: Vec<RunDetails>,
}

#[derive(Serialize)]
struct Shell {
    path: PathBuf,
    version: String,
}

#[derive(Serialize)]
struct Listen {
    socket: Option<PathBuf>,
    http: Option<SocketAddr>,
}

impl Report {
    pub(super) async fn of(stage: &Stage<'_>, server: &Server, data: &Data, details: Vec<RunDetails>) -> Result<Report, Failure> {
        let service = orders::service(&details)?.to_owned();
        let ours: HashSet<_> = details.iter().map(|details| details.run.id).collect();
        let events = store::billing::list(stage.engine.store(), &store::billing::Filter::default()).await?;
        let mut files = Vec::new();
        walk(&stage.vault, &mut files);
        walk(&stage.blocked, &mut files);
        files.sort();
        Ok(Report {
            version: VERSION,
            powershell: server.powershell.as_ref().ok().map(|found| Shell { path: found.path.clone(), version: found.version.clone() }),
            runs: details.iter().map(|details| wire::Run::with_steps(details.run.clone(), details.steps.clone())).collect(),
            resolved: resolved(stage, &service).await?,
            billing_events: events.into_iter().filter(|event| ours.contains(&event.run_id)).map(wire::BillingEvent::from).collect(),
            files,
            listen: Listen { socket: server.running.socket.clone(), http: server.running.http },
            next: next(&service, data, &details),
            details,
        })
    }

    pub(super) fn verdict(&self) -> Result<(), Failure> {
        orders::verdict(&self.details)
    }

    /// For people.
    pub(super) fn tell(&self, token: Option<&str>, serves_on: bool) {
        match &self.powershell {
            Some(shell) => line(&format!("stoa {}, PowerShell {} at {}", self.version, shell.version, shell.path.display())),
            None => line(&format!("stoa {}, no PowerShell found: the native service is ordered (see `stoa doctor`)", self.version)),
        }
        for run in &self.runs {
            line("");
            line(&described(&serde_json::to_value(run).expect("wire types are JSON")));
        }
        line("\nWhy contoso has this much storage");
        for resolved in &self.resolved {
            line(&format!("  {}: {}", resolved.property, resolved.explain));
        }
        line("\nBilling events");
        let event = |event: &wire::BillingEvent| {
            let of = |text: &Option<String>| text.clone().unwrap_or_default();
            [
                format!("  {}", event.at),
                event.tenant.clone(),
                event.kind.to_string(),
                of(&event.plan),
                of(&event.sku),
                event.quantity.clone(),
            ]
        };
        line(&table(["  AT", "TENANT", "KIND", "PLAN", "SKU", "QUANTITY"], self.billing_events.iter().map(event)));
        line("\nOn disk");
        let (held, files): (Vec<&PathBuf>, Vec<&PathBuf>) =
            self.files.iter().partition(|file| file.components().any(|part| part.as_os_str() == HELD));
        files.iter().for_each(|file| line(&format!("  {}", file.display())));
        if !held.is_empty() {
            line(&format!("  and {} in {HELD} folders, kept so that what was taken away or replaced can be put back", held.len()));
        }
        if serves_on {
            self.tell_where(token);
        }
    }

    fn tell_where(&self, token: Option<&str>) {
        line("\nListening on");
        if let Some(socket) = &self.listen.socket {
            line(&format!("  {}", socket.display()));
        }
        if let Some(http) = &self.listen.http {
            line(&format!("  http://{http}"));
        }
        if let Some(token) = token {
            line(&format!("  token, shown this once: {token}"));
        }
        line("\nNext, in another terminal");
        self.next.iter().for_each(|next| line(&format!("  {next}")));
    }
}

async fn resolved(stage: &Stage<'_>, service: &str) -> Result<Vec<wire::Resolved>, Failure> {
    let whose = Whose {
        service: service.to_owned(),
        tenant: "contoso".to_owned(),
        user: None,
        plan: Some("Premium".to_owned()),
        property: Some("StorageTB".to_owned()),
    };
    let resolved = stage.engine.resolve(&whose).await?;
    let program = stage.engine.programs().current(service).await?;
    let type_of = |name: &str| program.service.property(name).map(|property| property.data_type);
    let shown = |resolved: model::Resolved| {
        let data_type: Option<DataType> = type_of(&resolved.property);
        data_type.map(|data_type| wire::Resolved::new(resolved, data_type))
    };
    Ok(resolved.into_iter().filter_map(shown).collect())
}

/// What to type next; every line works as it stands.
fn next(service: &str, data: &Data, details: &[RunDetails]) -> Vec<String> {
    let folder =
        if Data::at(Path::new("stoa-data")).root == data.root { String::new() } else { format!(" --data '{}'", data.root.display()) };
    let failed = details.iter().find(|details| !details.run.state.is_success()).map(|details| details.run.id);
    let stoa = std::env::args().next().unwrap_or_else(|| "stoa".to_owned());
    let mut next = vec![format!("{stoa} run list{folder}")];
    next.extend(failed.map(|id| format!("{stoa} run show {id}{folder}")));
    next.push(format!("{stoa} api GET '/properties/resolve?service={service}&tenant=contoso&plan=Premium'{folder}"));
    next.push(format!("{stoa} api GET /billing-events{folder}"));
    next.push(format!("{stoa} doctor{folder}"));
    next
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), files),
            Ok(_) => files.push(entry.path()),
            // Gone since it was listed.
            Err(_) => {}
        }
    }
}
