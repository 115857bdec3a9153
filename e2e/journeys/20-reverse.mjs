// Every company can be either side.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { isKept, registers, returns, sends, signs } from "../kit/moves.mjs";

journey("the partner sends too, and its clerk is its signer", async (house) => {
  const yamamoto = await house.as("yamamoto");
  const id = await registers(yamamoto, { paper: "demo/midori-0001", signer: "山本 健太", partner: "あおば建設", partnerSigner: "田中 一郎" });
  await yamamoto.looks("draft-of-a-signer", { buttonMayBeBelow: true });
  await signs(yamamoto, id);
  await sends(yamamoto, id);

  const tanaka = await house.as("tanaka");
  await signs(tanaka, id);
  await tanaka.sees("自社の事務の方の番：返送する");
  assert.equal(await tanaka.page.locator('[data-act="case.return"]').count(), 0, "who does not return sees no button for it");
  await tanaka.looks("countersigned-signer");

  const sato = await house.as("sato");
  await sato.goes("/cases");
  await sato.looks("cases-to-return");
  await returns(sato, id);
  await isKept(sato);
});
