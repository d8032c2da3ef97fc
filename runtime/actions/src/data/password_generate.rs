//! `data.password.generate`: makes a random password and gives its hash.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, Object, Parameter, Signature, Value};
use rand::RngExt as _;

use crate::parameters::{bad, int, text};
use crate::signature::{Declare, INT, STRING, signature};
use crate::{Context, Native, Outcome};

const DEFAULT_LENGTH: i32 = 24;
const SHORTEST: i32 = 12;
const LONGEST: i32 = 128;

pub(crate) struct PasswordGenerate(Signature);

impl PasswordGenerate {
    /// The password itself is never an output: outputs are stored and shown. The class is that of an action that keeps a value under its
    /// step's token, so that it stays the same once the value goes to the secret store.
    pub(crate) fn new() -> Self {
        let mut declared = signature("data.password.generate", "Makes a random password and gives its Argon2id hash.", Effect::Idempotent);
        declared.parameters.push(Parameter { min: Some(SHORTEST.into()), max: Some(LONGEST.into()), ..Parameter::optional("Length", INT) });
        let alphabets: Vec<&str> = Alphabet::ALL.iter().map(|alphabet| alphabet.name).collect();
        PasswordGenerate(declared.may_take_one_of("Alphabet", &alphabets).gives("Hash", STRING))
    }
}

impl Native for PasswordGenerate {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, _context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            match asked(parameters) {
                // Argon2id is made to be slow.
                Ok((length, alphabet)) => tokio::task::spawn_blocking(move || outcome(length, alphabet))
                    .await
                    .unwrap_or_else(|_| Outcome::NotDone(Failure::new("internal", "the action stopped while it made a hash"))),
                Err(bad) => Outcome::NotDone(bad),
            }
        }
        .boxed()
    }
}

/// Characters by kind; a password has at least one of each kind.
struct Alphabet {
    name: &'static str,
    kinds: &'static [&'static str],
}

impl Alphabet {
    const ALL: [Alphabet; 3] = [
        Alphabet { name: "Alphanumeric", kinds: &["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"] },
        Alphabet { name: "Symbols", kinds: &["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", "!#%*+,-./:=?@_~"] },
        // Without what looks alike when it is read out or typed from paper.
        Alphabet { name: "Unambiguous", kinds: &["abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"] },
    ];
}

fn asked(parameters: &Object) -> Result<(usize, &'static Alphabet), Failure> {
    const ALL: &[Alphabet] = &Alphabet::ALL;
    let length = int(parameters, "Length")?.unwrap_or(DEFAULT_LENGTH);
    if !(SHORTEST..=LONGEST).contains(&length) {
        return Err(bad("Length", format_args!("must be from {SHORTEST} to {LONGEST}, not {length}")));
    }
    let name = text(parameters, "Alphabet")?.unwrap_or(ALL[0].name);
    let alphabet = ALL.iter().find(|alphabet| alphabet.name.eq_ignore_ascii_case(name));
    let length = usize::try_from(length).expect("the range is positive");
    alphabet.map(|alphabet| (length, alphabet)).ok_or_else(|| bad("Alphabet", format_args!("is not one that is known: '{name}'")))
}

fn outcome(length: usize, alphabet: &Alphabet) -> Outcome {
    match Argon2::default().hash_password(password(length, alphabet).as_bytes()) {
        Ok(hash) => Outcome::done([("Hash", Value::Text(hash.to_string()))].into_iter().collect()),
        Err(error) => Outcome::NotDone(Failure::new("internal", format!("the password could not be hashed: {error}"))),
    }
}

/// Every password that has each kind is equally likely: those without are thrown away, not mended.
fn password(length: usize, alphabet: &Alphabet) -> String {
    let all: Vec<char> = alphabet.kinds.iter().flat_map(|kind| kind.chars()).collect();
    let mut random = rand::rng();
    loop {
        let password: String = (0..length).map(|_| all[random.random_range(0..all.len())]).collect();
        if alphabet.kinds.iter().all(|kind| password.contains(|c| kind.contains(c))) {
            return password;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_its_length_and_every_kind_of_its_alphabet_and_nothing_else() {
        for alphabet in &Alphabet::ALL {
            for length in [12, 24, 128] {
                let password = password(length, alphabet);
                assert_eq!(password.chars().count(), length, "{}", alphabet.name);
                assert!(alphabet.kinds.iter().all(|kind| password.contains(|c| kind.contains(c))), "{} {password}", alphabet.name);
                assert!(password.chars().all(|c| alphabet.kinds.iter().any(|kind| kind.contains(c))), "{} {password}", alphabet.name);
            }
        }
    }

    #[test]
    fn two_passwords_differ() {
        assert_ne!(password(24, &Alphabet::ALL[0]), password(24, &Alphabet::ALL[0]));
    }
}
