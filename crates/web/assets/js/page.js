// Small things for every page; without it nothing is missing.

// A form is sent once: the second press of an impatient hand does nothing. What was typed is not given to a server that cannot be reached:
// the browser would put a page of its own in its place.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.again !== undefined) return;
  const button = event.submitter;
  if (form.dataset.reached !== undefined) { delete form.dataset.reached; return; }
  event.preventDefault();
  if (form.dataset.sent !== undefined) return;
  form.dataset.sent = "";
  button?.setAttribute("aria-busy", "true");
  const rests = () => { delete form.dataset.sent; button?.removeAttribute("aria-busy"); };
  // A server that is only slow gets the form all the same.
  fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(4000) }).catch((why) => why.name === "TimeoutError").then((there) => {
    for (const old of document.querySelectorAll("[data-unreached]")) old.remove();
    if (!there) { rests(); unreached(button ?? form.lastElementChild); return; }
    form.dataset.reached = "";
    form.requestSubmit(button);
    setTimeout(rests, 8000);
  });
});
// Says beside what was pressed that nothing arrived, and that nothing is lost.
function unreached(place) {
  const notice = document.createElement("p"), head = document.createElement("strong");
  notice.className = "notice";
  Object.assign(notice.dataset, { kind: "warn", unreached: "" });
  notice.setAttribute("role", "alert");
  head.textContent = "いま、つながりません。まだ何も送っていません。";
  notice.append(head, "入れたものは、この画面に残っています。少し待って、もう一度押してください。");
  (place.closest(".row, p") ?? place).before(notice);
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// What went wrong is met first: the field that says why, else the sentence at the head of the page.
const wrong = [...document.querySelectorAll("main [aria-invalid=true]")].find((field) => /\S+-err\b/.test(field.getAttribute("aria-describedby") ?? ""));
(wrong ?? document.getElementById("failed"))?.focus();

for (const link of document.querySelectorAll("[data-back]")) {
  if (history.length > 1) {
    link.hidden = false;
    link.addEventListener("click", (event) => { event.preventDefault(); history.back(); });
  }
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  const target = document.getElementById(button.dataset.copy);
  if (!target || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => { await navigator.clipboard.writeText(target.textContent.trim()); button.textContent = "写しました"; });
}
// A dropped or chosen file is named where it was put.
for (const drop of document.querySelectorAll(".drop")) {
  const input = drop.querySelector("input[type=file]"), name = drop.querySelector("[data-chosen]");
  // What is dropped is sent at once; what is chosen too, unless `data-send="drop"` leaves that to the buttons.
  let dropped = false;
  drop.addEventListener("drop", () => { dropped = true; });
  input?.addEventListener("change", () => {
    if (name && input.files.length) name.textContent = input.files[0].name;
    const send = drop.dataset.send;
    if ((send === "" || (send === "drop" && dropped)) && input.files.length) input.form.requestSubmit();
    dropped = false;
  });
}
