//! Two companies, each with a 企業ID and a contract desk; a second desk at A; an ID of the custody service only; operators.

use accounts::{NewCompany, NewDepartment, NewDesk, NewPerson, NewSeat, Registration, Role, SeatId, register};
use certification::Credential;
use contracts::{Answering, Case, CaseId, Error, Fields, Known, Partner, PartnerId, WantedUses};
use foundation::{Actor, CompanyId, Date, DepartmentId, DeskId, Member, OperatorPerson, PersonId, Seat, Services, SessionId};
use store::unit;
use testkit::Bench;

pub const PROGRAM: Actor = Actor::System { cause: "test" };

/// Everybody who plays.
pub struct World {
    pub sato: Actor,
    pub tanaka: Actor,
    pub other_desk: Actor,
    pub aoba_company: Actor,
    pub storage: Actor,
    pub yamamoto: Actor,
    /// Signs at the desk of 山本, and does not register.
    pub kato: Actor,
    pub midori_company: Actor,
    pub stranger: Actor,
    pub screener: Actor,
    pub approver: Actor,
}

impl World {
    pub fn strangers(&self) -> [(&'static str, &Actor); 5] {
        [
            ("nobody", &Actor::Nobody),
            ("other desk", &self.other_desk),
            ("storage", &self.storage),
            ("other company", &self.stranger),
            ("operator", &self.screener),
        ]
    }
}

struct Build<'a> {
    bench: &'a Bench,
    registration: Registration,
}

impl Build<'_> {
    fn company(&mut self, name: &str, number: &str) -> CompanyId {
        let id = CompanyId::new(self.bench.now(), &*self.bench.random);
        self.registration.companies.push(NewCompany {
            id,
            name: name.to_owned(),
            kana: "カナ".to_owned(),
            corporate_number: number.to_owned(),
            address: "東京都千代田区1-1".to_owned(),
        });
        id
    }
    fn department(&mut self, company: CompanyId, number: &str, services: Services) -> DepartmentId {
        let id = DepartmentId::new(self.bench.now(), &*self.bench.random);
        self.registration.departments.push(NewDepartment {
            id,
            company,
            number: number.to_owned(),
            name: "部署".to_owned(),
            services,
        });
        id
    }
    fn desk(&mut self, company: CompanyId, department: DepartmentId, number: &str, services: Services) -> DeskId {
        let id = DeskId::new(self.bench.now(), &*self.bench.random);
        let mail = format!("{}@desk.example", number.to_ascii_lowercase());
        self.registration.desks.push(NewDesk {
            id,
            company,
            department,
            number: number.to_owned(),
            name: "窓口".to_owned(),
            mail,
            services,
        });
        id
    }
    fn member(&mut self, name: &str, company: CompanyId, department: DepartmentId, seat: Seat, services: Services) -> Actor {
        let (now, random) = (self.bench.now(), &*self.bench.random);
        let person = PersonId::new(now, random);
        let sign_in = format!("p{}", self.registration.people.len() + 100);
        self.registration.people.push(NewPerson {
            id: person,
            company: Some(company),
            name: name.to_owned(),
            kana: "カナ".to_owned(),
            mail: format!("{sign_in}@person.example"),
            sign_in,
            role: None,
        });
        let (desk, registers, signs) = match seat {
            Seat::Desk { desk, registers, signs } => (Some(desk), registers, signs),
            Seat::Department => (None, false, false),
        };
        self.registration.seats.push(NewSeat {
            id: SeatId::new(now, random),
            person,
            department,
            desk,
            registers,
            signs,
        });
        Actor::Member(Member {
            session: SessionId::new(now, random),
            person,
            company,
            department,
            seat,
            services,
        })
    }
    fn operator(&mut self, name: &str, sign_in: &str, role: Role) -> Actor {
        let person = PersonId::new(self.bench.now(), &*self.bench.random);
        self.registration.people.push(NewPerson {
            id: person,
            company: None,
            name: name.to_owned(),
            kana: "カナ".to_owned(),
            mail: format!("{sign_in}@cec.example"),
            sign_in: sign_in.to_owned(),
            role: Some(role),
        });
        Actor::Operator(OperatorPerson {
            session: SessionId::new(self.bench.now(), &*self.bench.random),
            person,
            role: role.into(),
        })
    }
}

/// Registers everybody through the public verb.
pub async fn world(bench: &Bench) -> World {
    let contract = Services {
        contracts: true,
        custody: false,
    };
    let custody = Services {
        contracts: false,
        custody: true,
    };
    let mut build = Build {
        bench,
        registration: Registration::default(),
    };
    let aoba = build.company("あおば建設株式会社", "7000012050002");
    let midori = build.company("株式会社みどり工務店", &number("100000000001"));
    let third = build.company("第三建設株式会社", &number("100000000002"));
    let (c1, c2, c3, c9) = (
        build.department(aoba, "C100001", contract),
        build.department(midori, "C200001", contract),
        build.department(third, "C300001", contract),
        build.department(aoba, "C100002", custody),
    );
    let (u1, u2, u3, u4, s1) = (
        build.desk(aoba, c1, "U100001", contract),
        build.desk(midori, c2, "U200001", contract),
        build.desk(third, c3, "U300001", contract),
        build.desk(aoba, c1, "U100002", contract),
        build.desk(aoba, c9, "S300001", custody),
    );
    let seat = |desk, registers, signs| Seat::Desk { desk, registers, signs };
    let world = World {
        sato: build.member("佐藤 恵", aoba, c1, seat(u1, true, false), contract),
        tanaka: build.member("田中 一郎", aoba, c1, seat(u1, false, true), contract),
        other_desk: build.member("別 部署", aoba, c1, seat(u4, true, true), contract),
        aoba_company: build.member("鈴木 総務", aoba, c1, Seat::Department, contract),
        storage: build.member("保管 係", aoba, c9, seat(s1, true, true), custody),
        yamamoto: build.member("山本 健太", midori, c2, seat(u2, true, true), contract),
        kato: build.member("加藤 次郎", midori, c2, seat(u2, false, true), contract),
        midori_company: build.member("緑 総務", midori, c2, Seat::Department, contract),
        stranger: build.member("他社 太郎", third, c3, seat(u3, true, true), contract),
        screener: build.operator("中村 審", "nakamura", Role::Screener),
        approver: build.operator("小林 承", "kobayashi", Role::Approver),
    };
    let (db, now, registration) = (&bench.db, bench.now(), &build.registration);
    unit!(db, |unit| register(unit, &PROGRAM, registration, now).await).await.unwrap();
    world
}

/// A 法人番号 of twelve digits with its check digit.
fn number(base: &str) -> String {
    (1..=9)
        .map(|check| format!("{check}{base}"))
        .find(|number| japan::is_corporate_number(number))
        .unwrap()
}

pub fn uses(signer: &Actor) -> WantedUses {
    WantedUses {
        kinds: vec![Credential::Token, Credential::Server],
        signers: vec![signer.person().unwrap()],
    }
}

pub async fn asked(bench: &Bench, world: &World) -> PartnerId {
    let (db, now, id) = (&bench.db, bench.now(), PartnerId::new(bench.now(), &*bench.random));
    let (by, wanted, known) = (&world.sato, &uses(&world.tanaka), &Known::UserId("U200001".to_owned()));
    unit!(db, |unit| Partner::register(unit, by, id, known, wanted, now).await)
        .await
        .unwrap()
        .partner
}

pub async fn agreed(bench: &Bench, world: &World) -> PartnerId {
    agreed_with(bench, world, &uses(&world.yamamoto)).await
}

/// Agreed, and this is what B uses.
pub async fn agreed_with(bench: &Bench, world: &World, wanted: &WantedUses) -> PartnerId {
    let (db, now, id) = (&bench.db, bench.now(), asked(bench, world).await);
    unit!(db, |unit| {
        let partner = Partner::open::<Answering>(unit, &world.yamamoto, id).await?;
        Partner::answer(&partner, unit, Some(wanted), now).await
    })
    .await
    .unwrap();
    id
}

pub fn fields(world: &World, partner: PartnerId, number: &str) -> Fields {
    Fields {
        title: "みなと橋補修工事".to_owned(),
        contract_number: number.to_owned(),
        contract_date: Date::constant(2026, 11, 24),
        amount: Some(12_345_678),
        period: Some((Date::constant(2026, 12, 1), Date::constant(2027, 3, 31))),
        partner,
        a_signer: world.tanaka.person().unwrap(),
        b_signer: None,
        reply_by: None,
    }
}

pub async fn create(bench: &Bench, by: &Actor, fields: &Fields) -> Result<CaseId, Error> {
    let (db, now, id) = (&bench.db, bench.now(), CaseId::new(bench.now(), &*bench.random));
    unit!(db, |unit| Case::create(unit, by, id, fields, now).await).await?;
    Ok(id)
}
