// The pictures of README.md and docs/guides, made of the demo: `cargo xtask e2e --pictures`.
import { join } from "node:path";
import { journey } from "../kit/journey.mjs";
import { idOf, isKept, returns, signs } from "../kit/moves.mjs";
import { ROOT } from "../kit/server.mjs";

const file = (name) => join(ROOT, "docs/pictures", `${name}.png`);
const SIZE = { width: 1024, height: 640 };

journey("the pictures of README and guides", async (house) => {
  const yamamoto = await house.as("yamamoto", SIZE);
  await yamamoto.photographs(file("cases"));
  await yamamoto.presses("case.open");
  const id = idOf(yamamoto);
  await yamamoto.page.waitForLoadState("networkidle");
  await yamamoto.photographs(file("reading"));
  await yamamoto.presses("case.to_confirm");
  await yamamoto.page.waitForTimeout(500); // the side button fades out of the picture
  await yamamoto.photographs(file("signing"));
  await signs(yamamoto, id);
  await yamamoto.photographs(file("returning"));
  await returns(yamamoto, id);
  await isKept(yamamoto);
  await yamamoto.goes(`/cases/${id}`);
  await yamamoto.page.waitForLoadState("networkidle");
  await yamamoto.photographs(file("concluded"));
  const { name, bytes } = await yamamoto.receives("original.download");

  const anybody = await house.visitor(SIZE);
  await anybody.goes("/verify");
  await anybody.gives("input[name=file]", { name, mimeType: "application/pdf", buffer: bytes });
  await anybody.presses("verify.check");
  await anybody.photographs(file("verified"));
  await anybody.goes("/verify");
  await anybody.gives("input[name=file]", { name, mimeType: "application/pdf", buffer: bytes });
  await anybody.presses("demo.tamper");
  await anybody.photographs(file("altered"));

  const suzuki = await house.as("suzuki", SIZE);
  await suzuki.photographs(file("company"));
});
