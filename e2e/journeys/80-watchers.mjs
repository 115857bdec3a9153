// Who sees without acting: the 企業ID, the operator's health page, who signs in wrongly, the demo's mails.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";

journey("the 企業ID sees every case and finds no button of a contract", async (house) => {
  const suzuki = await house.as("suzuki");
  await suzuki.sees("ここに契約のボタンがない理由");
  assert.equal(await suzuki.page.locator('main [data-act^="case."]').count(), 0);
  await suzuki.looks("company", { buttonMayBeBelow: true });
  await suzuki.page.locator("main table a").first().click();
  assert.equal(await suzuki.page.locator("main form[action*='/cases/']").count(), 0);
  await suzuki.looks("company-case", { buttonMayBeBelow: true });
  await suzuki.goes("/cases/new");
  await suzuki.looks("company-refused");
  await suzuki.goes("/certificate");
  await suzuki.looks("company-certificates", { buttonMayBeBelow: true });
});

journey("the operator's health page says that all is well", async (house) => {
  const nakamura = await house.as("nakamura");
  await nakamura.goes("/operator/health");
  await nakamura.sees("すべてよい状態です");
  await nakamura.looks("operator-health", { buttonMayBeBelow: true });
});

journey("signing in: what is wrong is said, and the way leads on to what was asked for", async (house) => {
  const tanaka = await house.visitor();
  await tanaka.goes("/partners");
  await tanaka.fills("サインインID", "tanaka");
  await tanaka.fills("パスワード", "not-the-password");
  await tanaka.presses("sign_in.password");
  await tanaka.page.locator("#in-err").waitFor();
  await tanaka.looks("sign-in-wrong");
  await tanaka.fills("パスワード", "demo-tanaka-aoba-2026");
  await tanaka.presses("sign_in.password");
  assert.equal(tanaka.path, "/partners");
  await tanaka.presses("sign_out");
  await tanaka.sees("サインアウトしました。");
  await tanaka.looks("signed-out");
});

journey("the demo's mails, and the tour that tampers with a contract", async (house) => {
  const anybody = await house.visitor();
  await anybody.goes("/demo/mails");
  await anybody.looks("demo-mails", { buttonMayBeBelow: true });
  await anybody.goes("/demo");
  await anybody.presses("demo.tour.tamper");
  await anybody.presses("demo.tamper");
  await anybody.page.locator('.verdict[data-state="altered"]').waitFor();
});
