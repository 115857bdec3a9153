use certification::certificate_states::State as CertificateState;
use certification::enrolment_states::State;
use certification::{
    Applying, Certificate, Credential, Enrolment, Error, LetterFailure, ProvenRequest, Running, Using, Visitor,
    confirm_receipt_with_secret, enter_application_pin, make_server_key, open_key,
};
use foundation::{Refused, Secret};
use keys::{HolderSecret, Signer};
use pki::KeyType;
use store::unit;
use testkit::both;

use crate::house::{House, as_it_is};

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_with_a_token_gets_a_certificate_of_his_approved_name() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (certificate, _) = house.holder(KeyType::P256).await;
        let x509 = certificate.x509();
        let subject = x509.subject().to_string();
        assert!(
            subject.contains("CN=田中 一郎") && subject.contains("あおば建設株式会社"),
            "{subject}"
        );
        assert!(!subject.contains("somebody else"));
        assert_eq!(x509.policies(), [Credential::Token.policy(house.authority.arc())]);
        let usable = unit!(house.bench.db, |unit| Certificate::usable_by(
            unit,
            &house.tanaka,
            house.bench.now()
        )
        .await)
        .await
        .unwrap();
        assert_eq!(usable.len(), 1);
        assert_eq!(usable[0].state, CertificateState::Active);
        // The receipt came by mail.
        assert!(house.bench.outbox.mails().iter().any(|mail| mail.kind == "certification.receipt"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_held_key_signs_only_with_the_words_of_its_holder() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (db, random) = (&house.bench.db, &*house.bench.random);
        let id = house.entered(Credential::Server).await;
        let secret = HolderSecret::generate(random);
        assert!(matches!(
            house.submit(id, &Signer::generate(KeyType::P256).unwrap()).await,
            Err(Error::OtherCredential)
        ));
        make_server_key(db, &house.tanaka, id, KeyType::P256, &secret, house.bench.now(), random)
            .await
            .unwrap();
        house.work().await;
        let certificate = house.confirm(id).await.unwrap();
        let now = house.bench.now();
        assert!(matches!(
            open_key(db, &house.tanaka, certificate.id, &secret, now).await,
            Err(Error::NotUsable {
                state: CertificateState::Issued
            })
        ));
        let wrong = HolderSecret::generate(random);
        assert!(matches!(
            confirm_receipt_with_secret(db, &house.tanaka, id, &wrong, now).await,
            Err(Error::SecretWrong { .. })
        ));
        confirm_receipt_with_secret(db, &house.tanaka, id, &secret, now).await.unwrap();

        let (certificate, signer) = open_key(db, &house.tanaka, certificate.id, &secret, now).await.unwrap();
        assert_eq!(signer.public_key_der(), certificate.x509().spki_der());
        assert_eq!(certificate.x509().policies(), [Credential::Server.policy(house.authority.arc())]);
        // Five wrong ones in a row: the key rests, even for the right words.
        for left in (1..=4).rev() {
            assert!(
                matches!(open_key(db, &house.tanaka, certificate.id, &wrong, now).await, Err(Error::SecretWrong { left: l }) if l == left)
            );
        }
        assert!(matches!(
            open_key(db, &house.tanaka, certificate.id, &wrong, now).await,
            Err(Error::SecretLocked { .. })
        ));
        assert!(matches!(
            open_key(db, &house.tanaka, certificate.id, &secret, now).await,
            Err(Error::SecretLocked { .. })
        ));
        open_key(db, &house.tanaka, certificate.id, &secret, now.plus_seconds(15 * 60))
            .await
            .unwrap();
        // Nobody else, not even of the same company.
        assert!(matches!(
            open_key(db, &house.sato, certificate.id, &secret, now.plus_days(1)).await,
            Err(Error::Refused(Refused::NotTheSigner))
        ));
        assert!(matches!(
            open_key(db, &house.office, certificate.id, &secret, now.plus_days(1)).await,
            Err(Error::Refused(Refused::CompanyIdCannotContract))
        ));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fifth_wrong_application_pin_locks_and_only_a_new_letter_helps() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (db, now) = (&house.bench.db, house.bench.now());
        let id = house.approved(Credential::Token).await;
        let pin = house.pin(id).await;
        let number = house.enrolment(id).await.number;
        // A slip costs nothing.
        let slip = Secret::new("0000-0000-0000-1".to_owned());
        assert!(matches!(enter_application_pin(db, &house.tanaka, &number, &slip, now).await, Err(Error::PinMistyped)));
        let wrong = Secret::new("0000-0000-0000-0".to_owned());
        for left in (1..=4).rev() {
            assert!(matches!(enter_application_pin(db, &house.tanaka, &number, &wrong, now).await, Err(Error::PinWrong { left: l }) if l == left));
        }
        assert!(matches!(enter_application_pin(db, &house.tanaka, &number, &wrong, now).await, Err(Error::PinLocked)));
        assert!(matches!(enter_application_pin(db, &house.tanaka, &number, &pin, now).await, Err(Error::PinLocked)));
        assert_eq!(house.enrolment(id).await.state, State::PinLocked);
        // Somebody else of the company cannot even try.
        assert!(matches!(enter_application_pin(db, &house.sato, &number, &pin, now).await, Err(Error::Unknown)));
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Running>(unit, &house.approver, id).await?;
            Enrolment::order_letter(&enrolment, unit, now).await
        })
        .await
        .unwrap();
        house.work().await;
        let new = house.pin(id).await;
        assert_ne!(new.reveal(), pin.reveal());
        assert!(matches!(enter_application_pin(db, &house.tanaka, &number, &pin, now).await, Err(Error::PinWrong { left: 4 })));
        enter_application_pin(db, &house.tanaka, &number, &new, now).await.unwrap();
        assert_eq!(house.enrolment(id).await.state, State::PinEntered);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_post_office_hands_the_letter_to_its_addressee_only() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (db, now) = (&house.bench.db, house.bench.now());
        let id = house.approved(Credential::Token).await;
        let tracking = house.enrolment(id).await.tracking.unwrap();
        let visitor = |name: &str, paper: &str| Visitor {
            name: name.to_owned(),
            paper: paper.to_owned(),
        };
        // Not arrived yet.
        assert!(matches!(
            house.post.collect(db, &tracking, &visitor("田中一郎", "旅券"), now, as_it_is).await,
            Err(Error::Enrolment(_))
        ));
        house.post.arrive(db, &tracking, now).await.unwrap();
        assert!(matches!(
            house.post.collect(db, &tracking, &visitor("佐藤恵", "旅券"), now, as_it_is).await,
            Err(Error::Clerk(_))
        ));
        assert!(matches!(
            house.post.collect(db, &tracking, &visitor("田中一郎", "名刺"), now, as_it_is).await,
            Err(Error::Clerk(_))
        ));
        assert_eq!(house.post.list(db).await.unwrap().len(), 1);
        // Seven days later it goes back by itself, and a new one can be ordered.
        house.bench.clock.advance(9 * 86_400);
        house.work().await;
        assert_eq!(house.enrolment(id).await.state, State::Returned);
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Running>(unit, &house.approver, id).await?;
            Enrolment::order_letter(&enrolment, unit, house.bench.now()).await
        })
        .await
        .unwrap();
        house.work().await;
        let second = house.enrolment(id).await.tracking.unwrap();
        assert_ne!(second, tracking);
        house.post.fail(db, &second, LetterFailure::Lost, house.bench.now()).await.unwrap();
        assert_eq!(house.enrolment(id).await.state, State::LetterGone);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_requests_are_refused_and_the_enrolment_stands_where_it_stood() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (_, used) = house.holder(KeyType::P256).await;
        let id = house.entered(Credential::Token).await;
        assert!(matches!(house.submit(id, &used).await, Err(Error::KeyReused)));
        let mut broken = crate::house::request(&used);
        let last = broken.len() - 1;
        broken[last] ^= 1;
        assert!(matches!(
            ProvenRequest::read(&broken),
            Err(Error::RequestUnproven | Error::RequestUnreadable)
        ));
        assert!(matches!(ProvenRequest::read(&weak_request()), Err(Error::KeyRefused { .. })));
        assert_eq!(house.enrolment(id).await.state, State::PinEntered);

        let key = Signer::generate(KeyType::Rsa2048).unwrap();
        house.submit(id, &key).await.unwrap();
        house.submit(id, &key).await.expect("the same again is answered the same");
        assert!(matches!(
            house.submit(id, &Signer::generate(KeyType::P256).unwrap()).await,
            Err(Error::HasKey)
        ));
        house.work().await;
        // A wrong ダウンロードPIN, then one that is over, then a new one.
        let (db, now, random) = (&house.bench.db, house.bench.now(), &*house.bench.random);
        let wrong = Secret::new("0000-0000".to_owned());
        let tried = certification::confirm_download_pin(db, &house.authority, &house.tanaka, id, &wrong, now, random).await;
        assert!(matches!(tried, Err(Error::PinWrong { left: 4 })));
        house.bench.clock.advance(25 * 60);
        unit!(db, |unit| {
            let enrolment = Enrolment::open::<Applying>(unit, &house.tanaka, id).await?;
            Enrolment::ask_download_pin(&enrolment, unit, house.bench.now()).await
        })
        .await
        .unwrap();
        let old = house.download_pin();
        house.work().await;
        let tried = certification::confirm_download_pin(db, &house.authority, &house.tanaka, id, &old, house.bench.now(), random).await;
        assert!(matches!(tried, Err(Error::PinWrong { .. })));
        let certificate = house.confirm(id).await.unwrap();
        // RSA-2048 ends with 2030 at the latest.
        assert!(certificate.not_after <= foundation::Instant::parse_rfc3339("2031-01-01T00:00:00Z").unwrap());
        // Another key cannot confirm it.
        assert!(matches!(house.receive(id, &used).await, Err(Error::SelfTestWrong)));
        house.receive(id, &key).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_certificate_is_reminded_of_and_revoked_after_45_days() {
    both(|bench| async {
        let house = House::new(bench).await;
        let id = house.entered(Credential::Token).await;
        house.submit(id, &Signer::generate(KeyType::P256).unwrap()).await.unwrap();
        house.work().await;
        let certificate = house.confirm(id).await.unwrap();
        for _ in 0..46 {
            house.bench.clock.advance(86_400);
            house.work().await;
        }
        let reminders = house
            .bench
            .outbox
            .mails()
            .iter()
            .filter(|mail| mail.kind == "certification.reminder")
            .count();
        assert_eq!(reminders, 2);
        assert_eq!(house.enrolment(id).await.state, State::Ended);
        let seen = unit!(house.bench.db, |unit| Ok::<_, Error>(
            Certificate::open::<certification::ViewingCertificate>(unit, &house.tanaka, certificate.id)
                .await?
                .into_inner()
        ))
        .await
        .unwrap();
        assert_eq!(seen.state, CertificateState::Revoked);
        let refused = unit!(house.bench.db, |unit| Certificate::open::<Using>(unit, &house.sato, certificate.id)
            .await)
        .await;
        assert!(matches!(refused, Err(Error::Refused(Refused::NotTheSigner))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_launch_code_works_once_and_for_ten_minutes() {
    both(|bench| async {
        use certification::{LaunchId, LaunchSecret, Purpose, agent, launch, redeem};
        let house = House::new(bench).await;
        let id = house.entered(Credential::Token).await;
        let (db, now, random) = (&house.bench.db, house.bench.now(), &*house.bench.random);
        let tanaka = house.tanaka_signed_in().await;
        let code = LaunchSecret::code(random);
        let launch_id = LaunchId::new(now, random);
        unit!(db, |unit| launch(unit, &tanaka, launch_id, Purpose::Enrol, id.0, &code, now).await)
            .await
            .unwrap();
        let token = LaunchSecret::token(random);
        let late = now.plus_seconds(10 * 60);
        assert!(matches!(
            unit!(db, |unit| redeem(unit, code.reveal(), &token, late).await).await,
            Err(Error::LaunchLapsed)
        ));
        let typed = code.reveal().to_lowercase().replace('-', " ");
        let launched = unit!(db, |unit| redeem(unit, &typed, &token, now).await).await.unwrap();
        assert_eq!((launched.actor, launched.subject), (tanaka.clone(), id.0));
        assert!(matches!(
            unit!(db, |unit| redeem(unit, code.reveal(), &token, now).await).await,
            Err(Error::LaunchUsed)
        ));
        assert_eq!(agent(db, token.reveal(), now).await.unwrap().subject, id.0);
        assert!(matches!(agent(db, token.reveal(), now.plus_days(1)).await, Err(Error::LaunchOver)));
        assert!(matches!(agent(db, "nonsense", now).await, Err(Error::LaunchOver)));
        unit!(db, |unit| accounts::sign_out(unit, &tanaka, now).await).await.unwrap();
        assert!(
            matches!(agent(db, token.reveal(), now).await, Err(Error::LaunchOver)),
            "the agent borrowed the session that was just ended"
        );
        assert_eq!(certification::clear_launches(db, now.plus_days(30)).await.unwrap(), 0);
        assert_eq!(certification::clear_launches(db, now.plus_days(31)).await.unwrap(), 1);
    })
    .await;
}

/// A request with a 1024-bit key, made by openssl.
fn weak_request() -> Vec<u8> {
    let out = testkit::tool("openssl")
        .args([
            "req",
            "-new",
            "-newkey",
            "rsa:1024",
            "-nodes",
            "-keyout",
            "/dev/null",
            "-subj",
            "/CN=weak",
            "-outform",
            "DER",
        ])
        .output()
        .expect("openssl runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

#[tokio::test(flavor = "multi_thread")]
async fn no_pin_no_words_and_no_private_key_lie_on_the_disk() {
    testkit::on_sqlite(|bench| async {
        let house = House::new(bench).await;
        let (db, now, random) = (&house.bench.db, house.bench.now(), &*house.bench.random);
        let id = house.approved(Credential::Server).await;
        let pin = house.pin(id).await;
        let number = house.enrolment(id).await.number;
        enter_application_pin(db, &house.tanaka, &number, &pin, now).await.unwrap();
        let secret = HolderSecret::generate(random);
        make_server_key(db, &house.tanaka, id, KeyType::P256, &secret, now, random)
            .await
            .unwrap();
        house.work().await;
        let download = house.download_pin();
        let certificate = house.confirm(id).await.unwrap();
        confirm_receipt_with_secret(db, &house.tanaka, id, &secret, now).await.unwrap();
        house.work().await;
        let mut wanted: Vec<Vec<u8>> = vec![secret.words().as_bytes().to_vec(), secret.bytes().reveal().clone()];
        for pin in [pin.reveal(), download.reveal()] {
            let plain = pin.replace('-', "");
            wanted.extend([pin.clone().into_bytes(), plain.as_bytes()[..plain.len() - plain.len() % 4].to_vec()]);
        }
        // ECPrivateKey of P-256 begins so inside PKCS#8; the certificate itself must be found, or the search is worth nothing.
        let ec_private_key = [0x02, 0x01, 0x01, 0x04, 0x20];
        let (mut files, mut found_certificate) = (0, false);
        let mut folders = vec![house.bench.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                files += 1;
                let bytes = std::fs::read(&path).unwrap();
                let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
                found_certificate |= holds(&certificate.der[..64]);
                for secret in &wanted {
                    assert!(!holds(secret), "{} holds a secret", path.display());
                }
                assert!(!holds(&ec_private_key), "{} holds a private key", path.display());
            }
        }
        assert!(files > 5 && found_certificate);
    })
    .await;
}
