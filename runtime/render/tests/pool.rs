//! The pool with real children: this very program, started again as `render-worker`.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]

use std::process::ExitCode;
use std::time::Duration;

use libtest_mimic::{Arguments, Trial};
use render::{Config, Content, Error, Job, Pool, worker_main};
use serde_json::{Value, json};

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("render-worker") {
        return worker_main();
    }
    let tests: &[(&str, fn())] = &[
        ("templates_render_by_their_content", templates_render_by_their_content),
        ("errors_say_what_and_where", errors_say_what_and_where),
        ("what_goes_wrong_in_a_child_is_an_error_and_the_pool_goes_on", what_goes_wrong_in_a_child_is_an_error_and_the_pool_goes_on),
        ("many_jobs_share_few_children", many_jobs_share_few_children),
        ("a_child_is_replaced_after_its_jobs", a_child_is_replaced_after_its_jobs),
        ("a_child_killed_while_it_waits_harms_no_job", a_child_killed_while_it_waits_harms_no_job),
        ("a_program_that_cannot_render_is_an_error", a_program_that_cannot_render_is_an_error),
        ("a_child_that_says_nothing_is_ended", a_child_that_says_nothing_is_ended),
        ("children_end_with_their_pool", children_end_with_their_pool),
    ];
    let trials = tests
        .iter()
        .map(|(name, test)| {
            let test = *test;
            Trial::test(*name, move || {
                test();
                Ok(())
            })
        })
        .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn config() -> Config {
    Config { patience: Duration::from_secs(60), ..Config::new(std::env::current_exe().unwrap()) }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}

/// Renders in a pool; the text, or the code of the error.
async fn check(pool: &Pool, job: Job, wanted: Result<&str, &str>) {
    let shown: String = job.template.chars().take(80).collect();
    let rendered = pool.render(job).await;
    let rendered = rendered.as_ref().map(String::as_str).map_err(|error| error.code.as_str());
    assert_eq!(rendered, wanted, "{shown}");
}

fn data() -> Value {
    json!({ "Name": "O'Neil & <Sons>", "Lines": "a\r\nBcc: all@example.org", "Tags": ["x", "y"], "Nothing": null })
}

fn templates_render_by_their_content() {
    let pool = Pool::new(config());
    block_on(async {
        for (template, content, wanted) in [
            ("{{Name}}\n", Content::Text, Ok("O'Neil & <Sons>\n")),
            ("<b>{{Name}}</b>", Content::Html, Ok("<b>O&#x27;Neil &amp; &lt;Sons&gt;</b>")),
            ("New: {{Name}}\n", Content::Subject, Ok("New: O'Neil & <Sons>")),
            ("New: {{Name}}\r\n", Content::Subject, Ok("New: O'Neil & <Sons>")),
            ("{{Lines}}", Content::Subject, Err("subject_line_break")),
            ("{{#each Tags}}{{@index}}{{this}} {{/each}}[{{Nothing}}]", Content::Text, Ok("0x 1y []")),
        ] {
            check(&pool, Job::new(template, content, data()), wanted).await;
        }
        let mut job = Job::new("{{> footer}}!", Content::Text, data());
        job.partials.insert("footer".to_owned(), "by {{Name}}".to_owned());
        check(&pool, job, Ok("by O'Neil & <Sons>!")).await;
    });
}

fn errors_say_what_and_where() {
    let pool = Pool::new(config());
    block_on(async {
        for (template, wanted) in [
            (
                "a\n  {{Missing}}",
                Error { code: "template_value".into(), message: "`Missing` has no value".into(), line: Some(2), column: Some(3) },
            ),
            (
                "{{#if Name}}",
                Error {
                    code: "template_syntax".into(),
                    message: "`{{#if}}` is not closed by `{{/if}}`".into(),
                    line: Some(1),
                    column: Some(1),
                },
            ),
            (
                "{{shout Name}}",
                Error { code: "template_name".into(), message: "there is no helper `shout`".into(), line: Some(1), column: Some(1) },
            ),
            (
                "\n{{> header}}",
                Error {
                    code: "template_include".into(),
                    message: "there is no template `header` to include".into(),
                    line: Some(2),
                    column: Some(1),
                },
            ),
            (
                "{{Tags.first}}",
                Error { code: "template_value".into(), message: "a list has no member `first`".into(), line: Some(1), column: Some(1) },
            ),
        ] {
            assert_eq!(pool.render(Job::new(template, Content::Text, data())).await, Err(wanted), "{template}");
        }
        let mut job = Job::new("{{> footer}}", Content::Text, data());
        job.partials.insert("footer".to_owned(), "\n{{Missing}}".to_owned());
        let error = pool.render(job).await.unwrap_err();
        assert_eq!(error.message, "in the included `footer`, line 2: `Missing` has no value");
    });
}

fn what_goes_wrong_in_a_child_is_an_error_and_the_pool_goes_on() {
    let pool = Pool::new(Config { workers: 1, ..config() });
    let list: Vec<u32> = (0..1000).collect();
    let nested = "{{#each @root.L}}".repeat(5) + &"{{/each}}".repeat(5);
    let mut circle = Job::new("{{> ping}}", Content::Text, json!({ "Text": "x".repeat(8 * 1024 * 1024) }));
    circle.partials.insert("ping".to_owned(), "{{> pong}}".to_owned());
    circle.partials.insert("pong".to_owned(), "{{> ping}}".to_owned());
    block_on(async {
        for (job, code) in [
            (Job::new("{{#*inline \"p\"}}{{> p}}{{/inline}}{{> p}}", Content::Text, data()), "template_crashed"),
            (circle, "template_crashed"),
            (
                Job::new(
                    "{{#each L}}{{#each @root.L}}{{@root.T}}{{/each}}{{/each}}",
                    Content::Text,
                    json!({ "L": list, "T": "x".repeat(1000) }),
                ),
                "template_too_big",
            ),
            (Job::new(nested, Content::Text, json!({ "L": list })), "template_too_slow"),
            (Job::new("x", Content::Text, json!("x".repeat(33 * 1024 * 1024))), "template_too_big"),
        ] {
            check(&pool, job, Err(code)).await;
            check(&pool, Job::new("still {{Name}}", Content::Text, json!({ "Name": "here" })), Ok("still here")).await;
        }
    });
}

fn many_jobs_share_few_children() {
    let pool = Pool::new(config());
    block_on(async {
        let jobs: Vec<_> = (0..64)
            .map(|number| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.render(Job::new("{{N}}", Content::Text, json!({ "N": number }))).await })
            })
            .collect();
        for (number, job) in jobs.into_iter().enumerate() {
            assert_eq!(job.await.unwrap(), Ok(number.to_string()));
        }
        let children = pool.idle_processes();
        assert!((1..=2).contains(&children.len()), "{children:?}");
    });
}

fn a_child_is_replaced_after_its_jobs() {
    let pool = Pool::new(Config { workers: 1, jobs: 3, ..config() });
    block_on(async {
        let mut seen = Vec::new();
        for _ in 0..6 {
            check(&pool, Job::new("x", Content::Text, data()), Ok("x")).await;
            seen.push(pool.idle_processes());
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[2], [0; 0], "after its third job the child is gone");
        assert_eq!(seen[3], seen[4]);
        assert_ne!(seen[0], seen[3]);
    });
}

fn a_child_killed_while_it_waits_harms_no_job() {
    let pool = Pool::new(Config { workers: 1, ..config() });
    block_on(async {
        check(&pool, Job::new("x", Content::Text, data()), Ok("x")).await;
        let process = rustix::process::Pid::from_raw(i32::try_from(pool.idle_processes()[0]).unwrap()).unwrap();
        rustix::process::kill_process(process, rustix::process::Signal::KILL).unwrap();
        check(&pool, Job::new("y", Content::Text, data()), Ok("y")).await;
    });
}

fn a_program_that_cannot_render_is_an_error() {
    block_on(async {
        check(&Pool::new(Config::new("/no/such/program")), Job::new("x", Content::Text, data()), Err("render_unavailable")).await;
        let silent = Config { arguments: vec!["--list".into()], ..config() };
        check(&Pool::new(silent), Job::new("x", Content::Text, data()), Err("template_crashed")).await;
    });
}

fn a_child_that_says_nothing_is_ended() {
    block_on(async {
        let config =
            Config { program: "/bin/sleep".into(), arguments: vec!["1000".into()], patience: Duration::from_millis(50), ..config() };
        check(&Pool::new(config), Job::new("x", Content::Text, data()), Err("template_too_slow")).await;
    });
}

fn children_end_with_their_pool() {
    block_on(async {
        let pool = Pool::new(config());
        check(&pool, Job::new("x", Content::Text, data()), Ok("x")).await;
        let processes = pool.idle_processes();
        drop(pool);
        for process in processes {
            let stat = || std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
            while !stat().is_empty() && !stat().contains(") Z ") {
                tokio::task::yield_now().await;
            }
        }
    });
}
