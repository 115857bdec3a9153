use jobs::Registry;
use mail::{Mailer, Message, Outbox, Security, Smtp, State, Text, Transport, Wrong};
use store::{Database, sql, unit};
use testkit::{Bench, SmtpSink, both};

fn message(to: &str) -> Message {
    Message {
        to: to.to_owned(),
        subject: "【CECTRUST】契約書が届きました（御請求書 No.１２３ 髙﨑建設 御中）".to_owned(),
        text: "株式会社みどり工務店\n山本 健太 様\n\n契約書が届きました。\n.点で始まる行".to_owned(),
        html: None,
        kind: "contracts.sent".to_owned(),
        about: Some("case-1".to_owned()),
    }
}

async fn enqueue(bench: &Bench, message: &Message) {
    unit!(bench.db, |unit| mail::enqueue(unit, bench.now(), message).await)
        .await
        .unwrap();
}

fn over_smtp(bench: &Bench, sink: &SmtpSink) -> (Mailer, jobs::Runner) {
    let smtp = Smtp {
        host: "127.0.0.1".to_owned(),
        port: sink.port,
        security: Security::Plain,
        user: None,
    };
    let mailer = Mailer::new(
        bench.db.clone(),
        bench.clock.clone(),
        "CECTRUST <noreply@cectrust.example>",
        Transport::smtp(&smtp).unwrap(),
    )
    .unwrap();
    let mut registry = Registry::new();
    mailer.register(&mut registry);
    let runner = jobs::Runner::new(bench.db.clone(), bench.clock.clone(), registry);
    (mailer, runner)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_reaches_the_outbox_as_mime_after_its_unit() {
    both(|bench| async move {
        let runner = bench.runner(Registry::new());
        let wanted = message("yamamoto@midori.example");
        enqueue(&bench, &wanted).await;
        assert!(bench.outbox.mails().is_empty(), "not before the job");
        runner.run_due(bench.now()).await.unwrap();
        let mails = bench.outbox.to("yamamoto@midori.example");
        assert_eq!((mails.len(), mails[0].text.as_str()), (1, wanted.text.as_str()));
        let raw = String::from_utf8(mails[0].rfc5322.clone()).unwrap();
        assert!(
            raw.is_ascii() && raw.contains("Subject: =?utf-8?b?") && raw.contains("Date: Tue, 24 Nov 2026 00:00:00 +0000"),
            "{raw}"
        );
        assert!(
            raw.contains("Auto-Submitted: auto-generated") && raw.contains("@cectrust.example>"),
            "{raw}"
        );
        assert!(raw.lines().all(|line| line.len() <= 998), "RFC 5322 §2.1.1");
        let listed = mail::about(&bench.db, "case-1").await.unwrap();
        assert_eq!((listed[0].state, listed[0].attempts), (State::Sent, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_put_off_is_sent_later_and_a_refusal_is_seen() {
    both(|bench| async move {
        let sink = SmtpSink::start().await;
        let (_, runner) = over_smtp(&bench, &sink);
        sink.answer_next(&["451 later please", "550 nobody of that name here"]);
        enqueue(&bench, &message("late@midori.example")).await;
        bench.clock.advance(1);
        enqueue(&bench, &message("nobody@midori.example")).await;
        enqueue(&bench, &message("not an address")).await;
        runner.run_due(bench.now()).await.unwrap();
        assert!(sink.mails().is_empty());
        bench.clock.advance(60);
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!(sink.mails().len(), 1, "{:?}", sink.transcript());
        let trouble = mail::troubled(&bench.db).await.unwrap();
        assert_eq!(
            trouble.iter().map(|mail| mail.state).collect::<Vec<_>>(),
            [State::Refused, State::Refused]
        );
        assert!(
            trouble
                .iter()
                .any(|mail| mail.last_error.as_ref().unwrap().contains("nobody of that name here")),
            "{trouble:?}"
        );
        let listed = mail::about(&bench.db, "case-1").await.unwrap();
        assert_eq!((listed[0].state, listed[0].attempts), (State::Sent, 2));
        let raw = String::from_utf8(sink.mails()[0].clone()).unwrap();
        assert!(raw.contains("To: late@midori.example"), "{raw}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_with_a_secret_is_sent_at_once_and_its_text_is_never_stored() {
    both(|bench| async move {
        let mailer = bench.mailer();
        let secret = Message {
            text: "ダウンロードPIN: AB12CD34".to_owned(),
            kind: "certification.pin".to_owned(),
            ..message("a@b.example")
        };
        mailer.send_now(&secret).await.map_err(|failure| format!("{failure:?}")).unwrap();
        assert!(bench.outbox.mails()[0].text.contains("AB12CD34"));
        assert_eq!(stored_texts(&bench.db).await, 0);
        bench.outbox.pretend_refusing(true);
        assert!(mailer.send_now(&secret).await.is_err());
        assert_eq!(mail::troubled(&bench.db).await.unwrap()[0].state, State::Refused);
        assert_eq!(stored_texts(&bench.db).await, 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cause_stays_beside_the_mail_and_only_what_is_about_the_mail_ends_it() {
    both(|bench| async move {
        let sink = SmtpSink::start().await;
        let (mailer, runner) = over_smtp(&bench, &sink);
        for (word, answer, wrong, state) in [
            ("MAIL", "553 5.1.8 not you", Wrong::Sender, State::Waiting),
            ("MAIL", "530 5.7.0 sign in first", Wrong::SignInWanted, State::Waiting),
            ("RCPT", "451 4.7.1 greylisted", Wrong::Later, State::Waiting),
            ("RCPT", "550 5.1.1 nobody here", Wrong::Recipient, State::Refused),
            ("RCPT", "550 5.7.1 relaying denied", Wrong::Forbidden, State::Refused),
            ("RCPT", "552 5.2.2 over quota", Wrong::MailboxFull, State::Refused),
            (".", "554 5.6.0 cannot read it", Wrong::Text, State::Refused),
        ] {
            sink.answer(word, &[answer]);
            enqueue(&bench, &message("a@midori.example")).await;
            runner.run_due(bench.now()).await.unwrap();
            let listed = mail::about(&bench.db, "case-1").await.unwrap();
            let last = listed.last().unwrap();
            assert_eq!((last.wrong, last.state, last.text()), (Some(wrong), state, Text::Kept), "{answer}");
            assert_eq!(last.last_error.as_deref(), Some(answer), "what the server said");
        }
        enqueue(&bench, &message("not an address")).await;
        runner.run_due(bench.now()).await.unwrap();
        let listed = mail::about(&bench.db, "case-1").await.unwrap();
        assert_eq!((listed[7].wrong, listed[7].state), (Some(Wrong::NoAddress), State::Refused));
        sink.answer("RCPT", &["550 5.1.1 nobody here"]);
        let secret = Message {
            kind: "of.any.kind".to_owned(),
            ..message("a@b.example")
        };
        assert!(mailer.send_now(&secret).await.is_err());
        let listed = mail::about(&bench.db, "case-1").await.unwrap();
        assert_eq!(listed[8].text(), Text::Secret, "whatever its kind is called");
        // What waited is taken, and has no cause any more; its text goes after its time.
        bench.clock.advance(3_600);
        runner.run_due(bench.now()).await.unwrap();
        mail::clear(&bench.db, bench.now().plus_days(91)).await.unwrap();
        let listed = mail::about(&bench.db, "case-1").await.unwrap();
        let taken: Vec<_> = listed.iter().filter(|mail| mail.state == State::Sent).collect();
        assert_eq!(taken.len(), 3);
        assert!(
            taken.iter().all(|mail| mail.wrong.is_none() && mail.text() == Text::Cleared),
            "{taken:?}"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_serves_the_next_mail_and_one_that_broke_is_not_used_again() {
    both(|bench| async move {
        let sink = SmtpSink::start().await;
        let (_, runner) = over_smtp(&bench, &sink);
        let connections = || sink.transcript().iter().filter(|line| line.starts_with("C: EHLO")).count();
        for _ in 0..3 {
            enqueue(&bench, &message("a@midori.example")).await;
            runner.run_due(bench.now()).await.unwrap();
        }
        assert_eq!((sink.mails().len(), connections()), (3, 1));
        // The server ends it: the next mail makes another one.
        sink.answer("NOOP", &["421 good night"]);
        enqueue(&bench, &message("a@midori.example")).await;
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!((sink.mails().len(), connections()), (4, 2));
    })
    .await;
}

async fn stored_texts(db: &Database) -> i64 {
    db.only(sql!("SELECT COUNT(*) FROM mail_message WHERE body IS NOT NULL OR html IS NOT NULL"))
        .await
        .unwrap()
}

#[test]
fn one_outbox_is_shared_by_its_clones() {
    let outbox = Outbox::new();
    outbox.clone().pretend_refusing(true);
    assert!(outbox.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_sent_mail_is_cleared_first_and_the_mail_much_later() {
    both(|bench| async move {
        let runner = bench.runner(Registry::new());
        enqueue(&bench, &message("yamamoto@midori.example")).await;
        runner.run_due(bench.now()).await.unwrap();
        enqueue(&bench, &message("waits@midori.example")).await;
        let after = |days| bench.now().plus_days(days);
        assert_eq!(mail::clear(&bench.db, after(89)).await, Ok(0));
        assert_eq!(mail::clear(&bench.db, after(91)).await, Ok(1));
        assert_eq!(mail::clear(&bench.db, after(92)).await, Ok(0), "its text is gone already");
        assert_eq!(
            mail::about(&bench.db, "case-1").await.unwrap().len(),
            2,
            "that it was sent is still known"
        );
        assert_eq!(mail::clear(&bench.db, after(401)).await, Ok(1));
        runner.run_due(bench.now()).await.unwrap();
        assert_eq!(bench.outbox.to("waits@midori.example").len(), 1, "what waited was not cleared");
    })
    .await;
}
