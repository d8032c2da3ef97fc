//! The command line, as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::settings;

/// Stoa: a PowerShell-first automation runtime for managed service providers.
#[derive(Debug, Parser)]
#[command(name = "stoa", version, arg_required_else_help = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Prints one JSON value on standard output, and problems as JSON on standard error.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// What to log on standard error: error, warn, info, debug, trace, or directives such as `engine=debug`.
    #[arg(long, global = true, env = "STOA_LOG", value_name = "LEVEL")]
    pub(crate) log: Option<String>,
    /// The configuration file; `stoa.toml` of the working folder if there is one.
    #[arg(long, global = true, env = "STOA_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The data folder, instead of the one the configuration names.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The server to call: a URL, the path of a socket, or a data folder.
    #[arg(long, global = true, env = "STOA_SERVER", value_name = "SERVER")]
    pub(crate) server: Option<String>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Makes the data folder, its store and the provider, and prints the first token, once.
    Init(Init),
    /// Serves the API and executes runs until it is told to stop.
    #[command(after_long_help = settings::reference())]
    Serve,
    /// Shows the whole way: orders the starter service for made-up customers, prints what happened, keeps serving.
    Demo(Demo),
    /// Says what is well and what is not: store, server, PowerShell, memory.
    Doctor,
    /// Works on packages.
    #[command(subcommand)]
    Package(Package),
    /// Looks at runs.
    #[command(subcommand)]
    Run(Run),
    /// Evaluates an expression as the engine does, and prints its value and type.
    Eval(Eval),
    /// Sends one request to the API of a server.
    Api(Api),
    /// Renders templates for the server that starts it.
    #[command(hide = true)]
    RenderWorker,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Name of the provider, the root of the tree of tenants.
    #[arg(long, default_value = "provider")]
    pub(crate) provider: String,
}

/// Options of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Ends after printing instead of serving on.
    #[arg(long)]
    pub(crate) exit: bool,
}

/// An expression, or a file of them.
#[derive(Debug, Args)]
pub(crate) struct Eval {
    /// The expression: `$Plan.StorageTB -gt 10`.
    #[arg(required_unless_present = "vectors", conflicts_with = "vectors")]
    pub(crate) expression: Option<String>,
    /// A JSON object whose members are the variables.
    #[arg(long, value_name = "FILE")]
    pub(crate) context: Option<PathBuf>,
    /// Compares with what PowerShell answered: lines of JSON with `e`, and `t` and `v`, or `error`.
    #[arg(long, value_name = "FILE")]
    pub(crate) vectors: Option<PathBuf>,
    /// Shows each difference.
    #[arg(long, requires = "vectors")]
    pub(crate) show: bool,
}

/// What to do with packages.
#[derive(Debug, Subcommand)]
pub(crate) enum Package {
    /// Reads and compiles a package and lists everything that is wrong, with file, line and column.
    Check {
        /// Folder of the package.
        path: PathBuf,
        /// Folder of the installation's scripts, instead of those in the program.
        #[arg(long, value_name = "DIR")]
        scripts: Option<PathBuf>,
    },
    /// Imports a package into a server, all or nothing; importing the same again changes nothing.
    Import {
        /// Folder of the package.
        path: PathBuf,
    },
}

/// What to do with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum Run {
    /// Lists runs, newest first.
    List(RunList),
    /// Shows one run with its steps.
    Show {
        /// Id of the run.
        id: String,
    },
}

/// Which runs to list.
#[derive(Debug, Args)]
pub(crate) struct RunList {
    /// Of this tenant.
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// Of this service.
    #[arg(long)]
    pub(crate) service: Option<String>,
    /// In this state, such as `succeeded` or `undo_failed`.
    #[arg(long)]
    pub(crate) state: Option<String>,
    /// With this verb, such as `provision`.
    #[arg(long)]
    pub(crate) verb: Option<String>,
    /// At most this many.
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
}

/// One request.
#[derive(Debug, Args)]
pub(crate) struct Api {
    /// GET, POST, PUT, PATCH or DELETE.
    pub(crate) method: String,
    /// The path, with or without `/api/v1`, with its query.
    pub(crate) path: String,
    /// The JSON body; `@FILE` reads a file, `-` standard input.
    #[arg(long, short)]
    pub(crate) body: Option<String>,
    /// The idempotency key: a repeated request with it gets the stored answer.
    #[arg(long)]
    pub(crate) key: Option<String>,
}
