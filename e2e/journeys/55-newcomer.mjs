// A company that is new here: registered on the machine, its person invited; 審査 and 承認 work without a mouse; the letter's way is reported by
// clicking.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { journey } from "../kit/journey.mjs";
import { enter, keysTo, signsInByKeys, tabsTo, types } from "../kit/keys.mjs";
import { program, until } from "../kit/server.mjs";

/** 法人番号: the first of 13 digits checks the other twelve. */
const corporateNumber = (twelve) => {
  const sum = [...twelve].reverse().reduce((all, digit, at) => all + Number(digit) * (at % 2 ? 2 : 1), 0);
  return `${9 - (sum % 9)}${twelve}`;
};
const HINODE = {
  companies: [{
    name: "株式会社ひので板金", kana: "ヒノデバンキン", corporate_number: corporateNumber("030001234567"), address: "埼玉県川口市日の出一丁目2番3号",
    people: [{ name: "大野 光", kana: "オオノ ヒカル", mail: "ono@hinode.example.jp", sign_in: "ono" }],
    departments: [{ number: "C500001", name: "本社", contracts: true, desks: [{ number: "U500001", name: "工事課", mail: "koji@hinode.example.jp", seats: [{ sign_in: "ono", registers: true, signs: true }] }] }],
  }],
};
const PASSWORD = "sunrise-metal-roof-51";

/** What the operator does on the machine; the code of invitation stands in what it says. */
function registered(data) {
  const folder = mkdtempSync(join(tmpdir(), "cectrust-hinode-"));
  try {
    const file = join(folder, "registration.json");
    writeFileSync(file, JSON.stringify(HINODE));
    const said = execFileSync(program("cectrust"), ["operator", "register", "--data", data, "--file", file], { encoding: "utf8" });
    return /招待の符号 (\S+)/.exec(said)[1];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

journey("a newcomer: invited, his password, proposed and approved by keys, the letter comes back, a second one is collected", async (house) => {
  // At a server that runs already there is no folder to register in.
  if (!house.server.data) return;
  const code = registered(house.server.data);
  const ono = await house.visitor();
  await ono.goes("/sign-in");
  await ono.pressesWords("招待の符号でパスワードを決める（はじめての方）");
  await ono.looks("begin");
  const tries = async (invitation, password, again = password) => {
    await ono.fills("招待の符号", invitation);
    await ono.fills("新しいパスワード", password);
    await ono.fills("もう一度", again);
    await ono.presses("invitation.accept");
  };
  await tries(code, PASSWORD, "sunrise-metal-roof-52");
  await ono.sees("二つのパスワードが違います。");
  await tries("not-the-code-at-all", PASSWORD);
  await ono.sees("この招待は見当たりません。");
  assert.match(await ono.page.evaluate(() => document.activeElement.id), /^(failed|code)$/, "what went wrong is met first");
  await ono.looks("begin-wrong", { buttonMayBeBelow: true });
  await tries(code, "short");
  await ono.page.locator("#failed").waitFor();
  await tries(code, PASSWORD);
  await ono.sees("パスワードを決めました");
  await ono.looks("begin-done");
  await ono.goes("/begin");
  await tries(code, PASSWORD);
  await ono.sees("使用済み");
  await signsInByKeys(ono, "ono", PASSWORD);
  assert.equal(ono.path, "/cases");
  await ono.goes("/certificate");
  await ono.sees("電子証明書は、まだありません。");
  await ono.looks("certificate-none", { buttonMayBeBelow: true });

  // 審査, by keys.
  const nakamura = await house.visitor();
  await signsInByKeys(nakamura, "nakamura", "demo-nakamura-operator-2026");
  await keysTo(nakamura, "operator.propose.open");
  await tabsTo(nakamura, "the list of people", ({ id }) => id === "person");
  const chosen = () => nakamura.page.evaluate(() => document.activeElement.selectedOptions[0].textContent);
  for (let step = 0; step < 40 && !(await chosen()).includes("大野 光"); step++) await nakamura.page.keyboard.press("ArrowDown");
  assert.match(await chosen(), /大野 光/);
  await types(nakamura, "romaji", "OONO Hikaru");
  await types(nakamura, "address", "埼玉県川口市日の出一丁目2番3号");
  await tabsTo(nakamura, "where the key is", ({ name }) => name === "credential");
  await nakamura.page.keyboard.press("ArrowDown");
  assert.equal(await nakamura.page.evaluate(() => document.activeElement.value), "server");
  await keysTo(nakamura, "operator.propose", "Space");
  await nakamura.sees("提案したあなた以外の、承認の担当者が判断します");
  await nakamura.looks("operator-proposal-own");

  // 承認, by keys.
  const kobayashi = await house.visitor();
  await signsInByKeys(kobayashi, "kobayashi", "demo-kobayashi-operator-2026");
  await tabsTo(kobayashi, "the proposal", ({ words, href }) => href.startsWith("/operator/proposals/") && words.includes("大野 光"));
  await enter(kobayashi);
  await keysTo(kobayashi, "proposal.approve");
  await kobayashi.sees("大野 光");

  // The letter, by clicking.
  await until("the letter is on its way", async () => {
    await nakamura.goes("/operator");
    return (await nakamura.page.locator('tr:has-text("大野 光") [data-act="letter.open"]').count()) > 0;
  });
  await nakamura.presses("letter.open", 'tr:has-text("大野 光")');
  await nakamura.looks("operator-letter", { buttonMayBeBelow: true });
  await nakamura.page.locator("#tracking").fill("123-45-67890-1");
  await nakamura.presses("letter.tracking");
  await nakamura.sees("引受番号を登録しました");
  await nakamura.presses("letter.arrived");
  await nakamura.sees("郵便局に届きました");
  await nakamura.looks("operator-letter-arrived", { buttonMayBeBelow: true });
  await nakamura.page.locator("summary", { hasText: "届かなかった" }).click();
  await nakamura.presses("letter.returned");
  await nakamura.sees("書面が返送されました（申請PINは無効です）");
  await nakamura.looks("operator-letter-returned", { buttonMayBeBelow: true });
  const letter = nakamura.path;
  await nakamura.presses("operator.order_letter");
  await until("the second letter is on its way", async () => {
    await nakamura.goes(letter);
    return (await nakamura.page.locator('[data-act="letter.arrived"]').count()) > 0;
  });
  await nakamura.sees("2通め");
  await nakamura.presses("letter.arrived");
  await nakamura.presses("letter.collected");
  await nakamura.sees("本人が申請PINを入れるのを待ちます");
  await ono.goes("/certificate");
  await ono.sees("申請PINを入れる");
});
