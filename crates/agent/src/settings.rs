//! What `setup` remembers, and where things are found when nothing is said.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::failure::Failure;

/// The settings file.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    #[serde(default)]
    pub server: Option<String>,
    #[serde(default)]
    pub module: Option<PathBuf>,
    #[serde(default)]
    pub token: Option<String>,
}

/// Where modules of common tokens lie.
const MODULES: [&str; 10] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/libeToken.so",
    "/usr/lib/libIDPrimePKCS11.so",
    "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
    "/usr/lib64/opensc-pkcs11.so",
    "/usr/local/lib/libeTPkcs11.dylib",
    "/Library/OpenSC/lib/opensc-pkcs11.so",
    "C:\\Windows\\System32\\eTPKCS11.dll",
    "C:\\Program Files\\OpenSC Project\\OpenSC\\pkcs11\\opensc-pkcs11.dll",
];

impl Settings {
    /// `CECSIGN_AGENT_SETTINGS`, else the user's configuration folder.
    pub fn path() -> Option<PathBuf> {
        if let Some(path) = std::env::var_os("CECSIGN_AGENT_SETTINGS") {
            return Some(path.into());
        }
        let folder = if cfg!(windows) {
            PathBuf::from(std::env::var_os("APPDATA")?)
        } else {
            std::env::var_os("XDG_CONFIG_HOME")
                .map(PathBuf::from)
                .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".config")))?
        };
        Some(folder.join("cecsign-agent").join("settings.json"))
    }
    /// What is said on the command line, else what is remembered.
    pub fn of(command: &Command) -> Self {
        let known: Self = Self::path()
            .and_then(|path| std::fs::read(path).ok())
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self {
            server: command.server.clone().or(known.server),
            module: command
                .module
                .clone()
                .or(known.module)
                .or_else(|| MODULES.iter().map(PathBuf::from).find(|path| path.exists())),
            token: command.token.clone().or(known.token),
        }
    }
    pub fn save(&self) -> Result<PathBuf, Failure> {
        let failed = |_| {
            Failure::lacking(
                "settings_unwritable",
                "設定ファイルを書けません。",
                "CECSIGN_AGENT_SETTINGS で書き込める場所を指定してください。",
            )
        };
        let path = Self::path().ok_or_else(|| failed(std::io::Error::other("no home")))?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let text = serde_json::to_vec_pretty(self).expect("plain text and paths become JSON");
        std::fs::write(&path, text).map_err(failed)?;
        Ok(path)
    }
    pub fn server(&self) -> Result<&str, Failure> {
        self.server.as_deref().ok_or_else(|| {
            Failure::lacking(
                "server_missing",
                "サーバのアドレスがありません。",
                "--server で指定するか、cecsign-agent setup で記憶させてください。",
            )
        })
    }
    pub fn module(&self) -> Result<&PathBuf, Failure> {
        self.module.as_ref().ok_or_else(|| {
            Failure::lacking(
                "module_missing",
                "トークンのPKCS#11モジュールが見つかりません。",
                "トークンに付属のソフトウェアを入れるか、--module で場所を指定してください。",
            )
        })
    }
}

/// The code, or why not.
pub fn code(command: &Command) -> Result<&str, Failure> {
    command.code.as_deref().ok_or_else(|| {
        Failure::lacking(
            "code_missing",
            "コードがありません。",
            "画面に表示されたコードを --code で指定してください。",
        )
    })
}
