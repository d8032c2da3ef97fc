//! The nouns of Stoa, their legal values and transitions, and how a property gets its value.
//!
//! Nothing here knows of files, SQL, HTTP, PowerShell or the clock: every function answers from its arguments.

mod action;
mod billing;
mod block;
mod data_type;
mod event;
mod log;
mod nearest;
mod object;
mod problem;
mod property;
mod request;
mod resolve;
mod run;
mod service;
mod step;
mod subscription;
mod tenant;
mod time;
mod value;

pub use action::{Effect, Failure, Output, Parameter, Signature};
pub use billing::{BillingEvent, BillingKind};
pub use block::{Block, Position};
pub use data_type::{DataType, Mismatch, Scalar};
pub use event::Event;
pub use log::{LogLevel, LogRecord};
pub use nearest::nearest;
pub use object::Object;
pub use problem::{FieldError, Happened, Problem};
pub use property::{Default, Property, PropertyKind};
pub use request::{Request, Verb};
pub use resolve::{Held, Origin, Place, Question, Resolved, Source, TrailEntry, resolve};
pub use run::{Illegal, Run, RunEvent, RunState};
pub use service::{Code, Instances, Plan, Requirement, Service, Subject, Validation};
pub use step::{OnError, Phase, PlaceInPhase, RecordedUndo, Step, StepState, When};
pub use subscription::{Subscription, SubscriptionEvent, SubscriptionState};
pub use tenant::{Level, Override, PropertyValue, Tenant, TenantKind, User};
pub use time::{Clock, Timestamp, format_duration, parse_duration};
pub use value::Value;

/// A string-valued enumeration: its words as files and the wire spell them, both ways.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every value, in the order of its declaration.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word that files and the wire use.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }

            /// The value a word names; letter case does not matter.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str().eq_ignore_ascii_case(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&word).ok_or_else(|| {
                    let known: Vec<&str> = Self::ALL.iter().map(|value| value.as_str()).collect();
                    serde::de::Error::custom(format!("`{word}` is not one of {}", known.join(", ")))
                })
            }
        }
    };
}
pub(crate) use words;
