//! `cectrust sign`.

mod authorities;
mod credential;
mod mark;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use foundation::{Clock, OsRandom, Random, SystemClock};

use self::{authorities::Authorities, credential::Credential, mark::Wanted};
use crate::words;

/// How much longer the next token of a unit may be than the first: serial number, nonce, an ECDSA value.
const SPARE: usize = 256;

/// Options of `sign` (outside.md §3).
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  \
    cectrust sign 契約書.pdf --out signed --key key.pem --cert chain.pem --level B-T --tsa http://127.0.0.1:8081/g1/tsa\n  \
    cectrust sign *.pdf --out signed --pkcs12 tanaka.p12 --pin-fd 3 3<password.txt\n  \
    cectrust sign *.pdf --out signed --pkcs11 /usr/lib/softhsm/libsofthsm2.so --token 田中 --pin-fd 3 3<pin.txt --level B-LTA --tsa http://…\n  \
    cectrust sign 契約書.pdf --out signed --key key.pem --cert chain.pem --mark last:br\n\n\
    --mark は、証明書の会社名と氏名を書いた印（62 × 22 mm）を、署名と一緒にページに入れます。書き方は ページ:場所 で、\n\
    ページは 1 からの番号か last（最後のページ。省けます）、場所は次の九つか、左から×上から の mm です（例 3:20x240）。\n  \
    tl 上の左    tc 上の中央    tr 上の右\n  \
    ml 中段の左  mc 中段の中央  mr 中段の右\n  \
    bl 下の左    bc 下の中央    br 下の右\n\
    横向きや逆さに回転したページでも、読む向きに合わせます。--field の欄に入れるときは --mark field と書きます。\n\n\
    B-LT と B-LTA は、証明書に書かれた住所（http）から失効情報を集めて、PDFに入れます。\n\
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
    /// 証明書と、その上の証明書（PEM、署名者が先）。PKCS#12 とトークンでは、足りない証明書を足すときだけ
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
    /// トークンのPIN、PKCS#12のパスワードを読むファイル記述子の番号
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
    /// 印を入れる場所（なければ、見えない署名）。例 br、last:br、3:20x240、field
    #[arg(long, value_name = "場所")]
    pub mark: Option<Wanted>,
    /// 印に使うフォントのフォルダ（書かなければ、この機械に入っているもの）
    #[arg(long, value_name = "フォルダ", env = "CECTRUST_FONTS")]
    pub fonts: Option<PathBuf>,
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

/// Signs every file. 0 all signed · 1 one could not be signed · 3 wrong usage, or no usable key.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    match crate::run::block_on(sign_all(options)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err((status, why))) => {
            eprintln!("{why}");
            ExitCode::from(status)
        }
        Err(error) => {
            eprintln!("動かせません：{}", words::of_disk(&error));
            ExitCode::from(1)
        }
    }
}

async fn sign_all(options: &Options) -> Result<(), (u8, String)> {
    let credential = Credential::open(options).map_err(|why| (3, why))?;
    let certificate = pki::Certificate::parse(&credential.certificate).map_err(|_| (3, "署名者の証明書を読めません。".to_owned()))?;
    let now = SystemClock.now();
    if !certificate.is_valid_at(now) {
        let (from, until) = (certificate.not_before().japanese(), certificate.not_after().japanese());
        return Err((3, format!("署名者の証明書は、いま有効期間（{from} から {until} まで）の外です。")));
    }
    let mark = match (options.mark, &options.field) {
        (None, _) => None,
        (Some(Wanted::Field), None) => return Err((3, "--mark field は、--field で欄の名前も書いてください。".to_owned())),
        (Some(Wanted::At { .. }), Some(_)) => {
            return Err((
                3,
                "--field の欄には、もう場所があります。--mark field と書いてください。".to_owned(),
            ));
        }
        (Some(_), _) => Some(mark::print(&certificate, options.fonts.as_deref()).map_err(|why| (3, why))?),
    };
    let authorities = match (&options.tsa, options.level) {
        (_, Level::Basic) => None,
        (Some(tsa), level) => Some(Authorities::meet(&credential, tsa, level).await.map_err(|why| (1, why))?),
        (None, _) => {
            return Err((
                3,
                "この段階の署名には、タイムスタンプ局の住所が要ります。--tsa に渡してください。".to_owned(),
            ));
        }
    };
    std::fs::create_dir_all(&options.out).map_err(|error| (1, format!("{}：{}", options.out.display(), words::of_disk(&error))))?;
    let mut failed = 0;
    for file in &options.files {
        match sign_one(options, file, &credential, mark.as_deref(), authorities.as_ref()).await {
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
        Err((1, format!("{failed}件に署名できませんでした。もとのファイルは、そのままです。")))
    }
}

async fn sign_one(
    options: &Options,
    file: &Path,
    credential: &Credential,
    mark: Option<&[u8]>,
    authorities: Option<&Authorities>,
) -> Result<PathBuf, String> {
    let mut pdf = std::fs::read(file).map_err(|error| words::of_disk(&error))?;
    let name = file.file_name().ok_or("ファイルの名前がありません")?;
    let to = options.out.join(name);
    if to.exists() {
        return Err(format!("{} が、もうあります。上書きはしません。", to.display()));
    }
    let (field, new_field) = field(options, &pdf)?;
    let now = SystemClock.now();
    let plan = pades::Plan {
        field,
        new_field,
        certificate: credential.certificate.clone(),
        chain: chain(credential),
        claimed_at: now,
        name: None,
        reason: None,
        timestamp_reserve: authorities.map_or(0, |authorities| authorities.token_length + SPARE),
    };
    let prepared = pades::prepare_with_mark(&pdf, &plan, mark).map_err(|error| said(&error))?;
    let signature = credential
        .signer
        .sign(&prepared.to_sign)
        .map_err(|error| format!("鍵が署名しません。{}", words::detail(&error)))?;
    let token = match authorities {
        Some(authorities) => {
            let imprint = pades::timestamp_imprint(&signature);
            Some(authorities.signing.tsa().stamp(imprint, now, &OsRandom).await.map_err(refused)?)
        }
        None => None,
    };
    let delta =
        pades::complete(&prepared, &pdf, &signature, token.as_ref().map(|token| token.der.as_slice())).map_err(|error| said(&error))?;
    pdf.extend_from_slice(&delta);
    if let Some(authorities) = authorities {
        pdf = raised(pdf, options.level, &plan.field, authorities, now).await?;
    }
    crate::folder::write_durably(&to, &pdf).map_err(|error| format!("{}：{}", to.display(), words::of_disk(&error)))?;
    Ok(to)
}

/// The field to sign in, and what it is if it comes with the signature: without a mark an invisible one.
fn field(options: &Options, pdf: &[u8]) -> Result<(String, Option<pades::FieldSpec>), String> {
    if let Some(name) = &options.field {
        if options.mark.is_some() {
            mark::has_room(pdf, name)?;
        }
        return Ok((name.clone(), None));
    }
    let name = format!("Signature{}", hex::encode(rand4()));
    let field = match options.mark {
        Some(Wanted::At { page, spot }) => mark::field(pdf, &name, page, spot)?,
        _ => pades::FieldSpec {
            name: name.clone(),
            page: 0,
            rect: [0.0; 4],
        },
    };
    Ok((name, Some(field)))
}

/// Brings a B-T signature to its level; what does not reach it is not written.
async fn raised(pdf: Vec<u8>, level: Level, field: &str, authorities: &Authorities, now: foundation::Instant) -> Result<Vec<u8>, String> {
    let (pdf, report, wanted) = match level {
        Level::Basic | Level::Timed => return Ok(pdf),
        Level::LongTerm => {
            let (pdf, report) = signing::with_material(&authorities.signing, pdf, now, &OsRandom)
                .await
                .map_err(refused)?;
            (pdf, report, pades::Level::BLT)
        }
        Level::Archived => {
            let sealed = signing::seal(&authorities.signing, pdf, now, &OsRandom).await.map_err(refused)?;
            (sealed.pdf, sealed.report, pades::Level::BLTA)
        }
    };
    match report.signatures.iter().find(|signature| signature.field == field) {
        Some(signature) if signature.level == wanted && signature.indication == pades::Indication::TotalPassed => Ok(pdf),
        Some(signature) => Err(format!(
            "求めた段階の署名になりません（{}）。{}{}",
            signature.level.japanese(),
            signature.reasons.join(""),
            if signature.sub_indication == Some(pades::SubIndication::TryLater) {
                "認証局が新しい失効情報を出した後に、もう一度署名してください。"
            } else {
                ""
            }
        )),
        None => Err("署名が見つかりません。".to_owned()),
    }
}

/// The certificates that lead up from the signer's, in order, without the root.
fn chain(credential: &Credential) -> Vec<Vec<u8>> {
    let known: Vec<pki::Certificate> = credential
        .above
        .iter()
        .filter_map(|der| pki::Certificate::parse(der).ok())
        .collect();
    let mut chain: Vec<pki::Certificate> = Vec::new();
    let mut last = pki::Certificate::parse(&credential.certificate).ok();
    while let Some(one) = last {
        last = known
            .iter()
            .find(|issuer| one.may_be_issued_by(issuer) && !issuer.is_self_signed() && !chain.contains(issuer))
            .cloned();
        chain.extend(last.clone());
    }
    chain.iter().map(|certificate| certificate.der().to_vec()).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function value in map_err")]
fn refused(error: signing::Error) -> String {
    format!("{}{}", error.sentence(), words::detail(&error))
}

/// Why a PDF is not signed.
fn said(error: &pades::Error) -> String {
    use pades::Error as E;
    match error {
        E::NoSuchField(name) => format!("「{name}」という名前の、空いている署名欄がありません。cectrust inspect で欄を確かめてください。"),
        E::AlreadySigned(name) => format!("署名欄「{name}」には、もう署名があります。"),
        E::Unsuitable(kind) => format!("この種類のPDFには署名できません。{}", words::detail(kind)),
        E::SignatureWrong => "鍵と証明書が合いません。組になっている鍵と証明書を渡してください。".to_owned(),
        E::Certificate(why) => format!("署名者の証明書を使えません。{}", words::detail(why)),
        E::TimestampWrong(why) => format!("タイムスタンプが正しくありません。{}", words::detail(why)),
        other => format!("このPDFには署名できません。{}", words::detail(other)),
    }
}

fn rand4() -> [u8; 4] {
    let mut bytes = [0; 4];
    OsRandom.fill(&mut bytes);
    bytes
}
