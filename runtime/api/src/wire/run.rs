//! Runs, their steps and what the steps said.

use model::{Effect, LogLevel, Phase, PlaceInPhase, RunState, StepState, Timestamp, Verb};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::Problem;

/// A run; with its steps where one run was asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// Identity.
    pub id: Uuid,
    /// `request`: it executes a process for a request.
    pub kind: &'static str,
    /// Its request.
    pub request_id: Uuid,
    /// The subscription it changes.
    pub subscription_id: Uuid,
    /// What was asked for.
    pub verb: Verb,
    /// Service name.
    pub service: String,
    /// Service version.
    pub service_version: String,
    /// Plan the request asks for.
    pub plan: Option<String>,
    /// Name of the customer.
    pub tenant: String,
    /// Name of the user, for a user service.
    pub user: Option<String>,
    /// Instance name; none for a service that is on or off.
    pub instance: Option<String>,
    /// State.
    pub state: RunState,
    /// Why it is in this state, in a sentence.
    pub reason: Option<String>,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it was first claimed.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The latest record of each rule reached so far; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<Step>>,
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Place of the rule in the program, from 1.
    pub seq: u32,
    /// The rule.
    pub rule: String,
    /// Its phase.
    pub phase: Phase,
    /// Its place in the phase.
    pub place: PlaceInPhase,
    /// For-each item, from 0.
    pub item: Option<u32>,
    /// The action.
    pub action: String,
    /// Effect class in force.
    pub effect: Effect,
    /// State.
    pub state: StepState,
    /// Attempt, from 1.
    pub attempt: u32,
    /// Its condition and what it answered, if it has one.
    pub when: Option<When>,
    /// Parameters as given to the action; names of secrets, never values.
    pub parameters: Json,
    /// Outputs for later rules.
    pub outputs: Json,
    /// How it is taken back.
    pub undo: Option<Undo>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What went wrong.
    pub error: Option<Problem>,
}

/// Why a rule ran or did not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct When {
    /// The condition as written.
    pub text: String,
    /// Its value.
    pub value: Json,
    /// The names it read, with their values.
    pub reads: Json,
}

/// The undo of a done step, as recorded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Undo {
    /// The action that takes it back.
    pub action: String,
    /// Its parameters.
    pub parameters: Json,
}

/// One record of what a step said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogRecord {
    /// When it was said.
    pub at: Timestamp,
    /// Sequence number of the step.
    pub step: u32,
    /// Level.
    pub level: LogLevel,
    /// Stable code, if it has one.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    /// Named data that came along.
    pub data: Json,
    /// Script and line that said it, if known.
    pub source: Option<String>,
}

impl Run {
    /// A run with its steps.
    pub fn with_steps(run: model::Run, steps: Vec<model::Step>) -> Self {
        Run { steps: Some(steps.into_iter().map(Step::from).collect()), ..Run::from(run) }
    }
}

impl From<model::Run> for Run {
    fn from(run: model::Run) -> Self {
        Run {
            id: run.id,
            kind: "request",
            request_id: run.request_id,
            subscription_id: run.subscription_id,
            verb: run.verb,
            service: run.service,
            service_version: run.service_version,
            plan: run.plan,
            tenant: run.tenant,
            user: run.user,
            instance: Some(run.instance).filter(|instance| !instance.is_empty()),
            state: run.state,
            reason: run.reason,
            created_at: run.created_at,
            started_at: run.started_at,
            ended_at: run.ended_at,
            steps: None,
        }
    }
}

impl From<model::Step> for Step {
    fn from(step: model::Step) -> Self {
        Step {
            seq: step.seq,
            rule: step.rule,
            phase: step.phase,
            place: step.place,
            item: step.item,
            action: step.action,
            effect: step.effect,
            state: step.state,
            attempt: step.attempt,
            when: step.when.map(|when| When { text: when.text, value: when.value.to_wire(), reads: when.reads.to_wire() }),
            parameters: step.parameters.to_wire(),
            outputs: step.outputs.to_wire(),
            undo: step.undo.map(|undo| Undo { action: undo.action, parameters: undo.parameters.to_wire() }),
            started_at: step.started_at,
            ended_at: step.ended_at,
            error: step.error.map(Problem::from),
        }
    }
}

impl From<model::LogRecord> for LogRecord {
    fn from(record: model::LogRecord) -> Self {
        LogRecord {
            at: record.at,
            step: record.step,
            level: record.level,
            code: record.code,
            message: record.message,
            data: record.data.to_wire(),
            source: record.source,
        }
    }
}
