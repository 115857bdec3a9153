// The chosen day in Japanese beside its field: what a browser shows inside it depends on its own language. Beside a deadline stands how
// far it is from today. Without this the page says the day that was saved.
for (const said of document.querySelectorAll("[data-day-of]")) {
  const field = document.getElementById(said.dataset.dayOf), today = said.dataset.today && Date.parse(said.dataset.today);
  const tell = () => {
    const [year, month, day] = field.value.split("-").map(Number);
    if (!day) { said.textContent = today ? "期限なし" : ""; return; }
    const at = new Date(field.value), named = `${year}年${month}月${day}日(${"日月火水木金土"[at.getUTCDay()]})`;
    if (!today) { said.textContent = named; return; }
    const left = Math.round((at - today) / 864e5);
    const words = left > 0 ? `あと${left}日` : left === 0 ? "本日まで" : `期限を${-left}日過ぎています`;
    said.textContent = `${named}　${words}`;
  };
  field?.addEventListener("input", tell);
}
