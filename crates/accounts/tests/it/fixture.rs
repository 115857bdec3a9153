//! One company with a 企業ID, a contract desk and two people; two people of the operator. Made through the public verbs.

use accounts::{
    Error, InvitationId, NewCompany, NewDepartment, NewDesk, NewPerson, NewSeat, Registration, Role, SeatId, SignIn, SignedIn, Token,
    accept_invitation, invite, register, sign_in,
};
use foundation::{Actor, CompanyId, DepartmentId, DeskId, PersonId, Secret, Services};
use store::unit;
use testkit::Bench;

pub const PROGRAM: Actor = Actor::System { cause: "test" };
pub const PASSWORD: &str = "himitsu-no-kotoba-7";

pub struct House {
    pub company: CompanyId,
    pub department: DepartmentId,
    pub desk: DeskId,
    pub sato: PersonId,
    pub tanaka: PersonId,
    pub registration: Registration,
}

pub fn aoba(bench: &Bench) -> House {
    let (now, random) = (bench.now(), &*bench.random);
    let (company, department, desk) = (
        CompanyId::new(now, random),
        DepartmentId::new(now, random),
        DeskId::new(now, random),
    );
    let (sato, tanaka, suzuki) = (PersonId::new(now, random), PersonId::new(now, random), PersonId::new(now, random));
    let person = |id, name: &str, sign_in: &str| NewPerson {
        id,
        company: Some(company),
        name: name.to_owned(),
        kana: "カナ".to_owned(),
        mail: format!("{sign_in}@aoba.example"),
        sign_in: sign_in.to_owned(),
        role: None,
    };
    let seat = |person, desk, registers, signs| NewSeat {
        id: SeatId::new(now, random),
        person,
        department,
        desk,
        registers,
        signs,
    };
    let registration = Registration {
        companies: vec![NewCompany {
            id: company,
            name: "あおば建設株式会社".to_owned(),
            kana: "アオバケンセツ".to_owned(),
            corporate_number: "7000012050002".to_owned(),
            address: "東京都千代田区1-1".to_owned(),
        }],
        departments: vec![NewDepartment {
            id: department,
            company,
            number: "C100001".to_owned(),
            name: "本社".to_owned(),
            services: Services {
                contracts: true,
                custody: false,
            },
        }],
        desks: vec![NewDesk {
            id: desk,
            company,
            department,
            number: "U100001".to_owned(),
            name: "購買部".to_owned(),
            mail: "kobai@aoba.example".to_owned(),
            services: Services {
                contracts: true,
                custody: false,
            },
        }],
        people: vec![
            person(sato, "佐藤 恵", "sato"),
            person(tanaka, "田中 一郎", "tanaka"),
            person(suzuki, "鈴木 総務", "suzuki"),
        ],
        seats: vec![
            seat(sato, Some(desk), true, false),
            seat(tanaka, Some(desk), false, true),
            seat(suzuki, None, false, false),
        ],
    };
    House {
        company,
        department,
        desk,
        sato,
        tanaka,
        registration,
    }
}

pub fn operators(bench: &Bench) -> Registration {
    let person = |name: &str, sign_in: &str, role| NewPerson {
        id: PersonId::new(bench.now(), &*bench.random),
        company: None,
        name: name.to_owned(),
        kana: "カナ".to_owned(),
        mail: format!("{sign_in}@cec.example"),
        sign_in: sign_in.to_owned(),
        role: Some(role),
    };
    Registration {
        people: vec![
            person("中村 審", "nakamura", Role::Screener),
            person("小林 承", "kobayashi", Role::Approver),
        ],
        ..Registration::default()
    }
}

pub async fn write(bench: &Bench, registration: &Registration) -> Result<(), Error> {
    let (db, now) = (&bench.db, bench.now());
    unit!(db, |unit| register(unit, &PROGRAM, registration, now).await).await
}

pub async fn give_password(bench: &Bench, person: PersonId) {
    let (db, now) = (&bench.db, bench.now());
    let (id, code) = (InvitationId::new(now, &*bench.random), Token::new(&*bench.random));
    unit!(db, |unit| invite(unit, &PROGRAM, id, &code, person, now).await)
        .await
        .unwrap();
    accept_invitation(db, &*bench.random, now, code.reveal(), Secret::new(PASSWORD.to_owned()))
        .await
        .unwrap();
}

pub async fn enter(bench: &Bench, sign_in_id: &str, password: &str, seat: Option<&str>) -> Result<SignedIn, Error> {
    let entry = SignIn {
        sign_in: sign_in_id.to_owned(),
        password: Secret::new(password.to_owned()),
        seat: seat.map(str::to_owned),
    };
    sign_in(&bench.db, &*bench.random, bench.now(), &entry).await
}

pub async fn entered(bench: &Bench, sign_in_id: &str) -> Actor {
    let signed_in = enter(bench, sign_in_id, PASSWORD, None).await.unwrap();
    accounts::actor(&bench.db, signed_in.token.reveal(), bench.now()).await.unwrap()
}
