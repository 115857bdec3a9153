//! `cectrust ceremony`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use certification::ceremony;
use foundation::{Clock, OsRandom, SystemClock};
use serde::Deserialize;

use crate::{
    folder::{DataFolder, Installation},
    serve::{
        CannotServe,
        boot::{authority_folder, read_secret},
    },
    words,
};

/// Options of `ceremony`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  \
    cectrust ceremony --data /var/lib/cectrust --config ceremony.json\n  \
    cectrust ceremony root-crl --data /var/lib/cectrust --config ceremony.json\n  \
    cectrust ceremony next-tsu --data /var/lib/cectrust --config ceremony.json\n\n\
    ceremony.json：\n  \
    {\"operator\":\"運営者の名前（証明書に書きます）\",\"status_url\":\"http://pki.example.jp\",\"oid_arc\":\"1.2.392.200…\",\n   \
    \"key\":\"p384\",\"root_folder\":\"/media/custodian\",\"root_passphrase_file\":\"/media/custodian/passphrase\",\n   \
    \"unlock_file\":\"/run/cectrust/unlock\"}\n\n\
    key は p384 か rsa3072。ルートの鍵は root_passphrase_file の合言葉で封をして root_folder に書きます。\n\
    終わったら root_folder をこの機械から外し、合言葉とは別に保管してください。")]
pub struct Options {
    /// 何をするか（書かなければ認証局を作る）
    #[command(subcommand)]
    pub act: Option<Act>,
    /// データフォルダ（なければ作ります）
    #[arg(long, value_name = "フォルダ", env = "CECTRUST_DATA", global = true, default_value = "data")]
    pub data: PathBuf,
    /// データベース：sqlite か postgres（最初に決まり、変えられません）
    #[arg(long, value_name = "エンジン", default_value = "sqlite", global = true)]
    pub engine: String,
    /// 決めたことを書いたファイル（JSON）
    #[arg(long, value_name = "ファイル", global = true)]
    pub config: Option<PathBuf>,
}

/// Other ceremonies.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Act {
    /// ルートの失効情報（CRL）を新しくする
    RootCrl,
    /// 次の時刻認証局の鍵（使用期間1年）を作る
    NextTsu,
}

/// What was decided before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decided {
    operator: String,
    status_url: String,
    oid_arc: String,
    #[serde(default)]
    key: Option<String>,
    root_folder: PathBuf,
    root_passphrase_file: PathBuf,
    unlock_file: PathBuf,
}

/// Holds the ceremony. 0 done · 1 not done, with the reason · 3 wrong usage.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    let Some(config) = &options.config else {
        eprintln!("--config に、決めたことを書いたファイルを渡してください（形は cectrust ceremony --help）。");
        return ExitCode::from(3);
    };
    let done = match options.act {
        None => create(options, config),
        Some(Act::RootCrl) => renew(options, config),
        Some(Act::NextTsu) => next_unit(options, config),
    };
    match done {
        Ok(sentence) => {
            println!("{sentence}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("できませんでした：{}\n次にすること：{}", error.why, error.next);
            ExitCode::from(1)
        }
    }
}

fn decided(config: &Path) -> Result<Decided, CannotServe> {
    let wrong = |why: String| CannotServe::new(format!("{}：{why}", config.display()), "形は cectrust ceremony --help にあります。");
    let text = std::fs::read(config).map_err(|error| wrong(words::of_disk(&error)))?;
    serde_json::from_slice(&text).map_err(|error| wrong(format!("決めたことを読み取れません。{}", words::detail(&error))))
}

fn custody(decided: &Decided) -> Result<ceremony::Custody, CannotServe> {
    Ok(ceremony::Custody {
        folder: decided.root_folder.clone(),
        passphrase: read_secret(&decided.root_passphrase_file)?,
    })
}

fn create(options: &Options, config: &Path) -> Result<String, CannotServe> {
    let decided = decided(config)?;
    let data = DataFolder::open(&options.data)?;
    if let Ok(Some(_)) = data.installation() {
        return Err(CannotServe::new(
            "このデータフォルダには、もう認証局があります",
            "別の --data を渡してください。",
        ));
    }
    let engine = match options.engine.split('=').next() {
        Some(word @ ("sqlite" | "postgres")) => word.to_owned(),
        _ => {
            return Err(CannotServe::new(
                format!("「{}」というエンジンはありません", options.engine),
                "sqlite か postgres を渡してください。",
            ));
        }
    };
    let key = match decided.key.as_deref() {
        None | Some("p384") => ceremony::CaKey::P384,
        Some("rsa3072") => ceremony::CaKey::Rsa3072,
        Some(other) => {
            return Err(CannotServe::new(
                format!("「{other}」という鍵の種類はありません"),
                "p384 か rsa3072 を選んでください。",
            ));
        }
    };
    let plan = ceremony::Plan {
        status_url: decided.status_url.trim_end_matches('/').to_owned(),
        arc: decided.oid_arc.clone(),
        key,
        operator: decided.operator.clone(),
        demo: false,
    };
    let unlock = read_secret(&decided.unlock_file)?;
    let authority = ceremony::create(
        &authority_folder(data.path()),
        &custody(&decided)?,
        &unlock,
        &plan,
        SystemClock.now(),
        &OsRandom,
    )
    .map_err(|error| CannotServe::new(error.sentence(), "ceremony.json と書き込み先を確かめてください。"))?;
    data.fix(&Installation {
        status_url: plan.status_url,
        demo: false,
        oid_arc: plan.arc,
        operator: plan.operator,
        ports: (0, 0),
        engine,
    })?;
    Ok(format!(
        "認証局を作りました。\n  ルート証明書の指紋（SHA-256）：{}\n  ルートの鍵：{}（合言葉で封をしてあります。この機械から外してください）",
        hex::encode(authority.root().sha256()),
        decided.root_folder.display()
    ))
}

fn renew(options: &Options, config: &Path) -> Result<String, CannotServe> {
    let decided = decided(config)?;
    let data = DataFolder::open(&options.data)?;
    ceremony::renew_root_crl(&authority_folder(data.path()), &custody(&decided)?, SystemClock.now())
        .map_err(|error| CannotServe::new(error.sentence(), "ルートの鍵と合言葉を確かめてください。"))?;
    Ok("ルートの失効情報を新しくしました。次に cectrust serve を始めると公開されます。".to_owned())
}

fn next_unit(options: &Options, config: &Path) -> Result<String, CannotServe> {
    let decided = decided(config)?;
    let data = DataFolder::open(&options.data)?;
    let until = ceremony::next_unit(
        &authority_folder(data.path()),
        &custody(&decided)?,
        &read_secret(&decided.unlock_file)?,
        &decided.operator,
        SystemClock.now(),
        &OsRandom,
    )
    .map_err(|error| CannotServe::new(error.sentence(), "ルートの鍵、合言葉、unlock_file を確かめてください。"))?;
    Ok(format!(
        "次の時刻認証局の鍵を作りました（{} まで使います）。次に cectrust serve を始めると、この鍵で時刻を証明します。",
        until.japanese()
    ))
}
