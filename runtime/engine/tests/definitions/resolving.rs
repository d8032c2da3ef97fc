//! Effective values at a place, each with its trail.

use engine::{At, Setting, Whose, resolve, set_override, set_property};
use model::{Resolved, TenantKind, Value};

use crate::world::{SERVICE, World, files, me};

fn whose(tenant: &str, plan: &str) -> Whose {
    Whose { service: "backup".into(), tenant: tenant.into(), user: None, plan: Some(plan.into()), property: None }
}

/// The trail of one property in one line.
async fn check(world: &World, tenant: &str, property: &str, wanted: &str) {
    let whose = Whose { property: Some(property.into()), ..whose(tenant, "Premium") };
    let found: Vec<Resolved> = resolve(&world.programs, &whose).await.unwrap();
    assert_eq!(found.iter().map(Resolved::explain).collect::<Vec<_>>(), [wanted], "{tenant} {property}");
}

async fn set(world: &World, setting: Setting) {
    set_override(&world.programs, &setting, &me()).await.unwrap();
}

#[tokio::test]
async fn the_nearest_override_goes_before_the_plan() {
    let world = World::new().await;
    check(&world, "contoso", "StorageTB", "20 <- plan Premium").await;
    set(&world, Setting::new("backup", "StorageTB", At::tenant("north"), Value::Int(25))).await;
    set(&world, Setting::new("backup", "StorageTB", At::tenant("contoso"), Value::Int(30))).await;
    check(&world, "contoso", "StorageTB", "30 <- override (customer contoso) <- 25 override (reseller north) <- 20 plan Premium").await;
    check(&world, "fabrikam", "StorageTB", "20 <- plan Premium").await;
    let locked = Setting { locked: true, ..Setting::new("backup", "StorageTB", At::tenant("north"), Value::Int(26)) };
    set(&world, locked).await;
    let wanted = "26 <- override (reseller north) <- 30 override (customer contoso), locked out <- 20 plan Premium";
    check(&world, "contoso", "storagetb", wanted).await;
}

#[tokio::test]
async fn an_override_for_another_plan_does_not_count() {
    let world = World::new().await;
    let limited = Setting { plan: Some("standard".into()), ..Setting::new("backup", "StorageTB", At::tenant("contoso"), Value::Int(3)) };
    set(&world, limited).await;
    check(&world, "contoso", "StorageTB", "20 <- plan Premium").await;
}

#[tokio::test]
async fn configuration_comes_from_the_nearest_place() {
    let world = World::new().await;
    check(&world, "contoso", "VaultPath", "/vault <- value (provider acme)").await;
    set_property(&world.programs, &Setting::new("backup", "VaultPath", At::tenant("north"), "/north".into()), &me()).await.unwrap();
    check(&world, "contoso", "VaultPath", "/north <- value (reseller north) <- /vault value (provider acme)").await;
    check(&world, "acme", "VaultPath", "/vault <- value (provider acme)").await;
}

#[tokio::test]
async fn a_default_may_read_the_customer_and_is_nobody_at_a_reseller() {
    let world = World::new().await;
    check(&world, "contoso", "AdminEmailAddress", "it@contoso.example <- default").await;
    check(&world, "contoso", "ContractYears", "1 <- default").await;
    check(&world, "north", "AdminEmailAddress", "no value").await;
}

#[tokio::test]
async fn a_default_sees_properties_whatever_the_order_of_the_file() {
    let world = World::empty().await;
    let service = SERVICE
        .replace("Required = $true; Default = { $Customer.Email }", "Default = { $Property.LeaveReason }")
        .replace("Type = 'string'; AskOn = 'deprovision' }", "Type = 'string'; Default = { $Plan.Note } }")
        .replace(
            "@{ Name = 'BandwidthGB';",
            "@{ Name = 'Note'; Kind = 'Plan'; Type = 'string'; Default = { $Customer.Email } }\n @{ Name = 'BandwidthGB';",
        );
    world.import(&files(&service, &[])).await;
    check(&world, "contoso", "AdminEmailAddress", "it@contoso.example <- default").await;
}

#[tokio::test]
async fn a_value_at_a_level_the_definition_gave_up_does_not_count() {
    let world = World::new().await;
    set(&world, Setting::new("backup", "StorageTB", At::tenant("contoso"), Value::Int(30))).await;
    world.import(&files(&SERVICE.replace("Overridable = 'Reseller','Customer'", "Overridable = 'Reseller'"), &[])).await;
    check(&world, "contoso", "StorageTB", "20 <- plan Premium").await;
}

#[tokio::test]
async fn what_is_not_there_is_named_with_its_nearest() {
    let world = World::new().await;
    world.tenant("tailspin", TenantKind::Customer, Some("north")).await;
    let problem = async |whose: Whose| {
        let problem = resolve(&world.programs, &whose).await.unwrap_err();
        (problem.status, problem.code, problem.recommended_action.unwrap_or_default())
    };
    let near = |name: &str| format!("did you mean `{name}`?");
    assert_eq!(problem(whose("tailspn", "Premium")).await, (404, "tenant_not_found".into(), near("tailspin")));
    assert_eq!(problem(whose("contoso", "Premum")).await, (404, "plan_not_found".into(), near("Premium")));
    let service = Whose { service: "backpu".into(), ..whose("contoso", "Premium") };
    assert_eq!(problem(service).await, (404, "service_not_found".into(), near("backup")));
    let property = Whose { property: Some("Storage".into()), ..whose("contoso", "Premium") };
    assert_eq!(problem(property).await, (404, "property_not_found".into(), near("StorageTB")));
}
