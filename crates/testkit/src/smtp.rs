//! A mail server for tests: any port, refuses on command, keeps what was said.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A running sink.
#[derive(Clone, Debug)]
pub struct SmtpSink {
    /// Where it listens, on 127.0.0.1.
    pub port: u16,
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    /// The next answers to a word, before the usual ones.
    script: BTreeMap<String, VecDeque<String>>,
    offers: Vec<String>,
    mails: Vec<Vec<u8>>,
    transcript: Vec<String>,
}

impl SmtpSink {
    /// Listens before it answers.
    ///
    /// # Panics
    /// No port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let sink = Self {
            port,
            inside: Arc::default(),
        };
        let inside = sink.inside.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, inside.clone()));
            }
        });
        sink
    }
    /// The next recipients get these answers, one each, e.g. `"451 later"`, `"550 nobody here"`.
    pub fn answer_next(&self, answers: &[&str]) {
        self.answer("RCPT", answers);
    }
    /// The next times it is told `word` (`"AUTH"`, `"MAIL"`, `"STARTTLS"`; `"."` for the end of a mail), it gives these answers.
    pub fn answer(&self, word: &str, answers: &[&str]) {
        let mut inside = self.lock();
        let script = inside.script.entry(word.to_owned()).or_default();
        script.extend(answers.iter().map(|&answer| answer.to_owned()));
    }
    /// What it says to `EHLO` from now on, beside the usual, e.g. `"AUTH PLAIN LOGIN"`, `"STARTTLS"`.
    pub fn offer(&self, extensions: &[&str]) {
        self.lock().offers = extensions.iter().map(|&extension| extension.to_owned()).collect();
    }
    /// The mails taken so far, as they came.
    #[must_use]
    pub fn mails(&self) -> Vec<Vec<u8>> {
        self.lock().mails.clone()
    }
    /// What both sides said.
    #[must_use]
    pub fn transcript(&self) -> Vec<String> {
        self.lock().transcript.clone()
    }
    fn lock(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.inside.lock().expect("no panic while held")
    }
}

async fn talk(stream: TcpStream, inside: Arc<Mutex<Inside>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    let note = |who: &str, what: &str| {
        inside
            .lock()
            .expect("no panic while held")
            .transcript
            .push(format!("{who} {}", what.trim_end()))
    };
    write.write_all(b"220 sink\r\n").await?;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        note("C:", &line);
        let word = line.split([' ', ':', '\r', '\n']).next().unwrap_or_default().to_ascii_uppercase();
        let scripted = |word: &str| {
            let mut inside = inside.lock().expect("no panic while held");
            inside.script.get_mut(word).and_then(VecDeque::pop_front)
        };
        let answer = match (word.as_str(), scripted(&word)) {
            (_, Some(answer)) => answer,
            ("EHLO", None) => {
                let offers = inside.lock().expect("no panic while held").offers.clone();
                let more: String = offers.iter().map(|offer| format!("250-{offer}\r\n")).collect();
                format!("250-sink\r\n{more}250-8BITMIME\r\n250 SIZE 10000000")
            }
            ("DATA", None) => {
                write.write_all(b"354 go on\r\n").await?;
                let mail = data(&mut lines).await?;
                match scripted(".") {
                    Some(answer) => answer,
                    None => {
                        inside.lock().expect("no panic while held").mails.push(mail);
                        "250 taken".to_owned()
                    }
                }
            }
            ("QUIT", None) => "221 bye".to_owned(),
            ("AUTH", None) => "235 welcome".to_owned(),
            (_, None) => "250 ok".to_owned(),
        };
        note("S:", &answer);
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        if word == "QUIT" {
            return Ok(());
        }
    }
}

/// Up to the line with a single dot; doubled dots are one.
async fn data(lines: &mut (impl AsyncBufReadExt + Unpin)) -> std::io::Result<Vec<u8>> {
    let mut mail = Vec::new();
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line).await? == 0 || line == b".\r\n" {
            return Ok(mail);
        }
        mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}
