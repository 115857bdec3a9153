//! The post: a port, and the fake post office of the demo. Letters lie in memory until they are collected.

use std::collections::BTreeMap;
use std::sync::Mutex;

use foundation::{Actor, Instant, PersonId};
use papers::{NotPrinted, Paper};
use store::{Database, unit};

use crate::Error;
use crate::enrolment::letter::LetterFailure;
use crate::enrolment::state::State;
use crate::enrolment::{Enrolment, EnrolmentId, Running};

/// A letter on its way.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Tracking number.
    pub tracking: String,
    /// Whose enrolment.
    pub enrolment: EnrolmentId,
    /// Who alone may have it.
    pub to_person: PersonId,
    /// His name.
    pub to_name: String,
    /// His address.
    pub to_address: String,
    /// The letter. Holds the 申請PIN.
    pub paper: Paper,
}

/// Takes letters.
pub trait PostOffice: Send + Sync {
    /// Whether letters can be taken now; asked before a PIN is made. While they cannot, they wait.
    ///
    /// # Errors
    /// Why not.
    fn ready(&self) -> Result<(), NotPrinted> {
        Ok(())
    }
    /// Takes one letter; from here on only the post has it. May print it, so it is called in the pool for CPU work.
    ///
    /// # Errors
    /// It was not taken, in words for the operator: the letter counts as lost, and its PIN is void.
    fn hand_over(&self, parcel: Parcel, now: Instant) -> Result<(), String>;
}

/// What the fake post office tells of a letter.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Slip {
    /// Tracking number.
    pub tracking: String,
    /// 発行申請番号.
    pub number: String,
    /// Addressee.
    pub to_name: String,
    /// Address.
    pub to_address: String,
    /// State of the enrolment.
    pub state: State,
    /// Until when it is kept.
    pub custody_until: Option<String>,
    /// Whether the letter itself still lies here (letters do not survive a restart of the demo).
    pub here: bool,
}

/// Who stands at the counter, with which paper.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Visitor {
    /// His name as on his paper.
    pub name: String,
    /// 「運転免許証」「マイナンバーカード」「旅券」「在留カード」.
    pub paper: String,
}

/// The fake post office of the demo.
#[derive(Debug, Default)]
pub struct DemoPost {
    letters: Mutex<BTreeMap<String, Parcel>>,
}

const BY: Actor = Actor::System { cause: "post" };

impl PostOffice for DemoPost {
    fn hand_over(&self, parcel: Parcel, _: Instant) -> Result<(), String> {
        self.letters().insert(parcel.tracking.clone(), parcel);
        Ok(())
    }
}

impl DemoPost {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn letters(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Parcel>> {
        self.letters.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// All letters that are on their way or waiting.
    ///
    /// # Errors
    /// The database did not answer.
    pub async fn list(&self, db: &Database) -> Result<Vec<Slip>, Error> {
        let mut slips = Vec::new();
        for enrolment in Enrolment::list(db, &BY, None, 200).await? {
            let Some(tracking) = enrolment.tracking.clone() else { continue };
            if !matches!(enrolment.state, State::Mailed | State::AtPost) {
                continue;
            }
            let parcel = self.letters().get(&tracking).cloned();
            slips.push(Slip {
                number: enrolment.number.clone(),
                to_name: parcel.as_ref().map(|parcel| parcel.to_name.clone()).unwrap_or_default(),
                to_address: parcel.as_ref().map(|parcel| parcel.to_address.clone()).unwrap_or_default(),
                state: enrolment.state,
                custody_until: enrolment.custody_until.map(Instant::rfc3339_japan),
                here: parcel.is_some(),
                tracking,
            });
        }
        Ok(slips)
    }

    /// The letter reaches the office of the address, or is forwarded to another.
    ///
    /// # Errors
    /// No such letter, or the state does not allow it.
    pub async fn arrive(&self, db: &Database, tracking: &str, now: Instant) -> Result<(), Error> {
        unit!(db, |unit| {
            let enrolment = Enrolment::open_by_tracking::<Running>(unit, &BY, tracking).await?;
            Enrolment::reached_post(&enrolment, unit, now).await
        })
        .await
    }

    /// Hands the letter over: to the addressee in person, with a paper with his photograph, and to nobody else. `open` makes of the paper
    /// what he gets (a PDF); if it cannot, the letter stays where it is.
    ///
    /// # Errors
    /// The clerk's reason, the state does not allow it, or `open` failed.
    pub async fn collect<T>(
        &self,
        db: &Database,
        tracking: &str,
        visitor: &Visitor,
        now: Instant,
        open: impl AsyncFnOnce(Paper) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let parcel = self.letters().get(tracking).cloned();
        let Some(parcel) = parcel else {
            return Err(Error::Clerk(
                "この書面は郵便局にありません（デモの再起動で失われた書面は「紛失」として扱い、新しい書面を依頼してください）。",
            ));
        };
        let plain = |name: &str| name.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        if !matches!(visitor.paper.as_str(), "運転免許証" | "マイナンバーカード" | "旅券" | "在留カード") {
            return Err(Error::Clerk(
                "写真付きの本人確認書類（運転免許証、マイナンバーカード、旅券、在留カード）をお持ちください。",
            ));
        }
        if plain(&visitor.name) != plain(&parcel.to_name) {
            return Err(Error::Clerk(
                "宛名の方と本人確認書類の氏名が一致しません。本人限定受取郵便は、ご本人にだけお渡しします。",
            ));
        }
        let opened = open(parcel.paper).await?;
        unit!(db, |unit| {
            let enrolment = Enrolment::open_by_tracking::<Running>(unit, &BY, tracking).await?;
            Enrolment::picked_up(&enrolment, unit, now).await
        })
        .await?;
        self.letters().remove(tracking);
        Ok(opened)
    }

    /// The letter goes back, is lost or is damaged.
    ///
    /// # Errors
    /// No such letter, or the state does not allow it.
    pub async fn fail(&self, db: &Database, tracking: &str, how: LetterFailure, now: Instant) -> Result<(), Error> {
        unit!(db, |unit| {
            let enrolment = Enrolment::open_by_tracking::<Running>(unit, &BY, tracking).await?;
            Enrolment::letter_failed(&enrolment, unit, how, now).await
        })
        .await?;
        self.letters().remove(tracking);
        Ok(())
    }
}
