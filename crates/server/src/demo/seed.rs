//! The companies, desks and people of the demo, made through the public verbs. Running it again changes nothing.

use accounts::{NewCompany, NewDepartment, NewDesk, NewPerson, NewSeat, Registration, Role, SeatId, accept_invitation, invite, register};
use foundation::{Actor, CompanyId, DepartmentId, DeskId, Instant, PersonId, Random, Secret, Services};
use store::{Database, unit};

use super::people::{self, Person};

const BY: Actor = Actor::System { cause: "demo" };
const CONTRACTS: Services = Services {
    contracts: true,
    custody: false,
};
const CUSTODY: Services = Services {
    contracts: false,
    custody: true,
};

/// Registers everybody and sets the passwords, unless they are there already; whether it did.
pub async fn seed(db: &Database, random: &dyn Random, now: Instant) -> Result<bool, accounts::Error> {
    let registration = cast(now, random);
    let invitations: Vec<_> = registration
        .people
        .iter()
        .map(|_| (accounts::InvitationId::new(now, random), accounts::Token::new(random)))
        .collect();
    let done = unit!(db, |unit| {
        match register(unit, &BY, &registration, now).await {
            Ok(()) => {}
            Err(accounts::Error::BadEntry { .. }) => return Ok(false),
            Err(error) => return Err(error),
        }
        for (person, (id, code)) in registration.people.iter().zip(&invitations) {
            invite(unit, &BY, *id, code, person.id, now).await?;
        }
        Ok::<_, accounts::Error>(true)
    })
    .await;
    match done {
        // They are there already: the unit rolled back.
        Ok(false) => return Ok(false),
        Ok(true) => {}
        Err(error) => return Err(error),
    }
    for (person, (_, code)) in people::ALL.iter().zip(&invitations) {
        accept_invitation(db, random, now, code.reveal(), Secret::new(person.secret.to_owned())).await?;
    }
    Ok(true)
}

fn cast(now: Instant, random: &dyn Random) -> Registration {
    let company = |name: &str, kana: &str, number: &str, address: &str| NewCompany {
        id: CompanyId::new(now, random),
        name: name.to_owned(),
        kana: kana.to_owned(),
        corporate_number: number.to_owned(),
        address: address.to_owned(),
    };
    let a = company(
        people::COMPANY_A,
        "アオバケンセツ",
        &corporate_number("101100101234"),
        "東京都新宿区青葉町一丁目2番3号",
    );
    let b = company(
        people::COMPANY_B,
        "ミドリコウムテン",
        &corporate_number("202000102345"),
        "神奈川県横浜市緑区若葉台四丁目5番6号",
    );
    let c = company(
        people::COMPANY_C,
        "ソラセツビ",
        &corporate_number("303000103456"),
        "埼玉県川越市空町七丁目8番9号",
    );
    let department = |company: &NewCompany, number: &str, name: &str, services| NewDepartment {
        id: DepartmentId::new(now, random),
        company: company.id,
        number: number.to_owned(),
        name: name.to_owned(),
        services,
    };
    let a1 = department(&a, "C100001", "東京支店", CONTRACTS);
    let a2 = department(&a, "C300001", "文書管理室", CUSTODY);
    let b1 = department(&b, "C200001", "本社", CONTRACTS);
    let c1 = department(&c, "C400001", "本社", CONTRACTS);
    let desk = |of: &NewDepartment, number: &str, name: &str, mail: &str| NewDesk {
        id: DeskId::new(now, random),
        company: of.company,
        department: of.id,
        number: number.to_owned(),
        name: name.to_owned(),
        mail: mail.to_owned(),
        services: of.services,
    };
    let desks = [
        desk(&a1, "U100001", "工事契約課", "keiyaku@aoba.example.jp"),
        desk(&a1, "U100002", "資材調達課", "shizai@aoba.example.jp"),
        desk(&c1, "U400001", "営業部", "eigyo@sora.example.jp"),
        desk(&b1, "U200001", "工事部", "koji@midori.example.jp"),
        desk(&a2, "S300001", "文書管理室", "bunsho@aoba.example.jp"),
    ];
    let departments = [a1, a2, b1, c1];
    let persons: Vec<NewPerson> = people::ALL
        .iter()
        .map(|person| NewPerson {
            id: PersonId::new(now, random),
            company: match person.company {
                people::COMPANY_A => Some(a.id),
                people::COMPANY_B => Some(b.id),
                people::COMPANY_C => Some(c.id),
                _ => None,
            },
            name: person.person.to_owned(),
            kana: kana(person).to_owned(),
            mail: person.mail.to_owned(),
            sign_in: person.sign_in.to_owned(),
            role: match person.key {
                "nakamura" => Some(Role::Screener),
                "kobayashi" => Some(Role::Approver),
                _ => None,
            },
        })
        .collect();
    let seats = people::ALL
        .iter()
        .zip(&persons)
        .filter_map(|(person, new)| {
            let department = departments
                .iter()
                .find(|department| Some(department.number.as_str()) == person.company_id)?;
            let desk = desks.iter().find(|desk| Some(desk.number.as_str()) == person.user_id);
            let (registers, signs) = match person.key {
                "sato" | "kimura" => (true, false),
                "tanaka" => (false, true),
                "yamamoto" | "ito" | "takahashi" => (true, true),
                _ => (false, false),
            };
            Some(NewSeat {
                id: SeatId::new(now, random),
                person: new.id,
                department: department.id,
                desk: desk.map(|desk| desk.id),
                registers,
                signs,
            })
        })
        .collect();
    Registration {
        companies: vec![a, b, c],
        departments: departments.to_vec(),
        desks: desks.to_vec(),
        people: persons,
        seats,
    }
}

fn kana(person: &Person) -> &'static str {
    match person.key {
        "sato" => "サトウ メグミ",
        "tanaka" => "タナカ イチロウ",
        "suzuki" => "スズキ ソウム",
        "yamamoto" => "ヤマモト ケンタ",
        "mori" => "モリ ケイリ",
        "ito" => "イトウ マコト",
        "takahashi" => "タカハシ ソラ",
        "kimura" => "キムラ フミコ",
        "nakamura" => "ナカムラ アキラ",
        _ => "コバヤシ ショウ",
    }
}

/// A 法人番号 from its twelve digits: the check digit comes first (法人番号の指定等に関する省令2条).
fn corporate_number(twelve: &str) -> String {
    let sum: u32 = twelve
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(digit - b'0') * if place % 2 == 0 { 1 } else { 2 })
        .sum();
    format!("{}{twelve}", 9 - sum % 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_made_up_companies_have_numbers_that_check() {
        assert!(japan::is_corporate_number(&corporate_number("101100101234")));
        assert!(japan::is_corporate_number(&corporate_number("202000102345")));
        assert!(japan::is_corporate_number(&corporate_number("303000103456")));
    }
}
