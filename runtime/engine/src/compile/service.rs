//! Compiling what belongs to the definition itself: defaults in the order of their dependence, conditions of requests, quantities of plans.

use model::{Default, PropertyKind};
use package::{Checker, Error};

use super::Compiler;
use crate::mapping::Code;

/// The compiled parts of a definition.
pub(super) struct Parts {
    pub(super) defaults: Vec<Option<Code>>,
    pub(super) order: Vec<usize>,
    pub(super) checkers: Vec<Checker>,
    pub(super) validations: Vec<Code>,
    pub(super) quantities: Vec<Option<Code>>,
}

impl Compiler<'_> {
    /// The compiled parts; none when something is wrong, which is reported.
    pub(super) fn service(&mut self) -> Option<Parts> {
        let service = &self.package.service;
        let before = self.errors.len();
        let names = self.known.for_default();
        let mut defaults = Vec::new();
        for property in &service.properties {
            let block = match &property.default {
                Some(Default::Block(block)) => Some(block),
                _ => None,
            };
            defaults.push(block.and_then(|block| self.code(block, &names)));
        }
        let names = self.known.for_request();
        let validations = service.validate.iter().filter_map(|rule| self.code(&rule.when, &names)).collect();
        let quantities = service.plans.iter().map(|plan| plan.quantity.as_ref().and_then(|block| self.code(block, &names))).collect();
        let order = self.order(&defaults);
        // A pattern that does not compile was reported when the definition was read.
        let checkers = service.properties.iter().map(Checker::new).collect::<Result<_, _>>().ok()?;
        (self.errors.len() == before).then_some(Parts { defaults, order, checkers, validations, quantities })
    }

    /// Places of the properties such that each comes after those its default reads.
    fn order(&mut self, defaults: &[Option<Code>]) -> Vec<usize> {
        let count = defaults.len();
        let mut walk =
            Walk { reads: (0..count).map(|place| self.reads(defaults, place)).collect(), seen: vec![Seen::No; count], order: Vec::new() };
        for place in 0..count {
            let Err(cycle) = walk.visit(place, &mut Vec::new()) else {
                continue;
            };
            let named: Vec<&str> = cycle.iter().map(|place| self.package.service.properties[*place].name.as_str()).collect();
            let Some(code) = cycle.first().and_then(|place| defaults[*place].as_ref()) else {
                continue;
            };
            let message = format!("the default of `{}` reads itself: {}", named[0], named.join(" <- "));
            self.errors.push(Error::new(code.block.position.clone(), "default_cycle", message));
        }
        walk.order
    }

    /// Which properties the default at `place` reads. Who reads `$Property` or `$Plan` as a whole reads every one whose own default is an expression.
    fn reads(&self, defaults: &[Option<Code>], place: usize) -> Vec<usize> {
        let Some(code) = &defaults[place] else {
            return Vec::new();
        };
        let properties = &self.package.service.properties;
        let mut reads = Vec::new();
        for (_, path) in &code.reads {
            let of_property = path[0].eq_ignore_ascii_case("Property");
            let of_plan = path[0].eq_ignore_ascii_case("Plan");
            let reaches = |index: usize| of_property || (of_plan && properties[index].kind == PropertyKind::Plan);
            match path.get(1) {
                Some(name) => reads
                    .extend((0..properties.len()).filter(|index| reaches(*index) && properties[*index].name.eq_ignore_ascii_case(name))),
                None => {
                    reads.extend((0..properties.len()).filter(|index| reaches(*index) && *index != place && defaults[*index].is_some()))
                }
            }
        }
        reads
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    No,
    OnPath,
    Done,
}

/// A depth-first walk over what defaults read.
struct Walk {
    reads: Vec<Vec<usize>>,
    seen: Vec<Seen>,
    order: Vec<usize>,
}

impl Walk {
    /// Puts `place` after all it reads; on a cycle, the cycle, which starts and ends with the same place.
    fn visit(&mut self, place: usize, path: &mut Vec<usize>) -> Result<(), Vec<usize>> {
        match self.seen[place] {
            Seen::Done => return Ok(()),
            Seen::OnPath => {
                let start = path.iter().position(|other| *other == place).expect("what is on the path stands in it");
                return Err(path[start..].iter().copied().chain([place]).collect());
            }
            Seen::No => {}
        }
        self.seen[place] = Seen::OnPath;
        path.push(place);
        for read in self.reads[place].clone() {
            let walked = self.visit(read, path);
            if walked.is_err() {
                // Reported once: what is on a cycle is not walked again.
                self.seen[place] = Seen::Done;
                return walked;
            }
        }
        path.pop();
        self.seen[place] = Seen::Done;
        self.order.push(place);
        Ok(())
    }
}
