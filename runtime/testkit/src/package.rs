//! Packages written as strings.

use package::Files;

/// A package of a customer service with plans `Standard` and `Premium`, a plan property `StorageTB`, an input `Username` and a result `AccountId`.
#[derive(Clone, Debug)]
pub struct PackageText {
    name: String,
    extra: String,
    instances: String,
    processes: Vec<(String, String)>,
}

impl PackageText {
    /// The service `name` without processes.
    pub fn new(name: &str) -> Self {
        PackageText { name: name.to_owned(), extra: String::new(), instances: "Single".to_owned(), processes: Vec::new() }
    }

    /// With the rules of a verb.
    #[must_use]
    pub fn process<'a>(mut self, verb: &str, rules: impl IntoIterator<Item = &'a str>) -> Self {
        let rules: Vec<&str> = rules.into_iter().collect();
        self.processes.push((verb.to_owned(), format!("@{{\n    Rules = @(\n        {}\n    )\n}}\n", rules.join("\n        "))));
        self
    }

    /// With more keys of `service.psd1`.
    #[must_use]
    pub fn with(mut self, keys: &str) -> Self {
        self.extra.push_str(keys);
        self
    }

    /// A service of which one customer may have many.
    #[must_use]
    pub fn multiple(mut self) -> Self {
        self.instances = "Multiple".to_owned();
        self
    }

    /// The files.
    pub fn files(&self) -> Files {
        let mut files = Files::default();
        files.insert("service.psd1", self.service().into_bytes());
        for (verb, text) in &self.processes {
            files.insert(format!("processes/{verb}.psd1"), text.clone().into_bytes());
        }
        files
    }

    fn service(&self) -> String {
        let PackageText { name, extra, instances, .. } = self;
        format!(
            "@{{
    Format = 1
    Name = '{name}'
    Version = '1.0.0'
    DisplayName = '{name}'
    Description = 'A service of a test.'
    For = 'Customer'
    Instances = '{instances}'
    Properties = @(
        @{{ Name = 'StorageTB'; Kind = 'Plan'; Type = 'int'; Min = 1; Max = 500; Overridable = 'Reseller', 'Customer' }}
        @{{ Name = 'Username'; Kind = 'Input'; Type = 'string'; Level = 'Customer'; Default = 'nobody' }}
        @{{ Name = 'AccountId'; Kind = 'Result'; Type = 'string' }}
    )
    Plans = @(
        @{{ Name = 'Standard'; Sku = 'T001'; Set = @{{ StorageTB = 1 }} }}
        @{{ Name = 'Premium'; Sku = 'T002'; Set = @{{ StorageTB = 20 }} }}
    )
    {extra}
}}
"
        )
    }
}

/// A rule of phase `Main` that runs `action` for the key that is its own name, with more keys of a rule in `keys`.
pub fn rule(name: &str, action: &str, keys: &str) -> String {
    format!("@{{ Name = '{name}'; Phase = 'Main'; Action = '{action}'; With = @{{ Key = '{name}' }}; {keys} }}")
}
