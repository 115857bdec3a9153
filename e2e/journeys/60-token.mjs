// A third company: its person is proposed and approved by two people of the operator, gets a certificate on a token, agrees with a partner,
// and signs with `cecsign-agent` and with another program, on either side.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journey } from "../kit/journey.mjs";
import { idOf, isKept, mail, registers, returns, sends, signs } from "../kit/moves.mjs";
import { Token } from "../kit/token.mjs";

const code = async (visitor) => (await visitor.page.locator("main .panel p.pin").first().innerText()).trim();

/** Signs in the page with the token: the code from the page goes to the agent, and the page goes on by itself. */
async function signsWithAgent(visitor, token, id, name) {
  await visitor.goes(`/cases/${id}/read`);
  await visitor.presses("case.sign_with_agent");
  if (name) await visitor.looks(name, { buttonMayBeBelow: true });
  const agent = token.agent(["sign", "--server", visitor.house.server.url, "--code", await code(visitor)]);
  await visitor.page.waitForURL((url) => url.pathname === `/cases/${id}`);
  await agent;
}

/** Takes the PDF away, signs it with a program of others, and brings it back. */
async function signsOutside(visitor, token, id, subfilter, name) {
  await visitor.goes(`/cases/${id}/read`);
  await visitor.page.locator("summary", { hasText: "ほかのソフトで署名する" }).click();
  if (name) await visitor.looks(name, { buttonMayBeBelow: true });
  const { bytes } = await visitor.receives("document.download");
  const [pdf, out] = ["taken.pdf", "signed.pdf"].map((file) => join(token.folder, file));
  writeFileSync(pdf, bytes);
  await token.signOutside({ pdf, out, subfilter });
  assert.ok(readFileSync(out).subarray(0, bytes.length).equals(bytes), "what was signed begins with what was taken");
  await visitor.gives("#signed-pdf", out);
  await visitor.presses("case.put_signed");
  assert.equal(visitor.path, `/cases/${id}/signatures`, await visitor.words());
  if (name) await visitor.looks(`${name}-signatures`, { buttonMayBeBelow: true });
  return readFileSync(out);
}

/** Replaces the PDF of a draft. */
async function brings(visitor, id, buffer) {
  await visitor.goes(`/cases/${id}/compose`);
  await visitor.page.locator("summary", { hasText: "PDFを置き換える" }).click();
  await visitor.gives("#pdf", { name: "署名済み.pdf", mimeType: "application/pdf", buffer });
  await visitor.presses("document.replace");
}

journey("審査 proposes, 承認 approves, and a certificate comes on a token; signed by agent and outside, on both sides", async (house) => {
  const nakamura = await house.as("nakamura");
  await nakamura.looks("operator-desk", { buttonMayBeBelow: true });
  await nakamura.presses("operator.propose.open");
  await nakamura.looks("operator-propose", { buttonMayBeBelow: true });
  await nakamura.chooses("利用者", "高橋 空");
  await nakamura.fills("氏名（ローマ字）", "TAKAHASHI Sora");
  await nakamura.fills("住所", "埼玉県川越市空町七丁目8番10号");
  await nakamura.page.getByLabel("トークン（本人だけが鍵を持つ）").check();
  await nakamura.presses("operator.propose");
  await nakamura.sees("提案したあなた以外の、承認の担当者が判断します");
  const kobayashi = await house.as("kobayashi");
  await kobayashi.looks("operator-approver");
  await kobayashi.page.getByRole("link", { name: /高橋 空/ }).first().click();
  await kobayashi.looks("operator-proposal", { buttonMayBeBelow: true });
  await kobayashi.presses("proposal.approve");
  await kobayashi.page.locator('tr:has-text("高橋 空") .badge[data-state]').first().waitFor();

  const takahashi = await house.as("takahashi");
  await takahashi.looks("cases-empty");
  await takahashi.goes("/demo/letters");
  const slip = '[data-tracking]:has-text("高橋 空")';
  await takahashi.presses("demo.post.arrive", slip);
  await takahashi.presses("demo.post.collect", slip);
  const pin = (await takahashi.page.locator("#pin").innerText()).trim();
  await takahashi.goes("/certificate");
  await takahashi.fills("申請PIN", pin);
  await takahashi.presses("enrolment.application_pin");
  await takahashi.presses("enrolment.agent_code");
  await takahashi.looks("enrolment-agent-code", { buttonMayBeBelow: true });
  const token = new Token("e2e-takahashi");
  try {
    const agent = token.agent(["enrol", "--key", "p256", "--wait", "60", "--server", house.server.url, "--code", await code(takahashi)]);
    const { text } = await mail(house, "takahashi@sora.example.jp", "ダウンロードPIN: ");
    await takahashi.page.locator("#dpin").waitFor();
    await takahashi.fills("ダウンロードPIN", /ダウンロードPIN: (\S+)/.exec(text)[1]);
    await takahashi.presses("enrolment.download_pin");
    await agent;
    await takahashi.goes("/certificate");
    await takahashi.stands("active");

    await takahashi.goes("/partners");
    await takahashi.fills("取引先のユーザID または メールアドレス", "U200001");
    await takahashi.presses("partner.request");
    await takahashi.sees("依頼を送りました");
    await takahashi.looks("partners-asked", { buttonMayBeBelow: true });
    const yamamoto = await house.as("yamamoto");
    await yamamoto.goes("/partners");
    await yamamoto.looks("partners-to-answer", { buttonMayBeBelow: true });
    await yamamoto.presses("consent.agree");
    await yamamoto.sees("承諾しました。");

    const first = await registers(takahashi, { title: "常盤倉庫電気設備工事のうち幹線工事", signer: "高橋 空", partner: "みどり工務店", partnerSigner: "山本 健太" });
    await signsWithAgent(takahashi, token, first, "sign-agent-code");
    await sends(takahashi, first);
    await signs(yamamoto, first);
    await returns(yamamoto, first);
    await isKept(yamamoto);

    const second = await registers(yamamoto, { title: "常盤倉庫電気設備工事のうち照明工事", signer: "山本 健太", partner: "そら設備", partnerSigner: "高橋 空" });
    await signs(yamamoto, second);
    await sends(yamamoto, second);
    await signsWithAgent(takahashi, token, second);
    await returns(takahashi, second);
    await isKept(takahashi);

    const third = await registers(takahashi, { title: "常盤倉庫電気設備工事のうち弱電工事", signer: "高橋 空", partner: "みどり工務店", partnerSigner: "山本 健太" });
    const signed = await signsOutside(takahashi, token, third, "adbe.pkcs7.detached", "sign-outside");
    await sends(takahashi, third);
    await signs(yamamoto, third);
    await returns(yamamoto, third);
    await isKept(yamamoto);

    // A file that is signed when it is registered: its signatures and their verdict first; one with a signature that is nobody's here is not taken.
    const { bytes: original } = await yamamoto.receives("original.download");
    const fifth = await registers(takahashi, { title: "常盤倉庫電気設備工事のうち防災設備工事", signer: "高橋 空", partner: "みどり工務店", partnerSigner: "山本 健太" });
    await brings(takahashi, fifth, original);
    await takahashi.page.locator("#failed").waitFor();
    await takahashi.sees("置かれたPDFには署名が2つあります");
    await takahashi.sees("山本 健太（株式会社みどり工務店）の署名（署名欄「SignatureB」）は、この案件で署名する方のものではありません");
    await takahashi.looks("signed-upload-refused", { buttonMayBeBelow: true });
    await brings(takahashi, fifth, signed);
    await takahashi.sees("このPDFには署名が1つあります");
    await takahashi.sees("前の署名は壊れません");
    await takahashi.looks("signed-upload", { buttonMayBeBelow: true });
    await sends(takahashi, fifth);
    await signs(yamamoto, fifth);
    await returns(yamamoto, fifth);
    await isKept(yamamoto);

    const fourth = await registers(yamamoto, { title: "常盤倉庫電気設備工事のうち受変電工事", signer: "山本 健太", partner: "そら設備", partnerSigner: "高橋 空" });
    await signs(yamamoto, fourth);
    await sends(yamamoto, fourth);
    await takahashi.goes(`/cases/${fourth}/read`);
    await takahashi.page.locator("summary", { hasText: "ほかのソフトで署名する" }).click();
    const { bytes } = await takahashi.receives("document.download");
    await takahashi.gives("#signed-pdf", { name: "署名していない.pdf", mimeType: "application/pdf", buffer: bytes });
    await takahashi.presses("case.put_signed");
    await takahashi.page.locator("#failed").waitFor();
    await takahashi.looks("sign-outside-refused", { buttonMayBeBelow: true });
    await signsOutside(takahashi, token, fourth, "ETSI.CAdES.detached");
    await returns(takahashi, fourth);
    await isKept(takahashi);
    assert.equal(idOf(takahashi), fourth);
  } finally {
    token.end();
  }
});
