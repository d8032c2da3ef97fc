//! What a run knows: stored without loss, seen by expressions and scripts.

use engine::snapshot::{FORMAT, PlanFacts, Previous, RequestFacts, ServiceFacts, SubscriptionFacts, TenantFacts};
use engine::{Program, Snapshot};
use model::{Level, Object, PropertyValue, SubscriptionState, Tenant, TenantKind, Timestamp, Value, Verb};
use uuid::Uuid;

use crate::world::{package, program};

/// A run of contoso with Premium, as nobody accepted it.
pub fn snapshot(program: &Program) -> Snapshot {
    let properties: Object = [
        ("VaultPath", Value::text("/vault")),
        ("BandwidthGB", Value::Null),
        ("StorageTB", Value::Int(20)),
        ("Username", Value::text("contoso")),
        ("AdminEmailAddress", Value::text("it@contoso.example")),
        ("ContractYears", Value::Int(3)),
        ("UsedGB", Value::Decimal("1.50".parse().unwrap())),
    ]
    .into_iter()
    .collect();
    let plan = PlanFacts::new(program.service.plan("Premium").unwrap(), &program.service, &properties);
    Snapshot {
        format: FORMAT,
        request: RequestFacts {
            id: Uuid::from_u128(1),
            verb: Verb::Provision,
            requested_by: "anna".into(),
            requested_at: Timestamp(1_000_000),
            reason: Some("because".into()),
        },
        provider: tenant("acme", TenantKind::Provider, "acme"),
        resellers: vec![tenant("north", TenantKind::Reseller, "acme/north")],
        customer: tenant("contoso", TenantKind::Customer, "acme/north/contoso"),
        user: None,
        service: ServiceFacts::of(program),
        plan: Some(plan.clone()),
        properties: properties.clone(),
        subscription: SubscriptionFacts {
            id: Uuid::from_u128(2),
            instance: String::new(),
            state: SubscriptionState::Active,
            previous: Some(Previous { plan: Some(plan), properties }),
        },
        parent: None,
        changed: vec!["ContractYears".into()],
        keep: vec![PropertyValue {
            service: "backup".into(),
            property: "ContractYears".into(),
            level: Level::Subscription,
            place_id: Uuid::from_u128(2),
            value: Value::Int(3),
            locked: false,
        }],
    }
}

fn tenant(name: &str, kind: TenantKind, path: &str) -> TenantFacts {
    TenantFacts {
        tenant: Tenant {
            id: Uuid::from_u128(7),
            name: name.into(),
            kind,
            parent_id: None,
            display_name: name.to_uppercase(),
            email: None,
            country: None,
            language: Some("en".into()),
            time_zone: None,
            tags: vec!["vip".into()],
            custom: [("M365TenantId", Value::Guid(Uuid::from_u128(9)))].into_iter().collect(),
            created_at: Timestamp(1),
        },
        path: path.into(),
    }
}

#[test]
fn a_snapshot_comes_back_as_it_was_stored() {
    let snapshot = snapshot(&program(&package("")));
    let text = serde_json::to_string(&snapshot).unwrap();
    assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), snapshot);
}

#[test]
fn scripts_get_the_names_that_expressions_have() {
    let variables = snapshot(&program(&package(""))).variables();
    let names: Vec<&str> = variables.iter().map(|(name, _)| name).collect();
    let wanted = "Request Provider Reseller Resellers Customer User Service Plan Property Subscription Changed";
    assert_eq!(names.join(" "), wanted);
    let customer = variables.get("Customer").unwrap().as_object().unwrap();
    assert_eq!(customer.get("Path"), Some(&Value::text("acme/north/contoso")));
    assert_eq!(customer.get("m365tenantid"), Some(&Value::Guid(Uuid::from_u128(9))));
    let plan = variables.get("Plan").unwrap().as_object().unwrap();
    assert_eq!((plan.get("Sku"), plan.get("StorageTB")), (Some(&Value::text("IA003")), Some(&Value::Int(20))));
    assert_eq!(plan.get("VaultPath"), None);
}
