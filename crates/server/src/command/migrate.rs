//! `cectrust migrate`.

/// Options of `migrate`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// データの場所
    #[command(flatten)]
    pub at: super::Where,
}

/// Brings the database to this version's form.
#[must_use]
pub fn run(options: &Options) -> std::process::ExitCode {
    crate::run::speak();
    let done = crate::run::block_on(async {
        let data = crate::folder::DataFolder::open(&options.at.data).map_err(|error| error.to_string())?;
        let db = store::Database::open(&options.at.engine.url(data.path()))
            .await
            .map_err(|error| error.to_string())?;
        db.migrate().await.map_err(|error| error.to_string())?;
        db.close();
        Ok::<_, String>(())
    });
    match done.map_err(|error| error.to_string()).and_then(|done| done) {
        Ok(()) => {
            println!("データベースは、この版（{}）の形です。", env!("CARGO_PKG_VERSION"));
            std::process::ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("できませんでした：{why}");
            std::process::ExitCode::from(1)
        }
    }
}
