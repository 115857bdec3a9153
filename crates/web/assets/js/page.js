// Small things for every page; without it nothing is missing.

// A form is sent once: the second press of an impatient hand does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.dataset.again !== undefined) return;
  if (form.dataset.sent !== undefined) { event.preventDefault(); return; }
  form.dataset.sent = "";
  const button = event.submitter;
  if (button instanceof HTMLElement) button.setAttribute("aria-busy", "true");
  setTimeout(() => { delete form.dataset.sent; button?.removeAttribute("aria-busy"); }, 8000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

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
