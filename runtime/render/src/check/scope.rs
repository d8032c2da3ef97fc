//! What names mean at a place in a template: the blocks around it, innermost last.

use handlebars::{Path, PathSeg};
use model::nearest;

use crate::Known;

/// Values that the blocks around a place bring in.
pub(super) struct Scopes(Vec<Level>);

struct Level {
    context: Known,
    /// Whether `@index` and its like are set here.
    in_each: bool,
    /// Names after `as |...|`.
    named: Vec<(String, Known)>,
}

/// Why a path leads nowhere.
pub(super) struct Nowhere {
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Scopes {
    pub(super) fn new(context: &Known) -> Self {
        Scopes(vec![Level { context: context.clone(), in_each: false, named: Vec::new() }])
    }

    /// Enters `{{#each}}` over elements.
    pub(super) fn enter_each(&mut self, element: Known, named: Vec<(String, Known)>) {
        self.0.push(Level { context: element, in_each: true, named });
    }

    /// Enters `{{#with}}`, which keeps `@index` and its like of the block around it.
    pub(super) fn enter_with(&mut self, context: Known, named: Vec<(String, Known)>) {
        let in_each = self.0.last().is_some_and(|level| level.in_each);
        self.0.push(Level { context, in_each, named });
    }

    pub(super) fn leave(&mut self) {
        self.0.pop();
    }

    /// What is here, as `this`.
    pub(super) fn here(&self) -> &Known {
        self.0.last().map_or(&Known::Any, |level| &level.context)
    }

    /// What a path leads to.
    pub(super) fn resolve(&self, path: &Path) -> Result<Known, Nowhere> {
        match path {
            Path::Local((ups, name, raw)) => self.local(*ups, name, raw),
            Path::Relative((segments, raw)) => self.relative(segments, raw),
        }
    }

    fn local(&self, ups: usize, name: &str, raw: &str) -> Result<Known, Nowhere> {
        const LOCALS: [&str; 4] = ["index", "key", "first", "last"];
        let is_set = self.0.len().checked_sub(1 + ups).and_then(|at| self.0.get(at)).is_some_and(|level| level.in_each);
        if !LOCALS.contains(&name) {
            let hint = nearest(name, LOCALS).map(|near| format!("did you mean `@{near}`?"));
            return Err(Nowhere { message: format!("`{raw}` is not known"), hint });
        }
        if is_set { Ok(Known::Value) } else { Err(Nowhere { message: format!("`{raw}` is set only inside `{{{{#each}}}}`"), hint: None }) }
    }

    fn relative(&self, segments: &[PathSeg], raw: &str) -> Result<Known, Nowhere> {
        let names: Vec<&str> =
            segments.iter().filter_map(|segment| if let PathSeg::Named(name) = segment { Some(name.as_str()) } else { None }).collect();
        let ups = if from_root(raw) { self.0.len() - 1 } else { segments.len() - names.len() };
        let Some(level) = self.0.len().checked_sub(1 + ups) else {
            return Err(Nowhere {
                message: format!("`{raw}` leads out of the template: there are only {} blocks around it", self.0.len() - 1),
                hint: None,
            });
        };
        // A name after `as |...|` goes before a member of that name, and is seen in all blocks inside.
        let bound = (ups == 0).then(|| names.first().and_then(|name| self.named(name))).flatten();
        match bound {
            Some(known) => follow(known, &names[1..], raw),
            None if from_root(raw) => follow(&self.0[0].context, &names, raw),
            None => follow(&self.0[level].context, &names, raw).map_err(|nowhere| self.suggest(nowhere, &names, ups)),
        }
    }

    fn named(&self, name: &str) -> Option<&Known> {
        self.0.iter().rev().flat_map(|level| &level.named).find(|(known, _)| known == name).map(|(_, known)| known)
    }

    /// A name that is known further out is better advice than one that is spelled alike.
    fn suggest(&self, nowhere: Nowhere, names: &[&str], ups: usize) -> Nowhere {
        let further = self.0.iter().rev().enumerate().skip(ups + 1).find(|(_, level)| {
            names
                .first()
                .is_some_and(|name| matches!(&level.context, Known::Members(members) if members.iter().any(|(known, _)| known == name)))
        });
        match further {
            Some((up, _)) => Nowhere { hint: Some(format!("from here it is `{}{}`", "../".repeat(up), names.join("."))), ..nowhere },
            None => nowhere,
        }
    }
}

fn from_root(raw: &str) -> bool {
    raw.trim_start_matches("this.").trim_start_matches("this/").trim_start_matches("./").starts_with("@root")
}

fn follow(start: &Known, names: &[&str], raw: &str) -> Result<Known, Nowhere> {
    let mut known = start;
    let mut so_far = String::new();
    for name in names {
        known = match known {
            Known::Any => return Ok(Known::Any),
            Known::List(element) if name.parse::<usize>().is_ok() => element,
            Known::List(_) => {
                return Err(Nowhere {
                    message: format!("`{raw}`: a list has no member `{name}`"),
                    hint: Some("use `{{#each}}`, or a number".to_owned()),
                });
            }
            Known::Value => return Err(Nowhere { message: format!("`{raw}`: `{so_far}` has nothing inside"), hint: None }),
            Known::Members(members) => match members.iter().find(|(member, _)| member == name) {
                Some((_, inner)) => inner,
                None => {
                    let near = nearest(name, members.iter().map(|(member, _)| member.as_str()));
                    return Err(Nowhere {
                        message: format!("`{raw}` is not known"),
                        hint: near.map(|near| format!("did you mean `{near}`?")),
                    });
                }
            },
        };
        if !so_far.is_empty() {
            so_far.push('.');
        }
        so_far.push_str(name);
    }
    Ok(known.clone())
}
