//! `cectrust docs`.

/// Options of `docs`.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// 何を出すか
    #[command(subcommand)]
    pub what: What,
}

/// What the program can tell about itself.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum What {
    /// 状態遷移表（プログラムの中の表から）
    States {
        /// JSONで出す（なければMarkdown）
        #[arg(long)]
        json: bool,
    },
    /// APIの一覧（OpenAPI 3.1）
    Openapi,
}

/// Prints it.
#[must_use]
pub fn run(options: &Options) -> std::process::ExitCode {
    match options.what {
        What::States { json: true } => println!("{}", crate::states::json()),
        What::States { json: false } => print!("{}", crate::states::markdown()),
        What::Openapi => match api::openapi().to_pretty_json() {
            Ok(text) => println!("{text}"),
            Err(error) => {
                eprintln!("{error}");
                return std::process::ExitCode::from(1);
            }
        },
    }
    std::process::ExitCode::SUCCESS
}
