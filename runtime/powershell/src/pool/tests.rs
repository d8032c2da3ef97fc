//! Tests of `pool`.

use super::*;

fn binding(name: &str) -> Binding {
    Binding { owner: "backup".into(), customer: name.into() }
}

/// Plays a script of events against a pool of named hosts and tells what came of each.
///
/// `w a`: customer a waits; `f a h`: its host h is free; `g a`: its host is gone; `b h`: blank host h is ready; `n`: is one to be started.
fn check(limits: (usize, usize, usize), events: &[(&str, &str)]) {
    let mut pool = Pool::new(Limits { hosts: limits.0, per_binding: limits.1, blank: limits.2 });
    let mut waiting: Vec<(String, oneshot::Receiver<Grant<String>>)> = Vec::new();
    for (event, expected) in events {
        let words: Vec<&str> = event.split(' ').collect();
        let mut told: Vec<String> = Vec::new();
        match words[..] {
            ["w", who] => waiting.push((who.to_owned(), pool.wait(binding(who)))),
            ["f", who, host] => pool.free(binding(who), host.to_owned()),
            ["g", who] => pool.gone(&binding(who)),
            ["b", host] => pool.started(Some(host.to_owned())),
            ["n"] => told.push(if pool.start_blank() { "start".to_owned() } else { "no".to_owned() }),
            ["warm"] => pool.want_blank(),
            ["sweep"] => told.extend(pool.sweep(|_| true).into_iter().map(|host| format!("-{host}"))),
            ["close"] => told.extend(pool.close().into_iter().map(|host| format!("-{host}"))),
            ["leave"] => drop(waiting.pop()),
            _ => panic!("{event}"),
        }
        told.extend(pool.assign().into_iter().map(|host| format!("-{host}")));
        waiting.retain_mut(|(who, receiver)| match receiver.try_recv() {
            Ok(Grant::Host(host)) => {
                told.push(format!("{who}={host}"));
                false
            }
            Ok(Grant::Start) => {
                told.push(format!("{who}=new"));
                false
            }
            Err(oneshot::error::TryRecvError::Empty) => true,
            Err(oneshot::error::TryRecvError::Closed) => {
                told.push(format!("{who}=closed"));
                false
            }
        });
        assert_eq!(told.join(" "), *expected, "after {event}");
    }
}

#[test]
fn a_customer_gets_its_own_host_again_and_never_another_customers() {
    check((8, 2, 0), &[("w a", "a=new"), ("f a h1", ""), ("w b", "b=new"), ("f b h2", ""), ("w a", "a=h1"), ("w b", "b=h2")]);
}

#[test]
fn one_run_at_a_time_for_each_host_and_as_many_hosts_as_allowed() {
    check((8, 2, 0), &[("w a", "a=new"), ("w a", "a=new"), ("w a", ""), ("f a h1", "a=h1")]);
}

#[test]
fn a_blank_host_is_bound_at_its_first_run() {
    check(
        (8, 2, 1),
        &[("n", "no"), ("warm", ""), ("n", "start"), ("b h1", ""), ("w a", "a=h1"), ("n", "start"), ("b h2", ""), ("w b", "b=h2")],
    );
}

#[test]
fn a_run_waits_for_a_blank_host_that_is_on_its_way() {
    check((8, 2, 1), &[("warm", ""), ("n", "start"), ("w a", ""), ("w b", "b=new"), ("b h1", "a=h1")]);
}

#[test]
fn the_longest_idle_host_goes_when_there_is_no_room() {
    check(
        (2, 2, 0),
        &[("w a", "a=new"), ("w b", "b=new"), ("f b h2", ""), ("f a h1", ""), ("w c", "-h2 c=new"), ("w d", "-h1 d=new"), ("w e", "")],
    );
}

#[test]
fn waiting_is_fair_between_customers() {
    let events = [("w a", "a=new"), ("w a", ""), ("w a", ""), ("w b", ""), ("f a h1", "-h1 b=new"), ("g b", "a=new"), ("g a", "a=new")];
    check((1, 1, 0), &events);
}

#[test]
fn who_left_is_not_served() {
    check((1, 1, 0), &[("w a", "a=new"), ("w b", ""), ("leave", ""), ("f a h1", ""), ("w a", "a=h1")]);
}

#[test]
fn idle_hosts_are_given_up_and_blank_ones_with_the_last_of_them() {
    check((8, 2, 1), &[("w a", "a=new"), ("n", "no"), ("f a h1", ""), ("n", "start"), ("b h2", ""), ("sweep", "-h1 -h2"), ("n", "no")]);
}

#[test]
fn a_closed_pool_serves_nobody() {
    check((1, 1, 1), &[("w a", "a=new"), ("w b", ""), ("close", "b=closed"), ("w c", "c=closed"), ("n", "no")]);
}
