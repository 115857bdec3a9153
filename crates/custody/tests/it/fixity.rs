//! What is kept is read again and compared; what is not what was stored raises an alarm until it is whole again.

use custody::{Looked, alarms, checked, is_alarmed, look};
use foundation::Actor;
use testkit::both;

use crate::bench::Custody;

const SYSTEM: Actor = Actor::System { cause: "test" };

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_object_raises_one_alarm_which_ends_when_it_is_whole_again() {
    both(|bench| async move {
        let custody = Custody::new(bench).await;
        let (db, objects) = (custody.bench.db.clone(), custody.bench.objects.clone());
        let by = Actor::Member(custody.person(false, true));
        let receipt = custody.own(&by, "x.txt", b"the original").await.unwrap();
        let object = format!("{}/{}", receipt.deposit, receipt.sha256);
        let file = custody.bench.folder.path().join("objects").join(&object);
        let day = 24 * 60 * 60;

        // Whole: looked at a day later, then a month later.
        assert_eq!(look(&db, &objects, custody.bench.now()).await.unwrap(), Looked::default());
        custody.bench.clock.advance(day);
        assert_eq!(look(&db, &objects, custody.bench.now()).await.unwrap().whole, 1);
        let known = checked(&db, &object).await.unwrap().unwrap();
        assert_eq!((known.checks, known.whole, known.damaged), (1, Some(custody.bench.now()), None));
        custody.bench.clock.advance(29 * day);
        assert_eq!(look(&db, &objects, custody.bench.now()).await.unwrap(), Looked::default());
        custody.bench.clock.advance(day);

        // Changed: one alarm, told once; only the operator sees it.
        std::fs::write(&file, b"the forgery!").unwrap();
        assert_eq!(look(&db, &objects, custody.bench.now()).await.unwrap().damaged, 1);
        custody.bench.clock.advance(day);
        assert_eq!(
            look(&db, &objects, custody.bench.now()).await.unwrap(),
            Looked::default(),
            "known already"
        );
        let open = alarms(&db, &SYSTEM).await.unwrap();
        assert_eq!(
            (open.len(), open[0].object.as_str(), open[0].is_missing()),
            (1, object.as_str(), false)
        );
        assert!(is_alarmed(&db, receipt.deposit.0).await.unwrap());
        assert!(alarms(&db, &by).await.is_err() && alarms(&db, &Actor::Nobody).await.is_err());

        // Whole again, then gone: a reader who meets that does not wait for the day.
        std::fs::write(&file, b"the original").unwrap();
        custody.bench.clock.advance(day);
        assert_eq!(look(&db, &objects, custody.bench.now()).await.unwrap().restored, 1);
        assert!(alarms(&db, &SYSTEM).await.unwrap().is_empty());
        std::fs::remove_file(&file).unwrap();
        assert_eq!(look(&db, &objects, custody.bench.now()).await.unwrap(), Looked::default());
        let met = custody::original(&db, &objects, &by, receipt.deposit).await.unwrap_err();
        assert_eq!(met.code(), "original_damaged");
        assert_eq!(look(&db, &objects, custody.bench.now()).await.unwrap().damaged, 1);
        assert!(alarms(&db, &SYSTEM).await.unwrap()[0].is_missing());
    })
    .await;
}
