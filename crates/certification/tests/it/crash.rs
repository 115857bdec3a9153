use std::time::Duration;

use certification::enrolment_states::State;
use certification::{Credential, Terms, resolve_open};
use keys::Signer;
use pki::KeyType;
use testkit::both;

use crate::house::House;

#[tokio::test(flavor = "multi_thread")]
async fn wherever_the_issue_is_cut_off_the_certificate_comes_once_or_can_be_asked_for_again() {
    both(|bench| async {
        let house = House::new(bench).await;
        for cut in [0u64, 15, 25, 35, 45, 55, 75] {
            let id = house.entered(Credential::Token).await;
            let key = Signer::generate(KeyType::P256).unwrap();
            house.submit(id, &key).await.unwrap();
            house.work().await;
            let cut_off = tokio::time::timeout(Duration::from_millis(cut), house.confirm(id)).await;
            let after = house.enrolment(id).await;
            // Whoever comes after the crash: the resolver, once the lease is over.
            let later = house.bench.now().plus_seconds(Terms::at(house.bench.now()).lease);
            resolve_open(&house.bench.db, &house.authority, later, &*house.bench.random)
                .await
                .unwrap();
            let resolved = house.enrolment(id).await;
            match after.state {
                State::DownloadPinSent => {
                    assert_eq!(resolved.state, State::DownloadPinSent, "nothing was intended, nothing happened");
                    house.confirm(id).await.unwrap();
                }
                State::Issuing => assert_eq!(resolved.state, State::Issued, "what was intended happened"),
                State::Issued => assert_eq!(resolved.certificate, after.certificate),
                other => panic!("{other:?} after a cut at {cut} ms ({})", cut_off.is_err()),
            }
            house.receive(id, &key).await.unwrap();
            assert_eq!(
                resolve_open(&house.bench.db, &house.authority, later.plus_days(1), &*house.bench.random)
                    .await
                    .unwrap(),
                0
            );
        }
    })
    .await;
}
