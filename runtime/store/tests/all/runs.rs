//! Runs: who may have one, who owns it, and what its journal says.

use crate::world::{NOW, World, run, said, step, subscription};
use model::{RunState, StepState, Timestamp};
use store::{Batch, Error, check, log, runs, steps, waits};

const LATER: Timestamp = Timestamp(2_000_000);

fn change(run: &model::Run, from: RunState, to: RunState) -> runs::Change {
    runs::Change { key: run.key, epoch: run.epoch, from, to, reason: Some("because".into()), at: LATER }
}

/// With an active run on one of two related subscriptions, another is refused on `asked`.
async fn check_excluded(active_on_parent: bool, asked_on_parent: bool) {
    let world = World::new().await;
    let parent = world.subscription("mail", None).await;
    let child = world.subscription("mailbox", Some(parent.id)).await;
    let active = world.accept(if active_on_parent { &parent } else { &child }, RunState::Attention).await.unwrap();
    let asked = if asked_on_parent { &parent } else { &child };
    let refused = world.accept(asked, RunState::Queued).await.unwrap_err();
    assert!(refused.is_guard(runs::ACTIVE_RUN), "{refused:?}");
    assert_eq!(runs::active_of(&world.store, asked.id).await.unwrap().unwrap().id, active.id);
    // Nothing of the refused batch stays, and an unrelated subscription is free.
    assert_eq!(check::counts(&world.store).await.unwrap().runs, 1);
    let other = world.subscription("other", None).await;
    world.accept(&other, RunState::Queued).await.unwrap();
}

#[tokio::test]
async fn an_active_run_excludes_others_on_its_subscription_its_parent_and_its_children() {
    check_excluded(true, true).await;
    check_excluded(true, false).await;
    check_excluded(false, true).await;
    check_excluded(false, false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_concurrent_requests_for_one_subscription_exactly_one_wins() {
    let world = World::new().await;
    let subscription = world.subscription("mail", None).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (request, run) = run(&subscription, RunState::Queued);
        let store = world.store.clone();
        tasks.spawn(async move { store.write(Batch::new().with(store::requests::insert(&request)).with(runs::insert(&run))).await });
    }
    let results = tasks.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert!(results.iter().flat_map(|result| result.as_ref().err()).all(|error| error.is_guard(runs::ACTIVE_RUN)));
}

#[tokio::test]
async fn an_ended_run_leaves_its_subscription_free() {
    let world = World::new().await;
    let subscription = world.subscription("mail", None).await;
    let run = world.accept(&subscription, RunState::Running).await.unwrap();
    world.store.write(runs::finish(&change(&run, RunState::Running, RunState::Failed))).await.unwrap();
    let second = world.accept(&subscription, RunState::Queued).await.unwrap();
    assert_eq!(runs::latest_of(&world.store, subscription.id).await.unwrap().unwrap().key, second.key);
    let first = world.read(&run).await;
    assert_eq!((first.state, first.reason.as_deref(), first.ended_at), (RunState::Failed, Some("because"), Some(LATER)));
}

#[tokio::test]
async fn one_worker_claims_a_run_and_its_epoch_goes_up() {
    let world = World::new().await;
    let subscription = world.subscription("mail", None).await;
    let queued = world.accept(&subscription, RunState::Queued).await.unwrap();
    assert_eq!(runs::claimable(&world.store, 10).await.unwrap(), std::slice::from_ref(&queued));
    world.store.write(runs::claim(queued.key, queued.epoch, 7, LATER)).await.unwrap();
    let second = world.store.write(runs::claim(queued.key, queued.epoch, 8, LATER)).await.unwrap_err();
    assert!(second.is_guard(runs::CLAIM));
    let claimed = world.read(&queued).await;
    let expected = model::Run { state: RunState::Running, owner: Some(7), epoch: 1, started_at: Some(LATER), ..queued };
    assert_eq!(claimed, expected);
    assert_eq!(runs::claimable(&world.store, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_record_of_an_older_epoch_changes_nothing() {
    let world = World::new().await;
    let run = world.accept(&world.subscription("mail", None).await, RunState::Running).await.unwrap();
    let record = |epoch, seq| {
        Batch::new().with(steps::append(run.key, &step(seq, StepState::Succeeded))).with(runs::advance(run.key, epoch, 1, LATER))
    };
    world.store.write(record(run.epoch, 1)).await.unwrap();
    let late = world.store.write(record(run.epoch - 1, 2)).await.unwrap_err();
    assert!(late.is_guard(runs::FENCE));
    assert_eq!(steps::of_run(&world.store, run.key).await.unwrap(), [step(1, StepState::Succeeded)]);
    assert_eq!(world.read(&run).await.recorded_at, LATER);
}

#[tokio::test]
async fn a_journal_reads_back_in_order_among_others() {
    let world = World::new().await;
    let one = world.accept(&world.subscription("one", None).await, RunState::Running).await.unwrap();
    let two = world.accept(&world.subscription("two", None).await, RunState::Running).await.unwrap();
    assert_eq!(steps::of_run(&world.store, one.key).await.unwrap(), []);
    for seq in [1, 3] {
        // Records of two runs alternate; a batch may append two at once, and log before them.
        let batch = Batch::new()
            .with(log::append(one.key, &said("hello")))
            .with(steps::append(one.key, &step(seq, StepState::Skipped)))
            .with(steps::append(one.key, &step(seq + 1, StepState::Succeeded)))
            .with(runs::advance(one.key, one.epoch, 2, LATER));
        world.store.write(batch).await.unwrap();
        let batch =
            Batch::new().with(steps::append(two.key, &step(seq, StepState::Failed))).with(runs::advance(two.key, two.epoch, 1, LATER));
        world.store.write(batch).await.unwrap();
    }
    let seqs = |steps: Vec<model::Step>| steps.iter().map(|step| step.seq).collect::<Vec<_>>();
    assert_eq!(seqs(steps::of_run(&world.store, one.key).await.unwrap()), [1, 2, 3, 4]);
    assert_eq!(seqs(steps::of_run(&world.store, two.key).await.unwrap()), [1, 3]);
    let records = log::of_run(&world.store, one.key, 0, 10).await.unwrap();
    assert_eq!(records.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(log::of_run(&world.store, one.key, 1, 10).await.unwrap(), [(2, said("hello"))]);
    assert_eq!(check::violations(&world.store).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_new_boot_takes_over_what_older_ones_owned() {
    let world = World::new().await;
    let mut owned = Vec::new();
    for (service, state) in [("a", RunState::Running), ("b", RunState::Undoing), ("c", RunState::Queued), ("d", RunState::Running)] {
        let run = world.accept(&world.subscription(service, None).await, RunState::Queued).await.unwrap();
        if state != RunState::Queued {
            world.store.write(runs::claim(run.key, 0, 1, LATER)).await.unwrap();
        }
        if state == RunState::Undoing {
            let change = runs::Change { epoch: 1, ..change(&run, RunState::Running, RunState::Undoing) };
            world.store.write(runs::set_state(&change)).await.unwrap();
        }
        owned.push(run);
    }
    let change = runs::Change { epoch: 1, ..change(&owned[3], RunState::Running, RunState::Succeeded) };
    world.store.write(runs::finish(&change)).await.unwrap();
    let taken = runs::take_over(&world.store, 2).await.unwrap();
    let short = |run: &model::Run| (run.key, run.state, run.epoch, run.owner);
    let expected = [(owned[0].key, RunState::Running, 2, Some(2)), (owned[1].key, RunState::Undoing, 2, Some(2))];
    assert_eq!(taken.iter().map(short).collect::<Vec<_>>(), expected);
    // The old owner's late record is fenced off.
    assert!(world.store.write(runs::advance(owned[0].key, 1, 0, LATER)).await.unwrap_err().is_guard(runs::FENCE));
    assert_eq!(runs::claimable(&world.store, 10).await.unwrap().iter().map(|run| run.key).collect::<Vec<_>>(), [owned[2].key]);
}

#[tokio::test]
async fn a_released_run_waits_and_is_woken() {
    let world = World::new().await;
    let run = world.accept(&world.subscription("a", None).await, RunState::Running).await.unwrap();
    let wait = waits::Wait { run: run.key, reason: "retry".into(), until: Some(LATER), key: None, data: "{}".into() };
    let batch = Batch::new().with(runs::release(&change(&run, RunState::Running, RunState::Waiting))).with(waits::put(&wait));
    world.store.write(batch).await.unwrap();
    assert_eq!(waits::next_due(&world.store).await.unwrap(), Some(LATER));
    assert_eq!(waits::due(&world.store, NOW, 10).await.unwrap(), []);
    assert_eq!(waits::due(&world.store, LATER, 10).await.unwrap(), [wait]);
    let waiting = world.read(&run).await;
    assert_eq!((waiting.state, waiting.owner, waiting.epoch), (RunState::Waiting, None, run.epoch + 1));
    let wake = runs::release(&change(&waiting, RunState::Waiting, RunState::Queued));
    world.store.write(Batch::new().with(wake.clone()).with(waits::remove(run.key))).await.unwrap();
    assert!(world.store.write(wake).await.unwrap_err().is_guard(runs::RUN_STATE));
    assert_eq!(waits::next_due(&world.store).await.unwrap(), None);
    assert_eq!(runs::claimable(&world.store, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_the_latest_run_of_a_free_subscription_is_reopened() {
    let world = World::new().await;
    let parent = world.subscription("mail", None).await;
    let child = world.subscription("mailbox", Some(parent.id)).await;
    let first = world.accept(&parent, RunState::Succeeded).await.unwrap();
    let second = world.accept(&parent, RunState::UndoFailed).await.unwrap();
    let reopen = |run, from| runs::reopen(&change(run, from, RunState::Undoing));
    let refused = |result: Result<_, Error>| result.unwrap_err().is_guard(runs::ACTIVE_RUN);
    assert!(refused(world.store.write(reopen(&first, RunState::Succeeded)).await));
    let active = world.accept(&child, RunState::Running).await.unwrap();
    assert!(refused(world.store.write(reopen(&second, RunState::UndoFailed)).await));
    world.store.write(runs::finish(&change(&active, RunState::Running, RunState::Failed))).await.unwrap();
    world.store.write(reopen(&second, RunState::UndoFailed)).await.unwrap();
    let reopened = world.read(&second).await;
    assert_eq!((reopened.state, reopened.ended_at, reopened.epoch), (RunState::Undoing, None, second.epoch + 1));
    assert!(refused(world.store.write(reopen(&second, RunState::Undoing)).await));
}

#[tokio::test]
async fn runs_are_listed_newest_first_by_what_is_asked() {
    let world = World::new().await;
    let mut all = Vec::new();
    for (service, state) in [("a", RunState::Succeeded), ("b", RunState::Failed), ("c", RunState::Queued)] {
        all.push(world.accept(&world.subscription(service, None).await, state).await.unwrap());
    }
    let none = runs::Filter::default;
    let cases = [
        (none(), vec![2, 1, 0]),
        (runs::Filter { tenant: Some("contoso".into()), ..none() }, vec![2, 1, 0]),
        (runs::Filter { tenant: Some("fabrikam".into()), ..none() }, vec![]),
        (runs::Filter { service: Some("b".into()), ..none() }, vec![1]),
        (runs::Filter { state: Some(RunState::Queued), ..none() }, vec![2]),
        (runs::Filter { subscription: Some(all[0].subscription_id), ..none() }, vec![0]),
        (runs::Filter { requested_by: Some("admin".into()), reason: Some("asked".into()), limit: Some(2), ..none() }, vec![2, 1]),
        (runs::Filter { reason: Some("other".into()), ..none() }, vec![]),
        (runs::Filter { before: Some(all[2].key), limit: Some(1), ..none() }, vec![1]),
    ];
    for (filter, expected) in cases {
        let found: Vec<_> = runs::list(&world.store, &filter).await.unwrap().into_iter().map(|run| run.id).collect();
        assert_eq!(found, expected.iter().map(|index: &usize| all[*index].id).collect::<Vec<_>>(), "{filter:?}");
    }
    assert_eq!(runs::by_id(&world.store, all[1].id).await.unwrap().unwrap(), all[1]);
}

#[tokio::test]
async fn a_second_live_subscription_is_refused_until_the_first_ended() {
    use model::SubscriptionState as S;
    use store::subscriptions;
    let world = World::new().await;
    let first = world.subscription("mail", None).await;
    let second = subscription(&world.customer, "mail", None);
    assert!(world.store.write(subscriptions::insert(&second)).await.unwrap_err().is_guard(subscriptions::ALREADY_SUBSCRIBED));
    let ends = subscriptions::set_state(first.id, S::Pending, S::Ended, None, LATER);
    world.store.write(ends.clone()).await.unwrap();
    assert!(world.store.write(ends).await.unwrap_err().is_guard(subscriptions::SUBSCRIPTION_STATE));
    world.store.write(subscriptions::insert(&second)).await.unwrap();
    let live = subscriptions::Filter { live: true, ..Default::default() };
    assert_eq!(subscriptions::list(&world.store, &live).await.unwrap(), std::slice::from_ref(&second));
    let key =
        |instance: &str| subscriptions::Key { tenant: world.customer.id, user: None, service: "mail".into(), instance: instance.into() };
    assert_eq!(subscriptions::live(&world.store, key("")).await.unwrap().as_ref(), Some(&second));
    assert_eq!(subscriptions::live(&world.store, key("other")).await.unwrap(), None);
    let named = subscriptions::set_state(second.id, S::Pending, S::Active, Some(&"Extra".to_owned()), LATER);
    world.store.write(named).await.unwrap();
    let found = subscriptions::by_id(&world.store, second.id).await.unwrap().unwrap();
    assert_eq!(found, model::Subscription { state: S::Active, plan: Some("Extra".into()), changed_at: LATER, ..second });
}
