use certification::certificate_states::State;
use certification::{Certificate, Error, Reason, Revoking, ViewingCertificate};
use foundation::{Actor, Refused};
use pki::{Crl, KeyType};
use store::{sql, unit};
use testkit::both;

use crate::house::House;

async fn list(house: &House) -> Crl {
    let body: Vec<u8> = house
        .bench
        .db
        .only(sql!("SELECT body FROM certification_publication WHERE name = 'ca.crl'"))
        .await
        .unwrap();
    Crl::parse(&body).unwrap()
}

async fn ask(house: &House, by: &Actor, certificate: &Certificate) -> Result<State, Error> {
    unit!(house.bench.db, |unit| {
        let certificate = Certificate::open::<Revoking>(unit, by, certificate.id).await?;
        Certificate::request_revocation(&certificate, unit, Reason::KeyCompromise, house.bench.now()).await
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_certificate_is_on_the_list_at_once_and_never_comes_off() {
    both(|bench| async {
        let house = House::new(bench).await;
        let (certificate, _) = house.holder(KeyType::P256).await;
        let before = list(&house).await;
        assert!(before.is_empty());
        assert!(matches!(
            ask(&house, &house.sato, &certificate).await,
            Err(Error::Refused(Refused::NotTheSigner))
        ));
        assert_eq!(ask(&house, &house.office, &certificate).await.unwrap(), State::RevokeRequested);
        // From the request on it signs no more, before any job has run.
        let usable = unit!(house.bench.db, |unit| Certificate::usable_by(
            unit,
            &house.tanaka,
            house.bench.now()
        )
        .await)
        .await
        .unwrap();
        assert!(usable.is_empty());
        house.work().await;
        let after = list(&house).await;
        let entry = after.find(certificate.x509().serial()).expect("on the list");
        assert_eq!(entry.reason, Some(pki::RevocationReason::KeyCompromise));
        assert!(after.number() > before.number());
        after.verify_signature(&house.authority.issuing().public_key().unwrap()).unwrap();
        assert!(entry.revoked_at <= after.this_update());
        assert!(matches!(ask(&house, &house.tanaka, &certificate).await, Err(Error::Certificate(_))));
        assert!(house.bench.outbox.mails().iter().any(|mail| mail.kind == "certification.revoked"));
        // Years later it is still there, and the list is young.
        house.bench.clock.advance(4 * 365 * 86_400);
        house.work().await;
        let late = list(&house).await;
        assert!(late.find(certificate.x509().serial()).is_some());
        assert!(late.next_update().unwrap() > house.bench.now());
        let seen = unit!(house.bench.db, |unit| Ok::<_, Error>(
            Certificate::open::<ViewingCertificate>(unit, &house.approver, certificate.id)
                .await?
                .into_inner()
        ))
        .await
        .unwrap();
        assert_eq!(seen.state, State::Revoked);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_of_the_room_prepares() {
    both(|bench| async move {
        testkit::every_statement_prepares(&bench.db).await;
    })
    .await;
}
