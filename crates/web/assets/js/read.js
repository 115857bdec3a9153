// Reading: the page number follows the eye, pages turn, two fingers and keys make the paper larger, tiles keep it sharp, and the
// button to the signature goes when the reader is there. Without it every page is a picture at the width of the desk.
const lectern = document.querySelector(".lectern"), sheaf = document.querySelector(".sheaf");
const leaves = [...document.querySelectorAll("[data-page]")], total = Number(lectern?.dataset.pages ?? leaves.length);
const now = document.querySelector("[data-page-now]"), rest = document.querySelector("[data-rest]");
const thumbs = [...document.querySelectorAll(".thumbs a")], nav = document.querySelector(".thumbs");
const at = (number) => document.getElementById(`p${number}`);
const seen = new Map();
let current = Number(leaves[0]?.dataset.page ?? 1);

const show = (number) => {
  current = number;
  if (now && document.activeElement !== now) now.value = String(number);
  if (rest) rest.textContent = number < total ? `残り${total - number}ページ` : "最後のページです";
  for (const thumb of thumbs) {
    const here = thumb.hash === `#p${number}`;
    thumb.toggleAttribute("aria-current", here);
    if (here && nav.scrollHeight > nav.clientHeight) {
      const over = thumb.getBoundingClientRect(), box = nav.getBoundingClientRect();
      if (over.top < box.top + 60 || over.bottom > box.bottom) nav.scrollTop += over.top - box.top - box.height / 2;
    }
  }
};
const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) seen.set(entry.target, entry.intersectionRect.height);
  const most = [...seen].sort((a, b) => b[1] - a[1])[0];
  if (most && most[1] > 0) show(Number(most[0].dataset.page));
  soon();
}, { threshold: [0, .2, .4, .6, .8, 1] });
leaves.forEach((leaf) => watch.observe(leaf));

for (const link of document.querySelectorAll("[data-turn-page]")) {
  link.addEventListener("click", (event) => {
    const goal = at(current + Number(link.dataset.turnPage));
    if (!goal) return;
    event.preventDefault();
    goal.scrollIntoView({ block: "start" });
  });
}
document.querySelector("[data-jump]")?.addEventListener("submit", (event) => {
  const goal = at(Number(now.value));
  if (!goal) return;
  event.preventDefault();
  goal.scrollIntoView({ block: "start" });
});

const confirm = document.getElementById("confirm");
if (confirm) {
  new IntersectionObserver(([entry]) => {
    for (const button of document.querySelectorAll("[data-goes]")) button.classList.toggle("gone", entry.isIntersecting);
  }).observe(confirm);
}
const words = document.getElementById("words");
if (words?.getAttribute("aria-invalid")) words.focus();
else document.getElementById("failed")?.focus();

// Larger and smaller. `zoom` is the width of the paper in widths of the desk.
const TILE = 512, MOST_TILES = 60;
const figures = [...document.querySelectorAll(".sheaf .drawn")];
const widest = Math.max(1, ...figures.map((figure) => Number(figure.dataset.width)));
const most = Math.min(24, Math.max(8, widest / 595 * 8));
let zoom = { z2: 1.5, z3: 2 }[[...(sheaf?.classList ?? [])].find((name) => /^z[23]$/.test(name))] ?? 1;

const focal = () => { const box = sheaf.getBoundingClientRect(); return [box.left + box.width / 2, Math.min(Math.max(innerHeight / 2, box.top), box.bottom)]; };
const enlarge = (wanted, [x, y] = focal()) => {
  const next = Math.min(Math.max(wanted, 1), most);
  const leaf = leaves.find((one) => { const box = one.getBoundingClientRect(); return box.top <= y && box.bottom >= y; }) ?? at(current) ?? leaves[0];
  const before = leaf.getBoundingClientRect(), across = (x - before.left) / before.width, down = (y - before.top) / before.height;
  zoom = next;
  sheaf.style.setProperty("--zoom", zoom.toFixed(4));
  const after = leaf.getBoundingClientRect();
  sheaf.scrollLeft += after.left + across * after.width - x;
  scrollBy({ top: after.top + down * after.height - y, behavior: "instant" });
  for (const link of document.querySelectorAll("a[data-zoom]")) link.toggleAttribute("aria-current", Math.abs([1, 1.5, 2][link.dataset.zoom - 1] - zoom) < .01);
  soon();
};

// Sharp parts: what is in sight is fetched in tiles where the picture of the page has too few dots.
const tilesOf = (figure, level) => {
  const scale = 18 * 2 ** level / 72, width = Math.max(1, Math.round(figure.dataset.width * scale)), height = Math.max(1, Math.round(figure.dataset.height * scale));
  return { width, height, columns: Math.ceil(width / TILE), rows: Math.ceil(height / TILE) };
};
const fill = () => {
  waiting = 0;
  let left = MOST_TILES;
  for (const figure of figures) {
    const box = figure.getBoundingClientRect(), img = figure.querySelector("img");
    const inSight = box.bottom > 0 && box.top < innerHeight;
    let layer = figure.querySelector(".tiles");
    const wanted = box.width * (devicePixelRatio || 1);
    if (!inSight || !img.complete || wanted <= img.naturalWidth * 1.15) { if (!inSight || img.complete) layer?.remove(); continue; }
    const level = Math.min(6, Math.max(0, Math.ceil(Math.log2(wanted * .85 / (figure.dataset.width / 4)))));
    const grid = tilesOf(figure, level), desk = sheaf.getBoundingClientRect();
    if (grid.width <= img.naturalWidth) { layer?.remove(); continue; }
    if (!layer) { layer = document.createElement("div"); layer.className = "tiles"; figure.insertBefore(layer, figure.querySelector(".over")); }
    const part = (from, to, start, length, count, whole) => [
      Math.max(0, Math.floor((from - start) / length * whole / TILE)), Math.min(count - 1, Math.floor((to - start) / length * whole / TILE))];
    const [c0, c1] = part(Math.max(desk.left, 0), Math.min(desk.right, innerWidth), box.left, box.width, grid.columns, grid.width);
    const [r0, r1] = part(0, innerHeight, box.top, box.height, grid.rows, grid.height);
    const keep = new Set();
    for (let row = r0; row <= r1; row++) for (let column = c0; column <= c1; column++) {
      if (left-- <= 0) continue;
      const name = `${level}/${column}/${row}`;
      keep.add(name);
      if (layer.querySelector(`[data-tile="${name}"]`)) continue;
      const tile = new Image();
      tile.dataset.tile = name;
      tile.alt = "";
      const [x, y] = [column * TILE, row * TILE];
      tile.style.left = `${x / grid.width * 100}%`; tile.style.top = `${y / grid.height * 100}%`;
      tile.style.width = `${Math.min(TILE, grid.width - x) / grid.width * 100}%`; tile.style.height = `${Math.min(TILE, grid.height - y) / grid.height * 100}%`;
      tile.addEventListener("error", () => tile.remove());
      tile.src = `${lectern.dataset.tiles}${figure.closest("[data-page]").dataset.page}/${name}`;
      layer.append(tile);
    }
    // Coarser tiles stay until the finer ones are there; what is out of sight is let go.
    const own = [...layer.children].filter((tile) => tile.dataset.tile.startsWith(`${level}/`)), ready = own.every((tile) => tile.complete);
    for (const tile of [...layer.children]) {
      const fits = tile.dataset.tile.startsWith(`${level}/`);
      if (fits ? !keep.has(tile.dataset.tile) && layer.children.length > MOST_TILES : ready) tile.remove();
    }
    if (!ready) setTimeout(soon, 300);
  }
};
let waiting = 0;
function soon() { if (!waiting && figures.length) waiting = setTimeout(fill, 120); }

if (sheaf && figures.length) {
  sheaf.classList.add("live");
  document.querySelector(".zoom")?.classList.add("live");
  if (zoom !== 1) sheaf.style.setProperty("--zoom", String(zoom));
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  sheaf.addEventListener("scroll", soon, { passive: true });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.hidden = false;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      enlarge({ out: zoom / 1.35, in: zoom * 1.35, 1: 1, 2: 1.5, 3: 2 }[button.dataset.zoom]);
    });
  }
  sheaf.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const wanted = { "+": zoom * 1.35, ";": zoom * 1.35, "-": zoom / 1.35, 0: 1 }[event.key];
    if (wanted) { event.preventDefault(); enlarge(wanted); }
  });
  sheaf.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    enlarge(zoom * Math.exp(-event.deltaY / 300), [event.clientX, event.clientY]);
  }, { passive: false });
  // Two fingers.
  let pinch = null;
  const fingers = (event) => {
    const [a, b] = event.touches;
    return { far: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), middle: [(a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2] };
  };
  sheaf.addEventListener("touchstart", (event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    pinch = { ...fingers(event), zoom };
  }, { passive: false });
  sheaf.addEventListener("touchmove", (event) => {
    if (!pinch || event.touches.length !== 2) return;
    event.preventDefault();
    const next = fingers(event);
    enlarge(pinch.zoom * next.far / pinch.far, next.middle);
  }, { passive: false });
  const lift = () => { pinch = null; soon(); };
  sheaf.addEventListener("touchend", lift);
  sheaf.addEventListener("touchcancel", lift);
  // A mouse takes hold of a paper that is wider than the desk.
  sheaf.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0 || zoom <= 1 || event.target.closest("a")) return;
    event.preventDefault();
    let last = [event.clientX, event.clientY];
    const drag = (next) => { sheaf.scrollLeft -= next.clientX - last[0]; scrollBy({ top: last[1] - next.clientY, behavior: "instant" }); last = [next.clientX, next.clientY]; };
    const stop = () => { removeEventListener("pointermove", drag); removeEventListener("pointerup", stop); };
    addEventListener("pointermove", drag); addEventListener("pointerup", stop);
  });
  // On a phone the paper opens at the width of what is written on it; its margins are a finger's breadth away.
  const block = (img) => {
    const canvas = document.createElement("canvas"), width = canvas.width = 240, height = canvas.height = Math.round(240 * img.naturalHeight / img.naturalWidth);
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(img, 0, 0, width, height);
    const { data } = pen.getImageData(0, 0, width, height);
    let from = width, to = -1;
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
      const dot = (y * width + x) * 4;
      if (data[dot] + data[dot + 1] + data[dot + 2] < 3 * 210) { if (x < from) from = x; if (x > to) to = x; }
    }
    return to > from ? [from / width, (to + 1) / width] : null;
  };
  const open = figures[0].querySelector("img");
  if (innerWidth < 720 && zoom === 1) open.decode().then(() => {
    const found = block(open);
    if (!found || zoom !== 1) return;
    const from = Math.max(0, found[0] - .02), to = Math.min(1, found[1] + .02), wide = Math.min(1 / (to - from), 2);
    if (wide < 1.03) return;
    const top = scrollY;
    enlarge(wide, [sheaf.getBoundingClientRect().left, sheaf.getBoundingClientRect().top]);
    sheaf.scrollLeft = from * sheaf.scrollWidth;
    if (!location.hash) scrollTo({ top, behavior: "instant" });
  }).catch(() => {});
  soon();
}
