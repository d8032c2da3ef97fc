//! CLIXML, PowerShell's own form for values that cross a process boundary, both ways.
//!
//! The host reads and writes it with `System.Management.Automation.PSSerializer`.

mod escape;
mod primitive;
mod read;
mod write;

pub(crate) use read::{Error, read};
pub(crate) use write::write;

/// Deepest nesting of elements that is read.
const DEPTH_MAX: usize = 64;

/// Most values a document may make.
const VALUES_MAX: usize = 500_000;

#[cfg(test)]
mod tests {
    use model::{Object, Value};

    use super::{read, write};

    /// What our own writer writes comes back, with objects as the queue they cross as.
    fn flat(value: &Value) -> Value {
        match value {
            Value::List(items) => Value::List(items.iter().map(flat).collect()),
            Value::Object(object) => Value::List(object.iter().flat_map(|(name, value)| [Value::text(name), flat(value)]).collect()),
            other => other.clone(),
        }
    }

    fn body(inner: &str) -> String {
        format!(r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">{inner}</Objs>"#)
    }

    fn check(inner: &str, expected: Value) {
        assert_eq!(read(&body(inner)).unwrap(), expected, "{inner}");
    }

    fn object(entries: &[(&str, Value)]) -> Value {
        Value::Object(entries.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    #[test]
    fn what_is_written_reads_back() {
        let inner: Object = [("a b", Value::Int(1)), ("", Value::Null), ("_x0041_", Value::List(vec![]))].into_iter().collect();
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::Int(i32::MIN),
            Value::Long(i64::MAX),
            Value::Double(0.1),
            Value::Double(f64::NEG_INFINITY),
            Value::Decimal("79228162514264337593543950335".parse().unwrap()),
            Value::Decimal("1.100".parse().unwrap()),
            Value::text("a\r\n<&>\u{fffe}😀"),
            Value::DateTime("2026-11-24T01:02:03.1234567Z".parse().unwrap()),
            Value::DateTime("0001-01-01T00:00:00Z".parse().unwrap()),
            Value::Duration(-9_378_400_500_001),
            Value::Duration(0),
            Value::Guid("0193a5e8-0000-7000-8000-000000000001".parse().unwrap()),
            Value::Version("1.2.3.4".into()),
            Value::List(vec![Value::Object(inner), Value::List(vec![Value::Null])]),
        ];
        for value in values {
            assert_eq!(read(&write(&value)).unwrap(), flat(&value), "{}", write(&value));
        }
    }

    #[test]
    fn what_powershell_writes_is_read() {
        check("<U32>5</U32>", Value::Int(5));
        check("<U64>18446744073709551615</U64>", Value::Decimal("18446744073709551615".parse().unwrap()));
        check("<C>65</C>", Value::text("A"));
        check("<By>7</By>", Value::Int(7));
        check("<D>1E-7</D>", Value::Decimal("0.0000001".parse().unwrap()));
        check("<DT>2026-11-24T13:00:00+13:00</DT>", Value::DateTime("2026-11-24T00:00:00Z".parse().unwrap()));
        check("<DT>2026-11-24T13:00:00</DT>", Value::DateTime("2026-11-24T13:00:00Z".parse().unwrap()));
        check("<TS>PT9.5S</TS>", Value::Duration(95_000_000));
        check("<TS>-P1DT1M</TS>", Value::Duration(-864_600_000_000));
        check("<URI>https://a.example/</URI>", Value::text("https://a.example/"));
        check("<BA>AQID</BA>", Value::text("AQID"));
        check("<S></S>", Value::text(""));
        check("<S>a &lt;b&gt; &amp; &#65;_x000A_</S>", Value::text("a <b> & A\n"));
        check(
            r#"<Obj RefId="0"><TN RefId="0"><T>System.DayOfWeek</T><T>System.Enum</T></TN><ToString>Monday</ToString><I32>1</I32></Obj>"#,
            Value::text("Monday"),
        );
        check(r#"<Obj RefId="0"><S>line</S><MS><S N="PSPath">/a</S></MS></Obj>"#, Value::text("line"));
    }

    #[test]
    fn objects_of_every_kind_become_objects_and_lists() {
        check(
            r#"<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS><S N="A_x0020_B">x</S><Nil N="C" /></MS></Obj>"#,
            object(&[("A B", Value::text("x")), ("C", Value::Null)]),
        );
        check(
            r#"<Obj RefId="0"><DCT><En><S N="Key">b</S><I32 N="Value">1</I32></En><En><I32 N="Key">2</I32><Obj N="Value" RefId="1"><LST /></Obj></En></DCT></Obj>"#,
            object(&[("b", Value::Int(1)), ("2", Value::List(vec![]))]),
        );
        check(
            r#"<Obj RefId="0"><ToString>/a/b</ToString><Props><S N="Name">b</S><Obj N="Up" RefId="1"><ToString>/a</ToString><Props><S N="Name">a</S></Props></Obj><Ref N="Same" RefId="1" /></Props></Obj>"#,
            object(&[("Name", Value::text("b")), ("Up", Value::text("/a")), ("Same", Value::text("/a"))]),
        );
        check(r#"<Obj RefId="3"><MS><Ref N="Self" RefId="3" /></MS></Obj>"#, object(&[("Self", Value::Null)]));
        check(r#"<Obj RefId="0"><ToString>abc</ToString></Obj>"#, Value::text("abc"));
        check(
            r#"<Obj RefId="0"><LST><Obj RefId="1"><MS><I32 N="A">1</I32></MS></Obj><Ref RefId="1" /></LST></Obj>"#,
            Value::List(vec![object(&[("A", Value::Int(1))]), object(&[("A", Value::Int(1))])]),
        );
    }

    #[test]
    fn what_is_no_clixml_is_refused() {
        let deep = format!("{}{}", "<Obj><LST>".repeat(100), "</LST></Obj>".repeat(100));
        let mut bomb = r#"<Obj RefId="0"><LST><S>x</S></LST></Obj>"#.to_owned();
        for id in 1..40 {
            let mention = format!(r#"<Ref RefId="{}" />"#, id - 1);
            bomb.push_str(&format!(r#"<Obj RefId="{id}"><LST>{mention}{mention}</LST></Obj>"#));
        }
        let cases = [
            "",
            "<a/>",
            "<Objs>",
            "<Objs><I32>x</I32></Objs>",
            "<Objs><Ref RefId=\"9\"/></Objs>",
            "<Objs>loose</Objs>",
            "<Objs><S>&nope;</S></Objs>",
        ];
        for document in cases.into_iter().map(str::to_owned).chain([body(&deep), body(&bomb)]) {
            assert!(read(&document).is_err(), "{}", &document[..document.len().min(200)]);
        }
    }
}
