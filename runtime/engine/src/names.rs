//! The names that expressions may use and what is known of each before there is a value. The order here is the order of the slots a scope fills.
//!
//! Defaults, conditions of a request and rules see different names; each sees a beginning of the same list, so that one scope serves them all.

use language::{Names, Shape};
use model::{Property, PropertyKind, Scalar, Service, Subject};

/// How many names a property's default sees: those that do not depend on a request.
const OF_DEFAULTS: usize = 8;

/// What one rule makes known to later ones: its name and the names of its outputs.
pub(crate) type StepShape = (String, Vec<String>);

/// What the expressions of a service may name.
pub(crate) struct Known {
    base: Vec<(&'static str, Shape)>,
    in_user_run: Vec<(&'static str, Shape)>,
}

impl Known {
    /// The names of a service's expressions.
    pub(crate) fn of(service: &Service) -> Self {
        let plan = plan(service);
        let property = members(service.properties.iter().map(|property| (property.name.as_str(), of_property(property))));
        let previous = members([("Plan", plan.clone()), ("Property", property.clone())]);
        let base = vec![
            ("Provider", tenant()),
            ("Reseller", tenant()),
            ("Resellers", Shape::Any),
            ("Customer", tenant()),
            ("User", user()),
            ("Service", any(&["Name", "DisplayName", "Version"])),
            ("Plan", plan.clone()),
            ("Property", property.clone()),
            ("Request", any(&["Id", "Verb", "RequestedBy", "RequestedAt", "Reason"])),
            (
                "Subscription",
                members([
                    ("Id", Shape::Any),
                    ("InstanceName", Shape::Any),
                    ("State", Shape::Any),
                    ("Previous", previous),
                    ("Parent", Shape::Any),
                ]),
            ),
            ("Changed", Shape::Any),
            ("Now", Shape::Any),
        ];
        let subscription = members([
            ("Id", Shape::Any),
            ("InstanceName", Shape::Any),
            ("State", Shape::Any),
            ("Plan", plan.clone()),
            ("Property", property),
        ]);
        Known { base, in_user_run: vec![("ParentPlan", plan), ("CustomerSubscription", subscription)] }
    }

    /// What a property's default sees.
    pub(crate) fn for_default(&self) -> Names {
        self.base.iter().take(OF_DEFAULTS).fold(Names::new(), with)
    }

    /// What a condition of the whole request sees, and a plan's quantity.
    pub(crate) fn for_request(&self) -> Names {
        self.base.iter().fold(Names::new(), with)
    }

    /// What a rule sees after `steps`.
    pub(crate) fn for_rule(&self, subject: Subject, steps: &[StepShape]) -> Names {
        let names = match subject {
            Subject::Customer => self.for_request(),
            Subject::User => self.in_user_run.iter().fold(self.for_request(), with),
        };
        let steps = steps.iter().map(|(rule, outputs)| (rule.as_str(), any(outputs)));
        names.with("Step", members(steps))
    }

    /// What a rule's `Out` and `Undo` see: also `$Output`, with `outputs`.
    pub(crate) fn for_output(&self, subject: Subject, steps: &[StepShape], outputs: &[String]) -> Names {
        self.for_rule(subject, steps).with("Output", any(outputs))
    }
}

fn with(names: Names, (name, shape): &(&'static str, Shape)) -> Names {
    names.with(name, shape.clone())
}

fn tenant() -> Shape {
    any(&["Name", "DisplayName", "Kind", "Email", "Country", "Language", "TimeZone", "Tags", "Path"])
}

fn user() -> Shape {
    any(&["Name", "Upn", "FirstName", "LastName", "DisplayName", "Email", "Language", "Enabled", "Tags"])
}

fn plan(service: &Service) -> Shape {
    let of_plan = service.properties.iter().filter(|property| property.kind == PropertyKind::Plan);
    let properties = of_plan.map(|property| (property.name.as_str(), of_property(property)));
    members([("Name", Shape::Any), ("Sku", Shape::Any)].into_iter().chain(properties))
}

fn of_property(property: &Property) -> Shape {
    let is_object = property.data_type.scalar == Scalar::Object && !property.data_type.list;
    if !is_object || property.schema.is_empty() {
        return Shape::Any;
    }
    members(property.schema.iter().map(|member| (member.name.as_str(), of_property(member))))
}

fn any<S: AsRef<str>>(names: &[S]) -> Shape {
    members(names.iter().map(|name| (name.as_ref(), Shape::Any)))
}

fn members<'a>(members: impl IntoIterator<Item = (&'a str, Shape)>) -> Shape {
    Shape::Members(members.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect())
}
