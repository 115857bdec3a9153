// Where the mark stands: taken with the mouse or a finger, and it stays where it was put, up to the signature.
import assert from "node:assert/strict";
import { journey } from "../kit/journey.mjs";
import { registers, signs } from "../kit/moves.mjs";

const MM = 72 / 25.4;
const place = (visitor) => visitor.page.evaluate(() => ["left_a", "top_a"].map((id) => Number(document.getElementById(id).value)));
/** Where the first mark stands in the window, and how many millimetres of paper a pixel is. */
const mark = async (visitor) => {
  const handle = visitor.page.locator('.sheets [data-side="a"]');
  await handle.scrollIntoViewIfNeeded();
  const box = await handle.boundingBox();
  const scale = await handle.evaluate((mark) => mark.ownerSVGElement.viewBox.baseVal.width / mark.ownerSVGElement.getBoundingClientRect().width);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, mm: scale / MM };
};

journey("a mark is dragged on the page, decided, and stands there when it is read and signed", async (house) => {
  const yamamoto = await house.as("yamamoto");
  const id = await registers(yamamoto, { paper: "demo/midori-0007", title: "仮設資材の賃貸借に関する注文（足場）", signer: "山本 健太", partner: "あおば建設", partnerSigner: "田中 一郎" });
  const before = await place(yamamoto);
  const { x, y, mm } = await mark(yamamoto);
  await yamamoto.page.mouse.move(x, y);
  await yamamoto.page.mouse.down();
  await yamamoto.page.mouse.move(x + 12, y - 30, { steps: 4 });
  await yamamoto.page.mouse.move(x + 24, y - 60, { steps: 4 });
  await yamamoto.page.mouse.up();
  const dragged = await place(yamamoto);
  assert.ok(Math.abs(dragged[0] - before[0] - 24 * mm) < 1 && Math.abs(dragged[1] - before[1] + 60 * mm) < 1, `${before} became ${dragged}, asked were ${24 * mm} and ${-60 * mm} mm`);
  await yamamoto.sees("まだ決まっていません。");
  assert.equal(await yamamoto.page.locator("#at_a").inputValue(), "mm", "what was dragged is a place in millimetres");
  await yamamoto.looks("mark-dragged", { buttonMayBeBelow: true });
  await yamamoto.presses("field.place");
  assert.deepEqual(await place(yamamoto), dragged, "it is kept as it was put");
  await yamamoto.goes(`/cases/${id}/read`);
  const slot = yamamoto.page.locator(".slot-mark.mine rect").first();
  const [left, top] = [await slot.getAttribute("x"), await slot.getAttribute("y")].map((points) => Number(points) / MM);
  assert.ok(Math.abs(left - dragged[0]) < 0.2 && Math.abs(top - dragged[1]) < 0.2, `the field is read at ${left}, ${top}, put at ${dragged}`);
  await signs(yamamoto, id);
});

journey("a mark is dragged with a finger at 375 px, and does not leave the paper", async (house) => {
  const yamamoto = await house.as("yamamoto", { width: 375 });
  await registers(yamamoto, { paper: "demo/midori-0007", title: "仮設資材の賃貸借に関する注文（鋼製足場板）", signer: "山本 健太", partner: "あおば建設", partnerSigner: "田中 一郎" });
  const before = await place(yamamoto);
  const { x, y, mm } = await mark(yamamoto);
  const touch = (type, points) => yamamoto.cdp.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  // A finger moves in steps; each is drawn before the next, and it rests before it is lifted.
  const frame = () => yamamoto.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const drags = async (from, across, down) => {
    await touch("touchStart", [from]);
    for (const part of [0.2, 0.4, 0.6, 0.8, 1, 1]) {
      await touch("touchMove", [{ x: from.x + across * part, y: from.y + down * part }]);
      await frame();
    }
    await touch("touchEnd", []);
    await frame();
  };
  await drags({ x, y }, 40, -40);
  const dragged = await place(yamamoto);
  assert.ok(Math.abs(dragged[0] - before[0] - 40 * mm) < 2 && Math.abs(dragged[1] - before[1] + 40 * mm) < 2, `${before} became ${dragged}`);
  // Far out to the left and below: it stops at the edge of the paper.
  const now = await mark(yamamoto);
  await drags({ x: now.x, y: now.y }, 1 - now.x, 300);
  const [left, top] = await place(yamamoto);
  assert.ok(left >= 0 && top <= 297 - 22 + 0.1, `${left}, ${top}`);
  await yamamoto.presses("field.place");
  assert.deepEqual(await place(yamamoto), [left, top]);
});
