/** What the signs of `signs.ts` are called, wherever a person reads of one. */
import type { Language } from "../model.ts";
import { SCORE_TEXTS } from "../score/texts.ts";

type Words = Readonly<Record<Language, string>>;
const four = (en: string, ru: string, uk: string, ro: string): Words => ({ en, ru, uk, ro });

/** By sign. */
export const SIGN_NAMES: Readonly<Record<string, Words>> = {
  facts: four("Reported facts", "Сообщённые факты", "Повідомлені факти", "Fapte raportate"),
  usage_drop: four("Activity falls", "Активность падает", "Активність падає", "Activitatea scade"),
  time_drop: four(
    "Time in the product falls",
    "Время в продукте падает",
    "Час у продукті падає",
    "Timpul în produs scade",
  ),
  core_unused: four(
    "Main function unused",
    "Основная функция не используется",
    "Основна функція не використовується",
    "Funcția principală nefolosită",
  ),
  implementation_stuck: four(
    "Implementation is stuck",
    "Внедрение застряло",
    "Впровадження застрягло",
    "Implementarea este blocată",
  ),
  no_login: four("No login", "Нет входов", "Немає входів", "Nicio autentificare"),
  setup_unfinished: four(
    "Set-up unfinished",
    "Настройка не завершена",
    "Налаштування не завершено",
    "Configurare neterminată",
  ),
  deals_drop: four(
    "Fewer deals in their system",
    "Меньше сделок в их системе",
    "Менше угод у їхній системі",
    "Mai puține tranzacții la ei",
  ),
  interaction_drop: four("Contacts fall", "Контактов меньше", "Контактів менше", "Contacte mai puține"),
  meetings_moved: four(
    "Meetings moved or cancelled",
    "Встречи переносят или отменяют",
    "Зустрічі переносять або скасовують",
    "Întâlniri amânate sau anulate",
  ),
  no_show: four(
    "A meeting was missed",
    "На встречу не пришли",
    "На зустріч не прийшли",
    "Întâlnire la care nu s-a venit",
  ),
  no_reply: four(
    "Several letters without an answer",
    "Несколько писем без ответа",
    "Кілька листів без відповіді",
    "Mai multe scrisori fără răspuns",
  ),
  ticket_open: four(
    "A technical request stays open",
    "Техническое обращение не закрыто",
    "Технічне звернення не закрито",
    "Solicitare tehnică nerezolvată",
  ),
  reply_slow: four("Slower answers", "Ответы медленнее", "Відповіді повільніші", "Răspunsuri mai lente"),
  reply_short: four("Shorter answers", "Ответы короче", "Відповіді коротші", "Răspunsuri mai scurte"),
  agreed_step_overdue: four(
    "Agreed steps not done by the client",
    "Клиент не выполняет договорённости",
    "Клієнт не виконує домовленостей",
    "Pași conveniți nefăcuți de client",
  ),
  tone_change: four("The tone gets worse", "Тон ухудшается", "Тон погіршується", "Tonul se înrăutățește"),
  management_asked: four(
    "Management was asked for",
    "Просят руководство",
    "Просять керівництво",
    "S-a cerut conducerea",
  ),
  termination_asked: four(
    "Termination was asked about",
    "Спрашивают о расторжении",
    "Питають про розірвання",
    "S-a întrebat despre reziliere",
  ),
  complaint: four(
    "Complaint or negative feedback",
    "Жалоба или негативный отзыв",
    "Скарга або негативний відгук",
    "Reclamație sau feedback negativ",
  ),
  terms_asked: four(
    "Contract terms were asked about",
    "Спрашивают об условиях договора",
    "Питають про умови договору",
    "S-a întrebat despre condițiile contractului",
  ),
  payment_delay: four("Payment is late", "Оплата просрочена", "Оплата прострочена", "Plata întârzie"),
  paying_later: four("Pays later than agreed", "Платит позже срока", "Платить пізніше терміну", "Plătește mai târziu"),
  volume_down: four("Buys less", "Покупает меньше", "Купує менше", "Cumpără mai puțin"),
  extras_refused: four("Extras refused", "Отказ от дополнений", "Відмова від доповнень", "Extra refuzate"),
  turnover_drop: four("Turnover falls", "Оборот падает", "Оборот падає", "Cifra de afaceri scade"),
  decision_maker_changed: four(
    "Another decision maker",
    "Сменилось лицо, принимающее решения",
    "Змінилася особа, що ухвалює рішення",
    "Alt factor de decizie",
  ),
  contact_left: four(
    "The main contact left",
    "Ключевой контакт ушёл",
    "Ключовий контакт пішов",
    "Contactul principal a plecat",
  ),
  restructuring: four("Restructuring", "Реструктуризация", "Реструктуризація", "Restructurare"),
  suppliers_reviewed: four(
    "Suppliers are reviewed",
    "Пересматривают поставщиков",
    "Переглядають постачальників",
    "Se revizuiesc furnizorii",
  ),
  competitor_tried: four(
    "A competitor is tried",
    "Пробуют конкурента",
    "Пробують конкурента",
    "Se încearcă un concurent",
  ),
};

/** The name of a sign, a signal or a reported fact. One that an admin made up is called by its own id, written as words. */
export function signName(id: string, language: Language): string {
  const known = SIGN_NAMES[id] ?? SCORE_TEXTS[`fact.${id}`] ?? SCORE_TEXTS[`signal.${id}`];
  return capital(known?.[language] ?? id.replace(/^x[._]/, "").replaceAll("_", " "), language);
}

function capital(text: string, language: Language): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
