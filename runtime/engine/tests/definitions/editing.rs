//! Tenants, users, values and overrides: what may be set where, and the audit row of each change.

use engine::{At, NewTenant, NewUser, Setting, create_tenant, create_user, remove_override, remove_property, set_override, set_property};
use model::{Problem, TenantKind, Value};

use crate::world::{World, me};

fn code<T: std::fmt::Debug>(found: Result<T, Problem>) -> (u16, String) {
    let problem = found.unwrap_err();
    (problem.status, problem.code)
}

async fn audited(world: &World) -> Vec<String> {
    let entries = store::audit::list(world.store(), 0, 1_000).await.unwrap();
    entries.into_iter().map(|(_, entry)| format!("{} {}", entry.action, entry.object)).collect()
}

#[tokio::test]
async fn a_tenant_has_a_name_of_its_own_and_a_place() {
    let world = World::empty().await;
    let check = async |new: NewTenant, status: u16, wanted: &str| {
        assert_eq!(code(create_tenant(world.store(), &new, &me()).await), (status, wanted.to_owned()), "{new:?}");
    };
    let customer = |name: &str, parent: &str| NewTenant::new(name, TenantKind::Customer, Some(parent));
    check(customer("contoso", "north"), 409, "tenant_exists").await;
    check(customer("tailspin", "nroth"), 404, "tenant_not_found").await;
    check(customer("tailspin", "contoso"), 422, "invalid_value").await;
    check(customer("Tailspin", "north"), 422, "invalid_value").await;
    check(customer("-x", "north"), 422, "invalid_value").await;
    check(NewTenant { email: Some("nobody".into()), ..customer("tailspin", "north") }, 422, "invalid_value").await;
    check(NewTenant { country: Some("nz".into()), ..customer("tailspin", "north") }, 422, "invalid_value").await;
    check(NewTenant::new("second", TenantKind::Provider, None), 409, "tenant_exists").await;
    let made = create_tenant(world.store(), &NewTenant::new("tailspin", TenantKind::Customer, None), &me()).await.unwrap();
    assert_eq!(made.display_name, "tailspin");
    assert_eq!(audited(&world).await.last().map(String::as_str), Some("tenant.create tailspin"));
}

#[tokio::test]
async fn users_belong_to_customers() {
    let world = World::empty().await;
    let made = create_user(world.store(), &NewUser::new("contoso", "anna.b"), &me()).await.unwrap();
    assert!(made.enabled);
    assert_eq!(code(create_user(world.store(), &NewUser::new("contoso", "anna.b"), &me()).await), (409, "user_exists".into()));
    assert_eq!(code(create_user(world.store(), &NewUser::new("north", "anna"), &me()).await), (422, "invalid_value".into()));
}

#[tokio::test]
async fn values_and_overrides_are_set_where_the_definition_allows() {
    let world = World::new().await;
    let setting = |property: &str, tenant: &str, value: Value| Setting::new("backup", property, At::tenant(tenant), value);
    let refused_override = async |setting: Setting| code(set_override(&world.programs, &setting, &me()).await);
    let refused_value = async |setting: Setting| code(set_property(&world.programs, &setting, &me()).await);
    assert_eq!(refused_override(setting("StorageTB", "acme", Value::Int(5))).await, (422, "level_not_allowed".into()));
    assert_eq!(refused_override(setting("BandwidthGB", "contoso", Value::Int(5))).await, (422, "level_not_allowed".into()));
    assert_eq!(refused_override(setting("StorageTB", "contoso", Value::Int(501))).await, (422, "above_max".into()));
    assert_eq!(refused_override(setting("StorageTB", "contoso", Value::Null)).await, (422, "null_value".into()));
    assert_eq!(refused_override(setting("VaultPath", "contoso", "x".into())).await, (422, "wrong_kind".into()));
    assert_eq!(refused_override(setting("StorageGB", "contoso", Value::Int(5))).await, (404, "property_not_found".into()));
    assert_eq!(refused_value(setting("StorageTB", "contoso", Value::Int(5))).await, (422, "wrong_kind".into()));
    assert_eq!(refused_value(setting("ContractYears", "contoso", Value::Int(1))).await, (422, "wrong_kind".into()));
    assert_eq!(refused_value(setting("Username", "north", "x".into())).await, (422, "level_not_allowed".into()));
    assert_eq!(refused_value(setting("Username", "contoso", "9".into())).await, (422, "no_match".into()));
    set_property(&world.programs, &setting("Username", "contoso", "contoso".into()), &me()).await.unwrap();
}

#[tokio::test]
async fn each_change_has_its_audit_row_and_what_was_not_there_has_none() {
    let world = World::new().await;
    let storage = Setting::new("backup", "storagetb", At::tenant("contoso"), Value::text("30"));
    let set = set_override(&world.programs, &storage, &me()).await.unwrap();
    assert_eq!((set.property.as_str(), set.value), ("StorageTB", Value::Int(30)));
    let contoso = At::tenant("contoso");
    let removed = async || remove_override(&world.programs, "backup", "StorageTB", None, &contoso, &me()).await.unwrap();
    assert!(removed().await);
    assert!(!removed().await);
    assert!(remove_property(&world.programs, "backup", "VaultPath", &At::tenant("acme"), &me()).await.unwrap());
    let wanted = [
        "property.set backup/VaultPath",
        "override.set backup/StorageTB",
        "override.remove backup/StorageTB",
        "property.remove backup/VaultPath",
    ];
    assert!(audited(&world).await.ends_with(&wanted.map(str::to_owned)));
}
