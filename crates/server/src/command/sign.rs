//! `cectrust sign`.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use foundation::{Clock, OsRandom, Random, SystemClock};

/// Options of `sign` (outside.md §3).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  \
    cectrust sign 契約書.pdf --out signed --key key.pem --cert chain.pem --level B-T --tsa http://127.0.0.1:8081/g1/tsa\n  \
    cectrust sign *.pdf --out signed --key key.pem --cert chain.pem\n\n\
    もとのファイルは変えません。署名したPDFを --out のフォルダに、同じ名前で書きます。")]
pub struct Options {
    /// 署名するPDF
    #[arg(required = true, value_name = "ファイル")]
    pub files: Vec<PathBuf>,
    /// 書き出すフォルダ
    #[arg(long, value_name = "フォルダ")]
    pub out: PathBuf,
    /// 秘密鍵（PKCS#8、PEM）
    #[arg(long, value_name = "ファイル", requires = "cert")]
    pub key: Option<PathBuf>,
    /// 証明書と、その上の証明書（PEM、署名者が先）
    #[arg(long, value_name = "ファイル")]
    pub cert: Option<PathBuf>,
    /// 鍵と証明書のファイル（PKCS#12）
    #[arg(long, value_name = "ファイル", conflicts_with = "key")]
    pub pkcs12: Option<PathBuf>,
    /// トークンのモジュール（PKCS#11）
    #[arg(long, value_name = "モジュール", requires = "token", conflicts_with_all = ["key", "pkcs12"])]
    pub pkcs11: Option<PathBuf>,
    /// トークンの名前
    #[arg(long, value_name = "名前")]
    pub token: Option<String>,
    /// PINを読むファイル記述子の番号
    #[arg(long, value_name = "番号")]
    pub pin_fd: Option<u32>,
    /// 署名の段階
    #[arg(long, value_enum, default_value = "B-B")]
    pub level: Level,
    /// タイムスタンプ局の住所（B-T より上で要ります）
    #[arg(long, value_name = "URL")]
    pub tsa: Option<String>,
    /// 署名する欄の名前（なければ、見えない欄を足します）
    #[arg(long, value_name = "名前")]
    pub field: Option<String>,
}

/// Levels of a PAdES baseline signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Level {
    /// 署名だけ
    #[value(name = "B-B")]
    Basic,
    /// ＋タイムスタンプ
    #[value(name = "B-T")]
    Timed,
    /// ＋検証情報
    #[value(name = "B-LT")]
    LongTerm,
    /// ＋検証情報を守るタイムスタンプ
    #[value(name = "B-LTA")]
    Archived,
}

/// Signs every file. 0 all signed · 1 one could not be signed · 3 wrong usage.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    match crate::run::block_on(sign_all(options)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err((status, why))) => {
            eprintln!("{why}");
            ExitCode::from(status)
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(1)
        }
    }
}

async fn sign_all(options: &Options) -> Result<(), (u8, String)> {
    let usage = |why: &str| (3, why.to_owned());
    if options.pkcs12.is_some() {
        return Err(usage(
            "PKCS#12 は、まだ使えません。openssl pkcs12 -in F -nodes で --key と --cert に分けてください。",
        ));
    }
    if options.level > Level::Timed {
        return Err(usage(
            "B-LT と B-LTA は、まだ使えません（--level B-T まで）。長期の検証情報は、このサービスに預けると付きます。",
        ));
    }
    if options.level == Level::Timed && options.tsa.is_none() {
        return Err(usage("--level B-T には --tsa が要ります。"));
    }
    let Some(chain_file) = &options.cert else {
        return Err(usage("証明書を --cert に渡してください。"));
    };
    let chain = crate::trust::certificates(&std::fs::read(chain_file).map_err(|error| (3, format!("{}：{error}", chain_file.display())))?);
    let Some((certificate, above)) = chain.split_first() else {
        return Err(usage("--cert に証明書がありません。"));
    };
    let signer = signer(options)?;
    std::fs::create_dir_all(&options.out).map_err(|error| (1, format!("{}：{error}", options.out.display())))?;
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .no_proxy()
        .build()
        .map_err(|error| (1, error.to_string()))?;
    let mut failed = 0;
    for file in &options.files {
        match sign_one(options, file, certificate, above, &signer, &http).await {
            Ok(to) => println!("{} → {}", file.display(), to.display()),
            Err(why) => {
                eprintln!("{}：{why}", file.display());
                failed += 1;
            }
        }
    }
    if failed == 0 {
        Ok(())
    } else {
        Err((1, format!("{failed}件に署名できませんでした。")))
    }
}

fn signer(options: &Options) -> Result<keys::Signer, (u8, String)> {
    if let Some(file) = &options.key {
        let bytes = std::fs::read(file).map_err(|error| (3, format!("{}：{error}", file.display())))?;
        let pkcs8 = if bytes.first() == Some(&0x30) {
            bytes
        } else {
            pki::pem::der_of(&bytes, "PRIVATE KEY").map_err(|_| {
                (
                    3,
                    format!("{} に PKCS#8 の秘密鍵（BEGIN PRIVATE KEY）がありません。", file.display()),
                )
            })?
        };
        return keys::SoftwareKey::from_pkcs8(&pkcs8)
            .map(keys::Signer::from)
            .map_err(|error| (3, format!("秘密鍵を使えません（{error}）")));
    }
    Err((
        3,
        "鍵を --key に渡してください（--pkcs11 は、まだ使えません。トークンでの署名は cecsign-agent を使ってください）。".to_owned(),
    ))
}

async fn sign_one(
    options: &Options,
    file: &Path,
    certificate: &[u8],
    above: &[Vec<u8>],
    signer: &keys::Signer,
    http: &reqwest::Client,
) -> Result<PathBuf, String> {
    let mut pdf = std::fs::read(file).map_err(|error| error.to_string())?;
    let name = file.file_name().ok_or("名前がありません")?;
    let to = options.out.join(name);
    if to.exists() {
        return Err(format!("{} が、もうあります", to.display()));
    }
    let field = match &options.field {
        Some(field) => field.clone(),
        None => {
            let field = pades::FieldSpec {
                name: format!("Signature{}", hex::encode(rand4())),
                page: 0,
                rect: [0.0; 4],
            };
            let delta = pades::lay_fields(&pdf, std::slice::from_ref(&field)).map_err(|error| error.to_string())?;
            pdf.extend_from_slice(&delta);
            field.name
        }
    };
    let now = SystemClock.now();
    let plan = pades::Plan {
        field,
        certificate: certificate.to_vec(),
        chain: above.to_vec(),
        claimed_at: now,
        name: None,
        reason: None,
        timestamp_reserve: if options.level >= Level::Timed { 8_192 } else { 0 },
        new_field: None,
    };
    let prepared = pades::prepare(&pdf, &plan).map_err(|error| error.to_string())?;
    let signature = signer.sign(&prepared.to_sign).map_err(|error| error.to_string())?;
    let token = match &options.tsa {
        Some(tsa) if options.level >= Level::Timed => Some(stamp(http, tsa, pades::timestamp_imprint(&signature)).await?),
        _ => None,
    };
    let delta = pades::complete(&prepared, &pdf, &signature, token.as_deref()).map_err(|error| error.to_string())?;
    pdf.extend_from_slice(&delta);
    crate::folder::write_durably(&to, &pdf).map_err(|error| error.to_string())?;
    Ok(to)
}

async fn stamp(http: &reqwest::Client, tsa: &str, imprint: [u8; 32]) -> Result<Vec<u8>, String> {
    let request = cms::tsp::TimeStampRequest::sha256(imprint, &OsRandom);
    let sent = http
        .post(tsa)
        .header("content-type", "application/timestamp-query")
        .body(request.der())
        .send()
        .await;
    let answer = sent
        .and_then(reqwest::Response::error_for_status)
        .map_err(|error| format!("タイムスタンプ局が応答しません（{error}）"))?;
    let bytes = answer.bytes().await.map_err(|error| error.to_string())?;
    let token = cms::tsp::TimeStampResponse::parse(&bytes)
        .and_then(|response| response.token_for(&request))
        .map_err(|error| error.to_string())?;
    Ok(token.der)
}

fn rand4() -> [u8; 4] {
    let mut bytes = [0; 4];
    OsRandom.fill(&mut bytes);
    bytes
}
