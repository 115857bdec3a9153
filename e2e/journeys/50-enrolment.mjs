// The one person of the demo who has no certificate yet: letter, 申請PIN, key, ダウンロードPIN, test signature.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { mail } from "../kit/moves.mjs";

journey("a person collects his letter and gets his certificate, with a mistake on the way", async (house) => {
  const ito = await house.as("ito");
  await ito.goes("/certificate");
  await ito.sees("申請PINを入れる");
  await ito.looks("enrolment-letter", { buttonMayBeBelow: true });

  await ito.goes("/demo/letters");
  await ito.looks("demo-letters", { buttonMayBeBelow: true });
  const slip = '[data-tracking]:has-text("伊藤 誠")';
  await ito.page.locator(`${slip} input[name=name]`).fill("別の人");
  await ito.presses("demo.post.collect", slip);
  await ito.looks("demo-letter-refused");
  await ito.goes("/demo/letters");
  await ito.presses("demo.post.collect", slip);
  const pin = (await ito.page.locator("#pin").innerText()).trim();
  await ito.looks("demo-letter", { buttonMayBeBelow: true });

  await ito.goes("/certificate");
  const wrong = pin.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
  await ito.fills("申請PIN", wrong);
  await ito.presses("enrolment.application_pin");
  await ito.page.locator("#pin-err").waitFor();
  await ito.looks("enrolment-wrong-pin", { buttonMayBeBelow: true });
  await ito.fills("申請PIN", pin);
  await ito.presses("enrolment.application_pin");
  await ito.looks("enrolment-key", { buttonMayBeBelow: true });
  await ito.presses("enrolment.make_key");
  const words = (await ito.page.locator(".wordlist li").allInnerTexts()).join(" ");
  assert.equal(words.split(" ").length, 5);
  await ito.looks("enrolment-words");
  await ito.presses("enrolment.words_kept");

  const letter = await mail(house, "ito@aoba.example.jp", "ダウンロードPIN: ");
  await ito.page.locator("#dpin").waitFor();
  await ito.looks("enrolment-download", { buttonMayBeBelow: true });
  await ito.fills("ダウンロードPIN", /ダウンロードPIN: (\S+)/.exec(letter.text)[1]);
  await ito.presses("enrolment.download_pin");
  await ito.page.locator("#words").waitFor();
  await ito.looks("enrolment-receipt", { buttonMayBeBelow: true });
  await ito.fills("署名の合言葉（5語）", words);
  await ito.presses("enrolment.receipt");
  await ito.stands("active");
  await ito.looks("certificate", { buttonMayBeBelow: true });
  await ito.presses("certificate.emergency_stop");
  await ito.looks("certificate-stop");
  await ito.presses("certificate.emergency_stop.confirm");
  await ito.looks("certificate-stopped", { buttonMayBeBelow: true });
});
