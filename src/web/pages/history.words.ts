import { speaker } from "../words.ts";

export const historyWords = speaker({
  title: ["Who changed what", "Кто что изменил", "Хто що змінив", "Cine ce a schimbat"],
  when: ["When", "Когда", "Коли", "Când"],
  who: ["Who", "Кто", "Хто", "Cine"],
  client: ["Client", "Клиент", "Клієнт", "Client"],
  what: ["What", "Что", "Що", "Ce"],
  older: ["Older", "Раньше", "Раніше", "Mai vechi"],
  empty: [
    "Nothing has happened yet.",
    "Пока ничего не произошло.",
    "Поки нічого не сталося.",
    "Încă nu s-a întâmplat nimic.",
  ],
});
