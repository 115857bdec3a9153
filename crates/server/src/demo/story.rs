//! The first cases of a demo on an empty folder, played over the public faces like everything else: one case waits at B, one at A, one is
//! 締結済, and one person has a letter at the post office and no certificate yet. It is played after the program is ready.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use crate::{
    ready::Ready,
    script::{play::Play, steps},
};
use web::Story;

/// How far it is; shared with the pages.
#[derive(Clone, Debug)]
pub struct Telling {
    story: Arc<Mutex<Story>>,
    /// Remembers over restarts.
    mark: PathBuf,
}

impl Telling {
    /// What a data folder remembers. `fresh`: its people were made just now.
    #[must_use]
    pub fn of(data: &Path, fresh: bool, bare: bool) -> Self {
        let mark = data.join("story");
        let story = match std::fs::read_to_string(&mark).as_deref().map(str::trim) {
            Ok("told") => Story::Told,
            Ok(_) => Story::Stopped("用意の途中でプログラムが止まりました。".to_owned()),
            Err(_) if fresh && !bare => Story::Playing,
            Err(_) => Story::Bare,
        };
        Self {
            story: Arc::new(Mutex::new(story)),
            mark,
        }
    }
    /// How far it is.
    #[must_use]
    pub fn now(&self) -> Story {
        self.story.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
    /// One word for programs.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self.now() {
            Story::Bare => "bare",
            Story::Playing => "playing",
            Story::Told => "told",
            Story::Stopped(_) => "stopped",
        }
    }
    fn turn(&self, story: Story) {
        *self.story.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = story;
    }
    fn remember(&self, word: &str) {
        if let Err(error) = std::fs::write(&self.mark, word) {
            tracing::warn!(%error, "the story of the demo cannot be remembered");
        }
    }

    /// Plays it, if it is to be played.
    pub async fn tell(self, ready: Ready) {
        if self.now() != Story::Playing {
            return;
        }
        self.remember("playing");
        match play(&ready).await {
            Ok(()) => {
                self.remember("told");
                self.turn(Story::Told);
                tracing::info!("the first cases of the demo are there");
            }
            Err(why) => {
                tracing::warn!(%why, "the first cases of the demo could not be made");
                self.remember("stopped");
                self.turn(Story::Stopped("途中でうまくいかないことがありました。".to_owned()));
            }
        }
    }
}

async fn play(ready: &Ready) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut play = Play::at(&ready.url, &ready.status_url, folder.path()).map_err(|error| error.to_string())?;
    steps::first_cases(&mut play).await.map_err(|failure| failure.to_string())
}
