import { speaker } from "../words.ts";

export const undecidedWords = speaker({
  title: ["Red and undecided", "Красные без решения", "Червоні без рішення", "Roșii fără decizie"],
  text: [
    "Fight for them or let them go: nobody has decided yet. The most important first.",
    "Бороться или отпустить — пока никто не решил. Сначала самые важные.",
    "Боротися чи відпустити — поки ніхто не вирішив. Спершу найважливіші.",
    "Luptăm sau renunțăm: nimeni nu a decis încă. Cei mai importanți întâi.",
  ],
  none: [
    "Every red client has its decision.",
    "По каждому красному есть решение.",
    "За кожним червоним є рішення.",
    "Fiecare client roșu are o decizie.",
  ],
  client: ["Client", "Клиент", "Клієнт", "Client"],
  owner: ["Owner", "Ответственный", "Відповідальний", "Responsabil"],
  since: ["Red since", "Красный с", "Червоний з", "Roșu din"],
  value: ["Won", "Выиграно", "Виграно", "Câștigat"],
  strategic: ["Strategic importance", "Стратегическая важность", "Стратегічна важливість", "Importanță strategică"],
  high: ["high", "высокая", "висока", "mare"],
  medium: ["medium", "средняя", "середня", "medie"],
  low: ["low", "низкая", "низька", "mică"],
  contact: ["Best time to call", "Когда лучше звонить", "Коли краще дзвонити", "Când e bine să sunați"],
  usual: ["as usual", "как обычно", "як зазвичай", "ca de obicei"],
  review: [
    "an earlier decision is up for review",
    "пора пересмотреть прежнее решение",
    "час переглянути попереднє рішення",
    "o decizie anterioară trebuie revăzută",
  ],
  heard: [
    "letters seem to say: {what}",
    "письма, похоже, говорят: {what}",
    "листи, схоже, кажуть: {what}",
    "emailurile par să spună: {what}",
  ],
});
