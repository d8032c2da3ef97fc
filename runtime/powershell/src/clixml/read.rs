//! CLIXML to values.
//!
//! What PowerShell writes is richer than our values: a wrapped primitive is its primitive, an enumeration its name, a list of any kind a list,
//! a dictionary or an object with properties an object. What is none of these is its text.

use std::collections::HashMap;

use model::{Object, Value};
use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    DEPTH_MAX, VALUES_MAX,
    escape::decode,
    primitive::{key_text, primitive},
};

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Not XML.
    #[error("the document is not well-formed")]
    Xml(#[from] quick_xml::Error),
    /// XML, but not CLIXML.
    #[error("the document is not what PowerShell writes: {0}")]
    Shape(String),
}

/// The value of a document.
pub(crate) fn read(document: &str) -> Result<Value, Error> {
    let mut parser = Parser {
        reader: Reader::from_str(document),
        types: HashMap::new(),
        objects: HashMap::new(),
        bags: 0,
        depth: 0,
        budget: VALUES_MAX,
    };
    loop {
        match parser.reader.read_event()? {
            Event::Start(start) if start.name().as_ref() == "Objs" => {
                let mut values = parser.children()?;
                return match values.len() {
                    0 => Ok(Value::Null),
                    1 => Ok(values.remove(0).1),
                    _ => Ok(Value::List(values.into_iter().map(|(_, value)| value).collect())),
                };
            }
            Event::Text(text) if text.trim().is_empty() => {}
            Event::Decl(_) | Event::Comment(_) => {}
            Event::Empty(start) if start.name().as_ref() == "Objs" => return Ok(Value::Null),
            other => return Err(shape(format!("{other:?} where a document begins"))),
        }
    }
}

fn shape(what: impl Into<String>) -> Error {
    Error::Shape(what.into())
}

struct Parser<'a> {
    reader: Reader<&'a [u8]>,
    /// Type names by the number of their first mention; the first name of each list is enough.
    types: HashMap<String, Vec<String>>,
    /// Objects by number, for those mentioned again.
    objects: HashMap<String, Known>,
    /// How many property bags of .NET objects are open.
    bags: usize,
    depth: usize,
    /// Values that may still be made: mentions of mentions could make of a short document more than fits into memory.
    budget: usize,
}

/// An object that may be mentioned again.
struct Known {
    value: Value,
    /// The text of a .NET object, which stands for it inside another.
    bag: Option<String>,
}

/// What the parts of an `<Obj>` say.
#[derive(Default)]
struct Parts {
    /// Whether the properties are those of a .NET object, not of a custom object.
    bag: bool,
    types: Vec<String>,
    text: Option<String>,
    base: Option<Value>,
    properties: Object,
}

impl<'a> Parser<'a> {
    /// The values up to the end of the open element, each with its name.
    fn children(&mut self) -> Result<Vec<(String, Value)>, Error> {
        let mut values = Vec::new();
        loop {
            match self.reader.read_event()? {
                Event::Start(start) => {
                    let name = attribute(&start, "N")?.unwrap_or_default();
                    values.push((name, self.value(&start)?));
                }
                Event::Empty(start) => {
                    let name = attribute(&start, "N")?.unwrap_or_default();
                    values.push((name, self.empty(&start)?));
                }
                Event::End(_) => return Ok(values),
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Comment(_) => {}
                other => return Err(shape(format!("{other:?} where a value begins"))),
            }
        }
    }

    fn empty(&mut self, start: &BytesStart<'_>) -> Result<Value, Error> {
        match start.name().as_ref() {
            "Nil" => Ok(Value::Null),
            "Ref" => {
                let id = attribute(start, "RefId")?.unwrap_or_default();
                let known = self.objects.get(&id).ok_or_else(|| shape(format!("no object {id} before its mention")))?;
                if let (true, Some(text)) = (self.bags > 0, &known.bag) {
                    return Ok(Value::text(text));
                }
                let value = known.value.clone();
                self.spend(count(&value))?;
                Ok(value)
            }
            "LST" | "IE" | "QUE" | "STK" => Ok(Value::List(Vec::new())),
            "Obj" | "DCT" | "MS" | "Props" => Ok(Value::Object(Object::new())),
            name => primitive(name, String::new()).ok_or_else(|| shape(format!("an empty {name}"))),
        }
    }

    fn value(&mut self, start: &BytesStart<'_>) -> Result<Value, Error> {
        self.spend(1)?;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(shape("too deeply nested"));
        }
        let name = start.name().as_ref().to_owned();
        let value = match name.as_str() {
            "Obj" => self.object(start),
            "LST" | "IE" | "QUE" | "STK" => Ok(Value::List(self.children()?.into_iter().map(|(_, value)| value).collect())),
            "DCT" => self.dictionary(),
            "Nil" => self.text().map(|_| Value::Null),
            _ => {
                let text = self.text()?;
                primitive(&name, text).ok_or_else(|| shape(format!("the text of a {name}")))
            }
        };
        self.depth -= 1;
        value
    }

    fn spend(&mut self, values: usize) -> Result<(), Error> {
        self.budget = self.budget.checked_sub(values).ok_or_else(|| shape("too many values"))?;
        Ok(())
    }

    fn object(&mut self, start: &BytesStart<'_>) -> Result<Value, Error> {
        let id = attribute(start, "RefId")?;
        if let Some(id) = &id {
            // What an object mentions of itself, further in, is nothing: a value cannot hold itself.
            self.objects.insert(id.clone(), Known { value: Value::Null, bag: None });
        }
        let mut parts = Parts::default();
        loop {
            match self.reader.read_event()? {
                Event::Start(part) => self.part(&part, &mut parts)?,
                Event::Empty(part) => match part.name().as_ref() {
                    "TNRef" => parts.types = self.types.get(&attribute(&part, "RefId")?.unwrap_or_default()).cloned().unwrap_or_default(),
                    "MS" | "Props" | "ToString" | "TN" => {}
                    _ => parts.base = Some(self.empty(&part)?),
                },
                Event::End(_) => break,
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Comment(_) => {}
                other => return Err(shape(format!("{other:?} inside an object"))),
            }
        }
        let bag = parts.bag.then(|| parts.text.clone().unwrap_or_default());
        // A .NET object inside another is its text: all of it would be half of the process.
        let value = match &bag {
            Some(text) if self.bags > 0 => Value::text(text),
            _ => parts.value(),
        };
        if let Some(id) = id {
            self.objects.insert(id, Known { value: value.clone(), bag });
        }
        Ok(value)
    }

    fn part(&mut self, part: &BytesStart<'_>, parts: &mut Parts) -> Result<(), Error> {
        match part.name().as_ref() {
            "TN" => {
                let names = self.children()?.into_iter().filter_map(|(_, name)| name.as_text().map(str::to_owned)).collect();
                if let Some(id) = attribute(part, "RefId")? {
                    self.types.insert(id, Vec::clone(&names));
                }
                parts.types = names;
            }
            "TNRef" => {
                self.text()?;
            }
            "ToString" => parts.text = Some(self.text()?),
            name @ ("MS" | "Props") => {
                let bag = name == "Props";
                parts.bag |= bag;
                self.bags += usize::from(bag);
                for (name, value) in self.children()? {
                    parts.properties.insert(name, value);
                }
                self.bags -= usize::from(bag);
            }
            _ => parts.base = Some(self.value(part)?),
        }
        Ok(())
    }

    /// `<En>` elements, each with a key and a value.
    fn dictionary(&mut self) -> Result<Value, Error> {
        let mut object = Object::new();
        loop {
            match self.reader.read_event()? {
                Event::Start(entry) if entry.name().as_ref() == "En" => {
                    let mut parts = self.children()?.into_iter();
                    let (Some((_, key)), Some((_, value))) = (parts.next(), parts.next()) else {
                        return Err(shape("an entry without key and value"));
                    };
                    object.insert(key_text(&key), value);
                }
                Event::End(_) => return Ok(Value::Object(object)),
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Comment(_) => {}
                other => return Err(shape(format!("{other:?} inside a dictionary"))),
            }
        }
    }

    /// The text up to the end of the open element, decoded.
    fn text(&mut self) -> Result<String, Error> {
        let mut text = String::new();
        loop {
            match self.reader.read_event()? {
                Event::Text(part) => text.push_str(&part.xml10_content()),
                Event::CData(part) => text.push_str(&part.xml10_content()),
                Event::GeneralRef(reference) => text.push(entity(&reference)?),
                Event::End(_) => return Ok(decode(&text)),
                Event::Comment(_) => {}
                other => return Err(shape(format!("{other:?} inside text"))),
            }
        }
    }
}

impl Parts {
    fn value(self) -> Value {
        let enumeration = self.types.iter().any(|name| name == "System.Enum");
        match (self.base, self.text) {
            (Some(_), Some(text)) if enumeration => Value::Text(text),
            (Some(base), _) => base,
            (None, text) if self.properties.is_empty() => {
                let plain = self.types.iter().any(|name| name.ends_with("System.Management.Automation.PSCustomObject"));
                text.filter(|_| !plain).map_or(Value::Object(Object::new()), Value::Text)
            }
            (None, _) => Value::Object(self.properties),
        }
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::List(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(object) => 1 + object.iter().map(|(_, value)| count(value)).sum::<usize>(),
        _ => 1,
    }
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, Error> {
    match start.try_get_attribute(name).map_err(quick_xml::Error::from)? {
        Some(attribute) => Ok(Some(decode(&attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0)?))),
        None => Ok(None),
    }
}

/// The five entities of XML and character references; PowerShell writes no others.
fn entity(reference: &BytesRef<'_>) -> Result<char, Error> {
    if let Some(character) = reference.resolve_char_ref()? {
        return Ok(character);
    }
    match reference.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(shape(format!("the entity {other}"))),
    }
}
