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
mod tests;
