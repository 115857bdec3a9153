//! The self-test at boot: every online key signed already when the authority was loaded; here the time-stamping unit answers over HTTP,
//! and its token is verified up to the root.

use foundation::{Instant, Random};

/// Asks for one time-stamp and believes it only if it leads to the root.
pub async fn stamp(signing: &signing::Signing, now: Instant, random: &dyn Random) -> Result<(), signing::Error> {
    let mut imprint = [0u8; 32];
    random.fill(&mut imprint);
    signing.tsa().stamp(imprint, now, random).await.map(drop)
}
