/** Texts of escalation, by id. `{name}` is a parameter, filled in when the text is written. */
import type { Language } from "../model.ts";

type Words = Readonly<Record<Language, string>>;

function words(en: string, ru: string, uk: string, ro: string): Words {
  return { en, ru, uk, ro };
}

/** `late.*`: why it escalates, one per ladder kind · `soon.*`: the same told before it is due · `rung.*`: what the receiver is asked · `passed.*`: who was passed over · `digest.*` */
export const ESCALATION_WORDS: Readonly<Record<string, Words>> = {
  "late.task": words(
    "Task is late: {step}",
    "Задача просрочена: {step}",
    "Завдання прострочене: {step}",
    "Sarcină întârziată: {step}",
  ),
  "late.phase": words(
    "Phase is late: {phase}",
    "Этап отстаёт: {phase}",
    "Етап відстає: {phase}",
    "Etapă întârziată: {phase}",
  ),
  "late.first_value": words(
    "Day 60, and the client has no first value yet",
    "60-й день, а первой ценности у клиента ещё нет",
    "60-й день, а першої цінності в клієнта ще немає",
    "Ziua 60, iar clientul nu are încă prima valoare",
  ),
  "late.plan": words("The plan is late", "План отстаёт", "План відстає", "Planul este întârziat"),
  "late.silence": words(
    "The client has been silent since {since}",
    "Клиент молчит с {since}",
    "Клієнт мовчить з {since}",
    "Clientul tace din {since}",
  ),
  "late.zone": words("Red zone: {why}", "Красная зона: {why}", "Червона зона: {why}", "Zona roșie: {why}"),
  "late.no_contact": words(
    "No contact with the client since {since}",
    "Нет контакта с клиентом с {since}",
    "Немає контакту з клієнтом з {since}",
    "Niciun contact cu clientul din {since}",
  ),
  "late.owner_missing": words(
    "The client has no owner",
    "У клиента нет ответственного",
    "У клієнта немає відповідального",
    "Clientul nu are responsabil",
  ),
  "late.question": words(
    "A client's question has no answer yet",
    "Вопрос клиента всё ещё без ответа",
    "Запитання клієнта досі без відповіді",
    "Întrebarea unui client este încă fără răspuns",
  ),
  "soon.task": words("Due {due}: {step}", "Срок {due}: {step}", "Термін {due}: {step}", "Termen {due}: {step}"),
  "soon.phase": words(
    "To be finished by {due}: {phase}",
    "Завершить до {due}: {phase}",
    "Завершити до {due}: {phase}",
    "De încheiat până la {due}: {phase}",
  ),
  "soon.plan": words(
    "The plan is to be finished by {due}",
    "План должен быть завершён до {due}",
    "План має бути завершено до {due}",
    "Planul trebuie încheiat până la {due}",
  ),
  "rung.remind": words(
    "Reminder: {reason}[[ ({note})]]",
    "Напоминание: {reason}[[ ({note})]]",
    "Нагадування: {reason}[[ ({note})]]",
    "Memento: {reason}[[ ({note})]]",
  ),
  "rung.notify": words(
    "Escalation: {reason}[[ ({note})]]",
    "Эскалация: {reason}[[ ({note})]]",
    "Ескалація: {reason}[[ ({note})]]",
    "Escaladare: {reason}[[ ({note})]]",
  ),
  "rung.task": words(
    "Take action: {reason}[[ ({note})]]",
    "Нужны действия: {reason}[[ ({note})]]",
    "Потрібні дії: {reason}[[ ({note})]]",
    "Acționați: {reason}[[ ({note})]]",
  ),
  "rung.pause_offer": words(
    "Pause the plan or set new dates? {reason}[[ ({note})]]",
    "Поставить план на паузу или назначить новые сроки? {reason}[[ ({note})]]",
    "Поставити план на паузу чи призначити нові терміни? {reason}[[ ({note})]]",
    "Puneți planul în pauză sau stabiliți termene noi? {reason}[[ ({note})]]",
  ),
  "rung.handover": words(
    "Now yours: {reason}[[ ({note})]]",
    "Теперь это ваше: {reason}[[ ({note})]]",
    "Тепер це ваше: {reason}[[ ({note})]]",
    "De acum este la dumneavoastră: {reason}[[ ({note})]]",
  ),
  /** a reason with the word about who was passed over */
  "late.noted": words("{late} ({note})", "{late} ({note})", "{late} ({note})", "{late} ({note})"),
  "role.owner": words("owner", "ответственный", "відповідальний", "responsabilul"),
  "role.manager": words("manager", "руководитель", "керівник", "managerul"),
  "role.rule": words("agreed person", "назначенный правилом", "призначений правилом", "persoana convenită"),
  "role.head": words("head", "начальник отдела", "начальник відділу", "șeful"),
  "role.executive": words("executive", "топ-менеджер", "топменеджер", "directorul"),
  "role.fallback": words("administrator", "администратор", "адміністратор", "administratorul"),
  "passed.inactive": words(
    "{owner} is deactivated",
    "{owner}: учётная запись отключена",
    "{owner}: обліковий запис вимкнено",
    "{owner}: cont dezactivat",
  ),
  "passed.absent": words("{owner} is away", "{owner}: отсутствует", "{owner}: відсутній", "{owner}: absent"),
  "passed.unknown": words(
    "{owner} is not in this account",
    "{owner}: нет в этом портале",
    "{owner}: немає в цьому порталі",
    "{owner}: nu există în acest cont",
  ),
  "passed.is_owner": words(
    "{owner} is the owner and has been told",
    "{owner} — сам ответственный, уже уведомлён",
    "{owner} — сам відповідальний, уже повідомлений",
    "{owner} este chiar responsabilul și a fost anunțat",
  ),
  "passed.unset": words("Nobody is named", "Никто не назначен", "Нікого не призначено", "Nu este numit nimeni"),
  "channel.escalation": words(
    "Escalation, level {level}: {said}",
    "Эскалация, уровень {level}: {said}",
    "Ескалація, рівень {level}: {said}",
    "Escaladare, nivelul {level}: {said}",
  ),
  "channel.open": words("Open in the CRM", "Открыть в CRM", "Відкрити в CRM", "Deschideți în CRM"),
  "digest.title": words(
    "Held back today: {count}",
    "Отложено за день: {count}",
    "Відкладено за день: {count}",
    "Reținute astăzi: {count}",
  ),
  "digest.more": words("And more: {count}", "И ещё: {count}", "І ще: {count}", "Și încă: {count}"),
  "digest.settled": words(
    "Settled before you had to act: {count}",
    "Решилось само: {count}",
    "Вирішилося саме: {count}",
    "Rezolvate între timp: {count}",
  ),
};
