// The journey that decides: registered, signed, sent, read, signed, returned, sealed, kept, and proved.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { PAPERS, idOf, isKept, mail, registers, returns, sends, signs } from "../kit/moves.mjs";

const TITLE = PAPERS["koji-ukeoi"].title;

journey("a contract is concluded by two companies with keys kept here", async (house) => {
  const sato = await house.as("sato");
  await sato.looks("cases-clerk", { buttonMayBeBelow: true });
  await sato.presses("case.create");
  await sato.looks("case-new", { buttonMayBeBelow: true });
  const id = await registers(sato, { paper: "koji-ukeoi", signer: "田中 一郎", partner: "みどり工務店", partnerSigner: "山本 健太" });
  await sato.looks("case-draft", { buttonMayBeBelow: true });

  const tanaka = await house.as("tanaka");
  await tanaka.sees(TITLE);
  await tanaka.looks("cases-signer");
  await tanaka.presses("case.open", `li:has-text("${TITLE}")`);
  await tanaka.looks("read-first-side");
  await tanaka.presses("case.to_confirm");
  await tanaka.fills("署名の合言葉（5語）", "ちがう ことば です ので だめ");
  await tanaka.presses("case.sign");
  await tanaka.sees("あと");
  await tanaka.looks("sign-wrong-words", { buttonMayBeBelow: true });
  await signs(tanaka, id);
  await tanaka.looks("signed-not-sent");

  await sato.goes("/cases");
  await sato.presses("case.open", `li:has-text("${TITLE}")`);
  assert.equal(idOf(sato), id);
  await sato.sees("相手に送る");
  await sato.looks("case-to-send");
  await sends(sato, id);
  await sato.looks("case-sent");
  await mail(house, "koji@midori.example.jp", TITLE);

  const yamamoto = await house.as("yamamoto");
  await yamamoto.looks("cases-partner");
  await yamamoto.goes(`/cases/${id}`);
  await yamamoto.looks("case-partner");
  await yamamoto.presses("case.open");
  await yamamoto.looks("read-second-side");
  await yamamoto.goes(`/cases/${id}/read?view=text`);
  await yamamoto.looks("read-as-text");
  await signs(yamamoto, id);
  await yamamoto.sees("まだ返送していません。");
  await yamamoto.looks("case-to-return");
  await returns(yamamoto, id);
  await isKept(yamamoto);
  await yamamoto.looks("concluded");

  await sato.goes(`/cases/${id}`);
  await isKept(sato);
  await sato.presses("case.confirm");
  await sato.looks("concluded-confirmed");
  const original = await sato.receives("original.download");
  assert.equal(original.bytes.subarray(0, 5).toString(), "%PDF-");
  const bundle = await sato.receives("bundle.download");
  assert.equal(bundle.bytes.subarray(0, 2).toString(), "PK");

  const anybody = await house.visitor();
  const checks = async (name, mimeType, buffer, state) => {
    await anybody.goes("/verify");
    await anybody.gives("input[name=file]", { name, mimeType, buffer });
    await anybody.presses("verify.check");
    await anybody.page.locator(`.verdict[data-state="${state}"]`).waitFor();
  };
  await checks(original.name, "application/pdf", original.bytes, "valid");
  await anybody.looks("verify-good", { buttonMayBeBelow: true });
  const altered = Buffer.from(original.bytes);
  altered[Math.floor(altered.length / 3)] ^= 1;
  await checks(original.name.replace(".pdf", "（写し）.pdf"), "application/pdf", altered, "altered");
  await anybody.looks("verify-altered", { buttonMayBeBelow: true });
  await checks(bundle.name, "application/zip", bundle.bytes, "valid");
  await anybody.looks("verify-bundle", { buttonMayBeBelow: true });

  await sato.presses("demo.tamper");
  await sato.page.locator('.verdict[data-state="altered"]').waitFor();
  await sato.looks("demo-tampered", { buttonMayBeBelow: true });
});
