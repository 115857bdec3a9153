//! The frame of the help in Japanese: headings, and the flags that clap brings along.

use clap::{Arg, ArgAction, Command};

const OPTIONS: &str = "オプション";
const TEMPLATE: &str = "{about-with-newline}\n使い方：{usage}\n\n{all-args}{after-help}";

/// The command line with a Japanese frame, down to the last subcommand.
pub fn in_japanese(command: Command) -> Command {
    let is_top = command.get_version().is_some();
    let mut command = command
        .help_template(TEMPLATE)
        .subcommand_help_heading("コマンド")
        .subcommand_value_name("コマンド")
        .disable_help_flag(true)
        .mut_args(|arg| {
            let heading = if arg.is_positional() { "渡すもの" } else { OPTIONS };
            arg.help_heading(heading)
        })
        .mut_subcommands(in_japanese)
        .arg(
            Arg::new("help")
                .short('h')
                .long("help")
                .action(ArgAction::Help)
                .help("使い方を表示する")
                .help_heading(OPTIONS),
        );
    if is_top {
        command = command.disable_version_flag(true).arg(
            Arg::new("version")
                .short('V')
                .long("version")
                .action(ArgAction::Version)
                .help("版を表示する")
                .help_heading(OPTIONS),
        );
    }
    command
}
