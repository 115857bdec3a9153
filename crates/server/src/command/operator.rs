//! `cectrust operator …`: what the operator does on the machine itself: the first people, companies, invitations, unlocking.

use std::{path::PathBuf, process::ExitCode};

use accounts::{
    InvitationId, NewCompany, NewDepartment, NewDesk, NewPerson, NewSeat, Registration, Role, SeatId, Token, invite, register, unlock,
};
use foundation::{Actor, Clock, CompanyId, DepartmentId, DeskId, OsRandom, PersonId, Services, SystemClock};
use serde::Deserialize;
use store::{Database, sql, unit};

use crate::{serve::CannotServe, words};

/// Options of `operator`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = "例：\n  \
    cectrust operator register --data /var/lib/cectrust --file registration.json\n  \
    cectrust operator invite --data /var/lib/cectrust --sign-in tanaka\n  \
    cectrust operator unlock --data /var/lib/cectrust --sign-in tanaka\n\n\
    registration.json：\n  \
    {\"operators\":[{\"name\":\"中村 審\",\"kana\":\"ナカムラ アキラ\",\"mail\":\"…\",\"sign_in\":\"nakamura\",\"role\":\"screener\"}],\n   \
    \"companies\":[{\"name\":\"あおば建設株式会社\",\"kana\":\"アオバケンセツ\",\"corporate_number\":\"…\",\"address\":\"…\",\n     \
    \"people\":[{\"name\":\"田中 一郎\",\"kana\":\"タナカ イチロウ\",\"mail\":\"…\",\"sign_in\":\"tanaka\"}],\n     \
    \"departments\":[{\"number\":\"C100001\",\"name\":\"東京支店\",\"contracts\":true,\"seats\":[],\n       \
    \"desks\":[{\"number\":\"U100001\",\"name\":\"工事契約課\",\"mail\":\"…\",\"seats\":[{\"sign_in\":\"tanaka\",\"signs\":true}]}]}]}]}\n\n\
    role は screener（審査）か approver（承認）。招待の符号は、ここで一度だけ表示します（24時間）。\n\
    本人は、ブラウザでこのサーバーの /begin を開き、符号を入れてパスワードを決めます（APIでは POST /api/invitations/accept）。")]
pub struct Options {
    /// 何をするか
    #[command(subcommand)]
    pub act: Act,
}

/// The acts.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Act {
    /// 会社、ID、人を登録し、招待の符号を出す
    Register {
        /// データの場所
        #[command(flatten)]
        at: super::Where,
        /// 登録する内容（JSON）
        #[arg(long, value_name = "ファイル")]
        file: PathBuf,
    },
    /// パスワードを決め直す招待を出す
    Invite {
        /// データの場所
        #[command(flatten)]
        at: super::Where,
        /// サインインID
        #[arg(long, value_name = "ID")]
        sign_in: String,
    },
    /// ロックを解除する
    Unlock {
        /// データの場所
        #[command(flatten)]
        at: super::Where,
        /// サインインID
        #[arg(long, value_name = "ID")]
        sign_in: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    operators: Vec<Human>,
    #[serde(default)]
    companies: Vec<Company>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Human {
    name: String,
    kana: String,
    mail: String,
    sign_in: String,
    #[serde(default)]
    role: Option<Role>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Company {
    name: String,
    kana: String,
    corporate_number: String,
    address: String,
    #[serde(default)]
    people: Vec<Human>,
    #[serde(default)]
    departments: Vec<Department>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Department {
    number: String,
    name: String,
    #[serde(default)]
    contracts: bool,
    #[serde(default)]
    custody: bool,
    #[serde(default)]
    seats: Vec<Seat>,
    #[serde(default)]
    desks: Vec<Desk>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Desk {
    number: String,
    name: String,
    mail: String,
    #[serde(default)]
    seats: Vec<Seat>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seat {
    sign_in: String,
    #[serde(default)]
    registers: bool,
    #[serde(default)]
    signs: bool,
}

const BY: Actor = Actor::System { cause: "operator command" };

/// Does it. 0 done · 1 not done, with the reason.
#[must_use]
pub fn run(options: &Options) -> ExitCode {
    let done = crate::run::block_on(async {
        match &options.act {
            Act::Register { at, file } => register_all(&open(at).await?, file).await,
            Act::Invite { at, sign_in } => invite_one(&open(at).await?, sign_in).await,
            Act::Unlock { at, sign_in } => unlock_one(&open(at).await?, sign_in).await,
        }
    });
    super::ended(done, |()| ())
}

async fn open(at: &super::Where) -> Result<Database, CannotServe> {
    if !at.data.join("installation.json").is_file() {
        return Err(CannotServe::new(
            format!("{} には、まだ認証局がありません。", at.data.display()),
            "--data が正しいか確かめ、まだなら先に cectrust ceremony を行ってください。",
        ));
    }
    super::open(&at.engine.url(&at.data)).await
}

fn said(error: &accounts::Error) -> CannotServe {
    CannotServe::new(error.sentence(), error.next())
}

async fn register_all(db: &Database, file: &std::path::Path) -> Result<(), CannotServe> {
    let text = std::fs::read(file).map_err(|error| {
        CannotServe::new(
            format!("{}：{}", file.display(), words::of_disk(&error)),
            "--file を確かめてください。",
        )
    })?;
    let wanted: Wanted = serde_json::from_slice(&text).map_err(|error| {
        CannotServe::new(
            format!("{} を、登録の内容として読めません。{}", file.display(), words::detail(&error)),
            "形は cectrust operator --help にあります。",
        )
    })?;
    let now = SystemClock.now();
    let registration = registration(wanted)?;
    let invitations: Vec<_> = registration
        .people
        .iter()
        .map(|_| (InvitationId::new(now, &OsRandom), Token::new(&OsRandom)))
        .collect();
    unit!(db, |unit| {
        register(unit, &BY, &registration, now).await?;
        for (person, (id, code)) in registration.people.iter().zip(&invitations) {
            invite(unit, &BY, *id, code, person.id, now).await?;
        }
        Ok::<_, accounts::Error>(())
    })
    .await
    .map_err(|error| said(&error))?;
    for (person, (_, code)) in registration.people.iter().zip(&invitations) {
        println!("{}\t{}\t{}\t招待の符号 {}", person.sign_in, person.name, person.id, code.reveal());
    }
    Ok(())
}

fn registration(wanted: Wanted) -> Result<Registration, CannotServe> {
    let now = SystemClock.now();
    let human = |human: Human, company: Option<CompanyId>| NewPerson {
        id: PersonId::new(now, &OsRandom),
        company,
        name: human.name,
        kana: human.kana,
        mail: human.mail,
        sign_in: human.sign_in,
        role: human.role,
    };
    let mut new = Registration::default();
    new.people
        .extend(wanted.operators.into_iter().map(|operator| human(operator, None)));
    for company in wanted.companies {
        let id = CompanyId::new(now, &OsRandom);
        new.people.extend(company.people.into_iter().map(|person| human(person, Some(id))));
        for department in company.departments {
            let services = Services {
                contracts: department.contracts,
                custody: department.custody,
            };
            let department_id = DepartmentId::new(now, &OsRandom);
            let mut seats: Vec<(Option<DeskId>, Seat)> = department.seats.into_iter().map(|seat| (None, seat)).collect();
            for desk in department.desks {
                let desk_id = DeskId::new(now, &OsRandom);
                seats.extend(desk.seats.into_iter().map(|seat| (Some(desk_id), seat)));
                new.desks.push(NewDesk {
                    id: desk_id,
                    company: id,
                    department: department_id,
                    number: desk.number,
                    name: desk.name,
                    mail: desk.mail,
                    services,
                });
            }
            for (desk, seat) in seats {
                let person = new
                    .people
                    .iter()
                    .find(|person| person.sign_in == seat.sign_in && person.company == Some(id));
                let missing = || {
                    CannotServe::new(
                        format!("{} という人が people にいません。", seat.sign_in),
                        "席の sign_in を、people の sign_in と合わせてください。",
                    )
                };
                let person = person.ok_or_else(missing)?.id;
                let (registers, signs) = (seat.registers && desk.is_some(), seat.signs && desk.is_some());
                new.seats.push(NewSeat {
                    id: SeatId::new(now, &OsRandom),
                    person,
                    department: department_id,
                    desk,
                    registers,
                    signs,
                });
            }
            new.departments.push(NewDepartment {
                id: department_id,
                company: id,
                number: department.number,
                name: department.name,
                services,
            });
        }
        new.companies.push(NewCompany {
            id,
            name: company.name,
            kana: company.kana,
            corporate_number: company.corporate_number,
            address: company.address,
        });
    }
    Ok(new)
}

async fn person(db: &Database, sign_in: &str) -> Result<PersonId, CannotServe> {
    let found: Option<PersonId> = db.find(sql!("SELECT id FROM accounts_person WHERE sign_in = {sign_in}")).await?;
    found.ok_or_else(|| {
        CannotServe::new(
            format!("サインインID「{sign_in}」の人はいません。"),
            "--sign-in と --data を確かめてください。",
        )
    })
}

async fn invite_one(db: &Database, sign_in: &str) -> Result<(), CannotServe> {
    let (now, person) = (SystemClock.now(), person(db, sign_in).await?);
    let (id, code) = (InvitationId::new(now, &OsRandom), Token::new(&OsRandom));
    unit!(db, |unit| invite(unit, &BY, id, &code, person, now).await)
        .await
        .map_err(|error| said(&error))?;
    println!("{sign_in}\t招待の符号 {}", code.reveal());
    Ok(())
}

async fn unlock_one(db: &Database, sign_in: &str) -> Result<(), CannotServe> {
    let (now, person) = (SystemClock.now(), person(db, sign_in).await?);
    unit!(db, |unit| unlock(unit, &BY, person, now).await)
        .await
        .map_err(|error| said(&error))?;
    println!("{sign_in}：ロックを解除しました。");
    Ok(())
}
