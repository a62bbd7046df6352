import { speaker } from "../words.ts";

/** `{n}` is the confidence, per cent. */
export const letterWords = speaker({
  heard: [
    "What letters seem to say; it counts once you confirm it",
    "О чём, похоже, говорят письма; учитывается после подтверждения",
    "Про що, схоже, йдеться в листах; враховується після підтвердження",
    "Ce par să spună emailurile; contează după ce confirmați",
  ],
  tone: [
    "Letters in a negative tone; a sign from 60 % on, part of the score once you confirm it",
    "Письма в негативном тоне; признак от 60 %, в оценке — после подтверждения",
    "Листи в негативному тоні; ознака від 60 %, в оцінці — після підтвердження",
    "Emailuri pe un ton negativ; semn de la 60 %, în scor după ce confirmați",
  ],
  all: [
    "Labels of the letters of the last month: {n}",
    "Метки писем за последний месяц: {n}",
    "Мітки листів за останній місяць: {n}",
    "Etichetele emailurilor din ultima lună: {n}",
  ],
  others: [
    "Labels of the other letters of the last month: {n}",
    "Метки остальных писем за последний месяц: {n}",
    "Мітки решти листів за останній місяць: {n}",
    "Etichetele celorlalte emailuri din ultima lună: {n}",
  ],
  letter: ["Letter, {day}", "Письмо, {day}", "Лист, {day}", "Email, {day}"],
  confidence: ["confidence {n} %", "уверенность {n} %", "впевненість {n} %", "încredere {n} %"],
  yes: ["It does", "Да, это так", "Так, це так", "Da, așa este"],
  no: ["It does not", "Нет", "Ні", "Nu"],
  toneYes: ["It is", "Да, это так", "Так, це так", "Da, așa este"],
  toneNo: ["It is not", "Нет", "Ні", "Nu"],
  confirmed: ["tone confirmed", "тон подтверждён", "тон підтверджено", "ton confirmat"],
  denied: [
    "tone denied: it does not count",
    "тон отклонён: не учитывается",
    "тон відхилено: не враховується",
    "ton infirmat: nu contează",
  ],
  negative: ["negative tone ({n} %)", "негативный тон ({n} %)", "негативний тон ({n} %)", "ton negativ ({n} %)"],
  neutral: ["neutral tone ({n} %)", "нейтральный тон ({n} %)", "нейтральний тон ({n} %)", "ton neutru ({n} %)"],
  positive: [
    "friendly tone ({n} %)",
    "доброжелательный тон ({n} %)",
    "доброзичливий тон ({n} %)",
    "ton prietenos ({n} %)",
  ],
  termination: ["termination ({n} %)", "расторжение ({n} %)", "розірвання ({n} %)", "reziliere ({n} %)"],
  terms: [
    "contract terms ({n} %)",
    "условия договора ({n} %)",
    "умови договору ({n} %)",
    "condițiile contractului ({n} %)",
  ],
  management: [
    "talk with management ({n} %)",
    "разговор с руководством ({n} %)",
    "розмова з керівництвом ({n} %)",
    "discuție cu conducerea ({n} %)",
  ],
  suppliers_reviewed: [
    "review of suppliers ({n} %)",
    "пересмотр поставщиков ({n} %)",
    "перегляд постачальників ({n} %)",
    "revizuirea furnizorilor ({n} %)",
  ],
  price: ["price ({n} %)", "цена ({n} %)", "ціна ({n} %)", "preț ({n} %)"],
  complaint: ["complaint ({n} %)", "жалоба ({n} %)", "скарга ({n} %)", "reclamație ({n} %)"],
  postponing: ["putting off ({n} %)", "откладывание ({n} %)", "відкладання ({n} %)", "amânare ({n} %)"],
  contact_left: [
    "a contact leaves ({n} %)",
    "уход контакта ({n} %)",
    "контакт іде ({n} %)",
    "plecarea unui contact ({n} %)",
  ],
  thanks: ["thanks ({n} %)", "благодарность ({n} %)", "подяка ({n} %)", "mulțumiri ({n} %)"],
});
