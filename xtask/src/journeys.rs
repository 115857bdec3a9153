//! The journeys as a stranger plays them, judged by the tools of others; and the same with kill -9 in between.

use crate::engine::{Postgres, free_port};
use crate::run::{Done, Failed, built, output, run, target, tools};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const KEYS: [&str; 4] = ["rsa2048", "rsa3072", "p256", "p384"];
const CREDENTIALS: [&str; 3] = ["server", "token", "outside"];
/// Journeys at the same time: one is played while another is judged, and neither keeps two cores busy.
const LANES: usize = 2;
/// How many kills one journey gets.
const KILLS_A_JOURNEY: usize = 5;

/// A journey of the matrix: key, credential, whether on PostgreSQL.
type Wish = (&'static str, &'static str, bool);

/// Every key with every credential; the engines alternate so that each key and each credential meets both.
pub fn pairs(postgres: &Postgres) -> Done {
    let pair = |(k, c): (usize, usize)| (KEYS[k], CREDENTIALS[c], (k + c) % 2 == 1);
    let wishes = (0..KEYS.len()).flat_map(|k| (0..CREDENTIALS.len()).map(move |c| (k, c)));
    played(&wishes.map(pair).collect::<Vec<_>>(), postgres)
}

/// Every key with every credential on both engines.
pub fn matrix(postgres: &Postgres) -> Done {
    let pairs = KEYS
        .iter()
        .flat_map(|key| CREDENTIALS.iter().map(move |credential| (*key, *credential)));
    let wishes = pairs.flat_map(|(key, credential)| [false, true].map(|on_postgres| (key, credential, on_postgres)));
    played(&wishes.collect::<Vec<_>>(), postgres)
}

/// Plays and judges them; DSS judges all at the end.
fn played(wishes: &[Wish], postgres: &Postgres) -> Done {
    let next = AtomicUsize::new(0);
    let outs = lanes(&|| {
        let (key, credential, on_postgres) = wishes.get(next.fetch_add(1, Ordering::Relaxed))?;
        Some(journey(key, credential, *on_postgres, postgres))
    })?;
    dss(&outs)
}

/// Runs `turn` again and again in each lane until there is none left; what they gave, or the first failure. After a failure nobody begins
/// another turn.
fn lanes(turn: &(dyn Fn() -> Option<Result<PathBuf, Failed>> + Sync)) -> Result<Vec<PathBuf>, Failed> {
    let (given, failed) = (Mutex::new(Vec::new()), Mutex::new(None));
    let lane = || {
        while locked(&failed).is_none()
            && let Some(end) = turn()
        {
            match end {
                Ok(out) => locked(&given).push(out),
                Err(why) => drop(locked(&failed).get_or_insert(why)),
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(lane);
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(why) => Err(why),
        None => Ok(given.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn journey(key: &str, credential: &str, on_postgres: bool, postgres: &Postgres) -> Result<PathBuf, Failed> {
    let engine = if on_postgres { "postgres" } else { "sqlite" };
    let name = format!("{key}-{credential}-{engine}");
    let out = fresh(&name)?;
    let start = Instant::now();
    let mut command = Command::new(built("cectrust"));
    command
        .args(["demo", "--script"])
        .arg(&out)
        .args(["--key", key, "--credential", credential, "--no-screens"]);
    if on_postgres {
        command.args(["--engine", &format!("postgres={}", database(postgres, &name)?)]);
    }
    let (ok, text) = output(&mut command)?;
    if !ok {
        return Err(Failed(format!("journey {name}:\n{text}")));
    }
    let played = start.elapsed();
    judge(&out, &name)?;
    println!(
        "   journey {name}: played in {:.1} s, judged in {:.1} s",
        played.as_secs_f32(),
        (start.elapsed() - played).as_secs_f32()
    );
    Ok(out)
}

/// EU DSS about all folders in one process: it takes seconds to start.
fn dss(outs: &[PathBuf]) -> Done {
    let start = Instant::now();
    let (ok, text) = output(Command::new("python3").arg("oracles/dss.py").args(outs))?;
    if !ok {
        return Err(Failed(format!("EU DSS does not agree:\n{text}")));
    }
    let checks = text.lines().filter(|line| line.starts_with("ok")).count();
    println!(
        "   EU DSS: {} journeys, {checks} checks in {:.1} s",
        outs.len(),
        start.elapsed().as_secs_f32()
    );
    Ok(())
}

fn judge(out: &Path, name: &str) -> Done {
    let (ok, text) = output(
        Command::new(tools().join("venv/bin/python"))
            .arg("oracles/outdir.py")
            .arg(out)
            .arg("--cectrust")
            .arg(built("cectrust"))
            .arg("--without-dss"),
    )?;
    if ok {
        Ok(())
    } else {
        Err(Failed(format!(
            "the foreign judges do not agree on journey {name} ({}):\n{text}",
            out.display()
        )))
    }
}

/// Journeys whose server is killed with SIGKILL at random moments and started again; each must come to its end, and be judged good.
pub fn killed(kills: usize, postgres: &Postgres) -> Done {
    let shared = Mutex::new(Kills {
        done: 0,
        wanted: 0,
        round: 0,
    });
    let outs = lanes(&|| {
        let (round, wanted) = {
            let mut shared = locked(&shared);
            let wanted = KILLS_A_JOURNEY.min(kills - (shared.done + shared.wanted));
            if wanted == 0 {
                return None;
            }
            if shared.round > kills + 5 {
                return Some(Err(Failed("the journeys end before the kills fall: nothing was tested".to_owned())));
            }
            shared.wanted += wanted;
            shared.round += 1;
            (shared.round - 1, wanted)
        };
        let end = killed_journey(round, wanted, postgres);
        let mut shared = locked(&shared);
        shared.wanted -= wanted;
        Some(end.map(|(out, done)| {
            shared.done += done;
            println!("   {} of {kills} kills, journey killed-{round} whole and judged good", shared.done);
            out
        }))
    })?;
    dss(&outs)
}

/// Kills that fell, and those that journeys under way still want.
struct Kills {
    done: usize,
    wanted: usize,
    round: usize,
}

/// One of them, with so many kills; fewer fall when it comes to its end before.
fn killed_journey(round: usize, kills: usize, postgres: &Postgres) -> Result<(PathBuf, usize), Failed> {
    let mut chance = 0x2026_1124_u64.wrapping_add(round as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let on_postgres = round % 2 == 1;
    let name = format!("killed-{round}");
    let out = fresh(&name)?;
    let data = fresh(&format!("{name}-data"))?;
    let engine = if on_postgres {
        Some(format!("postgres={}", database(postgres, &name)?))
    } else {
        None
    };
    let ports = (free_port()?, free_port()?);
    let mut server = serve(&data, engine.as_deref(), ports)?;
    let driver = Command::new(built("cectrust"))
        .args(["demo", "--script"])
        .arg(&out)
        .args(["--at", &format!("http://127.0.0.1:{}", ports.0), "--survive-restarts"])
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(out.with_extension("log")).map_err(|error| Failed(error.to_string()))?)
        .stderr(Stdio::inherit())
        .spawn();
    let mut driver = Running(driver.map_err(|error| Failed(error.to_string()))?);
    // From the registration of the case on, the kills fall at moments that are not chosen.
    while !std::fs::read_to_string(out.join("journey.jsonl")).is_ok_and(|lines| lines.contains("\"step\":\"register\"")) {
        if driver.0.try_wait().map_err(|error| Failed(error.to_string()))?.is_some() {
            return Err(Failed(format!(
                "journey {name} ended before a case was registered; see {}",
                out.with_extension("log").display()
            )));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut done = 0;
    while done < kills {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis((chance >> 33) % 700));
        if driver.0.try_wait().map_err(|error| Failed(error.to_string()))?.is_some() {
            break;
        }
        server.kill();
        server = serve(&data, engine.as_deref(), ports)?;
        done += 1;
    }
    let status = wait(&mut driver.0, Duration::from_secs(240))?;
    server.end();
    if !status {
        return Err(Failed(format!(
            "journey {name} did not come to its end after the kills; see {}",
            out.with_extension("log").display()
        )));
    }
    judge(&out, &name)?;
    Ok((out, done))
}

/// A program of a kill journey. However the journey ends, it does not outlive it.
struct Running(Child);

impl Running {
    /// SIGKILL, in the middle of whatever it does.
    fn kill(&mut self) {
        let _sent = self.0.kill();
        let _status = self.0.wait();
    }
    /// SIGTERM: it comes to its end by itself.
    fn end(&mut self) {
        let _ended = output(Command::new("kill").args(["-TERM", &self.0.id().to_string()]));
        let _status = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

fn serve(data: &Path, engine: Option<&str>, ports: (u16, u16)) -> Result<Running, Failed> {
    let ready = data.with_extension("ready.json");
    let _old = std::fs::remove_file(&ready);
    let mut command = Command::new(built("cectrust"));
    command.args(["serve", "--demo", "--bare", "--data"]).arg(data);
    command
        .args([
            "--listen",
            &format!("127.0.0.1:{}", ports.0),
            "--status-listen",
            &format!("127.0.0.1:{}", ports.1),
            "--ready-file",
        ])
        .arg(&ready);
    if let Some(engine) = engine {
        command.args(["--engine", engine]);
    }
    let log = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(data.with_extension("log"))
        .map_err(|error| Failed(error.to_string()))?;
    let spawned = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
    let mut server = Running(spawned.map_err(|error| Failed(error.to_string()))?);
    let start = Instant::now();
    while !ready.exists() {
        let ended = server.0.try_wait().map_err(|error| Failed(error.to_string()))?;
        if start.elapsed() > Duration::from_secs(60) || ended.is_some() {
            return Err(Failed(format!(
                "the server did not come up again; see {}",
                data.with_extension("log").display()
            )));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(server)
}

fn wait(child: &mut Child, at_most: Duration) -> Result<bool, Failed> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| Failed(error.to_string()))? {
            return Ok(status.success());
        }
        if start.elapsed() > at_most {
            let _sent = child.kill();
            let _status = child.wait();
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn fresh(name: &str) -> Result<PathBuf, Failed> {
    let folder = target().join("journeys").join(name);
    let _old = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| Failed(format!("{}: {error}", folder.display())))?;
    Ok(folder)
}

/// A new database in the cluster, named after the journey.
fn database(postgres: &Postgres, name: &str) -> Result<String, Failed> {
    let name = format!("journey_{}", name.replace('-', "_"));
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        run(Command::new("psql")
            .env("PGOPTIONS", "-c client_min_messages=warning")
            .args(["-q", "-d", &postgres.url, "-c", &sql]))?;
    }
    Ok(postgres
        .url
        .rsplit_once('/')
        .map_or_else(|| postgres.url.clone(), |(server, _)| format!("{server}/{name}")))
}
