// 原本保管サービス: a document without a partner.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";

journey("a document is deposited, its receipt is there, and its bundle verifies", async (house) => {
  const kimura = await house.as("kimura");
  await kimura.looks("deposits-empty");
  await kimura.gives("input[name=file]", { name: "安全管理計画書.txt", mimeType: "text/plain", buffer: Buffer.from("安全管理計画書\n") });
  // What is put is sent at once; without scripts the button does it.
  await kimura.sees("お預かりしました");
  const bundle = kimura.page.locator('[data-act="bundle.download"]');
  await bundle.waitFor();
  await kimura.looks("deposit-receipt");
  assert.equal(/取引先/.test(await kimura.words()), false, "this service has no partner");
  const { bytes } = await kimura.receives("bundle.download");
  await kimura.goes("/deposits");
  await kimura.stands("kept");
  await kimura.looks("deposits");
  const anybody = await house.visitor();
  await anybody.goes("/verify");
  await anybody.gives("input[name=file]", { name: "bundle.zip", mimeType: "application/zip", buffer: bytes });
  await anybody.presses("verify.check");
  await anybody.page.locator('.verdict[data-state="valid"]').waitFor();
});
