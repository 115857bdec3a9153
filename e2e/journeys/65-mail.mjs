// The operator sets the mail server, tries it, and sees what the server says; by clicking, then without a mouse.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { keysTo, signsInByKeys, tabsTo, types } from "../kit/keys.mjs";
import { Smtp } from "../kit/smtp.mjs";

journey("the mail server is set and tried: taken, refused, not there; then by keys", async (house) => {
  const [good, bad] = [await Smtp.open(), await Smtp.open({ refuses: true })];
  try {
    const nakamura = await house.as("nakamura");
    await nakamura.goes("/operator/health");
    await nakamura.pressesWords("メールの設定と届いていないメール");
    await nakamura.looks("operator-mail", { buttonMayBeBelow: true });
    const saves = async (port) => {
      await nakamura.page.locator("#host").fill("127.0.0.1");
      await nakamura.page.getByLabel("暗号化しない").check();
      await nakamura.fills("ポート", String(port));
      await nakamura.fills("差出人", "CECTRUST <no-reply@cectrust.example.jp>");
      await nakamura.presses("mail.settings.change");
      await nakamura.sees("設定を保存しました");
    };
    const tries = async (outcome) => {
      await nakamura.fills("宛先", "nakamura@cecsign.example.jp");
      await nakamura.presses("mail.settings.try");
      await nakamura.page.locator("[data-outcome]").waitFor();
      const said = await nakamura.page.locator("[data-outcome]").getAttribute("data-outcome");
      assert.equal(said === "taken", outcome === "taken", `${said}: ${await nakamura.words()}`);
    };
    await saves(good.port);
    await tries("taken");
    await nakamura.sees("サーバーがテストメールを受け取りました");
    assert.equal(good.mails.length, 1, "it is a real mail");
    await nakamura.looks("operator-mail-taken", { buttonMayBeBelow: true });
    await saves(bad.port);
    await tries("refused");
    await nakamura.sees("550");
    await nakamura.looks("operator-mail-refused", { buttonMayBeBelow: true });
    await nakamura.fills("ポート", "none");
    await nakamura.presses("mail.settings.change");
    await nakamura.page.locator("#failed").waitFor();
    await nakamura.looks("operator-mail-wrong", { buttonMayBeBelow: true });

    const kobayashi = await house.visitor();
    await signsInByKeys(kobayashi, "kobayashi", "demo-kobayashi-operator-2026");
    await tabsTo(kobayashi, "the health page", ({ href }) => href === "/operator/health");
    await kobayashi.page.keyboard.press("Enter");
    await kobayashi.sees("調べたもの");
    await tabsTo(kobayashi, "the mail settings", ({ href }) => href === "/operator/mail");
    await kobayashi.page.keyboard.press("Enter");
    await kobayashi.sees("メールの設定");
    await tabsTo(kobayashi, "the port", ({ id }) => id === "port");
    await kobayashi.page.keyboard.press("Control+A");
    await kobayashi.page.keyboard.type(String(good.port));
    await keysTo(kobayashi, "mail.settings.change");
    await kobayashi.sees("設定を保存しました");
    await types(kobayashi, "to", "kobayashi@cecsign.example.jp");
    await keysTo(kobayashi, "mail.settings.try");
    await kobayashi.sees("サーバーがテストメールを受け取りました");
    assert.equal(good.mails.length, 2);
  } finally {
    good.close();
    bad.close();
  }
});
