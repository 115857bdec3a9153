// Reading: the page number follows the eye, arrows turn pages, the side button goes when the reader is there.
const pages = [...document.querySelectorAll("[data-page]")];
const now = document.querySelector("[data-page-now]"), thumbs = [...document.querySelectorAll(".thumbs a")];
let current = Number(pages[0]?.dataset.page ?? 1);
const seen = new Map();

const show = (number) => {
  current = number;
  if (now) now.textContent = String(number);
  for (const thumb of thumbs) thumb.toggleAttribute("aria-current", thumb.hash === `#p${number}`);
};
const watch = new IntersectionObserver((entries) => {
  for (const entry of entries) seen.set(entry.target, entry.intersectionRect.height);
  const most = [...seen].sort((a, b) => b[1] - a[1])[0];
  if (most && most[1] > 0) show(Number(most[0].dataset.page));
}, { threshold: [0, .2, .4, .6, .8, 1] });
pages.forEach((page) => watch.observe(page));

for (const link of document.querySelectorAll("[data-turn-page]")) {
  link.addEventListener("click", (event) => {
    const goal = document.getElementById(`p${current + Number(link.dataset.turnPage)}`);
    event.preventDefault();
    goal?.scrollIntoView({ block: "start" });
  });
}

const confirm = document.getElementById("confirm");
if (confirm) {
  new IntersectionObserver(([entry]) => {
    for (const button of document.querySelectorAll("[data-goes]")) button.classList.toggle("gone", entry.isIntersecting);
  }).observe(confirm);
}
document.getElementById("words")?.getAttribute("aria-invalid") && document.getElementById("words").focus();
