// The time-stamping authority stops between the last signature and the seal.
import { journey } from "../kit/journey.mjs";
import { isKept, signs, waitsAtMidori } from "../kit/moves.mjs";

journey("a failed seal is told, the contract stands, and the page goes on by itself when it is mended", async (house) => {
  const { id } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（D工区）");
  const yamamoto = await house.as("yamamoto");
  await signs(yamamoto, id);

  const breaker = await house.visitor();
  await breaker.goes("/demo/breakdowns");
  await breaker.page.getByLabel("止まっている").check();
  await breaker.presses("demo.faults.set");
  await breaker.sees("いま、壊れているものがあります");
  await breaker.looks("demo-breakdowns", { buttonMayBeBelow: true });
  try {
    await yamamoto.goes(`/cases/${id}`);
    await yamamoto.presses("case.return");
    await yamamoto.sees("封緘待ちでも、契約は成立しています");
    await yamamoto.sees("時刻局の返事がありませんでした。");
    await yamamoto.stands("seal_failed");
    await yamamoto.looks("seal-failed");
    await yamamoto.goes("/cases?show=done");
    await yamamoto.sees("封緘待ち");
    await yamamoto.looks("cases-seal-failed");
    await yamamoto.goes(`/cases/${id}`);
    const nakamura = await house.as("nakamura");
    await nakamura.goes("/operator/health");
    await nakamura.looks("operator-health-broken", { buttonMayBeBelow: true });
  } finally {
    await breaker.presses("demo.faults.clear");
  }
  await breaker.sees("いま、壊れているものはありません");
  // What waits for its next try comes due; the page that stayed open lights up without a hand.
  await breaker.goes("/demo/time");
  await breaker.presses("demo.clock.hour");
  await breaker.sees("時計を進めました");
  await breaker.looks("demo-time");
  await isKept(yamamoto);
  await yamamoto.sees("原本を保管しました");
}, { alone: true });
