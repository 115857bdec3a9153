//! `cectrust demo` without `--script`: serves the demo, plays the journey once on a fresh folder, and goes on serving.

use std::process::ExitCode;

use crate::{command, demo::people, ready::Ready};

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
        clock: None,
        unlock_file: None,
        smtp: None,
        mail_from: "no-reply@cectrust.invalid".to_owned(),
        letters: None,
        tsa: None,
    };
    let played = options.clone();
    let ended = crate::run::block_on(crate::serve::serve(&serve, move |ready| {
        let ready = ready.clone();
        tokio::spawn(async move {
            if fresh {
                play(&played, &ready).await;
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

/// Plays the whole journey at the server that has just come up; its files stay beside the data.
async fn play(options: &command::demo::Options, ready: &Ready) {
    let out = options.data.with_extension("journey");
    let begun = match std::fs::remove_dir_all(&out) {
        Ok(()) => true,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if !begun {
        eprintln!("{} を空にできないので、筋書きは通しません。", out.display());
        return;
    }
    let options = command::demo::Options {
        script: Some(out.clone()),
        at: Some(ready.url.clone()),
        ..options.clone()
    };
    let _status = crate::script::play_at(&options, &out).await;
    println!("筋書きの記録：{}", out.display());
}

fn tell(ready: &Ready) {
    let Ready { url, status_url, .. } = ready;
    println!("\nデモが動いています。終わるには Ctrl-C。\n");
    println!("  最初のページ　　　　　　{url}/");
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
