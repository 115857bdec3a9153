//! The files of C2SP tlog-tiles: `checkpoint`, `tile/<level>/<number>`, `tile/entries/<number>`.

use evidence::merkle::{TILE_WIDTH, TileId, parse_tile_number};
use store::{Database, sql};

use crate::{Result, checkpoint};

/// The bytes at `path` below the log's address; `None` when there is nothing there (yet). Nothing beyond the newest checkpoint is shown.
///
/// # Errors
/// The database.
pub async fn published(db: &Database, path: &str) -> Result<Option<Vec<u8>>> {
    let Some(signed) = checkpoint(db).await? else { return Ok(None) };
    if path == "checkpoint" {
        return Ok(Some(signed.note.into_bytes()));
    }
    let Some((level, number)) = path.strip_prefix("tile/").and_then(|rest| rest.split_once('/')) else {
        return Ok(None);
    };
    let Some((index, width)) = parse_tile_number(number) else {
        return Ok(None);
    };
    let entries = level == "entries";
    let level = match level.parse::<u8>() {
        _ if entries => 0,
        Ok(number) if number.to_string() == level && number < 8 => number,
        _ => return Ok(None),
    };
    let tile = TileId { level, index };
    if width > tile.width(signed.checkpoint.size) {
        return Ok(None);
    }
    if entries {
        bundle(db, index, width).await.map(Some)
    } else {
        hashes(db, tile, width).await
    }
}

async fn hashes(db: &Database, tile: TileId, width: u64) -> Result<Option<Vec<u8>>> {
    let stored = db
        .all::<Vec<u8>>(sql!(
            "SELECT hashes FROM log_tile WHERE level = {tile.level} AND place = {tile.index}"
        ))
        .await?;
    let length = usize::try_from(width * 32).unwrap_or(usize::MAX);
    Ok(stored
        .into_iter()
        .next()
        .and_then(|hashes| hashes.get(..length).map(<[u8]>::to_vec)))
}

/// Entries, each after its length in two bytes.
async fn bundle(db: &Database, index: u64, width: u64) -> Result<Vec<u8>> {
    let (from, to) = (index * TILE_WIDTH, index * TILE_WIDTH + width);
    let entries = db
        .all::<Vec<u8>>(sql!(
            "SELECT entry FROM log_entry WHERE place >= {from} AND place < {to} ORDER BY place"
        ))
        .await?;
    let mut out = Vec::new();
    for entry in entries {
        out.extend(u16::try_from(entry.len()).unwrap_or(u16::MAX).to_be_bytes());
        out.extend(entry);
    }
    Ok(out)
}
