// Composing: 「金額なし」 and the amount exclude each other; the amount is shown with commas when it is left.
const amount = document.getElementById("amount"), none = document.querySelector("[name=none]");
const digits = (text) => text.normalize("NFKC").replace(/[^0-9]/g, "");
const tidy = () => { if (amount.value) amount.value = Number(digits(amount.value) || 0).toLocaleString("ja-JP"); };
if (amount && none) {
  tidy();
  amount.addEventListener("blur", tidy);
  amount.addEventListener("input", () => { if (amount.value) none.checked = false; });
  none.addEventListener("change", () => { if (none.checked) amount.value = ""; });
}

// Placing the two marks: the picture follows the form, arrow keys and the pointer move a mark. Without it the form is enough.
const place = document.querySelector("[data-place]"), form = place?.querySelector("form");
if (form) {
  const MM = 72 / 25.4, MARK = [62 * MM, 22 * MM], MARGIN = [42.5, 34];
  const runs = place.dataset.sizes.split(",").map((run) => {
    const [count, size] = run.split(":"), [width, height] = size.split("x").map(Number);
    return { count: Number(count), width, height };
  });
  const sizeOf = (page) => { for (const run of runs) { if (page <= run.count) return run; page -= run.count; } return null; };
  const sheets = place.querySelector(".sheets"), told = form.querySelector("[data-told]"), marks = {}, inks = new Map();
  const field = (side, name) => form.elements[`${name}_${side}`];
  const clamp = (value, most) => Math.min(Math.max(value, 0), Math.max(most, 0));

  // The sheet that shows a page: the one that does, one that shows no mark any more, or a new one.
  const sheetOf = (page, size) => {
    let sheet = sheets.querySelector(`[data-sheet="${page}"]`);
    if (sheet) return sheet;
    sheet = [...sheets.children].find((one) => !one.querySelector("[data-side]")) ?? sheets.appendChild(sheets.children[0].cloneNode(true));
    sheet.querySelectorAll("[data-side]").forEach((mark) => mark.remove());
    sheet.dataset.sheet = page;
    for (const svg of sheet.querySelectorAll("svg")) svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    const blank = sheet.querySelector(".blank"), img = sheet.querySelector("img");
    blank.setAttribute("width", size.width); blank.setAttribute("height", size.height);
    img.src = `${place.dataset.place}${page}/480`;
    img.alt = `${page}ページ、署名欄のあるページ`;
    sheet.querySelector("[data-number]").textContent = page;
    return sheet;
  };
  const nine = (word, size) => {
    const free = [size.width - MARK[0], size.height - MARK[1]];
    return [{ l: MARGIN[0], c: free[0] / 2, r: free[0] - MARGIN[0] }[word[1]], { t: MARGIN[1], m: free[1] / 2, b: free[1] - MARGIN[1] }[word[0]]];
  };
  // Whether the picture of the page has ink under the mark.
  const inked = async (img, size, [left, top]) => {
    if (!inks.has(img.src)) inks.set(img.src, img.decode().then(() => {
      const canvas = document.createElement("canvas");
      canvas.width = img.naturalWidth; canvas.height = img.naturalHeight;
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      pen.drawImage(img, 0, 0);
      return { pen, scale: img.naturalWidth };
    }).catch(() => null));
    const seen = await inks.get(img.src);
    if (!seen) return false;
    const scale = seen.scale / size.width;
    const { data } = seen.pen.getImageData(left * scale, top * scale, Math.max(1, MARK[0] * scale), Math.max(1, MARK[1] * scale));
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0 && data[at] + data[at + 1] + data[at + 2] < 3 * 232) dark++;
    return dark * 4 > data.length * .002;
  };
  const show = async (side, isNew) => {
    const spot = form.querySelector(`[data-spot="${side}"]`), says = spot.querySelector("[data-says]"), warn = spot.querySelector("[data-inked]");
    const at = field(side, "at").value, page = Number(field(side, "page").value), size = sizeOf(page);
    for (const name of ["left", "top"]) field(side, name).readOnly = at === "none";
    if (isNew) form.querySelector("[data-unsaved]").hidden = false;
    if (at === "none" || !size || !(page >= 1)) { marks[side]?.remove(); says.textContent = at === "none" ? "印影なし" : "そのページはありません"; warn.hidden = true; return; }
    const corner = at === "mm"
      ? [clamp(Number(field(side, "left").value) * MM || 0, size.width - MARK[0]), clamp(Number(field(side, "top").value) * MM || 0, size.height - MARK[1])]
      : nine(at, size);
    if (at !== "mm") { field(side, "left").value = (corner[0] / MM).toFixed(1); field(side, "top").value = (corner[1] / MM).toFixed(1); }
    marks[side]?.remove();
    const sheet = sheetOf(page, size);
    if (marks[side]) {
      marks[side].setAttribute("transform", `translate(${corner[0]} ${corner[1]})`);
      sheet.querySelector(".over").append(marks[side]);
    }
    for (const one of [...sheets.children]) one.hidden = sheets.children.length > 1 && !one.querySelector("[data-side]") && one !== sheet;
    says.textContent = `${page}ページ　左から ${Math.round(corner[0] / MM)} mm・上から ${Math.round(corner[1] / MM)} mm`;
    warn.hidden = !(await inked(sheet.querySelector("img"), size, corner));
    if (isNew) told.textContent = says.textContent + (warn.hidden ? "" : "。印の下に、文字か線があります");
  };
  const move = (side, across, down) => {
    const size = sizeOf(Number(field(side, "page").value));
    if (!size || field(side, "at").value === "none") return;
    field(side, "at").value = "mm";
    const to = (name, by, most) => { field(side, name).value = clamp(Number(field(side, name).value) + by, Math.floor(most / MM * 10) / 10).toFixed(1); };
    to("left", across, size.width - MARK[0]);
    to("top", down, size.height - MARK[1]);
    show(side, true);
  };
  form.querySelector("[data-with-script]").hidden = false;
  for (const side of ["a", "b"]) {
    marks[side] = sheets.querySelector(`[data-side="${side}"]`);
    const button = form.querySelector(`[data-spot="${side}"] .who`);
    button.hidden = false;
    button.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const step = event.shiftKey ? 10 : 1;
      move(side, way[0] * step, way[1] * step);
    });
    const chosen = () => { for (const [one, mark] of Object.entries(marks)) mark?.classList.toggle("chosen", one === side); };
    button.addEventListener("focus", chosen);
    button.addEventListener("click", () => button.focus());
    for (const name of ["page", "at"]) field(side, name).addEventListener("change", () => show(side, true));
    for (const name of ["left", "top"]) field(side, name).addEventListener("change", () => { field(side, "at").value = "mm"; show(side, true); });
    show(side, false);
  }
  // `touch-action` does not hold for a part of a drawing: without this a finger scrolls the page instead.
  sheets.addEventListener("touchstart", (event) => { if (event.target.closest?.("[data-side]")) event.preventDefault(); }, { passive: false });
  sheets.addEventListener("pointerdown", (event) => {
    const mark = event.target.closest?.("[data-side]");
    if (!mark) return;
    event.preventDefault();
    const side = mark.dataset.side, box = mark.ownerSVGElement.getBoundingClientRect();
    const size = sizeOf(Number(field(side, "page").value)), scale = size.width / box.width / MM;
    let last = [event.clientX, event.clientY];
    form.querySelector(`[data-spot="${side}"] .who`).focus({ preventScroll: true });
    const drag = (next) => { move(side, (next.clientX - last[0]) * scale, (next.clientY - last[1]) * scale); last = [next.clientX, next.clientY]; };
    const stop = () => { removeEventListener("pointermove", drag); removeEventListener("pointerup", stop); removeEventListener("pointercancel", stop); };
    addEventListener("pointermove", drag); addEventListener("pointerup", stop); addEventListener("pointercancel", stop);
  });
}
