/** Plain words for what screens name by code: kinds of records and writes, abilities of a CRM, budgets, why something is left out. */
import type { Desired } from "../../core/desired.ts";
import { fieldById } from "../../core/fields.ts";
import type { Language, RecordKind } from "../../core/model.ts";
import type { Capability } from "../../crm/port.ts";
import { type Four, fill, speaker } from "../words.ts";

const RECORDS = {
  deal: ["Deal", "Сделка", "Угода", "Tranzacție"],
  company: ["Company", "Компания", "Компанія", "Companie"],
  contact: ["Contact", "Контакт", "Контакт", "Contact"],
  task: ["Task", "Задача", "Завдання", "Sarcină"],
  ticket: ["Ticket", "Обращение", "Звернення", "Tichet"],
  meeting: ["Meeting", "Встреча", "Зустріч", "Întâlnire"],
  call: ["Call", "Звонок", "Дзвінок", "Apel"],
  email: ["E-mail", "Письмо", "Лист", "Email"],
  invoice: ["Invoice", "Счёт", "Рахунок", "Factură"],
  subscription: ["Subscription", "Подписка", "Підписка", "Abonament"],
  survey: ["Survey answer", "Ответ на опрос", "Відповідь на опитування", "Răspuns la sondaj"],
} as const satisfies Readonly<Record<RecordKind, Four>>;

/** As they stand inside a sentence. */
const THINGS = {
  task: ["task", "задача", "завдання", "sarcină"],
  fields: ["fields", "поля", "поля", "câmpuri"],
  note: ["note", "заметка", "нотатка", "notă"],
  notice: ["notification", "уведомление", "сповіщення", "notificare"],
  message: ["message", "сообщение", "повідомлення", "mesaj"],
  call: ["call to your systems", "вызов ваших систем", "виклик ваших систем", "apel către sistemele dumneavoastră"],
} as const satisfies Readonly<Record<Desired["kind"], Four>>;

const ABILITIES = {
  "unique-task-key": [
    "Own key on every task",
    "Свой ключ у каждой задачи",
    "Власний ключ кожного завдання",
    "Cheie proprie la fiecare sarcină",
  ],
  managers: ["Managers of employees", "Руководители сотрудников", "Керівники співробітників", "Managerii angajaților"],
  notices: ["Notifications", "Уведомления", "Сповіщення", "Notificări"],
  checklists: ["Checklists in tasks", "Чек-листы в задачах", "Чеклісти в завданнях", "Liste de verificare în sarcini"],
  "offline-events": [
    "Events kept while away",
    "События за время простоя",
    "Події за час простою",
    "Evenimente păstrate în absență",
  ],
  tickets: ["Tickets", "Обращения", "Звернення", "Tichete"],
  invoices: ["Invoices", "Счета", "Рахунки", "Facturi"],
  emails: ["E-mails", "Письма", "Листи", "Emailuri"],
  surveys: ["Surveys", "Опросы", "Опитування", "Sondaje"],
  sequences: ["E-mail sequences", "Цепочки писем", "Ланцюжки листів", "Secvențe de emailuri"],
  letters: ["Letters through the CRM", "Письма через CRM", "Листи через CRM", "Emailuri prin CRM"],
  "short-messages": ["SMS through the CRM", "SMS через CRM", "SMS через CRM", "SMS prin CRM"],
  "chat-bot": [
    "Answers in the CRM's chats",
    "Ответы в чатах CRM",
    "Відповіді в чатах CRM",
    "Răspunsuri în chaturile CRM",
  ],
  "opt-outs": ["Unsubscribing in the CRM", "Отписка в самой CRM", "Відписка в самій CRM", "Dezabonarea chiar în CRM"],
  uninstall: [
    "Uninstalling from here",
    "Удаление приложения отсюда",
    "Видалення застосунку звідси",
    "Dezinstalarea de aici",
  ],
} as const satisfies Readonly<Record<Capability, Four>>;

/** `left.<reason>`: why a field of ours is not there; `letters.<reason>`: what letters lack. */
const REASONS = {
  "left.no-scope": ["the permission is missing", "нет разрешения", "немає дозволу", "lipsește permisiunea"],
  "left.other-type": [
    "there is a field of that name with another type",
    "есть поле с таким именем и другим типом",
    "є поле з такою назвою та іншим типом",
    "există un câmp cu acest nume și alt tip",
  ],
  "left.no-room": [
    "the account has no room for more fields",
    "в аккаунте больше нет места для полей",
    "в акаунті більше немає місця для полів",
    "contul nu mai are loc pentru câmpuri",
  ],
  "left.refused": ["the CRM refused", "CRM отклонила", "CRM відхилила", "CRM-ul a refuzat"],
  "letters.from-address": ["the sender's address", "адрес отправителя", "адреса відправника", "adresa expeditorului"],
  "letters.mail-server": ["a mail server", "почтовый сервер", "поштовий сервер", "un server de email"],
} as const satisfies Readonly<Record<string, Four>>;

/** The CRMs' own limits. */
const LIMITS = {
  general: ["All calls", "Все запросы", "Усі запити", "Toate apelurile"],
  search: ["Searches", "Поиски", "Пошуки", "Căutări"],
  associations: ["Links of records", "Связи записей", "Зв’язки записів", "Legături de înregistrări"],
  requests: ["Requests", "Запросы", "Запити", "Cereri"],
  operating: [
    "Working time of {method}, s",
    "Время работы {method}, с",
    "Час роботи {method}, с",
    "Timp de lucru {method}, s",
  ],
} as const satisfies Readonly<Record<string, Four>>;

const prefixed = <T extends Readonly<Record<string, Four>>>(prefix: string, table: T) =>
  Object.entries(table).map(([name, four]) => [`${prefix}.${name}`, four] as const);

const say = speaker<string>(
  Object.fromEntries([
    ...prefixed("record", RECORDS),
    ...prefixed("thing", THINGS),
    ...prefixed("ability", ABILITIES),
    ...prefixed("limit", LIMITS),
    ...Object.entries(REASONS),
    ["client", ["Client {id}", "Клиент {id}", "Клієнт {id}", "Client {id}"] as const],
  ]),
);

/** A code that came from elsewhere, a CRM's own or an admin's, at least reads as words. */
function asWords(code: string): string {
  return code.replaceAll("_", " ");
}

/** A kind of record: "Company". */
export function kindName(kind: string, language: Language): string {
  return say(language)[`record.${kind}`] ?? asWords(kind);
}

/** A record without a name at hand: `company:17` is "Company 17". */
export function recordName(key: string, language: Language): string {
  const colon = key.indexOf(":");
  return colon < 0 ? key : `${kindName(key.slice(0, colon), language)} ${key.slice(colon + 1)}`;
}

/** A client whose name the CRM does not tell now: `company:17` is "Client 17". */
export function clientName(key: string, language: Language): string {
  return fill(say(language).client!, { id: key.slice(key.indexOf(":") + 1) });
}

/** A kind of thing that is written, inside a sentence. */
export function thingName(kind: string, language: Language): string {
  return say(language)[`thing.${kind}`] ?? asWords(kind);
}

export function abilityName(ability: string, language: Language): string {
  return say(language)[`ability.${ability}`] ?? asWords(ability);
}

/** `operating seconds of crm.item.list` names the method it is counted for. */
export function limitName(limit: string, language: Language): string {
  const method = /^operating seconds of (.+)$/.exec(limit)?.[1];
  const words = say(language)[method === undefined ? `limit.${limit}` : "limit.operating"];
  return words === undefined ? asWords(limit) : fill(words, { method: method ?? "" });
}

/** Why a field is left out. */
export function leftWhy(why: string, language: Language): string {
  return say(language)[`left.${why}`] ?? asWords(why);
}

/** What letters lack to be sent; the CRM's own reason stays as it is. */
export function lettersWhy(why: string, language: Language): string {
  return say(language)[`letters.${why}`] ?? why;
}

/** Our fields by their labels, as the CRM shows them. */
export function fieldNames(ids: string, language: Language): string {
  return ids
    .split(", ")
    .map((id) => {
      try {
        return fieldById(id).label[language];
      } catch {
        return asWords(id);
      }
    })
    .join(", ");
}
