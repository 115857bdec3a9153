// The server is killed while people work: the page says it, and nothing is lost when it is back. A tab is closed while the seal is on its way.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { isKept, signs, waitsAtMidori } from "../kit/moves.mjs";

journey("the server dies: the page says it and keeps what was typed; it comes back, and everything goes on", async (house) => {
  // A server that runs already is not ours to kill.
  if (!house.server.data) return;
  const { id, sato } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（K工区）");
  const other = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（L工区）");
  const yamamoto = await house.as("yamamoto");
  await signs(yamamoto, id);
  await sato.goes(`/cases/${other.id}/withdrawal`);
  await sato.fills("理由", "数量を見直します。");

  yamamoto.outage = sato.outage = true;
  await house.server.killed();
  for (const [who, act] of [[yamamoto, "case.return"], [sato, "case.withdraw.confirm"]]) {
    await who.page.locator(`[data-act="${act}"]`).click();
    await who.sees("いま、つながりません。まだ何も送っていません。");
  }
  await sato.looks("unreached", { buttonMayBeBelow: true });
  assert.equal(await sato.page.getByLabel("理由").first().inputValue(), "数量を見直します。");

  await house.server.again();
  await sato.presses("case.withdraw.confirm");
  await sato.stands("withdrawn");
  await sato.sees("数量を見直します。");

  // The seal waits, the server dies beneath the open page, the page says so and goes on by itself.
  const breaker = await house.visitor();
  const breaks = (words) => fetch(`${house.server.url}/demo/faults`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(words) });
  assert.ok((await breaks({ tsa: "down" })).ok);
  await yamamoto.presses("case.return");
  await yamamoto.sees("封緘待ちでも、契約は成立しています");
  await house.server.killed();
  await yamamoto.sees("お預かりしたものは失われません。");
  await yamamoto.looks("unreached-sealing", { buttonMayBeBelow: true });
  // The tab is closed; the seal does not need it.
  await yamamoto.page.close();
  await house.server.again();
  await breaks({});
  await breaker.goes("/demo/time");
  await breaker.presses("demo.clock.hour");
  const later = await house.as("yamamoto");
  await later.goes(`/cases/${id}`);
  await isKept(later);
  await later.sees("原本を保管しました");
}, { alone: true });
