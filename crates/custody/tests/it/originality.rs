//! 原本性証明書 and 預かり証: numbered, sealed, kept; and what is refused.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use custody::{About, CaseOf, Certifier, DepositId, Desk, Error, NotSealed, Notary, NotaryFuture, Printed};
use foundation::{Actor, Instant};
use papers::{CaseFacts, NotPrinted, Paper, Printer, SignatureFacts};
use testkit::both;

use crate::bench::{Custody, department_of, owner};

/// Prints the words.
#[derive(Default)]
struct Words {
    no_fonts: AtomicBool,
}

impl Printer for Words {
    fn ready(&self) -> Result<(), NotPrinted> {
        if self.no_fonts.load(Ordering::SeqCst) {
            Err(NotPrinted::NoFonts)
        } else {
            Ok(())
        }
    }
    fn print(&self, paper: &Paper) -> Result<Vec<u8>, NotPrinted> {
        self.ready().map(|()| paper.text().into_bytes())
    }
}

/// Seals by a line at the end.
#[derive(Default)]
struct Sealer {
    down: AtomicBool,
    judged: Mutex<Vec<Vec<u8>>>,
}

impl Notary for Sealer {
    fn signatures(&self, pdf: Vec<u8>, now: Instant) -> NotaryFuture<'_, Vec<SignatureFacts>> {
        Box::pin(async move {
            store::outside_any_unit();
            self.judged.lock().unwrap().push(pdf);
            Ok(vec![SignatureFacts {
                name: "山本 健太".into(),
                company: "株式会社みどり工務店".into(),
                issuer: "CECSIGN Issuing CA G1".into(),
                serial: "7c4190ab".into(),
                stamped: Some(now),
                stamp_unit: Some("CECSIGN TSU".into()),
                level: "PAdES B-LTA".into(),
                verdict: "有効".into(),
            }])
        })
    }
    fn seal(&self, paper: Vec<u8>, _: Instant) -> NotaryFuture<'_, Vec<u8>> {
        Box::pin(async move {
            store::outside_any_unit();
            if self.down.load(Ordering::SeqCst) {
                return Err(NotSealed {
                    code: "tsa_failed",
                    sentence: "タイムスタンプ局から答えがありません。".into(),
                    next: "少し待ってから、もう一度お試しください。".into(),
                });
            }
            Ok([&paper[..], b"SEALED"].concat())
        })
    }
}

struct House {
    custody: Custody,
    printer: Arc<Words>,
    notary: Arc<Sealer>,
    certifier: Certifier,
}

impl House {
    async fn new(bench: testkit::Bench) -> Self {
        let custody = Custody::new(bench).await;
        let (printer, notary) = (Arc::<Words>::default(), Arc::<Sealer>::default());
        let certifier = Certifier::new(Desk {
            db: custody.bench.db.clone(),
            objects: custody.bench.objects.clone(),
            printer: printer.clone(),
            notary: notary.clone(),
            random: custody.bench.random.clone(),
            issuer: "CECTRUST運営株式会社".into(),
            verify_url: "http://127.0.0.1/verify".into(),
            demo: true,
        });
        Self {
            custody,
            printer,
            notary,
            certifier,
        }
    }
    fn now(&self) -> Instant {
        self.custody.bench.now()
    }
    async fn ask(&self, by: &Actor, id: DepositId, case: bool) -> custody::Result<Printed> {
        let about = About {
            requester: "あおば建設株式会社".into(),
            case: case.then(|| CaseOf {
                facts: CaseFacts {
                    name: "外壁改修工事".into(),
                    contract_number: "A-1".into(),
                    contract_date: self.now().date_in_japan(),
                    amount: Some("1,100,000円".into()),
                    parties: Vec::new(),
                },
                concluded: Some(self.now()),
                sealed: Some(self.now()),
            }),
        };
        self.certifier.originality(by, id, &about, self.now()).await
    }
    async fn deeds(&self, deed: &str) -> usize {
        let entries = self
            .custody
            .bench
            .db
            .all::<String>(store::sql!("SELECT deed FROM journal_entry WHERE deed = {deed}"));
        entries.await.unwrap().len()
    }
}

fn words(printed: &Printed) -> String {
    String::from_utf8(printed.pdf.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_and_their_department_get_a_numbered_sealed_certificate_and_nobody_else_does() {
    both(|bench| async move {
        let house = House::new(bench).await;
        let (a, b, stranger) = (
            house.custody.person(true, false),
            house.custody.person(true, false),
            house.custody.person(true, true),
        );
        let original = b"%PDF-1.7 a contract";
        let id = house.custody.contract(vec![owner(&a), owner(&b)], original).await.unwrap().deposit;
        let by = Actor::Member(a.clone());
        // Before the evidence is there, nothing is certified.
        assert_eq!(house.ask(&by, id, true).await.unwrap_err().code(), "evidence_not_yet");
        house.custody.round().await;
        let first = house.ask(&by, id, true).await.unwrap();
        assert_eq!(first.number, "GC-2026-000001");
        let said = words(&first);
        for fact in [
            "あおば建設株式会社 御中",
            "外壁改修工事",
            "1,100,000円",
            "山本 健太",
            "保管を始めた時から最後に照合した時まで、一文字も変わっていない原本です",
            "demo.example　1番目（全1件）",
            "記録簿には、外部の立会人はまだいません。",
            "SEALED",
        ] {
            assert!(said.contains(fact), "{fact} is not in {said}");
        }
        let digits = hex::encode(evidence::sha512(original));
        assert!(said.replace(' ', "").contains(&digits), "{said}");
        assert_eq!(house.notary.judged.lock().unwrap()[0], original);
        // A second click is not a second certificate; another person, or a minute later, is.
        assert_eq!(house.ask(&by, id, true).await.unwrap(), first);
        let head = foundation::Member {
            person: stranger.person,
            ..a.clone()
        };
        let others = [Actor::Member(b), department_of(&head)];
        for (at, other) in others.iter().enumerate() {
            assert_eq!(house.ask(other, id, true).await.unwrap().number, format!("GC-2026-{:06}", at + 2));
        }
        house.custody.bench.clock.advance(61);
        assert_eq!(house.ask(&by, id, true).await.unwrap().number, "GC-2026-000004");
        for nobody in [Actor::Member(stranger), Actor::System { cause: "test" }] {
            assert_eq!(house.ask(&nobody, id, true).await.unwrap_err(), Error::Unknown);
        }
        assert_eq!(
            (house.deeds("deposit.certify").await, house.deeds("originality.begin").await),
            (4, 4)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_was_not_sealed_is_none_and_its_number_is_not_used_again() {
    both(|bench| async move {
        let house = House::new(bench).await;
        let by = Actor::Member(house.custody.person(false, true));
        let id = house.custody.own(&by, "図面.dwg", b"a drawing").await.unwrap().deposit;
        house.custody.round().await;
        // Without fonts not even a number is drawn.
        house.printer.no_fonts.store(true, Ordering::SeqCst);
        let refused = house.ask(&by, id, false).await.unwrap_err();
        assert_eq!(refused, Error::NotPrinted(NotPrinted::NoFonts));
        assert!(refused.sentence().starts_with("フォントがありません") && refused.next().contains("fonts-morisawa-bizud-mincho"));
        assert_eq!(house.deeds("originality.begin").await, 0);
        house.printer.no_fonts.store(false, Ordering::SeqCst);
        house.notary.down.store(true, Ordering::SeqCst);
        let refused = house.ask(&by, id, false).await.unwrap_err();
        assert_eq!(refused.code(), "tsa_failed");
        assert!(refused.sentence().contains("原本は保管されたままです"), "{}", refused.sentence());
        house.notary.down.store(false, Ordering::SeqCst);
        let issued = house.ask(&by, id, false).await.unwrap();
        assert_eq!(issued.number, "GC-2026-000002");
        assert!(!words(&issued).contains("電子署名 1"), "what is no PDF has no signatures");
        assert_eq!(house.deeds("originality.fail").await, 1);
        assert_eq!(
            custody::resolve_certificates(&house.custody.bench.db, house.now().plus_days(1))
                .await
                .unwrap(),
            0
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_damaged_is_not_certified_and_a_receipt_can_be_had_at_once() {
    both(|bench| async move {
        let house = House::new(bench).await;
        let member = house.custody.person(false, true);
        let by = Actor::Member(member);
        let taken = house.custody.own(&by, "x.txt", b"the original").await.unwrap();
        let receipt = house.certifier.receipt(&by, taken.deposit, "あおば建設株式会社").await.unwrap();
        let said = words(&receipt);
        assert!(
            said.contains("あおば建設株式会社 御中") && said.replace(' ', "").contains(&taken.sha256),
            "{said}"
        );
        let stranger = Actor::Member(house.custody.person(true, true));
        assert_eq!(
            house.certifier.receipt(&stranger, taken.deposit, "").await.unwrap_err(),
            Error::Unknown
        );
        house.custody.round().await;
        assert!(house.ask(&by, taken.deposit, false).await.is_ok());
        let object = house
            .custody
            .bench
            .folder
            .path()
            .join(format!("objects/{}/{}", taken.deposit, taken.sha256));
        std::fs::write(object, b"the forgery!").unwrap();
        // Not even the paper that was issued a second ago is handed out again.
        assert_eq!(house.ask(&by, taken.deposit, false).await.unwrap_err().code(), "original_damaged");
    })
    .await;
}
