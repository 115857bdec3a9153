// Without scripts: everything that matters is links and forms.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { isKept, mail, waitsAtMidori } from "../kit/moves.mjs";

journey("without scripts: signed in, listed, read, sent back; another read, signed, returned, kept, verified", async (house) => {
  const back = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（H工区）");
  const on = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（J工区）");
  const plain = await house.visitor({ scripts: false });
  await plain.goes("/sign-in");
  await plain.fills("サインインID", "yamamoto");
  await plain.fills("パスワード", "demo-yamamoto-midori-2026");
  await plain.presses("sign_in.password");
  await plain.looks("plain-cases");
  await plain.pressesWords("川口倉庫改修工事のうちボード張り工事（H工区）");
  await plain.presses("case.open");
  assert.equal(await plain.page.locator("[data-copy]:visible, [data-print]:visible, [data-zoom=in]:visible").count(), 0, "no button that would do nothing");
  await plain.pressesWords("文字で読む");
  await plain.sees("PDFから取り出した文字です。");
  await plain.presses("case.send_back");
  await plain.fills("直してほしいところ", "工期の終わりが、打合せと違います。");
  await plain.presses("case.send_back.confirm");
  await plain.stands("sent_back");
  await mail(house, "keiyaku@aoba.example.jp", "H工区");
  assert.ok(plain.path.endsWith(back.id));

  await plain.goes(`/cases/${on.id}/read`);
  await plain.looks("plain-read", { buttonMayBeBelow: true });
  await plain.page.locator("#words").fill(await plain.page.locator("#demo-words").innerText());
  await plain.presses("case.sign");
  await plain.presses("case.return");
  await plain.sees("成立しました。");
  // The page comes again by itself, without a script, until everything is kept.
  await isKept(plain);
  const { name, bytes } = await plain.receives("original.download");
  const anybody = await house.visitor({ scripts: false });
  await anybody.goes("/verify");
  await anybody.gives("input[name=file]", { name, mimeType: "application/pdf", buffer: bytes });
  await anybody.presses("verify.check");
  await anybody.sees("この文書は、署名された時のままです。");
  await anybody.looks("plain-verified", { buttonMayBeBelow: true });
});
