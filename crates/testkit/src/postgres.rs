//! A PostgreSQL to test on: the one of `CECTRUST_TEST_POSTGRES`, or a cluster of our own in a temporary folder, one per test program.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use tokio_postgres::{Client, NoTls};

/// An empty database of its own.
pub struct Fresh {
    name: String,
    admin: String,
    /// Its address.
    pub url: String,
}

impl Fresh {
    /// Makes one.
    pub async fn create() -> Self {
        let name = format!("t_{}", uuid::Uuid::new_v4().simple());
        // starting a cluster blocks; only the first test of a program waits for it
        let admin = tokio::task::spawn_blocking(address).await.expect("a PostgreSQL for tests");
        let url = with_database(&admin, &name);
        execute(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")).await;
        Self { name, admin, url }
    }
    /// Drops it, whoever is connected still.
    pub async fn drop(self) {
        execute(&self.admin, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await;
    }
}

async fn execute(admin: &str, statement: &str) {
    let (client, connection): (Client, _) = tokio_postgres::connect(admin, NoTls)
        .await
        .expect("the PostgreSQL for tests answers");
    let driver = tokio::spawn(connection);
    client
        .batch_execute(statement)
        .await
        .unwrap_or_else(|error| panic!("{statement}: {error:?}"));
    drop(client);
    drop(driver.await);
}

/// `postgres://user@host:port/postgres?…` with another database.
fn with_database(url: &str, name: &str) -> String {
    let (head, query) = url.split_once('?').map_or((url, None), |(head, query)| (head, Some(query)));
    let start = head.find("://").map_or(0, |at| at + 3);
    let path = head[start..].find('/').map_or(head.len(), |at| start + at);
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{}/{name}{query}", &head[..path])
}

/// The address of a database from which others can be made.
fn address() -> String {
    static OWN: OnceLock<Cluster> = OnceLock::new();
    if let Ok(url) = std::env::var("CECTRUST_TEST_POSTGRES")
        && !url.is_empty()
    {
        return url;
    }
    OWN.get_or_init(Cluster::start).url.clone()
}

/// A running cluster. It ends with this program: the keeper reads our pipe, which closes whatever way we end.
struct Cluster {
    url: String,
    _keeper: Mutex<Child>,
}

/// Waits until the pipe closes, then stops the server and removes the folder. `$1` how to become its user, `$2` its programs, `$3` the folder.
const KEEPER: &str = r#"cat >/dev/null; $1 "$2/pg_ctl" -D "$3/data" -m immediate stop >/dev/null 2>&1; rm -rf "$3""#;

impl Cluster {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new()
            .prefix("cectrust-pg-")
            .tempdir()
            .expect("a temporary folder")
            .keep();
        // PostgreSQL refuses to run as root
        let become_user = if is_root() {
            vec!["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        } else {
            Vec::new()
        };
        if is_root() {
            done(Command::new("chown").arg("postgres").arg(&folder));
        }
        let run = |program: &str| {
            let program = programs.join(program);
            let mut command = match become_user.split_first() {
                Some((first, rest)) => {
                    let mut command = Command::new(first);
                    command.args(rest).arg(program);
                    command
                }
                None => Command::new(program),
            };
            command.current_dir(&folder);
            command
        };
        let data = folder.join("data");
        let keeper = Command::new("setsid")
            .args(["sh", "-c", KEEPER, "keeper"])
            .args([become_user.join(" ")])
            .args([&programs, &folder])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("setsid and sh are on every Linux");
        done(
            run("initdb")
                .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
                .arg(&data),
        );
        let mut settings = std::fs::File::options()
            .append(true)
            .open(data.join("postgresql.conf"))
            .expect("initdb writes it");
        writeln!(
            settings,
            "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 300\nshared_buffers = 64MB\nfsync = off\nfull_page_writes = off\nautovacuum = off",
            folder.display()
        )
        .expect("a line more");
        done(
            run("pg_ctl")
                .args(["-w", "-t", "60", "-l"])
                .arg(folder.join("log"))
                .arg("-D")
                .arg(&data)
                .arg("start"),
        );
        let host = folder.display().to_string().replace('/', "%2F");
        Self {
            url: format!("postgres://postgres@{host}/postgres"),
            _keeper: Mutex::new(keeper),
        }
    }
}

fn is_root() -> bool {
    Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

/// The newest that Debian installed, else whatever is on the path.
fn programs() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    let newest = installed.filter(|bin| bin.join("initdb").exists()).max_by_key(|bin| version(bin));
    let on_path = || std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).find(|bin| bin.join("initdb").exists());
    newest.or_else(on_path).expect("PostgreSQL is not here: run `cargo xtask test`")
}

fn version(bin: &Path) -> u32 {
    bin.parent()
        .and_then(|folder| folder.file_name()?.to_str()?.parse().ok())
        .unwrap_or(0)
}

fn done(command: &mut Command) {
    let began = Instant::now();
    // pg_ctl's server keeps inherited pipes open: its output goes nowhere, its log is in the folder
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?} ended with {status}");
    if began.elapsed() > Duration::from_secs(30) {
        eprintln!("slow: {command:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn a_database_is_named_in_any_address() {
        assert_eq!(with_database("postgres://u@h:5/postgres?x=1", "t"), "postgres://u@h:5/t?x=1");
        assert_eq!(with_database("postgres://u@%2Ftmp/postgres", "t"), "postgres://u@%2Ftmp/t");
        assert_eq!(with_database("postgres://u@h", "t"), "postgres://u@h/t");
    }
}
