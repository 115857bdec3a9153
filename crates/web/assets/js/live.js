// Pages that watch something move: the same page is asked again, and what has changed is put in its place.
const policy = globalThis.trustedTypes?.createPolicy("cectrust-live", { createHTML: (text) => text });
const parse = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");

const fetched = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin", headers: { accept: "text/html" } });
  return answer.ok ? { page: parse(await answer.text()), address: answer.url } : null;
};

// What is read out when something moved: the states in a few words, never the whole region. When the server is not there, it is seen too.
const told = document.querySelector("[data-live-told]");
const tell = (words, seen = false) => {
  if (!told || told.textContent === words) return;
  told.textContent = words;
  told.className = seen ? "notice" : "sr";
  told.dataset.kind = seen ? "warn" : "ok";
};
const states = (place) => [...place.querySelectorAll(".lights :is(h2, h3), .now > :first-child dd")].map((part) => part.textContent.trim().replace(/\s+/g, " ")).join("、");

// A region that is replaced by its newer self until it no longer moves.
const region = async (place) => {
  const id = place.id;
  for (let wait = 700; ; wait = Math.min(wait * 1.3, 5000)) {
    await new Promise((done) => setTimeout(done, wait));
    if (document.hidden) continue;
    const answer = await fetched(place.dataset.liveAt ?? location.href).catch(() => undefined);
    if (answer === undefined) { tell("いま、つながりません。お預かりしたものは失われません。つながると、このページは自動で進みます。", true); continue; }
    const next = answer?.page.getElementById(id), now = document.getElementById(id);
    if (!next || !now) continue;
    // A form on its way says what its page said when it was pressed.
    if (document.querySelector("form[data-sent]")) continue;
    // What goes with it elsewhere on the page is put in place, too; only not under the hands of who fills in that form: the server tells him.
    for (const along of document.querySelectorAll("[data-live-along]")) {
      const newer = answer.page.getElementById(along.id);
      if (!newer || newer.outerHTML === along.outerHTML || along.form?.contains(document.activeElement)) continue;
      along.replaceWith(document.importNode(newer, true));
    }
    if (next.textContent !== now.textContent) {
      // Who stands on a button or has unfolded something stays where he is.
      const fresh = document.importNode(next, true), held = now.contains(document.activeElement) ? document.activeElement.dataset.act : undefined;
      const open = [...now.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent);
      for (const summary of fresh.querySelectorAll("details > summary")) if (open.includes(summary.textContent)) summary.parentElement.open = true;
      now.replaceWith(fresh);
      if (held) fresh.querySelector(`[data-act="${held}"]`)?.focus({ preventScroll: true });
      wait = 700;
    }
    tell(states(next));
    if (next.dataset.live === undefined) return;
  }
};

// A step that happens elsewhere (the signing tool): when it is done, the page goes on.
const step = async (place) => {
  const address = place.dataset.live, words = document.querySelector("[data-live-words]");
  let first = null;
  for (let round = 0; round < 900; round++) {
    await new Promise((done) => setTimeout(done, 2000));
    const answer = await fetched(address).catch(() => null);
    if (!answer) continue;
    const state = place.dataset.until === "signed"
      ? answer.page.querySelector("main .badge[data-state]")?.dataset.state
      : (answer.page.querySelector(".path [aria-current] h2")?.textContent ?? "done") + (answer.page.querySelector("[data-form]")?.dataset.form ?? "");
    // The page itself says where it stood: the tool may be faster than the first look.
    first ??= place.dataset.until === "signed" ? (place.dataset.from ?? state) : place.dataset.step + (place.dataset.form ?? "");
    if (state !== first) {
      if (words) words.textContent = "届きました。次へ進みます。";
      location.assign(address);
      return;
    }
  }
  if (words) words.textContent = "まだ届いていません。符号を出し直すか、あとでもう一度開いてください。";
};

for (const place of document.querySelectorAll("[data-live]")) place.dataset.live === "" ? region(place) : step(place);
