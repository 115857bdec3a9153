use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use certification::ceremony::CaKey;
use certification::{Certificate, Reason, Revoking};
use pki::KeyType;
use responder::{Faults, Identity, Key, Responder, TsaFault};
use store::unit;
use testkit::{Bench, both, on_sqlite, python_tool, tool};

use crate::house::House;

struct World {
    house: House,
    responder: Responder,
    faults: Arc<Faults>,
    url: String,
}

async fn world(bench: Bench, key: CaKey) -> World {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let house = House::at(bench, &url, key).await;
    let authority = &house.authority;
    let identity = Identity {
        issuing: authority.issuing().clone(),
        ocsp: Key {
            certificate: authority.ocsp().clone(),
            signer: authority.ocsp_signer().clone(),
        },
        tsu: Key {
            certificate: authority.tsu().clone(),
            signer: authority.tsu_signer().clone(),
        },
        tsu_until: authority.tsu_until(),
        tsa_policy: authority.tsa_policy(),
        arc: *authority.arc(),
        demo: true,
    };
    let faults = Arc::new(Faults::default());
    let responder = Responder::new(
        identity,
        house.bench.db.clone(),
        house.bench.clock.clone(),
        house.bench.random.clone(),
        faults.clone(),
    );
    let router = responder.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let folder = house.bench.folder.path();
    std::fs::write(folder.join("root.pem"), authority.root().pem()).unwrap();
    std::fs::write(folder.join("issuing.pem"), authority.issuing().pem()).unwrap();
    std::fs::write(folder.join("issuing-only.pem"), authority.issuing().pem()).unwrap();
    std::fs::write(folder.join("tsu.pem"), authority.tsu().pem()).unwrap();
    World {
        house,
        responder,
        faults,
        url,
    }
}

impl World {
    fn folder(&self) -> &Path {
        self.house.bench.folder.path()
    }
    fn file(&self, name: &str) -> String {
        self.folder().join(name).display().to_string()
    }
    fn at(&self) -> String {
        self.house.bench.now().plus_seconds(1).unix_seconds().to_string()
    }
    /// What `openssl ocsp` says about a certificate; the request goes over HTTP with a nonce.
    async fn openssl_ocsp(&self, name: &str) -> String {
        let mut command = tool("openssl");
        command.args([
            "ocsp",
            "-url",
            &format!("{}/g1/ocsp", self.url),
            "-issuer",
            &self.file("issuing.pem"),
            "-cert",
            &self.file(name),
        ]);
        // -VAfile is not given: the signer is delegated and must be found through the chain.
        command.args([
            "-CAfile",
            &self.file("root.pem"),
            "-verify_other",
            &self.file("issuing.pem"),
            "-respout",
            &self.file("answer.der"),
            "-attime",
            &self.at(),
        ]);
        command.args(["-validity_period", "999999999"]);
        said(command).await
    }
    async fn get(&self, path: &str) -> (u16, Vec<u8>) {
        let mut command = tool("curl");
        command.args(["-s", "-o", &self.file("got"), "-w", "%{http_code}", &format!("{}{path}", self.url)]);
        let status = said(command).await;
        (status.trim().parse().unwrap(), std::fs::read(self.file("got")).unwrap_or_default())
    }
    async fn stamp(&self) -> (u16, Vec<u8>) {
        std::fs::write(self.file("data"), "契約").unwrap();
        let mut query = tool("openssl");
        query.args([
            "ts",
            "-query",
            "-data",
            &self.file("data"),
            "-sha256",
            "-cert",
            "-out",
            &self.file("q.tsq"),
        ]);
        said(query).await;
        self.post("/g1/tsa", "application/timestamp-query", "q.tsq").await
    }
    async fn post(&self, path: &str, kind: &str, body: &str) -> (u16, Vec<u8>) {
        let mut command = tool("curl");
        command.args([
            "-s",
            "-o",
            &self.file("got"),
            "-w",
            "%{http_code}",
            "-H",
            &format!("content-type: {kind}"),
            "--data-binary",
            &format!("@{}", self.file(body)),
        ]);
        command.arg(format!("{}{path}", self.url));
        let status = said(command).await;
        (status.trim().parse().unwrap(), std::fs::read(self.file("got")).unwrap_or_default())
    }
}

async fn said(mut command: Command) -> String {
    let out = tokio::task::spawn_blocking(move || command.output().expect("it runs"))
        .await
        .unwrap();
    format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr))
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

async fn revoke(house: &House, certificate: &Certificate) {
    unit!(house.bench.db, |unit| {
        let certificate = Certificate::open::<Revoking>(unit, &house.tanaka, certificate.id).await?;
        Certificate::request_revocation(&certificate, unit, Reason::KeyCompromise, house.bench.now()).await
    })
    .await
    .unwrap();
    house.work().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_sees_good_then_revoked_and_never_good_for_what_was_not_issued() {
    both(|bench| async {
        let world = world(bench, CaKey::P384).await;
        let (certificate, _) = world.house.holder(KeyType::P256).await;
        std::fs::write(world.file("ee.pem"), certificate.x509().pem()).unwrap();
        // Issued a moment ago, nothing refreshed yet: the responder looks by itself.
        let good = world.openssl_ocsp("ee.pem").await;
        assert!(good.contains("ee.pem: good") && good.contains("Response verify OK"), "{good}");
        let lint = python_tool("lint_ocsp_response")
            .args(["lint", "-s", "WARNING", &world.file("answer.der")])
            .output()
            .unwrap();
        let found = String::from_utf8_lossy(&lint.stdout).into_owned();
        assert!(
            lint.status.success() && found.trim().is_empty(),
            "{found}{}",
            String::from_utf8_lossy(&lint.stderr)
        );

        // RFC 6960 appendix A: the same by GET, base64 in the path, escaped or not.
        let id = pki::CertId::new(
            world.house.authority.issuing(),
            certificate.x509().serial(),
            pki::DigestAlgorithm::Sha1,
        )
        .unwrap();
        let request = base64(&pki::OcspRequest::build(&[id], Some(&[0xfb, 0xff, 0xfe])));
        for path in [request.clone(), request.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")] {
            let (status, der) = world.get(&format!("/g1/ocsp/{path}")).await;
            let answer = pki::OcspResponse::parse(&der).unwrap();
            assert_eq!((status, answer.nonce()), (200, Some(&[0xfb, 0xff, 0xfe][..])));
            answer.verify(world.house.authority.issuing(), &[]).unwrap();
            assert_eq!(answer.singles()[0].status, pki::OcspStatus::Good);
        }

        revoke(&world.house, &certificate).await;
        world.responder.refresh().await.unwrap();
        let revoked = world.openssl_ocsp("ee.pem").await;
        assert!(
            revoked.contains("ee.pem: revoked") && revoked.contains("keyCompromise"),
            "{revoked}"
        );
        // A serial that this CA never gave, and one of another CA.
        for (issuer, serial) in [("issuing.pem", "0x1122334455"), ("root.pem", "1")] {
            let (url, issuer, root) = (format!("{}/g1/ocsp", world.url), world.file(issuer), world.file("root.pem"));
            let mut asked = tool("openssl");
            asked.args(["ocsp", "-url", &url, "-issuer", &issuer, "-serial", serial, "-CAfile", &root]);
            let answer = said(asked).await;
            assert!(answer.contains("unauthorized") && !answer.contains("good"), "{issuer}: {answer}");
        }
        std::fs::write(world.file("rubbish"), [0x30, 0x03, 0x02]).unwrap();
        let (status, body) = world.post("/g1/ocsp", "application/ocsp-request", "rubbish").await;
        assert_eq!((status, body), (200, vec![0x30, 0x03, 0x0a, 0x01, 0x01]), "malformedRequest");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_a_revoked_certificate_makes_openssl_refuse_it() {
    on_sqlite(|bench| async {
        let world = world(bench, CaKey::P384).await;
        let (certificate, _) = world.house.holder(KeyType::P256).await;
        std::fs::write(world.file("ee.pem"), certificate.x509().pem()).unwrap();
        let verify = async |world: &World| {
            let mut crls = String::new();
            for path in ["/g1/ca.crl", "/g1/root.crl"] {
                let (status, der) = world.get(path).await;
                assert_eq!(status, 200);
                crls.push_str(&pki::Crl::parse(&der).unwrap().pem());
            }
            std::fs::write(world.file("crls.pem"), crls).unwrap();
            let mut command = tool("openssl");
            command.args([
                "verify",
                "-x509_strict",
                "-crl_check_all",
                "-attime",
                &world.at(),
                "-CAfile",
                &world.file("root.pem"),
            ]);
            command.args([
                "-untrusted",
                &world.file("issuing.pem"),
                "-CRLfile",
                &world.file("crls.pem"),
                &world.file("ee.pem"),
            ]);
            said(command).await
        };
        let before = verify(&world).await;
        assert!(before.contains("ee.pem: OK"), "{before}");
        revoke(&world.house, &certificate).await;
        world.responder.refresh().await.unwrap();
        let after = verify(&world).await;
        assert!(after.contains("certificate revoked"), "{after}");
        for (path, certificate) in [
            ("/g1/root.cer", world.house.authority.root()),
            ("/g1/issuing.cer", world.house.authority.issuing()),
        ] {
            assert_eq!(world.get(path).await, (200, certificate.der().to_vec()));
        }
        let (status, cps) = world.get("/cps").await;
        let cps = String::from_utf8(cps).unwrap();
        assert!(status == 200 && cps.contains("1.3.6.1.4.1.32473.1.2") && cps.contains("デモ環境") && !cps.contains("{arc}"));
        assert_eq!(world.get("/nothing").await.0, 404);
        assert_eq!(world.get("/log/checkpoint").await.0, 404);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn openssl_verifies_a_time_stamp_and_faults_are_faults() {
    for key in [CaKey::P384, CaKey::Rsa3072] {
        on_sqlite(|bench| async move {
            let world = world(bench, key).await;
            let (status, reply) = world.stamp().await;
            assert_eq!(status, 200);
            std::fs::write(world.file("r.tsr"), &reply).unwrap();
            let verify = |untrusted: &str| {
                let mut command = tool("openssl");
                command.args([
                    "ts",
                    "-verify",
                    "-data",
                    &world.file("data"),
                    "-in",
                    &world.file("r.tsr"),
                    "-CAfile",
                    &world.file("root.pem"),
                    "-attime",
                    &world.at(),
                ]);
                command.args(["-untrusted", &world.file(untrusted)]);
                said(command)
            };
            let verified = verify("issuing.pem").await;
            assert!(verified.contains("Verification: OK"), "{verified}");
            let answer = cms::tsp::TimeStampResponse::parse(&reply).unwrap();
            let token = cms::tsp::Token::parse(&answer.token.unwrap()).unwrap();
            assert_eq!(token.info.gen_time, world.house.bench.now().floor_second());
            assert_eq!(token.info.policy, world.house.authority.tsa_policy());
            // Another document.
            std::fs::write(world.file("data"), "別の契約").unwrap();
            assert!(verify("issuing.pem").await.contains("Verification: FAILED"));

            world.faults.set_tsa(TsaFault::Down);
            assert_eq!(world.stamp().await.0, 503);
            world.faults.set_tsa(TsaFault::WrongTime);
            let (_, reply) = world.stamp().await;
            let answer = cms::tsp::TimeStampResponse::parse(&reply).unwrap();
            let token = cms::tsp::Token::parse(&answer.token.unwrap()).unwrap();
            assert!(token.info.gen_time > world.house.bench.now().plus_seconds(3_600));
            world.faults.clear();
            std::fs::write(world.file("rubbish"), "no request").unwrap();
            let (status, reply) = world.post("/g1/tsa", "application/timestamp-query", "rubbish").await;
            assert_eq!(status, 200);
            assert_eq!(cms::tsp::TimeStampResponse::parse(&reply).unwrap().status, 2);

            // Its key is used one year; its certificate lives on.
            world.house.bench.clock.advance(364 * 86_400);
            let (_, reply) = world.stamp().await;
            assert!(cms::tsp::TimeStampResponse::parse(&reply).unwrap().token.is_some());
            world.house.bench.clock.advance(86_400);
            let (_, reply) = world.stamp().await;
            let answer = cms::tsp::TimeStampResponse::parse(&reply).unwrap();
            assert!(answer.status == 2 && answer.token.is_none(), "timeNotAvailable");
            assert!(world.house.authority.tsu().is_valid_at(world.house.bench.now()));
        })
        .await;
    }
}
