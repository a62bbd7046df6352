import { speaker } from "../words.ts";

export const linkWords = speaker({
  title: [
    "Links, keys and calls to other systems",
    "Ссылки, ключи и вызовы других систем",
    "Посилання, ключі та виклики інших систем",
    "Linkuri, chei și apeluri către alte sisteme",
  ],
  key: ["Signing key", "Ключ подписи", "Ключ підпису", "Cheia de semnare"],
  keyText: [
    "Receivers check with it that a call comes from here (Standard Webhooks). After a change they need the new one at once.",
    "Получатели проверяют по нему, что вызов пришёл отсюда (Standard Webhooks). После замены им сразу нужен новый.",
    "Одержувачі перевіряють ним, що виклик надійшов звідси (Standard Webhooks). Після заміни їм одразу потрібен новий.",
    "Destinatarii verifică cu ea că apelul vine de aici (Standard Webhooks). După schimbare au nevoie imediat de cea nouă.",
  ],
  keyShow: ["Show the key", "Показать ключ", "Показати ключ", "Afișați cheia"],
  keyRotate: ["Make a new key", "Создать новый ключ", "Створити новий ключ", "Creați o cheie nouă"],
  failed: ["Calls that failed", "Неудавшиеся вызовы", "Невдалі виклики", "Apeluri eșuate"],
  noFailed: ["None.", "Нет.", "Немає.", "Niciunul."],
  retry: ["Try again", "Повторить", "Повторити", "Reîncercați"],
  action: ["Action", "Действие", "Дія", "Acțiune"],
  when: ["Last attempt", "Последняя попытка", "Остання спроба", "Ultima încercare"],
  why: ["Answer", "Ответ", "Відповідь", "Răspuns"],
  links: ["Links that clients hold", "Ссылки у клиентов", "Посилання в клієнтів", "Linkuri la clienți"],
  noLinks: [
    "No client has an open plan.",
    "Нет клиентов с открытым планом.",
    "Немає клієнтів із відкритим планом.",
    "Niciun client nu are un plan deschis.",
  ],
  client: ["Client", "Клиент", "Клієнт", "Client"],
  until: ["Open until", "Действуют до", "Діють до", "Valabile până la"],
  plan: ["Plan", "План", "План", "Plan"],
  revoke: ["Revoke", "Отозвать", "Відкликати", "Revocați"],
  next: ["Next", "Дальше", "Далі", "Următoarele"],
});
