// What of the pages cannot be trusted is read before the button: beside it, and by who pressed before it was found.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { registers } from "../kit/moves.mjs";

/** One page in a font that is named and not embedded, as many office programs write it. */
const withoutFont = () => {
  const content = "BT /F 24 Tf 72 720 Td <5DE54E8B8ACB8CA059517D0466F8> Tj ET";
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 4 0 R >> >> /Contents 7 0 R >>",
    "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiMin-W3-UniJIS-UCS2-H /Encoding /UniJIS-UCS2-H /DescendantFonts [5 0 R] >>",
    "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiMin-W3 /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 6 0 R /DW 1000 >>",
    "<< /Type /FontDescriptor /FontName /HeiseiMin-W3 /Flags 6 /FontBBox [-123 -257 1001 910] /ItalicAngle 0 /Ascent 709 /Descent -241 /CapHeight 709 /StemV 69 >>",
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ];
  let file = "%PDF-1.7\n";
  const places = objects.map((object, at) => { const place = file.length; file += `${at + 1} 0 obj\n${object}\nendobj\n`; return place; });
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("")}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return { name: "契約書.pdf", mimeType: "application/pdf", buffer: Buffer.from(file, "latin1") };
};

/** The form as it was when the page had not told anything yet. */
const untold = (visitor) => visitor.page.locator("input[name=told]").evaluateAll((fields) => { for (const field of fields) field.value = ""; });
const secret = async (visitor) => visitor.page.locator("#words").fill(await visitor.page.locator("#demo-words").innerText());
const FONT = "フォント「HeiseiMin-W3";

journey("who signs or sends before the pages are looked through reads what was found, and presses again", async (house) => {
  const yamamoto = await house.as("yamamoto");
  const id = await registers(yamamoto, {
    paper: "demo/midori-0007", file: withoutFont(), title: "仮設資材の賃貸借に関する注文（朝顔）", signer: "山本 健太", partner: "あおば建設", partnerSigner: "田中 一郎",
  });
  await yamamoto.sees(FONT);
  await yamamoto.goes(`/cases/${id}/read`);
  // The page tells it by itself, at its head and before the button.
  await yamamoto.page.locator("#notes").getByText(FONT).waitFor();
  await yamamoto.page.locator("#told").getByText(FONT).waitFor();
  await untold(yamamoto);
  await secret(yamamoto);
  await yamamoto.presses("case.sign");
  await yamamoto.sees("まだ署名していません。");
  await yamamoto.looks("told-before-signing", { buttonMayBeBelow: true });
  await secret(yamamoto);
  await yamamoto.presses("case.sign");
  assert.equal(yamamoto.path, `/cases/${id}`, await yamamoto.words());

  await yamamoto.page.locator("#told").getByText(FONT).waitFor();
  await untold(yamamoto);
  await yamamoto.presses("case.send");
  await yamamoto.sees("まだ送っていません。");
  await yamamoto.looks("told-before-sending", { buttonMayBeBelow: true });
  await yamamoto.presses("case.send");
  await yamamoto.stands("waiting");
});
