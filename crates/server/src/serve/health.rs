//! How the running program is doing, for the operator's page: what waits to be sealed, times, lists and answers of status, sequencers, jobs.

use std::{sync::Arc, time::Duration};

use certification::Hierarchy;
use foundation::{Actor, Clock, Instant};
use pki::Crl;
use signing::Signing;
use store::Database;
use web::{Health, Reading, Soon, Tone};

/// What it looks at.
pub(super) struct Watcher {
    pub(super) db: Database,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) journal: journal::Sequencer,
    pub(super) log: Arc<log::Sequencer>,
    pub(super) authority: Arc<Hierarchy>,
    pub(super) signing: Signing,
    pub(super) printer: Arc<dyn papers::Printer>,
    pub(super) random: Arc<dyn foundation::Random>,
    pub(super) http: reqwest::Client,
}

const BY: Actor = Actor::System { cause: "health" };
/// The same limit as for new acts (law 3).
const PATIENCE: Duration = Duration::from_secs(60);
/// How many days before the end of the root's list somebody must act (rulings.md).
const ROOT_WARN_DAYS: i64 = 60;

const fn reading(what: &'static str, tone: Tone, found: String, next: &'static str) -> Reading {
    Reading { what, tone, found, next }
}

impl Health for Watcher {
    fn look(&self) -> Soon<'_, Vec<Reading>> {
        Box::pin(async move {
            let now = self.clock.now();
            let (seals, stamp, ocsp, crl, failed) = tokio::join!(
                self.seals(now),
                self.stamp(now),
                self.ocsp(),
                self.list(now),
                jobs::failed(&self.db),
            );
            let mut all = vec![seals, stamp, ocsp, crl, self.root_list(now)];
            all.push(behind("操作の記録（連鎖の遅れ）", self.journal.behind()));
            all.push(behind("記録簿（統合の遅れ）", self.log.lag()));
            all.push(self.printing().await);
            all.push(match failed {
                Ok(failed) if failed.is_empty() => reading("できなかった仕事", Tone::Well, "ありません".to_owned(), ""),
                Ok(failed) => reading(
                    "できなかった仕事",
                    Tone::Bad,
                    format!("{}件あります", failed.len()),
                    "下の表で原因を確かめて直してください。仕事は失われていません。",
                ),
                Err(error) => database("できなかった仕事", &error),
            });
            all
        })
    }
}

fn database(what: &'static str, error: &dyn std::fmt::Display) -> Reading {
    tracing::warn!(%error, "health: {what}");
    reading(
        what,
        Tone::Bad,
        "データベースが答えません".to_owned(),
        "データベースが動いていることを確かめてください。",
    )
}

fn behind(what: &'static str, lag: Duration) -> Reading {
    let found = if lag < Duration::from_secs(2) {
        "遅れはありません".to_owned()
    } else {
        format!("{}秒 遅れています", lag.as_secs())
    };
    let tone = match lag {
        lag if lag > PATIENCE => Tone::Bad,
        lag if lag > PATIENCE / 4 => Tone::Watch,
        _ => Tone::Well,
    };
    let next = if tone == Tone::Well {
        ""
    } else {
        "ディスクの空きと、データベースの速さを確かめてください。1分を超えると新しい操作を止めます。"
    };
    reading(what, tone, found, next)
}

/// 「3分前」
fn age(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{}秒前", seconds.max(0)),
        60..3600 => format!("{}分前", seconds / 60),
        3600..86_400 => format!("{}時間前", seconds / 3600),
        _ => format!("{}日前", seconds / 86_400),
    }
}

impl Watcher {
    async fn seals(&self, now: Instant) -> Reading {
        const WHAT: &str = "封緘と保管を待つ契約";
        match contracts::backlog(&self.db, &BY).await {
            Ok(backlog) => {
                let all = backlog.sealing + backlog.failed + backlog.keeping;
                let waiting = backlog.oldest.map_or(0, |oldest| now.seconds_since(oldest));
                if backlog.failed > 0 {
                    reading(
                        WHAT,
                        Tone::Bad,
                        format!("{all}件。うち {}件 は封緘に失敗し、やり直しを待っています", backlog.failed),
                        "時刻局と失効情報が答えるようにしてください。直れば自動で封緘します。契約はすでに成立しています。",
                    )
                } else if all > 0 && waiting > 300 {
                    reading(
                        WHAT,
                        Tone::Watch,
                        format!("{all}件。いちばん古いものは {} に成立しました", age(waiting)),
                        "待っている仕事を確かめてください。",
                    )
                } else {
                    reading(
                        WHAT,
                        Tone::Well,
                        if all == 0 {
                            "ありません".to_owned()
                        } else {
                            format!("{all}件、進行中です")
                        },
                        "",
                    )
                }
            }
            Err(error) => database(WHAT, &error),
        }
    }

    async fn stamp(&self, now: Instant) -> Reading {
        const WHAT: &str = "時刻局（タイムスタンプ）";
        let mut imprint = [0u8; 32];
        self.random.fill(&mut imprint);
        let begun = std::time::Instant::now();
        let asked = tokio::time::timeout(Duration::from_secs(5), self.signing.tsa().stamp(imprint, now, self.random.as_ref())).await;
        let ms = begun.elapsed().as_millis();
        match asked {
            Ok(Ok(_)) => reading(WHAT, Tone::Well, format!("{ms} ミリ秒で答えました"), ""),
            Ok(Err(_)) => reading(
                WHAT,
                Tone::Bad,
                "正しい時刻の答えがありません".to_owned(),
                "時刻局を動かし、時計を確かめてください。署名と封緘は、直るまで待ちます。",
            ),
            Err(_) => reading(
                WHAT,
                Tone::Bad,
                "5秒待っても答えません".to_owned(),
                "時刻局の混み具合を確かめてください。",
            ),
        }
    }

    async fn ocsp(&self) -> Reading {
        const WHAT: &str = "失効の問い合わせ（OCSP）";
        let until = self.authority.ocsp().not_after();
        let about = pki::CertId::new(
            self.authority.issuing(),
            self.authority.ocsp().serial(),
            pki::DigestAlgorithm::Sha256,
        );
        let request = about.map(|id| pki::OcspRequest::build(&[id], None)).unwrap_or_default();
        let asked = self
            .http
            .post(self.authority.addresses().ocsp())
            .header("content-type", "application/ocsp-request")
            .body(request)
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        let left = until.seconds_since(self.clock.now()) / 86_400;
        match asked {
            Ok(_) if left > 7 => reading(WHAT, Tone::Well, format!("答えました。署名する証明書は、あと{left}日使えます"), ""),
            Ok(_) => reading(
                WHAT,
                Tone::Watch,
                format!("答えました。署名する証明書は、あと{left}日で切れます"),
                "更新は自動で行われます。残りが減り続けるときは、発行認証局の鍵を確かめてください。",
            ),
            Err(_) => reading(
                WHAT,
                Tone::Bad,
                "答えません".to_owned(),
                "失効情報の待ち受けを確かめてください。署名と封緘は、直るまで待ちます。",
            ),
        }
    }

    async fn list(&self, now: Instant) -> Reading {
        const WHAT: &str = "失効リスト（発行認証局のCRL）";
        let gone = || {
            reading(
                WHAT,
                Tone::Bad,
                "受け取れません".to_owned(),
                "失効情報の待ち受けを確かめてください。",
            )
        };
        let Ok(answer) = self
            .http
            .get(self.authority.addresses().ca_crl())
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
        else {
            return gone();
        };
        let Ok(bytes) = answer.bytes().await else { return gone() };
        match Crl::parse(&bytes) {
            Ok(crl) => {
                let made = age(now.seconds_since(crl.this_update()));
                match crl.next_update() {
                    Some(until) if until < now => reading(
                        WHAT,
                        Tone::Bad,
                        format!("{made}のもので、期限が切れています"),
                        "待っている仕事と、発行認証局の鍵を確かめてください。",
                    ),
                    Some(until) => reading(WHAT, Tone::Well, format!("{made}に作りました。次は {} まで", until.japanese()), ""),
                    None => reading(
                        WHAT,
                        Tone::Watch,
                        format!("{made}に作りました。次の予定がありません"),
                        "発行認証局の設定を確かめてください。",
                    ),
                }
            }
            Err(_) => gone(),
        }
    }

    async fn printing(&self) -> Reading {
        const WHAT: &str = "書面の印刷とフォント";
        let printer = self.printer.clone();
        match jobs::work(move || printer.ready()).await {
            Ok(()) => reading(WHAT, Tone::Well, "印刷できます".to_owned(), ""),
            Err(why @ papers::NotPrinted::NotBuiltIn) => reading(
                WHAT,
                Tone::Watch,
                why.sentence(),
                "印刷の機能（press）を入れた実行ファイルに替えてください。署名は、印影なしで続けられます。",
            ),
            Err(why) => reading(
                WHAT,
                Tone::Watch,
                why.sentence(),
                "sudo apt-get install -y fonts-morisawa-bizud-mincho fonts-morisawa-bizud-gothic fonts-ipamj-mincho fonts-noto-cjk を行ってください。再起動は要りません。署名は、印影なしで続けられます。",
            ),
        }
    }

    fn root_list(&self, now: Instant) -> Reading {
        const WHAT: &str = "ルートの失効リスト";
        match self.authority.root_crl_next_update() {
            Some(until) => {
                let left = until.seconds_since(now) / 86_400;
                let tone = if left < 0 {
                    Tone::Bad
                } else if left <= ROOT_WARN_DAYS {
                    Tone::Watch
                } else {
                    Tone::Well
                };
                let next = if tone == Tone::Well {
                    ""
                } else {
                    "ルートの鍵の保管者と cectrust ceremony root-crl を行ってください。"
                };
                reading(WHAT, tone, format!("あと{left}日（{} まで）", until.japanese()), next)
            }
            None => reading(
                WHAT,
                Tone::Bad,
                "ありません".to_owned(),
                "ルートの鍵の保管者と cectrust ceremony root-crl を行ってください。",
            ),
        }
    }
}
