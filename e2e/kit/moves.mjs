// What several journeys do, each as a person does it: by links, fields and buttons.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT, until } from "./server.mjs";

export const sample = (name) => join(ROOT, "samples", `${name}.pdf`);

/** What the sample contracts say: a case says what its PDF says. */
const KOJI = { from: "2026-12-07", to: "2027-03-19" };
export const PAPERS = {
  "koji-ukeoi": { title: "常盤台共同住宅新築工事のうち内装仕上工事", number: "AOB-2026-0117", date: "2026-11-27", amount: "18480000", ...KOJI },
  chumon: { title: "川口倉庫改修工事のうち軽量鉄骨下地・ボード張り工事", number: "AOB-2026-0142", date: "2026-12-01", amount: "3146000", from: "2026-12-08", to: "2027-01-29" },
  "demo/midori-0001": { title: "資材置場の賃貸借に関する注文", number: "MIDORI-2026-0001", amount: "1320000" },
  "demo/midori-0007": { title: "仮設資材の賃貸借に関する注文", number: "MIDORI-2026-0007", amount: "1056000" },
};

// The numbers of the demo's own cases, and those of this run.
const numbers = new Map([["MIDORI-2026-0007", 1]]);
/** A contract number that no other case has: as the paper says it, later with a branch number; at a server that runs already with more. */
export const number = (base, { server } = {}) => {
  const nth = (numbers.get(base) ?? 0) + 1;
  numbers.set(base, nth);
  return [base, server && !server.folder && process.pid, nth > 1 && String(nth).padStart(2, "0")].filter(Boolean).join("-");
};

/** The id in the address of a page of a case. */
export const idOf = (visitor) => {
  const id = /\/cases\/([0-9a-f-]{36})/.exec(visitor.path)?.[1];
  assert.ok(id, `no case in ${visitor.path}`);
  return id;
};

/** 案件を登録: the form with its PDF; ends on the page of the draft. */
export async function registers(visitor, { paper = "chumon", file = sample(paper), title = PAPERS[paper].title, partner, signer, partnerSigner }) {
  const says = PAPERS[paper];
  await visitor.goes("/cases");
  await visitor.presses("case.create");
  await visitor.gives("input[name=pdf]", file);
  await visitor.fills("案件名", title);
  await visitor.fills("契約番号", number(says.number, visitor.house));
  if (says.date) await visitor.fills("契約日", says.date);
  await visitor.fills("契約金額（税込）", says.amount);
  if (says.from) await visitor.fills("工期の始まり", says.from);
  if (says.to) await visitor.fills("工期の終わり", says.to);
  if (signer) await visitor.chooses("甲　自社の署名者", signer);
  if (partner) await visitor.chooses("乙　取引先", partner);
  if (partnerSigner) await visitor.chooses("乙の署名者", partnerSigner);
  await visitor.presses("case.save_draft");
  await visitor.sees("三　確かめて送る");
  return idOf(visitor);
}

/** As one who reads: his page has told what was found about the document before he presses. Who is faster is stopped (journey 46). */
const isTold = (visitor) => visitor.page.locator('input[name=told][value=""]').first().waitFor({ state: "detached" });

/** Reads and signs with the key kept in the program; the demo shows the 合言葉 beside the field. */
export async function signs(visitor, id) {
  await visitor.goes(`/cases/${id}/read`);
  await isTold(visitor);
  await visitor.page.locator("#words").fill(await visitor.page.locator("#demo-words").innerText());
  await visitor.presses("case.sign");
  assert.equal(visitor.path, `/cases/${id}`, await visitor.words());
}
export async function sends(visitor, id) {
  await visitor.goes(`/cases/${id}`);
  await isTold(visitor);
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
