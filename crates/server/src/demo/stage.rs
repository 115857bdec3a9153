//! What only the running program can do for the pages of the demo.

use std::sync::Arc;

use foundation::{Clock, Instant};
use web::{Broken, Moved, Player, Sorry, Stage, StageActs, Story};

use super::{faults::Wished, people, routes};

/// The stage of the pages, over the same parts as the routes for programs.
#[must_use]
pub fn stage(parts: &routes::Stage) -> Arc<Stage> {
    let cast = people::ALL
        .iter()
        .map(|person| Player {
            key: person.key,
            role: person.role,
            company: person.company,
            seat: person.user_id.or(person.company_id),
            name: person.person,
            sign_in: person.sign_in,
            password: person.secret,
            sealing_secret: person.sealing_secret,
            mail: person.mail,
        })
        .collect();
    Arc::new(Stage {
        cast,
        outbox: parts.outbox.clone(),
        letters: parts.letters.clone(),
        acts: Arc::new(Acts { parts: parts.clone() }),
    })
}

struct Acts {
    parts: routes::Stage,
}

impl StageActs for Acts {
    fn advance(&self, to: Instant) -> web::Soon<'_, Result<Moved, Sorry>> {
        Box::pin(async move {
            let ran = self
                .parts
                .advance(to)
                .await
                .map_err(|problem| Sorry::new(problem.status, &problem.code, problem.detail, problem.next))?;
            Ok(Moved {
                now: self.parts.clock.now(),
                jobs_run: ran.run,
                jobs_failed: ran.failed,
            })
        })
    }
    fn broken(&self) -> Broken {
        let wished = self.parts.faults.now();
        Broken {
            tsa: wished.tsa.unwrap_or_default(),
            ocsp: wished.ocsp.is_some_and(|word| !word.is_empty()),
            smtp: wished.smtp.is_some_and(|word| !word.is_empty()),
            objects: wished.objects.is_some_and(|word| !word.is_empty()),
        }
    }
    fn set_broken(&self, broken: &Broken) -> Result<(), String> {
        let word = |set: bool, word: &str| set.then(|| word.to_owned());
        self.parts.faults.set(&Wished {
            tsa: (!broken.tsa.is_empty()).then(|| broken.tsa.clone()),
            ocsp: word(broken.ocsp, "down"),
            smtp: word(broken.smtp, "refuse"),
            objects: word(broken.objects, "full"),
        })
    }
    fn story(&self) -> Story {
        self.parts.story.now()
    }
}
