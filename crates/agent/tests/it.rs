//! The agent as a program: SoftHSM as token, openssl as authority, a small server that speaks docs/agent-protocol.md.

#[path = "it/authority.rs"]
mod authority;
#[path = "it/server.rs"]
mod server;
#[path = "it/softhsm.rs"]
mod softhsm;

use serde_json::Value;

use authority::Authority;
use server::Server;
use softhsm::Token;

fn events(output: &std::process::Output) -> Vec<Value> {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["event"].as_str().unwrap()).collect()
}

#[test]
fn every_kind_of_key_is_enrolled_and_signs() {
    for kind in ["rsa2048", "rsa3072", "p256", "p384"] {
        let token = Token::new();
        let server = Server::start(Authority::new());
        let enrolled = token.agent(&["enrol", "--code", "enrol-code", "--key", kind, "--server", &server.url()]);
        let seen = events(&enrolled);
        assert_eq!(
            enrolled.status.code(),
            Some(0),
            "{kind}: {seen:?} {}",
            String::from_utf8_lossy(&enrolled.stderr)
        );
        assert_eq!(
            names(&seen),
            ["hello", "key", "csr", "waiting", "certificate", "self_test", "done"],
            "{kind}"
        );
        assert_eq!(seen[1]["key_type"], kind);
        assert!(server.state().received, "{kind}");

        let tested = token.agent(&["self-test"]);
        assert_eq!(tested.status.code(), Some(0), "{kind}: {:?}", events(&tested));

        let folder = tempfile::tempdir().unwrap();
        let keep = folder.path().to_str().unwrap();
        let signed = token.agent(&["sign", "--code", "sign-code", "--server", &server.url(), "--keep", keep]);
        assert_eq!(signed.status.code(), Some(0), "{kind}: {:?}", events(&signed));
        assert_eq!(names(&events(&signed)), ["hello", "document", "signed", "done"], "{kind}");
        assert_eq!(server.state().signatures, 1, "{kind}");
        assert_eq!(std::fs::read(folder.path().join("act-1.pdf")).unwrap(), server::FILE);
    }
}

#[test]
fn an_interrupted_enrolment_goes_on_with_a_new_code_and_the_same_key() {
    let token = Token::new();
    let server = Server::start(Authority::new());
    server.state().patience = 3;
    let first = token.agent(&["enrol", "--code", "enrol-code", "--wait", "0", "--server", &server.url()]);
    assert_eq!(first.status.code(), Some(0), "{:?}", events(&first));
    assert_eq!(events(&first).last().unwrap()["state"], "waiting");
    let again = token.agent(&["enrol", "--code", "enrol-code", "--server", &server.url()]);
    assert_eq!(again.status.code(), Some(0), "{:?}", events(&again));
    assert!(!names(&events(&again)).contains(&"key"));
    assert!(server.state().received);
}

#[test]
fn what_does_not_match_the_file_is_not_signed() {
    for (fault, code) in [
        ("digest", "document_differs"),
        ("range", "byte_range"),
        ("attributes", "document_differs"),
        ("certificate", "certificate_not_here"),
    ] {
        let token = Token::new();
        let server = Server::start(Authority::new());
        assert_eq!(
            token
                .agent(&["enrol", "--code", "enrol-code", "--server", &server.url()])
                .status
                .code(),
            Some(0)
        );
        server.state().fault = fault;
        let signed = token.agent(&["sign", "--code", "sign-code", "--server", &server.url()]);
        assert_eq!(signed.status.code(), Some(1), "{fault}");
        assert_eq!(events(&signed).last().unwrap()["code"], code, "{fault}");
        assert_eq!(server.state().signatures, 0, "{fault}");
    }
}

#[test]
fn a_foreign_certificate_is_not_written() {
    let token = Token::new();
    let server = Server::start(Authority::new());
    server.state().fault = "foreign";
    let enrolled = token.agent(&["enrol", "--code", "enrol-code", "--server", &server.url()]);
    assert_eq!(enrolled.status.code(), Some(1));
    assert_eq!(events(&enrolled).last().unwrap()["code"], "certificate_foreign");
    assert_eq!(token.agent(&["self-test"]).status.code(), Some(1));
}

#[test]
fn refusals_are_told_as_the_server_words_them() {
    let token = Token::new();
    let server = Server::start(Authority::new());
    let refused = token.agent(&["enrol", "--code", "wrong", "--server", &server.url()]);
    assert_eq!(refused.status.code(), Some(1));
    let seen = events(&refused);
    assert_eq!(seen.last().unwrap()["code"], "agent_code_unknown");
    assert_eq!(seen.last().unwrap()["detail"], "コードが違うか、期限が切れています。");
    let other = token.agent(&["sign", "--code", "enrol-code", "--server", &server.url()]);
    assert_eq!(events(&other).last().unwrap()["code"], "code_for_another_act");
}

#[test]
fn a_wrong_pin_is_refused_and_a_missing_one_lacks() {
    let token = Token::new();
    let server = Server::start(Authority::new());
    let wrong = token.agent_with_pin("9999", &["enrol", "--code", "enrol-code", "--server", &server.url()]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(events(&wrong).last().unwrap()["code"], "token_pin_wrong");
    let none = token.agent_with_pin("", &["enrol", "--code", "enrol-code", "--server", &server.url()]);
    assert_eq!(none.status.code(), Some(2));
    assert_eq!(server.state().hellos, 0, "the code was not wasted");
}

#[test]
fn what_lacks_ends_with_two() {
    let token = Token::new();
    for arguments in [
        &["enrol", "--code", "x"][..],
        &["sign", "--server", "http://127.0.0.1:9"],
        &["sign", "--code", "x", "--server", "http://example.com"],
        &["enrol", "--code", "x", "--server", "http://127.0.0.1:9", "--token", "nobody"],
        &["enrol", "--code", "x", "--server", "http://127.0.0.1:9", "--module", "/nowhere.so"],
        &["enrol", "--code", "x", "--server", "http://127.0.0.1:9"],
        &["wave"],
    ] {
        assert_eq!(token.agent(arguments).status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(token.agent(&["--help"]).status.code(), Some(0));
}

#[test]
fn the_doctor_lists_what_it_found_and_setup_remembers_it() {
    let token = Token::new();
    let server = Server::start(Authority::new());
    let ill = token.agent(&["doctor", "--server", "http://127.0.0.1:9"]);
    assert_eq!(ill.status.code(), Some(2));
    let list = &events(&ill)[0];
    assert_eq!(list[0]["check"], "server");
    assert_eq!(list[0]["ok"], false);
    assert!(list[0]["do_next"].as_str().unwrap().len() > 3);
    let set = token.agent(&["setup", "--server", &server.url()]);
    assert_eq!(set.status.code(), Some(0), "{:?}", events(&set));
    // Server and token are known now.
    let enrolled = token.bare_agent(&["enrol", "--code", "enrol-code"]);
    assert_eq!(enrolled.status.code(), Some(0), "{:?}", events(&enrolled));
    let well = token.bare_agent(&["doctor"]);
    assert_eq!(well.status.code(), Some(0), "{:?}", events(&well));
    assert!(events(&well)[0].as_array().unwrap().iter().all(|check| check["ok"] == true));
}
