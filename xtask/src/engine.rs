//! A PostgreSQL of its own in a temporary folder, started for one run of the tests and ended by its own process id.

use crate::run::{Done, Failed, is_root, output, quiet, tools};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// A running cluster; ends when dropped.
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    /// `postgres://…` of a user that may create databases.
    pub url: String,
}

impl Postgres {
    /// Initialises and starts a cluster on a free port of 127.0.0.1.
    pub fn start() -> Result<Self, Failed> {
        let bin = newest_bin()?;
        let folder = std::env::temp_dir().join(format!("cectrust-postgres-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(|error| Failed(error.to_string()))?;
        // PostgreSQL refuses to run as root: the package brings a system user for it.
        let root = is_root();
        if root {
            quiet(Command::new("chown").arg("postgres").arg(&folder))?;
        }
        let command = |program: &str| {
            if root {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                    .arg(bin.join(program));
                command.current_dir(&folder);
                command
            } else {
                let mut command = Command::new(bin.join(program));
                command.current_dir(&folder);
                command
            }
        };
        let data = folder.join("data");
        quiet(
            command("initdb")
                .args([
                    "--auth=trust",
                    "--username=cectrust",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--no-sync",
                    "-D",
                ])
                .arg(&data),
        )?;
        let port = free_port()?;
        let server = command("postgres")
            .arg("-D")
            .arg(&data)
            .args([
                "-p",
                &port.to_string(),
                "-h",
                "127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=200",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(tools().join("postgres.log")).map_or_else(|_| Stdio::null(), Stdio::from))
            .spawn()
            .map_err(|error| Failed(format!("postgres: {error}")))?;
        let this = Self {
            server,
            folder,
            url: format!("postgres://cectrust@127.0.0.1:{port}/postgres"),
        };
        this.wait_until_ready(&bin, port)?;
        Ok(this)
    }

    fn wait_until_ready(&self, bin: &std::path::Path, port: u16) -> Done {
        for _ in 0..150 {
            let (ok, _) = output(Command::new(bin.join("pg_isready")).args(["-h", "127.0.0.1", "-p", &port.to_string()]))?;
            if ok {
                return Ok(());
            }
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        Err(Failed(format!(
            "PostgreSQL did not answer within 30 s; see {}",
            tools().join("postgres.log").display()
        )))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // `setpriv` executes postgres in its own process: the id is the server's. SIGINT = fast shutdown.
        let _ended = output(Command::new("kill").args(["-INT", &self.server.id().to_string()]));
        let _status = self.server.wait();
        let _gone = std::fs::remove_dir_all(&self.folder);
    }
}

fn newest_bin() -> Result<PathBuf, Failed> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map_err(|_| Failed("PostgreSQL is not installed: run `cargo xtask tools`".to_owned()))?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("postgres").is_file())
        .collect();
    versions.sort();
    versions
        .pop()
        .ok_or_else(|| Failed("PostgreSQL's server is not installed: run `cargo xtask tools`".to_owned()))
}

/// A port that is free at this moment.
pub fn free_port() -> Result<u16, Failed> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").map_err(|error| Failed(error.to_string()))?;
    listener
        .local_addr()
        .map(|address| address.port())
        .map_err(|error| Failed(error.to_string()))
}
