//! Texts made of pieces that meet in odd ways. The same seed makes the same texts.

/// A small generator of its own, so that a printed seed means the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((x ^ (x >> 31)) >> 1).unwrap_or(0) % sides
    }

    fn pick(&mut self, words: &[&'static str]) -> &'static str {
        words[self.roll(words.len())]
    }
}

const SCALARS: &[&str] = &[
    "0",
    "1",
    "2",
    "-3",
    "5L",
    "2.5",
    "-0.5",
    "1e3",
    "1.10d",
    "0.1",
    "$null",
    "$true",
    "$false",
    "''",
    "'0'",
    "'1'",
    "'abc'",
    "'ABC'",
    "'10'",
    "' 5 '",
    "'1e3'",
    "'0x10'",
    "'2.5'",
    "'2024-02-29'",
    "2147483647",
    "9223372036854775807",
    "$Plan.StorageTB",
    "$Property.Nothing",
    "'straße'",
    "'É'",
    "[timespan]'1:2:3'",
    "[datetime]'2024-02-29'",
    "[version]'1.2.3'",
    "[guid]'b4c8a2e0-0000-4000-8000-000000000001'",
    "'1.2'",
    "1.5d",
    "0.0",
    "1e300",
    "100",
    "$Plan.Price",
    "$Plan.Ratio",
    "$Customer.Name",
    "'a-b'",
    "'a b'",
    "'_x'",
    "'Zebra'",
    "12345678901",
    "'12,5'",
    "7.5",
    "123456789.123",
];
const LISTS: &[&str] = &[
    "@()",
    "@(1)",
    "@(1,2,3)",
    "@('a','B')",
    "$Customer.Tags",
    "$Plan.Features",
    "(1..5)",
    "@($null,1)",
    "@('b','A','c','a')",
    "@(2.5,1,'3')",
    "@('x','10')",
];
const OPERATORS: &[&str] = &[
    "-eq",
    "-ne",
    "-gt",
    "-ge",
    "-lt",
    "-le",
    "-ceq",
    "-clt",
    "-cgt",
    "-like",
    "-notlike",
    "-match",
    "-notmatch",
    "-contains",
    "-notcontains",
    "-in",
    "-notin",
    "+",
    "-",
    "/",
    "%",
    "-band",
    "-bor",
    "-bxor",
    "-and",
    "-or",
    "-xor",
    "-join",
    "-split",
    "-replace",
    "-f",
    "??",
];
const TYPES: &[&str] =
    &["int", "long", "double", "decimal", "string", "bool", "datetime", "timespan", "version", "guid", "array", "object"];
const STRINGS: &[&str] =
    &["'abc'", "'Contoso Ltd'", "'a,b;c d'", "' pad '", "''", "'x1y22z'", "$Customer.Name", "'ÄÖÜß'", "'aXbxc'", "$Property.Username"];
const METHODS: &[&str] = &[
    "ToUpper()",
    "ToLower()",
    "Trim()",
    "Length",
    "Substring(1)",
    "Substring(0,2)",
    "Replace('a','x')",
    "Split(',')",
    "Contains('a')",
    "StartsWith('a')",
    "IndexOf('b')",
    "PadLeft(6,'0')",
    "Insert(1,'-')",
    "Remove(1)",
    "ToCharArray()",
    "TrimEnd('c')",
    "ToString()",
    "Count",
    "CompareTo('abd')",
];
const FORMATS: &[&str] = &[
    "{0:N2}",
    "{0:F1}",
    "{0:0.##}",
    "{0:#,##0}",
    "{0:E3}",
    "{0:P1}",
    "{0:G4}",
    "{0,8}",
    "{0,-6}|",
    "{0:000.00}",
    "{0}",
    "{0:0.0;(0.0);zero}",
    "{0:N0}",
];
const PIPES: &[&str] = &[
    "Where-Object { $_ -gt 1 }",
    "ForEach-Object { \"<$_>\" }",
    "Sort-Object",
    "Sort-Object -Descending",
    "Select-Object -First 2",
    "Select-Object -Last 1",
    "Select-Object -Unique",
    "Where-Object { $_ }",
];
const PATTERNS: &[&str] = &[
    "a",
    "[aeiou]",
    "^a",
    "c$",
    "\\d+",
    "\\w+",
    "\\W",
    "(b)",
    "[,;]",
    "\\s",
    "",
    "x|b",
    "(?<n>\\d)",
    "[^a-c]",
    "a.c",
    "o{1,2}",
    "^$",
    "\\Bc",
    "[\\w-]+",
    "\\p{Lu}",
    "(?i)É",
    "[a-z-[aeiou]]",
    "^\\w+$",
    "b*?",
    "(a|b)+?c",
    "\\Ax",
    "z\\z",
    "\\D+$",
];
const TEXTS: &[&str] = &[
    "'abc'",
    "\"abc`n\"",
    "'É٣_x'",
    "'straße'",
    "\"a`r`nb\"",
    "'ǅ'",
    "''",
    "\"`n\"",
    "'x1y22z'",
    "'a-b c'",
    "'AEIOUb'",
    "'K'",
    "'ſ'",
    "'i'",
    "'aab'",
    "'foo boo'",
];

fn value(dice: &mut Dice) -> &'static str {
    if dice.roll(4) == 0 { dice.pick(LISTS) } else { dice.pick(SCALARS) }
}

fn nested(dice: &mut Dice, depth: usize) -> String {
    if depth > 2 {
        return value(dice).to_owned();
    }
    match dice.roll(9) {
        0 | 1 => value(dice).to_owned(),
        // Not `-split`: the name of its kind of array, which a list inside a list shows as text, is not kept.
        2..=4 => match dice.pick(OPERATORS) {
            "-split" => nested(dice, depth + 1),
            operator => format!("({} {operator} {})", nested(dice, depth + 1), nested(dice, depth + 1)),
        },
        5 => format!("({}({}))", dice.pick(&["-not ", "-", "!", "-join "]), nested(dice, depth + 1)),
        6 => format!("([{}]({}))", dice.pick(TYPES), nested(dice, depth + 1)),
        7 => format!("({} ? {} : {})", nested(dice, depth + 1), nested(dice, depth + 1), nested(dice, depth + 1)),
        _ => format!("@({},{})", nested(dice, depth + 1), nested(dice, depth + 1)),
    }
}

fn expression(dice: &mut Dice) -> String {
    match dice.roll(17) {
        0..=4 => format!("{} {} {}", value(dice), dice.pick(OPERATORS), value(dice)),
        5 => format!("{} {} [{}]", dice.pick(SCALARS), dice.pick(&["-is", "-as", "-isnot"]), dice.pick(TYPES)),
        6 => format!("[{}]({})", dice.pick(TYPES), value(dice)),
        7 => format!("'{}' -f ({})", dice.pick(FORMATS), dice.pick(SCALARS)),
        8 => format!("({}).{}", dice.pick(STRINGS), dice.pick(METHODS)),
        9 => format!("({})[{}]", value(dice), dice.pick(&["0", "-1", "1", "0,1", "1..2", "99", "'a'"])),
        10 => format!("[math]::{}({})", dice.pick(&["Round", "Floor", "Ceiling", "Abs", "Truncate", "Sqrt"]), dice.pick(SCALARS)),
        11 => format!("({}) | {}", dice.pick(LISTS), dice.pick(PIPES)),
        12 => format!("if ({}) {{ {} }} else {{ {} }}", value(dice), value(dice), value(dice)),
        13 => format!(
            "switch ({}) {{ {} {{ 'a' }} {{ $_ -gt 1 }} {{ 'b' }} default {{ 'd' }} }}",
            value(dice),
            dice.pick(&["1", "'abc'", "$true", "2.5"])
        ),
        // Only by little: PowerShell would make the text or list of a large factor.
        14 => format!(
            "{} * {}",
            value(dice),
            dice.pick(&["0", "1", "2", "-3", "5L", "2.5", "1.10d", "$null", "$true", "'1'", "'2.5'", "'abc'", "$Plan.StorageTB"])
        ),
        _ => nested(dice, 0),
    }
}

/// Expressions over the context of the live comparison.
pub fn expressions(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    (0..count).map(|_| expression(&mut dice)).collect()
}

/// Regular expressions at their edges: last line ends, letters and digits beyond ASCII, case.
pub fn patterns(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut one = || match dice.roll(4) {
        0 | 1 => format!("{} {} '{}'", dice.pick(TEXTS), dice.pick(&["-match", "-cmatch", "-notmatch"]), dice.pick(PATTERNS)),
        2 => format!("{} {} '{}','<$0>'", dice.pick(TEXTS), dice.pick(&["-replace", "-creplace"]), dice.pick(PATTERNS)),
        _ => format!("({} {} '{}') -join '|'", dice.pick(TEXTS), dice.pick(&["-split", "-csplit"]), dice.pick(PATTERNS)),
    };
    (0..count).map(|_| one()).collect()
}

fn literal(dice: &mut Dice, depth: usize) -> String {
    match dice.roll(if depth > 3 { 3 } else { 7 }) {
        0..=2 => dice
            .pick(&[
                "1",
                "-5",
                "- 5",
                "2.5",
                "1e3",
                "199.90d",
                "2147483648",
                "0x1F",
                "1kb",
                "'a'",
                "'it''s'",
                "\"x`ty\"",
                "$true",
                "$null",
                "{ $_.A -eq '}' }",
                "@'\nx\n'@",
                ".5",
            ])
            .to_owned(),
        3 => format!("@({})", (0..dice.roll(4)).map(|_| literal(dice, depth + 1)).collect::<Vec<_>>().join(dice.pick(&[", ", "; ", "\n"]))),
        4 => (0..=dice.roll(2) + 1).map(|_| literal(dice, depth + 1)).collect::<Vec<_>>().join(","),
        _ => table(dice, depth + 1),
    }
}

fn table(dice: &mut Dice, depth: usize) -> String {
    let entries: Vec<String> = (0..dice.roll(4))
        .map(|index| {
            let key = dice.pick(&["A", "'b c'", "Éx", "if", "_d"]);
            let key = if key.starts_with('\'') { format!("'b c{index}'") } else { format!("{key}{index}") };
            format!("{key}{}={}{}", dice.pick(&[" ", "", " <# c #> "]), dice.pick(&[" ", "", "\n"]), literal(dice, depth))
        })
        .collect();
    format!(
        "@{{{}{}}}",
        dice.pick(&["", " ", "\n", " # c\n"]),
        entries.join(dice.pick(&["\n", "; ", " # c\n"])) + dice.pick(&["", "\n", ";"])
    )
}

/// Data files; what PowerShell and we refuse may be among them.
pub fn data_files(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    (0..count).map(|_| table(&mut dice, 0)).collect()
}

/// Scripts whose heads are written in unusual ways.
pub fn scripts(seed: u64, count: usize) -> Vec<String> {
    const BEFORE: &[&str] = &[
        "",
        "# a comment, param($no)\n",
        "<# param($no) #>\n",
        "#requires -Version 7\n",
        "using namespace System.Text\n",
        "<#\n.SYNOPSIS\nx\n#>\n\n",
    ];
    const ATTRIBUTES: &[&str] = &[
        "[Parameter(Mandatory)]",
        "[Parameter(Mandatory = $true)]",
        "[Parameter(Mandatory=$false)]",
        "[ValidateSet('a,b', \"c)\")]",
        "[ValidateRange(1, 10)]",
        "[Alias('n')]",
        "[ValidateScript({ $_ -gt (1 + 2) })]",
        "[ValidatePattern('^[a-z)(]$')]",
        "[AllowNull()]",
        "[string]",
        "[int]",
        "[string[]]",
        "[hashtable]",
        "<# c, ) #>",
        "# c )\n",
    ];
    const DEFAULTS: &[&str] = &[
        "",
        "",
        " = 1",
        " = 'a,b)'",
        " = @(1, 2)",
        " = @{ a = ')' }",
        "= (Get-Date)",
        " = @'\n),(\n'@",
        " = \"$(if ($x) { ')' })\"",
        " = { param($q) }",
        " = -5",
        " = $a.b[0]",
    ];
    const AFTER: &[&str] = &["", "\n'x'\n", "\nfunction f { param($y) }\n", "\nclass C { [string]$x }\n", "\n$z = 'param($w)'\n", "; 1"];
    let mut dice = Dice(seed);
    let mut one = || {
        let mut parameters = Vec::new();
        for index in 0..dice.roll(4) {
            let attributes: String =
                (0..dice.roll(4)).map(|_| dice.pick(ATTRIBUTES)).collect::<Vec<_>>().join(dice.pick(&["", " ", "\n    "]));
            parameters.push(format!("{attributes}$P{index}{}", dice.pick(DEFAULTS)));
        }
        let binding = dice.pick(&["", "[CmdletBinding()]\n", "[CmdletBinding(SupportsShouldProcess)] ", "[OutputType([int])]\n"]);
        let param = dice.pick(&["param", "Param", "param "]);
        let separator = dice.pick(&[",", ", ", ",\n    ", " ,<# c #>"]);
        format!("{}{binding}{param}({}){}", dice.pick(BEFORE), parameters.join(separator), dice.pick(AFTER))
    };
    (0..count).map(|_| one()).collect()
}
