//! boot: the server stands, and says what a verifier must trust.

use reqwest::Method;

use crate::{
    command::demo::Options,
    script::{
        client::Act,
        failure::Failure,
        play::{Play, text},
        record::Line,
    },
};

/// Starts the server, asks whether it is ready, keeps the anchors, meets the people.
pub async fn boot(play: &mut Play, options: &Options) -> Result<(), Failure> {
    play.start_server(options).await?;
    let nobody = play.nobody("tester")?;
    Act::new(&nobody, "healthz", Method::GET, "/healthz").done(&mut play.record).await?;
    let ready = Act::new(&nobody, "readyz", Method::GET, "/readyz")
        .done(&mut play.record)
        .await?
        .json();
    if play.address.status_url.is_empty() {
        play.address.status_url = text(&ready, "status_url")?;
    }
    Act::new(&nobody, "openapi", Method::GET, "/api/openapi.json")
        .done(&mut play.record)
        .await?;
    play.let_story_end().await?;
    play.meet().await?;
    anchors(play).await
}

/// `trust/`: the root and the log's key. A stranger gets these by other ways; the demo asks the repository.
async fn anchors(play: &mut Play) -> Result<(), Failure> {
    let nobody = play.nobody("tester")?;
    let base = play.address.status_url.clone();
    let root = Act::new(&nobody, "repository", Method::GET, format!("{base}/g1/root.cer"))
        .done(&mut play.record)
        .await?
        .body;
    let key = Act::new(&nobody, "repository", Method::GET, format!("{base}/log/log.vkey"))
        .done(&mut play.record)
        .await?
        .body;
    let issuing = Act::new(&nobody, "repository", Method::GET, format!("{base}/g1/issuing.cer"))
        .done(&mut play.record)
        .await?
        .body;
    let files = vec![
        play.record
            .keep("trust/root.pem", crate::trust::pem("CERTIFICATE", &root).as_bytes())?,
        play.record.keep("trust/log.vkey", &key)?,
        play.record
            .keep("chain/issuing.pem", crate::trust::pem("CERTIFICATE", &issuing).as_bytes())?,
    ];
    play.record.note(Line {
        actor: "tester".to_owned(),
        act: "keepAnchors".to_owned(),
        method: "run".to_owned(),
        path: "trust".to_owned(),
        files,
        ..Line::default()
    })?;
    Ok(())
}
