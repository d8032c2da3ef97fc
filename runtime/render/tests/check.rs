//! What the check finds in a template, where, and what it suggests.

use render::{Content, Known, Partials, check};

/// The names of a small service.
fn known() -> Known {
    let member = |name: &str, inner: Known| (name.to_owned(), inner);
    let tag = Known::Members(vec![member("Key", Known::Value), member("Text", Known::Value)]);
    Known::Members(vec![
        member("Customer", Known::Members(vec![member("Name", Known::Value), member("Tags", Known::List(Box::new(Known::Value)))])),
        member("Items", Known::List(Box::new(tag))),
        member("Plan", Known::Members(vec![member("StorageTB", Known::Value), member("Name", Known::Value)])),
        member("Settings", Known::Any),
    ])
}

fn partials() -> Partials {
    [
        ("footer", "Regards, {{Customer.Name}}"),
        ("item", "{{Key}}={{Text}}{{unit}}"),
        ("broken", "one\n{{Customer.Nmae}}"),
        ("unclosed", "{{#if Customer}}"),
        ("ping", "{{> pong}}"),
        ("pong", "{{> ping}}"),
        ("twice", "{{> thrice}}{{> thrice}}"),
        ("thrice", "{{> footer}}{{> footer}}{{> footer}}"),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .collect()
}

/// Findings as `line:column code message (hint)`.
fn found(template: &str, content: Content) -> Vec<String> {
    check(template, content, &partials(), &known())
        .into_iter()
        .map(|finding| {
            let hint = finding.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
            format!("{}:{} {} {}{hint}", finding.line, finding.column, finding.code, finding.message)
        })
        .collect()
}

fn check_text(template: &str, wanted: &[&str]) {
    assert_eq!(found(template, Content::Text), wanted, "{template}");
}

#[test]
fn a_template_that_uses_what_is_declared_has_no_findings() {
    for template in [
        "",
        "no tags, \\{{escaped}} and {{!-- a }} comment --}} {{! another }}",
        "{{Customer.Name}} {{Customer/Name}} {{this.Customer.Name}} {{./Customer.Name}} {{@root.Customer.Name}} {{[Customer].[Name]}}",
        "{{#if Customer}}{{Plan.StorageTB}}{{else if Plan}}{{Plan.Name}}{{else}}none{{/if}}",
        "{{#unless (eq Plan.Name \"Premium\")}}x{{/unless}}{{#eq Plan.StorageTB 20}}big{{/eq}}",
        "{{#each Items}}{{@index}} {{@first}} {{Key}} {{this.Text}} {{../Plan.Name}} {{#if @last}}.{{/if}}{{else}}no items{{/each}}",
        "{{#each Items as |item number|}}{{number}} {{item.Key}} {{Text}}{{#each ../Items}}{{item.Key}} {{../../Plan.Name}}{{/each}}{{/each}}",
        "{{#with Plan as |plan|}}{{plan.Name}} {{StorageTB}} {{../Customer.Name}}{{/with}}",
        "{{#each Customer.Tags}}{{this}}{{/each}}{{Customer.Tags.0}}{{len Customer.Tags}}",
        "{{Settings.anything.at.all}}{{#each Settings}}{{x.y}}{{/each}}{{lookup Settings \"a\"}}{{#with (lookup Settings \"a\")}}{{b}}{{/with}}",
        "{{> footer}}{{#each Items}}{{> item unit=\"GB\"}}{{/each}}{{#each Settings}}{{> item}}{{/each}}{{> twice}}",
        "{{{{raw}}}} {{not a tag}} {{{{/raw}}}}{{{Customer.Name}}}",
    ] {
        check_text(template, &[]);
    }
}

#[test]
fn a_name_that_is_not_declared_is_found_where_it_stands_with_the_nearest_known_one() {
    check_text("Hello\n  {{Customer.Nmae}}", &["2:5 template_name `Customer.Nmae` is not known (did you mean `Name`?)"]);
    check_text("{{Costumer.Name}}", &["1:3 template_name `Costumer.Name` is not known (did you mean `Customer`?)"]);
    check_text("{{Secret}}", &["1:3 template_name `Secret` is not known"]);
    check_text("{{#if Missing}}x{{/if}}", &["1:7 template_name `Missing` is not known"]);
    check_text("{{#if (and Customer Plann)}}x{{/if}}", &["1:21 template_name `Plann` is not known (did you mean `Plan`?)"]);
    check_text("{{customer.Name}}", &["1:3 template_name `customer.Name` is not known (did you mean `Customer`?)"]);
    check_text("{{#each Items}}{{Plan.Name}}{{/each}}", &["1:18 template_name `Plan.Name` is not known (from here it is `../Plan.Name`)"]);
    check_text("{{Plan.Name.First}}", &["1:3 template_name `Plan.Name.First`: `Plan.Name` has nothing inside"]);
    check_text("{{Items.Key}}", &["1:3 template_name `Items.Key`: a list has no member `Key` (use `{{#each}}`, or a number)"]);
    check_text("{{../Plan}}", &["1:3 template_name `../Plan` leads out of the template: there are only 0 blocks around it"]);
    check_text("{{@index}}", &["1:3 template_name `@index` is set only inside `{{#each}}`"]);
    check_text("{{#each Items}}{{@indx}}{{/each}}", &["1:18 template_name `@indx` is not known (did you mean `@index`?)"]);
}

#[test]
fn all_findings_come_at_once_in_the_order_of_the_text() {
    check_text(
        "{{A}}\n{{#if Plan}}{{B}}{{else if C}}{{D}}{{/if}}\n\n{{E}}",
        &[
            "1:3 template_name `A` is not known",
            "2:15 template_name `B` is not known",
            "2:28 template_name `C` is not known",
            "2:33 template_name `D` is not known",
            "4:3 template_name `E` is not known",
        ],
    );
}

#[test]
fn helpers_are_checked_like_names() {
    check_text("{{uppercase Plan.Name}}", &["1:3 template_name there is no helper `uppercase`"]);
    check_text("{{#iff Plan}}x{{/iff}}", &["1:4 template_name there is no helper `iff` (did you mean `if`?)"]);
    check_text("{{log \"x\"}}", &["1:3 template_name there is no helper `log`"]);
    check_text("{{#if (eq Plan.Name)}}x{{/if}}", &["1:8 template_value `eq` takes 2 values, not 1"]);
    check_text("{{#if Plan Customer}}x{{/if}}", &["1:4 template_value `if` takes one value, not 2"]);
    check_text("{{if Plan}}", &["1:3 template_syntax `if` is a block: `{{#if ...}}`"]);
    check_text("{{#len Items}}x{{/len}}", &["1:4 template_syntax `len` is not a block: leave out the `#`"]);
    check_text("{{#each Plan.Name}}x{{/each}}", &["1:4 template_value `each` needs a list or an object"]);
    check_text("{{len}}", &["1:3 template_value `len` takes one value, not 0"]);
}

#[test]
fn only_known_templates_are_included_and_never_in_a_circle() {
    check_text("{{> foter}}", &["1:5 template_include there is no template `foter` to include (did you mean `footer`?)"]);
    check_text("{{> (lookup Settings \"a\")}}", &["1:1 template_include which template is included must be written out"]);
    check_text(
        "\n{{> ping}}",
        &[
            "2:5 template_include in the included `ping`, line 1: in the included `pong`, line 1: `ping` includes itself: ping > pong > ping",
        ],
    );
    check_text(
        "{{> broken}}",
        &["1:5 template_name in the included `broken`, line 2: `Customer.Nmae` is not known (did you mean `Name`?)"],
    );
    check_text("{{> unclosed}}", &["1:5 template_syntax in the included `unclosed`, line 1: `{{#if}}` is not closed by `{{/if}}`"]);
    check_text("{{#each Items}}{{> item}}{{/each}}", &["1:20 template_name in the included `item`, line 1: `unit` is not known"]);
    check_text(
        "{{#*inline \"p\"}}{{> p}}{{/inline}}{{> footer}}",
        &["1:1 template_include a template cannot define templates or change how it is rendered"],
    );
    check_text("{{#> footer}}x{{/footer}}", &["1:1 template_include what is included takes no block"]);
}

#[test]
fn inclusion_that_grows_without_end_is_stopped() {
    let mut partials = Partials::new();
    for level in 0..40 {
        partials.insert(format!("p{level}"), format!("{{{{> p{}}}}}", level + 1).repeat(2));
    }
    partials.insert("p40".to_owned(), "x".to_owned());
    let findings = check("{{> p0}}", Content::Text, &partials, &Known::Any);
    assert!(findings.iter().any(|finding| finding.message.contains("too large together")), "{findings:?}");
}

#[test]
fn html_takes_no_value_that_is_not_escaped() {
    assert_eq!(found("<b>{{Customer.Name}}</b>", Content::Html), [""; 0]);
    for template in ["<b>{{{Customer.Name}}}</b>", "<b>{{&Customer.Name}}</b>"] {
        assert_eq!(
            found(template, Content::Html),
            ["1:4 template_value a value goes into HTML escaped: write `{{` and `}}`"],
            "{template}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_said_in_a_sentence_at_its_place() {
    check_text("a\n {{Customer.Name", &["2:2 template_syntax the tag that begins here has no end `}}`"]);
    check_text("{{#if Plan}}\nx", &["1:1 template_syntax `{{#if}}` is not closed by `{{/if}}`"]);
    check_text("x {{/if}}", &["1:3 template_syntax `{{/if}}` closes nothing"]);
    check_text("{{#if Plan}}{{#each Items}}{{/if}}{{/each}}", &["1:28 template_syntax `{{#each}}` is closed by `{{/if}}`"]);
    check_text("{{else}}", &["1:1 template_syntax `else` is in no block"]);
    check_text("ok {{Plan.Name | upper}}", &["1:4 template_syntax `{{Plan.Name | upper}}` is not something a template can say"]);
    check_text("{{}}", &["1:1 template_syntax `{{}}` is not something a template can say"]);
    check_text("{{eq Plan.Name \"x}}", &["1:1 template_syntax `{{eq Plan.Name \"x}}` is not something a template can say"]);
}

#[test]
fn what_the_parser_could_not_survive_never_reaches_it() {
    let deep = |open: &str, close: &str, count: usize| format!("{}x{}", open.repeat(count), close.repeat(count));
    for (template, wanted) in [
        (deep("{{#if Plan}}", "{{/if}}", 100_000), "longer than"),
        (deep("{{#if Plan}}", "{{/if}}", 40), "nested deeper"),
        (format!("{{{{#if Plan}}}}{}{{{{/if}}}}", "{{else if Plan}}".repeat(40)), "nested deeper"),
        (format!("{{{{{}}}}}", deep("(not ", ")", 5000)), "brackets are nested"),
        (format!("{{{{not {}}}}}", deep("[", "]", 5000)), "brackets are nested"),
        ("{{Plan}}".repeat(2001), "more than 2000 tags"),
    ] {
        let findings = check(&template, Content::Text, &Partials::new(), &Known::Any);
        assert_eq!(findings.len(), 1, "{wanted}: {findings:?}");
        assert!(findings[0].message.contains(wanted), "{wanted}: {findings:?}");
    }
}

#[test]
fn what_is_just_allowed_fits_a_small_stack() {
    let deep = |open: &str, close: &str, count: usize| format!("{}x{}", open.repeat(count), close.repeat(count));
    let blocks = deep("{{#if Plan}}", "{{/if}}", 32);
    let chain = format!("{{{{#if Plan}}}}{}{{{{/if}}}}", "{{else if Plan}}".repeat(31));
    let brackets = format!("{{{{#if {}}}}}{{{{/if}}}}", deep("(not ", ")", 16).replace('x', "Plan"));
    for template in [blocks, chain, brackets] {
        let checked = std::thread::Builder::new().stack_size(1024 * 1024).spawn(move || found(&template, Content::Text));
        assert_eq!(checked.unwrap().join().unwrap(), [""; 0]);
    }
}
