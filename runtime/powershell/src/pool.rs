//! Which host runs for whom: blank ones, bound ones, who waits, who goes.
//!
//! Only decisions and counts; nothing here starts or kills a process. `service` does what is decided. Whatever changes, [`Pool::assign`] is
//! asked who is served now.

use std::collections::{HashMap, VecDeque};

use tokio::sync::oneshot;

use crate::Binding;

/// What a waiting run is given.
#[derive(Debug)]
pub(crate) enum Grant<H> {
    /// A host: bound to the run's binding already, or blank until now.
    Host(H),
    /// The right to start one; counted already.
    Start,
}

/// Limits of the pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) hosts: usize,
    pub(crate) per_binding: usize,
    pub(crate) blank: usize,
}

struct Waiter<H> {
    binding: Binding,
    grant: oneshot::Sender<Grant<H>>,
}

/// All hosts that are idle, and counts of those that are not.
pub(crate) struct Pool<H> {
    limits: Limits,
    /// Bound hosts without work, longest idle first.
    idle: VecDeque<(Binding, H)>,
    /// Hosts nobody has used.
    blank: Vec<H>,
    /// Blank hosts that are being started.
    starting: usize,
    /// Hosts of each binding, idle or not, also those being started for it.
    bound: HashMap<Binding, usize>,
    waiting: Vec<Waiter<H>>,
    /// When each customer was served last, in grants.
    served: HashMap<String, u64>,
    grants: u64,
    /// Whether blank hosts are wanted: a server that runs no scripts has no hosts.
    used: bool,
    closed: bool,
}

impl<H> Pool<H> {
    pub(crate) fn new(limits: Limits) -> Self {
        Pool {
            limits,
            idle: VecDeque::new(),
            blank: Vec::new(),
            starting: 0,
            bound: HashMap::new(),
            waiting: Vec::new(),
            served: HashMap::new(),
            grants: 0,
            used: false,
            closed: false,
        }
    }

    /// Waits for a host. The receiver fails at once when the pool is closed.
    pub(crate) fn wait(&mut self, binding: Binding) -> oneshot::Receiver<Grant<H>> {
        let (grant, receiver) = oneshot::channel();
        if !self.closed {
            self.waiting.push(Waiter { binding, grant });
        }
        receiver
    }

    /// A bound host is free again.
    pub(crate) fn free(&mut self, binding: Binding, host: H) {
        // Blank hosts are started after the first run, not beside it.
        self.used = true;
        self.idle.push_back((binding, host));
    }

    /// A bound host is gone, or could not be started.
    pub(crate) fn gone(&mut self, binding: &Binding) {
        if let Some(count) = self.bound.get_mut(binding) {
            *count -= 1;
            if *count == 0 {
                self.bound.remove(binding);
            }
        }
    }

    /// A blank host is ready, or could not be started.
    pub(crate) fn started(&mut self, host: Option<H>) {
        self.starting -= 1;
        // What failed is not tried over and over: the next run that ends asks again.
        self.used = host.is_some();
        self.blank.extend(host);
    }

    /// Counts a blank host that is to be started, if one is wanted and there is room.
    pub(crate) fn start_blank(&mut self) -> bool {
        let wanted = self.used && !self.closed && self.waiting.is_empty();
        let start = wanted && self.blank.len() + self.starting < self.limits.blank && self.total() < self.limits.hosts;
        self.starting += usize::from(start);
        start
    }

    /// From now on blank hosts are kept.
    pub(crate) fn want_blank(&mut self) {
        self.used = true;
    }

    /// Serves whom it can and returns the hosts that must go for it.
    pub(crate) fn assign(&mut self) -> Vec<H> {
        let mut evicted = Vec::new();
        self.waiting.retain(|waiter| !waiter.grant.is_closed());
        // The customer who was served longest ago comes first; among its runs the oldest.
        let mut order: Vec<usize> = (0..self.waiting.len()).collect();
        order.sort_by_key(|index| (self.served.get(&self.waiting[*index].binding.customer).copied().unwrap_or(0), *index));
        let mut granted = Vec::new();
        let mut expected = self.starting;
        for index in order {
            let binding = self.waiting[index].binding.clone();
            if let Some(grant) = self.grant(&binding, &mut expected, &mut evicted) {
                self.grants += 1;
                self.served.insert(binding.customer, self.grants);
                granted.push((index, grant));
            }
        }
        granted.sort_by_key(|(index, _)| *index);
        for (index, grant) in granted.into_iter().rev() {
            let waiter = self.waiting.remove(index);
            // Who left in this moment gives back what was meant for it.
            match waiter.grant.send(grant) {
                Ok(()) => {}
                Err(Grant::Host(host)) => self.idle.push_back((waiter.binding, host)),
                Err(Grant::Start) => self.gone(&waiter.binding),
            }
        }
        evicted
    }

    fn grant(&mut self, binding: &Binding, expected: &mut usize, evicted: &mut Vec<H>) -> Option<Grant<H>> {
        // The one used last is the warmest.
        if let Some(at) = self.idle.iter().rposition(|(bound, _)| bound == binding) {
            return self.idle.remove(at).map(|(_, host)| Grant::Host(host));
        }
        if self.bound.get(binding).copied().unwrap_or(0) >= self.limits.per_binding {
            return None;
        }
        let grant = if let Some(host) = self.blank.pop() {
            Grant::Host(host)
        } else if *expected > 0 {
            // One is on its way and will be there sooner than another.
            *expected -= 1;
            return None;
        } else if self.total() < self.limits.hosts {
            Grant::Start
        } else {
            let (bound, host) = self.idle.pop_front()?;
            self.gone(&bound);
            evicted.push(host);
            Grant::Start
        };
        *self.bound.entry(binding.clone()).or_insert(0) += 1;
        Some(grant)
    }

    /// Takes out the idle hosts that `stale` names; when none is left, blank ones are not wanted any more either.
    pub(crate) fn sweep(&mut self, stale: impl Fn(&H) -> bool) -> Vec<H> {
        let mut out = Vec::new();
        for (binding, host) in std::mem::take(&mut self.idle) {
            if stale(&host) {
                self.gone(&binding);
                out.push(host);
            } else {
                self.idle.push_back((binding, host));
            }
        }
        if self.bound.is_empty() && self.starting == 0 && self.blank.iter().all(&stale) {
            self.used = false;
            out.append(&mut self.blank);
        }
        out
    }

    /// Serves nobody any more and gives up all hosts without work.
    pub(crate) fn close(&mut self) -> Vec<H> {
        self.closed = true;
        self.waiting.clear();
        let mut out = std::mem::take(&mut self.blank);
        for (binding, host) in std::mem::take(&mut self.idle) {
            self.gone(&binding);
            out.push(host);
        }
        out
    }

    /// Whether somebody waits.
    pub(crate) fn is_awaited(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether the pool is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// All hosts there are or soon will be.
    pub(crate) fn total(&self) -> usize {
        self.blank.len() + self.starting + self.bound.values().sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
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
}
