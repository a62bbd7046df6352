import { speaker } from "../words.ts";

export const reportWords = speaker({
  title: ["What people learned", "Что стало известно", "Що стало відомо", "Ce s-a aflat"],
  report: [
    "Report something you learned",
    "Сообщить, что стало известно",
    "Повідомити, що стало відомо",
    "Raportați ceva aflat",
  ],
  fact: ["What happened", "Что произошло", "Що сталося", "Ce s-a întâmplat"],
  learnt: ["Learned on", "Когда узнали", "Коли дізналися", "Aflat la"],
  contact: ["About whom (optional)", "О ком (необязательно)", "Про кого (необов’язково)", "Despre cine (opțional)"],
  nobody: ["nobody in particular", "ни о ком отдельно", "ні про кого окремо", "nimeni anume"],
  reported: [
    "reported by {who}, {day}",
    "сообщено: {who}, {day}",
    "повідомлено: {who}, {day}",
    "raportat de {who}, {day}",
  ],
  learntOn: ["learned on {day}", "стало известно {day}", "стало відомо {day}", "aflat la {day}"],
  withdraw: ["Withdraw", "Отозвать", "Відкликати", "Retrageți"],
});
