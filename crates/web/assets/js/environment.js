// What only the browser itself can say. Without it the page says what the server knows.
const say = (name, ok, words) => {
  const line = document.querySelector(`[data-has="${name}"]`);
  if (!line) return;
  line.dataset.line = ok ? "yes" : "open";
  line.querySelector("dd").textContent = words;
};
say("script", true, "動いています");
say("width", true, `${innerWidth} × ${innerHeight}`);
say("crypto", !!globalThis.crypto?.subtle, globalThis.crypto?.subtle ? "使えます" : "使えません（署名と検証には要りません）");
say("cookies", navigator.cookieEnabled, navigator.cookieEnabled ? "受け取ります" : "受け取りません。サインインするには、受け取る設定にしてください");
