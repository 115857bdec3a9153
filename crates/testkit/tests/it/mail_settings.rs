use std::sync::Arc;

use foundation::{Actor, OperatorPerson, OperatorRole, PersonId, Refused, Secret, SessionId};
use jobs::Registry;
use mail::{Error, Line, Mailer, Message, NewSettings, Seal, Standing, State, Transport, Wrong};
use store::{sql, unit};
use testkit::{Bench, SmtpSink, both, on_sqlite};

fn operator(bench: &Bench) -> Actor {
    let id = || foundation::uuid_v7(bench.now(), &*bench.random);
    Actor::Operator(OperatorPerson {
        session: SessionId(id()),
        person: PersonId(id()),
        role: OperatorRole::Screener,
    })
}

fn mailer(bench: &Bench) -> Mailer {
    let seal = Seal::new(Secret::new(b"unlock".to_vec()), bench.random.clone());
    Mailer::with_settings(bench.db.clone(), bench.clock.clone(), None, seal).unwrap()
}

fn settings(port: u16, login: &str, password: &str) -> NewSettings {
    NewSettings {
        host: "127.0.0.1".to_owned(),
        port: port.to_string(),
        security: "plain".to_owned(),
        login: login.to_owned(),
        password: Secret::new(password.to_owned()),
        sender: "CECTRUST <no-reply@cectrust.example>".to_owned(),
    }
}

fn message(to: &str) -> Message {
    Message {
        to: to.to_owned(),
        subject: "件名".to_owned(),
        text: "本文です。\n\n<b>太字ではありません</b>".to_owned(),
        html: None,
        kind: "contracts.sent".to_owned(),
        about: Some("case-1".to_owned()),
    }
}

async fn enqueue(bench: &Bench, message: &Message) -> mail::MailId {
    unit!(bench.db, |unit| mail::enqueue(unit, bench.now(), message).await)
        .await
        .unwrap()
}

fn said(lines: &[Line]) -> String {
    let text = lines.iter().map(|line| match line {
        Line::We(text) => format!("C: {text}\n"),
        Line::Server(text) => format!("S: {text}\n"),
        Line::Event(text) => format!("   {text}\n"),
    });
    text.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_wait_until_a_server_is_set_and_then_leave_at_once() {
    both(|bench| async move {
        let (mailer, by, sink) = (mailer(&bench), operator(&bench), SmtpSink::start().await);
        assert_eq!(mailer.standing(), Standing::Settings);
        let mut registry = Registry::new();
        mailer.register(&mut registry);
        let runner = jobs::Runner::new(bench.db.clone(), bench.clock.clone(), registry);
        enqueue(&bench, &message("yamamoto@midori.example")).await;
        runner.run_due(bench.now()).await.unwrap();
        let troubles = mail::troubles(&bench.db, &by).await.unwrap();
        assert_eq!((troubles.waiting, troubles.refused), (1, 0));
        assert_eq!(troubles.waiting_since, Some(bench.now()));
        mailer.change(&by, settings(sink.port, "", "")).await.unwrap();
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!(sink.mails().len(), 1);
        let raw = String::from_utf8(sink.mails()[0].clone()).unwrap();
        assert!(
            raw.contains("multipart/alternative") && raw.contains("text/plain") && raw.contains("text/html"),
            "{raw}"
        );

        // Another port, without a new start: the next mail leaves there.
        let other = SmtpSink::start().await;
        mailer.change(&by, settings(other.port, "", "")).await.unwrap();
        enqueue(&bench, &message("later@midori.example")).await;
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!((sink.mails().len(), other.mails().len()), (1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_sealed_stays_when_none_is_typed_and_is_shown_nowhere() {
    both(|bench| async move {
        let (mailer, by, sink) = (mailer(&bench), operator(&bench), SmtpSink::start().await);
        sink.offer(&["AUTH PLAIN LOGIN"]);
        mailer.change(&by, settings(sink.port, "cectrust", "hush-hush")).await.unwrap();
        mailer.change(&by, settings(sink.port, "cectrust", "")).await.unwrap();
        let trial = mailer.try_out(&by, "yamamoto@midori.example").await.unwrap();
        assert_eq!(trial.wrong, None, "{}", said(&trial.lines));
        assert_eq!(sink.mails().len(), 1);
        // "\0cectrust\0hush-hush"
        let coded = "AGNlY3RydXN0AGh1c2gtaHVzaA==";
        assert!(sink.transcript().iter().any(|line| line.contains(coded)), "the server did get it");
        let shown = said(&trial.lines);
        assert!(!shown.contains(coded) && !shown.contains("hush-hush"), "{shown}");
        assert!(
            shown.contains("C: AUTH PLAIN ••••••") && shown.contains("S: 235 welcome"),
            "{shown}"
        );
        let stored: Vec<u8> = bench
            .db
            .only(sql!("SELECT password FROM mail_settings WHERE one = 1"))
            .await
            .unwrap();
        assert!(!stored.windows(9).any(|nine| nine == b"hush-hush"));
        let kept = mailer.settings(&by).await.unwrap().unwrap();
        assert!(!format!("{kept:?}").contains("hush"));
        let journal = journal::about(&bench.db, "mail.settings").await.unwrap();
        assert_eq!(
            journal.iter().map(|line| line.deed.as_str()).collect::<Vec<_>>(),
            ["mail.settings.change", "mail.settings.change", "mail.settings.try"]
        );
        assert!(journal.iter().all(|line| !line.facts.to_string().contains("hush")));
        // Without a login there is no password to keep.
        mailer.change(&by, settings(sink.port, "", "")).await.unwrap();
        assert!(mailer.change(&by, settings(sink.port, "cectrust", "")).await.is_err(), "it is gone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_of_a_mail_server_is_told_apart_with_its_own_words() {
    on_sqlite(|bench| async move {
        let (mailer, by, sink) = (mailer(&bench), operator(&bench), SmtpSink::start().await);
        let outcome = async |login: &str, to: &str| {
            mailer.change(&by, settings(sink.port, login, "secret-word")).await.unwrap();
            let trial = mailer.try_out(&by, to).await.unwrap();
            (trial.wrong, said(&trial.lines))
        };
        let (wrong, text) = outcome("who", "a@b.example").await;
        assert_eq!(wrong, Some(Wrong::NoSignIn), "{text}");
        sink.offer(&["AUTH PLAIN"]);
        sink.answer("AUTH", &["535 5.7.8 wrong: secret-word", "454 4.7.0 later"]);
        let (wrong, text) = outcome("who", "a@b.example").await;
        assert_eq!(wrong, Some(Wrong::SignIn), "{text}");
        assert!(
            !text.contains("secret-word") && text.contains("S: 535"),
            "what the server repeats is masked: {text}"
        );
        assert_eq!(outcome("who", "a@b.example").await.0, Some(Wrong::Later));
        sink.answer("MAIL", &["530 5.7.0 sign in first", "553 not you"]);
        assert_eq!(outcome("", "a@b.example").await.0, Some(Wrong::SignInWanted));
        assert_eq!(outcome("", "a@b.example").await.0, Some(Wrong::Sender));
        sink.answer("RCPT", &["550 5.1.1 nobody here", "451 4.3.0 later"]);
        let (wrong, text) = outcome("", "a@b.example").await;
        assert!(
            wrong == Some(Wrong::Recipient) && text.contains("S: 550 5.1.1 nobody here"),
            "{text}"
        );
        assert_eq!(outcome("", "a@b.example").await.0, Some(Wrong::Later));
        sink.answer(".", &["554 5.7.1 looks like spam", "554 5.6.0 cannot read it"]);
        assert_eq!(outcome("", "a@b.example").await.0, Some(Wrong::Forbidden));
        assert_eq!(outcome("", "a@b.example").await.0, Some(Wrong::Text));
        assert!(sink.mails().is_empty());
        assert_eq!(outcome("", "a@b.example").await.0, None);

        let no_tls = NewSettings {
            security: "starttls".to_owned(),
            ..settings(sink.port, "", "")
        };
        mailer.change(&by, no_tls).await.unwrap();
        assert_eq!(mailer.try_out(&by, "a@b.example").await.unwrap().wrong, Some(Wrong::NoStartTls));
        sink.offer(&["STARTTLS"]);
        let trial = mailer.try_out(&by, "a@b.example").await.unwrap();
        assert_eq!(trial.wrong, Some(Wrong::Tls), "{}", said(&trial.lines));
        let from_the_first_byte = NewSettings {
            security: "tls".to_owned(),
            ..settings(sink.port, "", "")
        };
        mailer.change(&by, from_the_first_byte).await.unwrap();
        let trial = mailer.try_out(&by, "a@b.example").await.unwrap();
        assert_eq!(trial.wrong, Some(Wrong::NoMailServer), "{}", said(&trial.lines));

        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        mailer.change(&by, settings(closed, "", "")).await.unwrap();
        assert_eq!(mailer.try_out(&by, "a@b.example").await.unwrap().wrong, Some(Wrong::NobodyListens));
        let unknown = NewSettings {
            host: "mail.invalid".to_owned(),
            ..settings(25, "", "")
        };
        mailer.change(&by, unknown).await.unwrap();
        assert_eq!(mailer.try_out(&by, "a@b.example").await.unwrap().wrong, Some(Wrong::NoSuchServer));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_operator_sees_and_sets_and_wrong_entries_are_named() {
    on_sqlite(|bench| async move {
        let (mailer, by) = (mailer(&bench), operator(&bench));
        assert!(matches!(
            mailer.settings(&Actor::Nobody).await,
            Err(Error::Refused(Refused::NotSignedIn))
        ));
        assert!(mailer.change(&Actor::Nobody, settings(25, "", "")).await.is_err());
        assert!(mailer.try_out(&Actor::Nobody, "a@b.example").await.is_err());
        assert!(mail::troubled_page(&bench.db, &Actor::Nobody, None, 50).await.is_err());
        assert!(matches!(mailer.try_out(&by, "a@b.example").await, Err(Error::NothingSet)));
        let wrong = async |new: NewSettings| match mailer.change(&by, new).await {
            Err(Error::Bad { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            wrong(NewSettings {
                host: "a b".to_owned(),
                ..settings(25, "", "")
            })
            .await,
            "サーバー"
        );
        assert_eq!(
            wrong(NewSettings {
                port: "99999".to_owned(),
                ..settings(25, "", "")
            })
            .await,
            "ポート"
        );
        assert_eq!(
            wrong(NewSettings {
                security: "none".to_owned(),
                ..settings(25, "", "")
            })
            .await,
            "暗号化"
        );
        assert_eq!(
            wrong(NewSettings {
                sender: "nobody".to_owned(),
                ..settings(25, "", "")
            })
            .await,
            "差出人"
        );
        assert_eq!(wrong(settings(25, "who", "")).await, "パスワード");
        let far = NewSettings {
            host: "mail.example.jp".to_owned(),
            ..settings(25, "who", "pass")
        };
        assert_eq!(wrong(far).await, "暗号化", "no password goes over an open line");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_at_the_start_wins() {
    on_sqlite(|bench| async move {
        let (by, sink, set) = (operator(&bench), SmtpSink::start().await, SmtpSink::start().await);
        let given = mail::Smtp {
            host: "127.0.0.1".to_owned(),
            port: sink.port,
            security: mail::Security::Plain,
            user: None,
        };
        let seal = Seal::new(Secret::new(b"unlock".to_vec()), bench.random.clone());
        let transport = Transport::smtp(&given).unwrap();
        let given = Some(("given@cectrust.example", transport));
        let mailer = Mailer::with_settings(bench.db.clone(), bench.clock.clone(), given, seal).unwrap();
        mailer.change(&by, settings(set.port, "", "")).await.unwrap();
        assert!(matches!(mailer.standing(), Standing::Given(shown) if shown.port == sink.port && shown.sender == "given@cectrust.example"));
        assert_eq!(mailer.try_out(&by, "a@b.example").await.unwrap().wrong, None);
        assert_eq!((sink.mails().len(), set.mails().len()), (1, 0));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_mail_shows_on_its_case_until_it_is_sent_again_or_taken_up() {
    both(|bench| async move {
        let (mailer, by, sink) = (mailer(&bench), operator(&bench), SmtpSink::start().await);
        mailer.change(&by, settings(sink.port, "", "")).await.unwrap();
        let mut registry = Registry::new();
        mailer.register(&mut registry);
        let runner = jobs::Runner::new(bench.db.clone(), bench.clock.clone(), registry);
        sink.answer_next(&["550 nobody here", "550 nobody here"]);
        let first = enqueue(&bench, &message("gone@midori.example")).await;
        let second = enqueue(
            &bench,
            &Message {
                about: Some("case-2".to_owned()),
                ..message("gone@midori.example")
            },
        )
        .await;
        runner.run_due(bench.now()).await.unwrap();
        let undelivered = mail::undelivered(&bench.db).await.unwrap();
        assert!(undelivered.get("case-1") == Some(&Wrong::Recipient) && undelivered.contains_key("case-2"));
        let page = mail::troubled_page(&bench.db, &by, None, 1).await.unwrap();
        assert_eq!(page.iter().map(|mail| mail.id).collect::<Vec<_>>(), [second]);
        let page = mail::troubled_page(&bench.db, &by, Some(second), 1).await.unwrap();
        assert_eq!(page.iter().map(|mail| mail.id).collect::<Vec<_>>(), [first]);
        mail::again(&bench.db, &by, first, bench.now()).await.unwrap();
        assert!(matches!(
            mail::again(&bench.db, &by, first, bench.now()).await,
            Err(Error::NotRefused)
        ));
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!(sink.mails().len(), 1);
        assert!(
            !mail::undelivered(&bench.db).await.unwrap().contains_key("case-1"),
            "it went through"
        );
        mail::take_up(&bench.db, &by, second, bench.now()).await.unwrap();
        assert_eq!(mail::troubles(&bench.db, &by).await.unwrap().refused, 0);
        assert_eq!(
            journal::about(&bench.db, &second.to_string()).await.unwrap()[0].deed,
            "mail.take_up"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_with_a_secret_that_a_crash_left_waiting_is_settled() {
    both(|bench| async move {
        let runner = bench.runner(Registry::new());
        // As `send_now` leaves it when the program dies before the server answers: a row without a text.
        let (id, now) = (uuid::Uuid::now_v7(), bench.now());
        unit!(bench.db, |unit| unit
            .one(sql!(
                "INSERT INTO mail_message (id, kind, recipient, subject, state, attempts, written_at)
                 VALUES ({id}, 'certification.download_pin', 'a@b.example', 'x', 'waiting', 0, {now})"
            ))
            .await)
        .await
        .unwrap();
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!(
            mail::troubled(&bench.db).await.unwrap()[0].state,
            State::Waiting,
            "it may be at work still"
        );
        bench.clock.advance(11 * 60);
        runner.run_due(bench.now()).await.unwrap();
        let settled = &mail::troubled(&bench.db).await.unwrap()[0];
        assert_eq!((settled.state, settled.ended_at), (State::Refused, Some(bench.now())));
        let by = operator(&bench);
        assert_eq!(
            mail::troubles(&bench.db, &by).await.unwrap(),
            mail::Troubles::default(),
            "nobody has to do anything"
        );
        let id = mail::MailId(id);
        assert!(matches!(mail::again(&bench.db, &by, id, bench.now()).await, Err(Error::NoText)));
    })
    .await;
}

#[test]
fn the_seal_does_not_print() {
    let seal = Seal::new(Secret::new(b"unlock".to_vec()), Arc::new(foundation::OsRandom));
    assert!(!format!("{seal:?}").contains("unlock"));
}
