//! From a checked [`Node`] to a typed body: serde's derive says which fields there are, errors say which one and what was meant.

use std::fmt;

use model::{DataType, Object, Scalar, Value};
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};

use super::{Node, Refusal};

/// The typed form of a checked body or query. `T` refuses unknown fields by `deny_unknown_fields`.
pub(crate) fn typed<T: for<'de> Deserialize<'de>>(node: Node) -> Result<T, Refusal> {
    T::deserialize(node)
}

/// A value whose type the service's definition declares: taken as given, converted by that type later.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Given(pub(crate) Value);

/// A number as a declared type would want it: whole numbers int or long, others decimal where that is exact, else double.
fn number(text: &str) -> Value {
    if let Ok(whole) = text.parse::<i64>() {
        return i32::try_from(whole).map_or(Value::Long(whole), Value::Int);
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    match DataType::one(Scalar::Decimal).convert(Value::text(text)) {
        Ok(exact) if digits <= 28 => exact,
        _ => Value::Double(text.parse().unwrap_or(f64::NAN)),
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(GivenVisitor)
    }
}

struct GivenVisitor;

impl<'de> Visitor<'de> for GivenVisitor {
    type Value = Given;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Given, E> {
        Ok(Given(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Given, E> {
        Ok(Given(Value::Bool(value)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Given, E> {
        Ok(Given(Value::text(text)))
    }

    fn visit_string<E>(self, text: String) -> Result<Given, E> {
        Ok(Given(Value::Text(text)))
    }

    // Only a number that nobody asked to be of a Rust type comes as bytes: its text.
    fn visit_byte_buf<E>(self, text: Vec<u8>) -> Result<Given, E> {
        Ok(Given(number(&String::from_utf8_lossy(&text))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Given, A::Error> {
        let mut list = Vec::new();
        while let Some(Given(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Given(Value::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Given, A::Error> {
        let mut object = Object::new();
        while let Some((name, Given(value))) = map.next_entry::<String, Given>()? {
            object.insert(name, value);
        }
        Ok(Given(Value::Object(object)))
    }
}

/// Named values; anything but an object is refused.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GivenObject(pub(crate) Object);

impl<'de> Deserialize<'de> for GivenObject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Given::deserialize(deserializer)?.0 {
            Value::Object(object) => Ok(GivenObject(object)),
            other => Err(de::Error::custom(format!("an object of named values is expected, not a {}", other.type_name()))),
        }
    }
}

impl Node {
    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Node::Null => Unexpected::Other("null"),
            Node::Bool(value) => Unexpected::Bool(*value),
            Node::Number(text) => Unexpected::Other(text),
            Node::Text(text) | Node::Query(text) => Unexpected::Str(text),
            Node::List(_) => Unexpected::Other("a list"),
            Node::Object(_) => Unexpected::Other("an object"),
        }
    }
}

/// A Rust number from a number's text.
macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
            match &self {
                Node::Number(text) | Node::Query(text) => match text.parse::<$type>() {
                    Ok(number) => visitor.$visit(number),
                    Err(_) => Err(de::Error::invalid_value(self.unexpected(), &visitor)),
                },
                _ => Err(de::Error::invalid_type(self.unexpected(), &visitor)),
            }
        }
    )+};
}

impl<'de> Deserializer<'de> for Node {
    type Error = Refusal;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(value),
            Node::Number(text) => visitor.visit_byte_buf(text.into_bytes()),
            Node::Text(text) | Node::Query(text) => visitor.visit_string(text),
            Node::List(items) => visitor.visit_seq(Items { items: items.into_iter(), next: 0 }),
            Node::Object(fields) => visitor.visit_map(Fields { fields: fields.into_iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Node::Null => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        match self {
            Node::Text(word) | Node::Query(word) => visitor.visit_enum(Word(word)),
            other => Err(de::Error::invalid_type(other.unexpected(), &visitor)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match &self {
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Query(text) if text == "true" => visitor.visit_bool(true),
            Node::Query(text) if text == "false" => visitor.visit_bool(false),
            other => Err(de::Error::invalid_type(other.unexpected(), &visitor)),
        }
    }

    // Serde's strings would take a number's bytes.
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        match self {
            Node::Text(text) | Node::Query(text) => visitor.visit_string(text),
            other => Err(de::Error::invalid_type(other.unexpected(), &visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.deserialize_string(visitor)
    }

    numbers!(deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
             deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64);

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u8 u128 f32 f64 char bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Refusal> for Node {
    type Deserializer = Node;

    fn into_deserializer(self) -> Node {
        self
    }
}

struct Fields {
    fields: std::vec::IntoIter<(String, Node)>,
    value: Option<(String, Node)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        self.value = self.fields.next();
        match &self.value {
            Some((name, _)) => seed.deserialize(name.clone().into_deserializer()).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let (name, node) = self.value.take().expect("serde asks for a value after its key");
        seed.deserialize(node).map_err(|refusal| refusal.within(&name))
    }
}

struct Items {
    items: std::vec::IntoIter<Node>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let at = self.next;
        self.next += 1;
        seed.deserialize(item).map(Some).map_err(|refusal| refusal.within(&format!("[{at}]")))
    }
}

/// A word that names a variant without content.
struct Word(String);

impl<'de> EnumAccess<'de> for Word {
    type Error = Refusal;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Refusal> {
        let variant = seed.deserialize(self.0.clone().into_deserializer())?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for Word {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value, Refusal> {
        Err(de::Error::custom("a word is expected"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value, Refusal> {
        Err(de::Error::custom("a word is expected"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], _visitor: V) -> Result<V::Value, Refusal> {
        Err(de::Error::custom("a word is expected"))
    }
}
