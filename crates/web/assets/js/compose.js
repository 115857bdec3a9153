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
