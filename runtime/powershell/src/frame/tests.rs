//! Tests of `frame`.

use super::*;

fn text(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_text(&mut bytes, text);
    bytes
}

/// What a reader makes of `bytes` that come in pieces of `piece`.
async fn read(bytes: &[u8], piece: usize) -> Result<Vec<Said>, Error> {
    let (mut near, far) = tokio::io::duplex(piece);
    let mut reader = Reader::new(far);
    let sending = async move {
        tokio::io::AsyncWriteExt::write_all(&mut near, bytes).await.unwrap();
    };
    let reading = async {
        let mut said = Vec::new();
        loop {
            match reader.next().await {
                Ok(one) => said.push(one),
                Err(Error::Closed) => return Ok(said),
                Err(error) => return Err(error),
            }
        }
    };
    tokio::join!(sending, reading).1
}

fn check(kind: u8, body: &[u8], expected: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let bytes = frame(kind, 7, body).unwrap();
    for piece in [1, 3, 4096] {
        let shown = match runtime.block_on(read(&bytes, piece)) {
            Ok(said) => format!("{:?}", said.into_iter().map(|one| (one.run, one.message)).collect::<Vec<_>>()),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected, "in pieces of {piece}");
    }
}

#[test]
fn each_kind_of_frame_is_read_whole_however_it_arrives() {
    check(READY, &[text("n"), text("7.6.0")].concat(), r#"[(7, Ready { nonce: "n", version: "7.6.0" })]"#);
    check(OUTPUT, &text("<a/>"), r#"[(7, Output { document: "<a/>" })]"#);
    check(
        LOG,
        &[vec![3], text("BK004"), text("é"), text("a.ps1:3"), text("")].concat(),
        r#"[(7, Log { level: Warning, code: "BK004", message: "é", source: "a.ps1:3", document: "" })]"#,
    );
    check(
        PROGRESS,
        &[text("a"), text("b"), vec![255, 255, 255, 255], vec![1]].concat(),
        r#"[(7, Progress { activity: "a", status: "b", percent: -1, completed: true })]"#,
    );
    check(ASK, &[vec![5, 0, 0, 0], text("secret"), text("x")].concat(), r#"[(7, Ask { id: 5, op: "secret", document: "x" })]"#);
    check(
        END,
        &[vec![1], text("c"), text("m"), text("")].concat(),
        r#"[(7, End { outcome: NotDone, code: "c", message: "m", action: "" })]"#,
    );
}

#[test]
fn what_does_not_speak_the_protocol_is_refused() {
    check(99, &[], "a frame is malformed: no such kind");
    check(END, &[9], "a frame is malformed: no such end");
    check(LOG, &[5], "a frame is malformed: no such level");
    check(OUTPUT, &[5, b'a'], "a frame is malformed: less than its fields");
    check(OUTPUT, &[1, 0xff], "a frame is malformed: text is not UTF-8");
    check(OUTPUT, &[1, b'a', b'b'], "a frame is malformed: more than its fields");
    check(OUTPUT, &[0xff; 6], "a frame is malformed: a length is too long");
}

#[test]
fn a_length_beyond_the_limit_is_refused_before_its_body_arrives() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(read(&[0xff; 9], 16)).unwrap_err();
    assert_eq!(error.to_string(), "4294967295 bytes do not fit into a frame");
    assert!(matches!(run(1, &"x".repeat(BODY_MAX + 1)), Err(Error::TooLarge(_))));
}

#[test]
fn long_text_comes_back() {
    let long = "é".repeat(100_000);
    let bytes = [frame(OUTPUT, 1, &text(&long)).unwrap(), frame(OUTPUT, 2, &text("")).unwrap()].concat();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let said = runtime.block_on(read(&bytes, 1000)).unwrap();
    let documents: Vec<Message> = said.into_iter().map(|one| one.message).collect();
    assert_eq!(documents, [Message::Output { document: long }, Message::Output { document: String::new() }]);
}
