//! How the running program is doing, for the operator's page: what waits to be sealed, times, lists and answers of status, sequencers, jobs.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use certification::Hierarchy;
use foundation::{Actor, Clock, Instant};
use pki::Crl;
use signing::Signing;
use store::Database;
use tokio::sync::watch;
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
    /// Where mails go.
    pub(super) mailer: mail::Mailer,
    /// The data folder.
    pub(super) data: PathBuf,
    /// Since when each reading has its tone.
    pub(super) memory: Memory,
}

/// What stood there at the last look.
pub(super) type Memory = Mutex<HashMap<&'static str, (Tone, Instant)>>;

const BY: Actor = Actor::System { cause: "health" };
/// The same limit as for new acts (law 3).
const PATIENCE: Duration = Duration::from_secs(60);
/// How many days before the end of the root's list, and of the use of the unit's key, somebody must act.
const ROOT_WARN_DAYS: i64 = 60;

const fn reading(what: &'static str, tone: Tone, found: String, next: &'static str) -> Reading {
    Reading {
        what,
        tone,
        found,
        lines: Vec::new(),
        since: None,
        next,
        way: None,
    }
}

/// How often somebody looks, so that the page can say since when something is as it is.
const ROUND: Duration = Duration::from_secs(60);

/// Looks again and again until `ended` says so.
pub(super) async fn watch(watcher: Arc<Watcher>, mut ended: watch::Receiver<bool>) {
    loop {
        let looked = async {
            for reading in watcher.look().await.iter().filter(|reading| reading.tone == Tone::Bad) {
                tracing::warn!(what = reading.what, found = %reading.found, "needs attention");
            }
            tokio::time::sleep(ROUND).await;
        };
        tokio::select! {
            () = async { drop(ended.wait_for(|end| *end).await) } => return,
            () = looked => {}
        }
    }
}

impl Health for Watcher {
    fn look(&self) -> Soon<'_, Vec<Reading>> {
        Box::pin(async move {
            let now = self.clock.now();
            let (seals, files, stamp, ocsp, crl, failed, mails, disk) = tokio::join!(
                self.seals(now),
                self.files(),
                self.stamp(now),
                self.ocsp(),
                self.list(now),
                jobs::failed(&self.db),
                self.mails(),
                self.disk(),
            );
            let mut all = vec![seals, files, stamp, ocsp, crl, self.root_list(now), self.unit_key(now)];
            all.push(behind("操作の記録（連鎖の遅れ）", self.journal.behind()));
            all.push(behind("記録簿（統合の遅れ）", self.log.lag()));
            all.push(mails);
            all.push(self.printing().await);
            all.push(disk);
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
            self.remember(&mut all, now);
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
                let since = backlog.oldest;
                let all = backlog.sealing + backlog.failed + backlog.keeping;
                let waiting = backlog.oldest.map_or(0, |oldest| now.seconds_since(oldest));
                let read = if backlog.failed > 0 {
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
                };
                Reading { since, ..read }
            }
            Err(error) => database(WHAT, &error),
        }
    }

    async fn files(&self) -> Reading {
        const WHAT: &str = "保管ファイルの照合";
        match custody::alarms(&self.db, &BY).await {
            Ok(alarms) if alarms.is_empty() => reading(WHAT, Tone::Well, "記録と違うファイルは見つかっていません".to_owned(), ""),
            Ok(alarms) => {
                let first = alarms.iter().map(|alarm| alarm.damaged).min();
                let lines = alarms.iter().take(20).map(|alarm| {
                    let what = if alarm.is_missing() {
                        "なくなっています"
                    } else {
                        "記録と違います"
                    };
                    let since = alarm.damaged.japanese();
                    format!(
                        "{} が{what}（{since} から。預かりまたは案件の番号 {}）",
                        alarm.object, alarm.subject
                    )
                });
                Reading {
                    lines: lines.collect(),
                    since: first,
                    ..reading(
                        WHAT,
                        Tone::Bad,
                        format!("改ざん検知：{}件", alarms.len()),
                        "データの場所の objects を調べ、バックアップの同じ名前のファイルに戻してください。戻すと、5分以内に自動で確かめ直します。記録とハッシュ値は残っています。",
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

    async fn mails(&self) -> Reading {
        const WHAT: &str = "メールの送信";
        const WAY: Option<(&str, &str)> = Some(("/operator/mail", "メールの設定と届いていないメール"));
        let troubles = match mail::troubles(&self.db, &BY).await {
            Ok(troubles) => troubles,
            Err(error) => return database(WHAT, &error),
        };
        let is_set = match self.mailer.standing() {
            mail::Standing::Given(_) | mail::Standing::InMemory => true,
            mail::Standing::Settings => matches!(self.mailer.settings(&BY).await, Ok(Some(_))),
        };
        let now = self.clock.now();
        let waits_long = troubles.waiting_since.is_some_and(|since| now.seconds_since(since) > 600);
        let found = format!("届かなかったもの {}通、送信待ち {}通", troubles.refused, troubles.waiting);
        let (tone, next, since) = if !is_set {
            let since = troubles.waiting_since;
            (
                Tone::Bad,
                "メールサーバーが設定されていません。設定すると、待っているメールもすぐに送ります。",
                since,
            )
        } else if troubles.refused > 0 {
            (
                Tone::Bad,
                "理由を確かめ、もう一度送るか、電話などで伝えてください。",
                troubles.refused_since,
            )
        } else if waits_long {
            (
                Tone::Watch,
                "メールサーバーを確かめてください。直れば自動で送ります。",
                troubles.waiting_since,
            )
        } else {
            (Tone::Well, "", None)
        };
        Reading {
            since,
            way: WAY,
            ..reading(WHAT, tone, found, next)
        }
    }

    async fn disk(&self) -> Reading {
        const WHAT: &str = "ディスクの空き";
        const FREE_IT: &str = "不要なファイルを消すか、ディスクを増やしてください。いっぱいになると、新しい登録と署名を止めます。";
        let data = self.data.clone();
        // The standard library cannot ask; `df` is there wherever this program runs.
        let free = jobs::work(move || {
            let said = std::process::Command::new("df").arg("-Pk").arg(&data).output().ok()?;
            let text = String::from_utf8(said.stdout).ok()?;
            let mut columns = text.lines().last()?.split_whitespace().skip(1);
            let (all, free): (u64, u64) = (columns.next()?.parse().ok()?, columns.nth(1)?.parse().ok()?);
            Some((all, free))
        })
        .await;
        let Some((all, free)) = free else {
            return reading(
                WHAT,
                Tone::Watch,
                "調べられません".to_owned(),
                "df コマンドが使えるようにしてください。",
            );
        };
        let (percent, gb) = (free * 100 / all.max(1), free / 1_000_000);
        let tone = match (free, percent) {
            (..1_000_000, _) => Tone::Bad,
            (..5_000_000, _) | (_, ..5) => Tone::Watch,
            _ => Tone::Well,
        };
        let next = if tone == Tone::Well { "" } else { FREE_IT };
        reading(WHAT, tone, format!("あと {gb} GB（{percent}％）空いています"), next)
    }

    /// What is as it was at the last look is so since then, unless the reading knows better.
    fn remember(&self, all: &mut [Reading], now: Instant) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        for reading in all {
            let (tone, since) = memory.entry(reading.what).or_insert((reading.tone, now));
            if *tone != reading.tone {
                (*tone, *since) = (reading.tone, now);
            }
            if reading.since.is_none() {
                reading.since = Some(*since);
            }
        }
    }

    fn unit_key(&self, now: Instant) -> Reading {
        const WHAT: &str = "時刻認証局の鍵";
        const NEXT: &str = "ルートの鍵の保管者と cectrust ceremony next-tsu を行い、始め直してください。";
        let until = self.authority.tsu_until();
        let left = until.seconds_since(now).div_euclid(86_400);
        if left < 0 {
            let found = format!(
                "使用期間が {} に終わりました。署名と封緘は、新しい鍵ができるまで待ちます",
                until.japanese()
            );
            return reading(WHAT, Tone::Bad, found, NEXT);
        }
        let found = format!("あと{left}日使えます（{} まで）", until.japanese());
        if left <= ROOT_WARN_DAYS {
            reading(WHAT, Tone::Watch, found, NEXT)
        } else {
            reading(WHAT, Tone::Well, found, "")
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
