//! `cectrust demo` without `--script`: serves the demo with its first cases.

use std::process::ExitCode;

use crate::{command, demo::people, ready::Ready, script::play::Play};

/// Serves until it is told to end.
pub fn run(options: &command::demo::Options) -> ExitCode {
    crate::run::speak_softly();
    let fresh = !options.data.join("installation.json").exists();
    let serve = command::serve::Options {
        at: command::Where {
            data: options.data.clone(),
            engine: options.engine.clone(),
        },
        listen: options.listen,
        public_url: None,
        status_listen: options.status_listen,
        status_url: None,
        ready_file: None,
        demo: true,
        bare: false,
        clock: None,
        unlock_file: None,
        smtp: None,
        mail_from: "no-reply@cectrust.invalid".to_owned(),
        letters: None,
        fonts: std::env::var_os("CECTRUST_FONTS").map(std::path::PathBuf::from),
        tsa: None,
    };
    let ended = crate::run::block_on(crate::serve::serve(&serve, move |ready| {
        let ready = ready.clone();
        tokio::spawn(async move {
            if fresh {
                wait(&ready).await;
            }
            tell(&ready);
        });
    }));
    match ended {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("{error}");
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(1)
        }
    }
}

/// The first cases are made beside the running program; the list of what can be tried comes after them.
async fn wait(ready: &Ready) {
    println!("最初の案件と電子証明書を用意しています（十数秒）。");
    let told = match tempfile::tempdir().and_then(|folder| Play::at(&ready.url, &ready.status_url, folder.path())) {
        Ok(play) => play.let_story_end().await.map_err(|failure| failure.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(why) = told {
        eprintln!("{why}");
    }
}

fn tell(ready: &Ready) {
    let Ready { url, status_url, .. } = ready;
    println!("\nデモが動いています。終わるには Ctrl-C。\n");
    println!("  最初のページ　　　　　　{url}/");
    println!("  はじめての方へ　　　　　{url}/demo");
    println!("  APIの一覧　　　　　　　 {url}/api/openapi.json");
    println!("  失効情報・タイムスタンプ {status_url}/");
    println!("  届いたメール　　　　　　{url}/demo/outbox");
    println!("  届いた郵便　　　　　　　{url}/demo/post\n");
    println!("  人（サインインID／パスワード／ID）");
    for person in people::ALL {
        let id = person.user_id.or(person.company_id).unwrap_or("運営者");
        println!(
            "    {:<9} {:<30} {:<8} {}　{}",
            person.sign_in, person.secret, id, person.person, person.role
        );
    }
    println!("\n  試せること：");
    println!("    TOKEN=$(curl -s {url}/api/session -H 'content-type: application/json' \\");
    println!("      -d '{{\"sign_in\":\"sato\",\"password\":\"demo-sato-aoba-2026\"}}' | sed 's/.*\"token\":\"\\([^\"]*\\)\".*/\\1/')");
    println!("    curl -s {url}/api/cases -H \"authorization: Bearer $TOKEN\"");
    println!("    curl -s {status_url}/g1/root.cer | openssl x509 -inform DER -noout -subject -fingerprint -sha256");
    println!("    curl -s {status_url}/g1/ca.crl | openssl crl -inform DER -noout -text");
    println!(
        "    openssl ts -query -data README.md -sha256 -cert | curl -s --data-binary @- -H 'content-type: application/timestamp-query' {status_url}/g1/tsa | openssl ts -reply -in /dev/stdin -text"
    );
}
