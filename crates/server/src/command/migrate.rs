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
        let data = crate::folder::DataFolder::open(&options.at.data)?;
        let db = super::open(&options.at.engine.url(data.path())).await?;
        db.close();
        Ok(())
    });
    super::ended(done, |()| {
        println!("データベースは、この版（{}）の形です。", env!("CARGO_PKG_VERSION"))
    })
}
