//! Migrations are written once, in words of our own: `ID TEXT INT BOOL BYTES JSON INSTANT`. Here they become an engine's types.

use crate::Engine;

/// The text for `engine`. Only whole upper-case words outside quotes and comments change.
pub fn translate(text: &str, engine: Engine) -> String {
    let mut out = String::new();
    let mut table = Table::Outside;
    for token in tokens(&only(text, engine)) {
        match token {
            Token::Word(word) => {
                table = table.after(word);
                if engine == Engine::Postgres && table == Table::Options && (word == "WITHOUT" || word == "ROWID") {
                    continue;
                }
                if table == Table::Options && word == "ROWID" {
                    table = Table::WithoutRowid;
                }
                out.push_str(kind(word, engine).unwrap_or(word));
            }
            Token::Other(";") => {
                if engine == Engine::Sqlite {
                    out.push_str(match table {
                        Table::Options => " STRICT",
                        Table::WithoutRowid => ", STRICT",
                        _ => "",
                    });
                }
                table = Table::Outside;
                out.push(';');
            }
            Token::Other(other) => {
                table = table.at(other);
                out.push_str(other);
            }
        }
    }
    out
}

/// Where in a `CREATE TABLE` we are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Table {
    Outside,
    Create,
    Columns(u32),
    Options,
    WithoutRowid,
}

impl Table {
    fn after(self, word: &str) -> Self {
        match (self, word) {
            (Self::Outside, "CREATE") => Self::Create,
            (Self::Create, "INDEX" | "UNIQUE" | "TRIGGER" | "VIEW") => Self::Outside,
            (state, _) => state,
        }
    }
    fn at(self, other: &str) -> Self {
        match (self, other) {
            (Self::Create, "(") => Self::Columns(1),
            (Self::Columns(depth), "(") => Self::Columns(depth + 1),
            (Self::Columns(1), ")") => Self::Options,
            (Self::Columns(depth), ")") => Self::Columns(depth - 1),
            (state, _) => state,
        }
    }
}

fn kind(word: &str, engine: Engine) -> Option<&'static str> {
    Some(match (engine, word) {
        (Engine::Sqlite, "ID" | "BYTES") => "BLOB",
        (Engine::Sqlite, "INT" | "BOOL" | "INSTANT") => "INTEGER",
        (Engine::Sqlite, "JSON") => "TEXT",
        (Engine::Postgres, "ID") => "UUID",
        (Engine::Postgres, "TEXT") => "TEXT COLLATE \"C\"",
        (Engine::Postgres, "INT" | "INSTANT") => "BIGINT",
        (Engine::Postgres, "BOOL") => "BOOLEAN",
        (Engine::Postgres, "BYTES") => "BYTEA",
        (Engine::Postgres, "JSON") => "JSONB",
        _ => return None,
    })
}

/// Leaves out the blocks `-- only postgres:` … `-- end` that are not for `engine`.
fn only(text: &str, engine: Engine) -> String {
    let mut keep = true;
    let mut out = String::new();
    for line in text.lines() {
        match line.trim() {
            "-- end" => keep = true,
            mark if mark.starts_with("-- only ") => keep = mark.trim_end_matches(':').ends_with(engine.word()),
            _ if keep => {
                out.push_str(line);
                out.push('\n');
            }
            _ => {}
        }
    }
    out
}

enum Token<'a> {
    Word(&'a str),
    /// One character, or a whole quoted text or comment.
    Other(&'a str),
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let (end, is_word) = match first {
            '\'' | '"' => (rest[1..].find(first).map_or(rest.len(), |at| at + 2), false),
            '-' if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), false),
            letter if word(letter) => (rest.find(|letter| !word(letter)).unwrap_or(rest.len()), true),
            letter => (letter.len_utf8(), false),
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(if is_word { Token::Word(token) } else { Token::Other(token) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "CREATE TABLE a_b (id ID PRIMARY KEY, -- an ID\n name TEXT NOT NULL DEFAULT 'INT', ok BOOL CHECK (ok IN (TRUE)));\n\
                        CREATE TABLE c (k INT PRIMARY KEY) WITHOUT ROWID;\nCREATE UNIQUE INDEX i ON c (k);\n";

    #[test]
    fn sqlite_tables_are_strict() {
        let text = translate(TEXT, Engine::Sqlite);
        assert!(
            text.contains("id BLOB PRIMARY KEY, -- an ID\n name TEXT NOT NULL DEFAULT 'INT', ok INTEGER CHECK (ok IN (TRUE))) STRICT;"),
            "{text}"
        );
        assert!(text.contains("(k INTEGER PRIMARY KEY) WITHOUT ROWID, STRICT;"), "{text}");
        assert!(text.ends_with("ON c (k);\n"), "{text}");
    }

    #[test]
    fn postgres_types_are_its_own() {
        let text = translate(TEXT, Engine::Postgres);
        assert!(
            text.contains("id UUID PRIMARY KEY, -- an ID\n name TEXT COLLATE \"C\" NOT NULL DEFAULT 'INT', ok BOOLEAN"),
            "{text}"
        );
        assert!(text.contains("(k BIGINT PRIMARY KEY)  ;"), "{text}");
    }

    #[test]
    fn blocks_for_one_engine_stay_there() {
        let text = "-- only postgres:\nA;\n-- end\n-- only sqlite:\nB;\n-- end\nC;";
        assert_eq!(translate(text, Engine::Postgres).trim(), "A;\nC;");
        assert_eq!(translate(text, Engine::Sqlite).trim(), "B;\nC;");
    }
}
