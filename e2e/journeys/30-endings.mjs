// A case that is not concluded: 差戻し, 謝絶, 取下げ. Each asks for a reason, tells it to the other side, and leads on.
import { journey } from "../kit/journey.mjs";
import { idOf, mail, sample, waitsAtMidori } from "../kit/moves.mjs";

const ends = async (visitor, act, reason, field) => {
  await visitor.presses(act);
  await visitor.looks(`${act.replace(".", "-")}-asks`);
  await visitor.fills(field, reason);
  await visitor.presses(`${act}.confirm`);
};

journey("差戻し: the partner sends a contract back, and the sender begins anew with everything filled in", async (house) => {
  const { id, sato } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（A工区）");
  const yamamoto = await house.as("yamamoto", { width: 1024 });
  await yamamoto.goes(`/cases/${id}/read`);
  await ends(yamamoto, "case.send_back", "工期の終わりが、打合せと違います。", "直してほしいところ");
  await yamamoto.stands("sent_back");
  await yamamoto.looks("sent-back-partner");
  await mail(house, "keiyaku@aoba.example.jp", "川口倉庫改修工事のうちボード張り工事（A工区）");
  await sato.goes(`/cases/${id}`);
  await sato.sees("工期の終わりが、打合せと違います。");
  await sato.looks("sent-back-sender");
  await sato.presses("case.create_again");
  await sato.looks("case-again", { buttonMayBeBelow: true });
  await sato.gives("input[name=pdf]", sample("chumon"));
  await sato.presses("case.save_draft");
  await sato.sees("三　確かめて送る");
  await sato.presses("case.withdraw");
  await sato.fills("理由", "直したものは別に送ります。");
  await sato.presses("case.withdraw.confirm");
  await sato.stands("withdrawn");
  if (idOf(sato) === id) throw new Error("the new version is a new case");
});

journey("謝絶: the partner refuses a contract", async (house) => {
  const { id, sato } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（B工区）");
  const yamamoto = await house.as("yamamoto");
  await yamamoto.goes(`/cases/${id}`);
  await ends(yamamoto, "case.refuse", "今回は見送ります。", "理由");
  await yamamoto.stands("refused");
  await yamamoto.looks("refused-partner");
  await sato.goes(`/cases/${id}`);
  await sato.sees("今回は見送ります。");
  await sato.looks("refused-sender");
});

journey("取下げ: the sender withdraws while the partner has not signed, and the partner's page says so", async (house) => {
  const { id, sato } = await waitsAtMidori(house, "川口倉庫改修工事のうちボード張り工事（C工区）");
  await sato.goes(`/cases/${id}`);
  await ends(sato, "case.withdraw", "数量を誤りました。", "理由");
  await sato.stands("withdrawn");
  await sato.looks("withdrawn-sender");
  const yamamoto = await house.as("yamamoto");
  await yamamoto.goes(`/cases/${id}`);
  await yamamoto.stands("withdrawn");
  await yamamoto.sees("数量を誤りました。");
  await yamamoto.looks("withdrawn-partner");
  await yamamoto.goes("/cases?show=closed");
  await yamamoto.looks("cases-closed");
});
