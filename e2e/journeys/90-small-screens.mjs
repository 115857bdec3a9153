// The core journey on a telephone (375 px, touch) and on the seed's screen (1024×768).
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { isKept, returns, signs, waitsAtMidori } from "../kit/moves.mjs";
import { buttonInSight, noSideways } from "../kit/look.mjs";

journey("on a telephone by touch: read, signed, returned in few taps", async (house) => {
  const { id } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（E工区）");
  const yamamoto = await house.as("yamamoto", { width: 375 });
  await yamamoto.page.getByRole("link", { name: "川口倉庫改修工事のうちボード張り工事（E工区）" }).first().tap();
  await yamamoto.presses("case.open");
  assert.deepEqual(await noSideways(yamamoto.page, 375), []);
  assert.deepEqual(await buttonInSight(yamamoto.page, 667), [], "the sticky button is in sight");
  await yamamoto.presses("case.to_confirm");
  await yamamoto.page.locator("#words").fill(await yamamoto.page.locator("#demo-words").innerText());
  await yamamoto.presses("case.sign");
  await yamamoto.presses("case.return");
  await yamamoto.sees("成立しました。");
  await isKept(yamamoto);
  assert.equal(yamamoto.path, `/cases/${id}`);
});

journey("at 1024×768 every main button of the core journey is in sight", async (house) => {
  const { id } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（F工区）");
  const yamamoto = await house.as("yamamoto", { width: 1024 });
  const inSight = async () => {
    house.finds(await noSideways(yamamoto.page, 1024));
    house.finds(await buttonInSight(yamamoto.page, 768));
  };
  await inSight();
  await yamamoto.goes(`/cases/${id}`);
  await inSight();
  await yamamoto.presses("case.open");
  await inSight();
  await yamamoto.presses("case.to_confirm");
  await inSight();
  await signs(yamamoto, id);
  await inSight();
  await returns(yamamoto, id);
  await isKept(yamamoto);
});
