// 返送の期限: the sender moves it, both sides see it, and the day after it nothing has ended.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { isKept, returns, signs, waitsAtMidori } from "../kit/moves.mjs";

/** The day that is so many days after the page's today, as a field for a day takes it. */
const daysOn = async (visitor, days) => {
  const today = await visitor.page.locator("[data-day-of]").getAttribute("data-today");
  return new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
};

journey("期限を変える: refused in the past, moved, seen by both sides; the day passes, and the contract can still be signed and returned", async (house) => {
  const { id, sato } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（M工区）");
  const moves = async (day) => {
    await sato.page.locator("#reply_by").fill(day);
    await sato.presses("case.move_deadline.confirm");
  };
  await sato.goes(`/cases/${id}`);
  await sato.presses("case.move_deadline");
  await sato.looks("deadline-asks", { buttonMayBeBelow: true });
  await moves(await daysOn(sato, -1));
  await sato.page.locator("#failed").waitFor();
  await sato.looks("deadline-refused", { buttonMayBeBelow: true });
  await moves(await daysOn(sato, 1));
  assert.equal(sato.path, `/cases/${id}`);
  await sato.sees("あと1日");
  const yamamoto = await house.as("yamamoto");
  await yamamoto.sees("あと1日");
  await yamamoto.goes(`/cases/${id}`);
  await yamamoto.sees("あと1日");
  await yamamoto.looks("deadline-partner", { buttonMayBeBelow: true });

  const clock = await house.visitor();
  for (let day = 0; day < 2; day++) {
    await clock.goes("/demo/time");
    await clock.presses("demo.clock.day");
    await clock.sees("時計を進めました");
  }
  // A session may have ended meanwhile.
  await yamamoto.becomes("yamamoto", `/cases/${id}`);
  await yamamoto.sees("期限を過ぎても、署名と返送はできます。");
  await yamamoto.looks("deadline-over-partner", { buttonMayBeBelow: true });
  await sato.becomes("sato", `/cases/${id}`);
  await sato.sees("待つときは期限を変え、待たないときは取下げてください。");
  await sato.looks("deadline-over-sender", { buttonMayBeBelow: true });
  await sato.goes("/cases");
  await sato.looks("deadline-over-list", { buttonMayBeBelow: true });
  await signs(yamamoto, id);
  await returns(yamamoto, id);
  await isKept(yamamoto);
}, { alone: true });
