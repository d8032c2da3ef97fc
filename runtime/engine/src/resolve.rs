//! Effective values: what the places of a chain hold, the plan, the defaults, and `model::resolve` for each property.

use model::{Default, Held, Level, Object, Place, Plan, Problem, Property, PropertyKind, Question, Resolved, Value};
use store::Store;

use crate::chain::{Chain, Stand};
use crate::mapping::Code;
use crate::scope::Whom;
use crate::snapshot::{PlanFacts, ServiceFacts};
use crate::{Program, Programs, Scope, refusal};

/// Whose values are asked for, outside any request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// Service name.
    pub service: String,
    /// Name of the tenant, of any kind.
    pub tenant: String,
    /// Name of a user of it.
    pub user: Option<String>,
    /// Plan name.
    pub plan: Option<String>,
    /// Only this property.
    pub property: Option<String>,
}

/// The effective values of a service's properties at a place, with the trail of each, in the order of the definition.
///
/// # Errors
/// What is not there, or a default that cannot be evaluated.
pub async fn resolve(programs: &Programs, whose: &Whose) -> Result<Vec<Resolved>, Problem> {
    let program = programs.current(&whose.service).await.map_err(|problem| problem.about("service"))?;
    let store = programs.store();
    let mut chain = Chain::of_tenant(store, &whose.tenant).await?;
    if let Some(user) = &whose.user {
        chain = chain.with_user(store, user).await?;
    }
    let plan = whose.plan.as_deref().map(|name| plan(&program, name)).transpose()?;
    let only = whose.property.as_deref().map(|name| property(&program, name)).transpose()?.map(|property| property.name.clone());
    let found = Search { program: &program, chain: &chain, plan, requested: &Object::new() }.run(store).await?;
    Ok(found.into_iter().filter(|resolved| only.as_ref().is_none_or(|only| *only == resolved.property)).collect())
}

/// The plan of that name.
pub(crate) fn plan<'a>(program: &'a Program, name: &str) -> Result<&'a Plan, Problem> {
    let known = program.service.plans.iter().map(|plan| plan.name.as_str());
    program.service.plan(name).ok_or_else(|| refusal::not_found("plan", name, known).about("plan"))
}

/// The property of that name.
pub(crate) fn property<'a>(program: &'a Program, name: &str) -> Result<&'a Property, Problem> {
    let known = program.service.properties.iter().map(|property| property.name.as_str());
    program.service.property(name).ok_or_else(|| refusal::not_found("property", name, known).about("property"))
}

/// One search for the values of every property.
pub(crate) struct Search<'a> {
    pub(crate) program: &'a Program,
    pub(crate) chain: &'a Chain,
    pub(crate) plan: Option<&'a Plan>,
    /// Values of `Input` properties in the request, converted.
    pub(crate) requested: &'a Object,
}

impl Search<'_> {
    /// All values, in the order of the definition.
    pub(crate) async fn run(&self, store: &Store) -> Result<Vec<Resolved>, Problem> {
        let stands = self.chain.stands();
        let ids: Vec<uuid::Uuid> = stands.iter().map(|stand| stand.id).collect();
        let held = store::values::held(store, &self.program.service.name, &ids).await.map_err(|error| refusal::store(&error))?;
        self.among(&stands, &held)
    }

    fn among(&self, stands: &[Stand], held: &store::values::Held) -> Result<Vec<Resolved>, Problem> {
        let service = &self.program.service;
        let facts = ServiceFacts::of(self.program);
        let plan_facts = self.plan.map(|plan| PlanFacts { name: plan.name.clone(), sku: plan.sku.clone(), properties: Object::new() });
        let mut scope = Scope::for_defaults(&Whom {
            provider: &self.chain.provider,
            resellers: &self.chain.resellers,
            customer: self.chain.customer.as_ref(),
            user: self.chain.user.as_ref(),
            service: &facts,
            plan: plan_facts.as_ref(),
        });
        let places: Vec<Place> = stands.iter().map(|stand| stand.place.clone()).collect();
        let mut found: Vec<Option<Resolved>> = service.properties.iter().map(|_| None).collect();
        // A default may read other properties; `order` has those first.
        for index in &self.program.order {
            let property = &service.properties[*index];
            let candidates = held_of(property, stands, held)?;
            let requested = self.requested.get(&property.name).filter(|_| property.kind == PropertyKind::Input);
            let mut question = Question { property, plan: self.plan, chain: &places, held: &candidates, requested, default: None };
            let code = self.program.defaults[*index].as_ref();
            question.default = match self.default(property, code, *index, &scope) {
                Ok(default) => default,
                // A default that nobody needs may be one that makes no sense here.
                Err(_) if model::resolve(&question).is_set() => None,
                Err(problem) => return Err(problem),
            };
            let resolved = model::resolve(&question);
            scope.set_property(&property.name, &resolved.value, property.kind == PropertyKind::Plan);
            found[*index] = Some(resolved);
        }
        Ok(found.into_iter().map(|one| one.expect("the order names every property once")).collect())
    }

    fn default(&self, property: &Property, code: Option<&Code>, index: usize, scope: &Scope) -> Result<Option<Value>, Problem> {
        let code = match (&property.default, code) {
            (Some(Default::Value(value)), _) => return Ok(Some(value.clone())),
            (Some(Default::Block(_)), Some(code)) => code,
            _ => return Ok(None),
        };
        let wrong = |detail: String| refusal::unprocessable("default_error", "A default has no value", detail).about(property.name.clone());
        let value = code.value(scope, "default_error").map_err(|failure| wrong(failure.message))?;
        // Outside a request `$Customer` may be nobody, and a default that is nothing is none at all.
        if value.is_null() {
            return Ok(None);
        }
        let checked = self.program.checkers[index].check(value);
        checked.map(Some).map_err(|refused| wrong(format!("{}: the default of {}", code.block.position, refused.message)))
    }
}

/// What is held for one property at the places where the definition, as it is now, lets something be held.
fn held_of(property: &Property, stands: &[Stand], held: &store::values::Held) -> Result<Vec<Held>, Problem> {
    let mut found = Vec::new();
    let mut add = |place_id: uuid::Uuid, plan: &Option<String>, value: &Value, locked: bool| {
        let Some(place) = stands.iter().position(|stand| stand.id == place_id) else {
            return Ok(());
        };
        if counts(property, &stands[place]) {
            let value = property.data_type.convert(value.clone()).map_err(|mismatch| unfit(property, &stands[place], &mismatch))?;
            found.push(Held { place, plan: plan.clone(), value, locked });
        }
        Ok::<(), Problem>(())
    };
    if property.kind == PropertyKind::Plan {
        for one in held.overrides.iter().filter(|one| one.property.eq_ignore_ascii_case(&property.name)) {
            add(one.place_id, &one.plan, &one.value, one.locked)?;
        }
    } else {
        for one in held.values.iter().filter(|one| one.property.eq_ignore_ascii_case(&property.name)) {
            add(one.place_id, &None, &one.value, one.locked)?;
        }
    }
    Ok(found)
}

fn counts(property: &Property, stand: &Stand) -> bool {
    let level = stand.place.level;
    match property.kind {
        PropertyKind::Config => !stand.is_parent && property.levels.contains(&level),
        PropertyKind::Plan => !stand.is_parent && property.overridable.contains(&level),
        PropertyKind::Input => !stand.is_parent && property.level == level,
        PropertyKind::Result => level == Level::Subscription || property.level == level,
    }
}

/// A value that was right for an older version of the service.
fn unfit(property: &Property, stand: &Stand, mismatch: &model::Mismatch) -> Problem {
    let place = format!("{} {}", stand.place.level.as_str().to_lowercase(), stand.place.name);
    let detail = format!("the value of `{}` at {place} does not fit its type any more: {mismatch}", property.name);
    let problem = refusal::conflict("value_unfit", "A kept value does not fit", detail).about(property.name.clone());
    problem.advise(format!("set `{}` at {place} again", property.name))
}
