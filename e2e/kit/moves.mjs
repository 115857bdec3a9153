// What several journeys do, each as a person does it: by links, fields and buttons.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT, until } from "./server.mjs";

export const sample = (name) => join(ROOT, "samples", `${name}.pdf`);

let numbers = 0;
/** A contract number that no other case of this run has. */
export const number = (prefix) => `${prefix}-${process.pid}-${++numbers}`;

/** The id in the address of a page of a case. */
export const idOf = (visitor) => {
  const id = /\/cases\/([0-9a-f-]{36})/.exec(visitor.path)?.[1];
  assert.ok(id, `no case in ${visitor.path}`);
  return id;
};

/** 案件を登録: the form with its PDF; ends on the page of the draft. */
export async function registers(visitor, { title, amount = "1234567", pdf = sample("chumon"), partner, signer, partnerSigner }) {
  await visitor.goes("/cases");
  await visitor.presses("case.create");
  await visitor.gives("input[name=pdf]", pdf);
  await visitor.fills("案件名", title);
  await visitor.fills("契約番号", number("E2E"));
  await visitor.fills("契約金額（税込）", amount);
  if (signer) await visitor.chooses("甲　自社の署名者", signer);
  if (partner) await visitor.chooses("乙　取引先", partner);
  if (partnerSigner) await visitor.chooses("乙の署名者", partnerSigner);
  await visitor.presses("case.save_draft");
  await visitor.sees("三　確かめて送る");
  return idOf(visitor);
}

/** Reads and signs with the key kept in the program; the demo shows the 合言葉 beside the field. */
export async function signs(visitor, id) {
  await visitor.goes(`/cases/${id}/read`);
  await visitor.page.locator("#words").fill(await visitor.page.locator("#demo-words").innerText());
  await visitor.presses("case.sign");
  assert.equal(visitor.path, `/cases/${id}`, await visitor.words());
}
export async function sends(visitor, id) {
  await visitor.goes(`/cases/${id}`);
  await visitor.presses("case.send");
  await visitor.stands("waiting");
}
export async function returns(visitor, id) {
  await visitor.goes(`/cases/${id}`);
  await visitor.presses("case.return");
  await visitor.sees("成立しました。");
}
/** The three lights are lit; the page goes on by itself. */
export async function isKept(visitor) {
  await visitor.page.locator('[data-act="bundle.download"]').waitFor({ timeout: 30_000 });
}

/** あおば建設 → みどり工務店, registered, signed and sent: waits at 山本 健太. */
export async function waitsAtMidori(house, title) {
  const sato = await house.as("sato");
  const id = await registers(sato, { title, signer: "田中 一郎", partner: "みどり工務店", partnerSigner: "山本 健太" });
  const tanaka = await house.as("tanaka");
  await signs(tanaka, id);
  await sends(sato, id);
  return { id, sato, tanaka };
}

/** The newest mail to an address that holds these words. */
export const mail = (house, to, words) =>
  until(`a mail with 「${words}」 came to ${to}`, async () => (await house.server.get(`/demo/outbox?to=${to}`)).findLast(({ text, subject }) => (subject + text).includes(words)));
