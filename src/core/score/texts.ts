/** The words of the score in four languages: names of signals, reasons, notes, the line of a zone change. Same syntax as all texts. */
import type { Language } from "../model.ts";

type Words = Readonly<Record<Language, string>>;

function four(en: string, ru: string, uk: string, ro: string): Words {
  return { en, ru, uk, ro };
}

/** By id. Sentences are built so that no name has to be declined. */
export const SCORE_TEXTS: Readonly<Record<string, Words>> = {
  "signal.logins": four("logins", "входы в систему", "входи в систему", "autentificări"),
  "signal.active_users": four("active users", "активные пользователи", "активні користувачі", "utilizatori activi"),
  "signal.core_uses": four("core function", "основная функция", "основна функція", "funcția principală"),
  "signal.messages_in": four(
    "messages from the client",
    "сообщения от клиента",
    "повідомлення від клієнта",
    "mesaje de la client",
  ),
  "signal.calls_answered": four("calls answered", "принятые звонки", "прийняті дзвінки", "apeluri preluate"),
  "signal.reply_hours": four("time to reply", "время ответа", "час відповіді", "timp de răspuns"),
  "signal.unanswered": four(
    "our messages left unanswered",
    "наши сообщения без ответа",
    "наші повідомлення без відповіді",
    "mesajele noastre fără răspuns",
  ),
  "signal.meetings_held": four("meetings held", "проведённые встречи", "проведені зустрічі", "întâlniri avute"),
  "signal.meetings_moved": four("meetings moved", "перенесённые встречи", "перенесені зустрічі", "întâlniri amânate"),
  "signal.days_late": four("payment", "оплата", "оплата", "plată"),
  "signal.orders": four("orders", "заказы", "замовлення", "comenzi"),
  "signal.turnover": four("turnover", "оборот", "оборот", "cifră de afaceri"),
  "signal.tickets": four("support requests", "обращения в поддержку", "звернення в підтримку", "solicitări de suport"),
  "signal.tickets_bad": four("negative requests", "негативные обращения", "негативні звернення", "solicitări negative"),
  "signal.onboarding_steps": four("onboarding steps", "шаги онбординга", "кроки онбордингу", "pași de onboarding"),

  "reason.count": four(
    "{{name}}: {{value:number}} in {{days:plural day,days}}, the client's own norm is {{usual:number}} ({{change:number}} %).",
    "{{name}}: {{value:number}} за {{days:number}} дн., обычно у этого клиента {{usual:number}} ({{change:number}} %).",
    "{{name}}: {{value:number}} за {{days:number}} дн., зазвичай у цього клієнта {{usual:number}} ({{change:number}} %).",
    "{{name}}: {{value:number}} în {{days:plural zi,zile,de zile}}, norma clientului este {{usual:number}} ({{change:number}} %).",
  ),
  "reason.mean": four(
    "{{name}}: {{value:number}} h, usual for this client: {{usual:number}} h.",
    "{{name}}: {{value:number}} ч, обычно у этого клиента: {{usual:number}} ч.",
    "{{name}}: {{value:number}} год, зазвичай у цього клієнта: {{usual:number}} год.",
    "{{name}}: {{value:number}} h, obișnuit pentru acest client: {{usual:number}} h.",
  ),
  "reason.share": four(
    "{{name}}: {{value:number}} in {{days:plural day,days}}, expected {{usual:number}}.",
    "{{name}}: {{value:number}} за {{days:number}} дн., ожидалось {{usual:number}}.",
    "{{name}}: {{value:number}} за {{days:number}} дн., очікувалося {{usual:number}}.",
    "{{name}}: {{value:number}} în {{days:plural zi,zile,de zile}}, așteptat {{usual:number}}.",
  ),
  "reason.late": four(
    "{{name}}: {{value:plural day,days}} late; usual for this client: {{usual:number}}.",
    "{{name}}: просрочка {{value:number}} дн.; обычно у этого клиента: {{usual:number}}.",
    "{{name}}: прострочення {{value:number}} дн.; зазвичай у цього клієнта: {{usual:number}}.",
    "{{name}}: întârziere de {{value:plural zi,zile,de zile}}; obișnuit pentru acest client: {{usual:number}}.",
  ),
  "reason.orders": four(
    "No order for {{days:plural day,days}}; usual gap: {{usual:plural day,days}}.",
    "Нет заказов {{days:number}} дн.; обычный промежуток: {{usual:number}} дн.",
    "Немає замовлень {{days:number}} дн.; звичайний проміжок: {{usual:number}} дн.",
    "Nicio comandă de {{days:plural zi,zile,de zile}}; interval obișnuit: {{usual:plural zi,zile,de zile}}.",
  ),
  "reason.orders.few": four(
    "Bought on {{orders:plural day,days}} only so far, the last one {{days:plural day,days}} ago; usual gap: {{usual:plural day,days}}.",
    "Покупал пока лишь {{orders:plural раз,раза,раз}}, последний {{days:number}} дн. назад; обычный промежуток: {{usual:number}} дн.",
    "Купував поки лише {{orders:plural раз,рази,разів}}, востаннє {{days:number}} дн. тому; звичайний проміжок: {{usual:number}} дн.",
    "Achiziții până acum: {{orders:number}}, ultima acum {{days:plural zi,zile,de zile}}; interval obișnuit: {{usual:plural zi,zile,de zile}}.",
  ),
  "reason.onboarding": four(
    "Onboarding: {{done:plural step,steps}} done, {{expected:number}} expected by today.",
    "Онбординг: выполнено шагов {{done:number}}, к сегодняшнему дню ожидалось {{expected:number}}.",
    "Онбординг: виконано кроків {{done:number}}, на сьогодні очікувалося {{expected:number}}.",
    "Onboarding: pași încheiați {{done:number}}, așteptați până azi {{expected:number}}.",
  ),
  "reason.chain": four(
    "A chain since {{since:date}}, {{count:plural sign,signs}}: {{names}}.",
    "Цепочка с {{since:date}}, признаков {{count:number}}: {{names}}.",
    "Ланцюжок з {{since:date}}, ознак {{count:number}}: {{names}}.",
    "Un lanț din {{since:date}}, {{count:plural semn,semne,de semne}}: {{names}}.",
  ),
  "reason.fact": four(
    "Reported {{day:date}}: {{name}}.",
    "Сообщено {{day:date}}: {{name}}.",
    "Повідомлено {{day:date}}: {{name}}.",
    "Raportat {{day:date}}: {{name}}.",
  ),
  "reason.money": four(
    "{{name}}: since {{day:date}}.",
    "{{name}}: с {{day:date}}.",
    "{{name}}: з {{day:date}}.",
    "{{name}}: din {{day:date}}.",
  ),
  "fact.payment_delay": four("late payment", "просрочка оплаты", "прострочення оплати", "plată întârziată"),
  "fact.paying_later": four(
    "several payments later than usual",
    "несколько оплат позже обычного",
    "кілька оплат пізніше, ніж зазвичай",
    "mai multe plăți mai târziu decât de obicei",
  ),
  "fact.volume_down": four("buys less", "покупает меньше", "купує менше", "cumpără mai puțin"),
  "fact.turnover_drop": four("turnover falls", "оборот падает", "оборот падає", "cifra de afaceri scade"),
  "fact.notice_given": four(
    "notice of termination",
    "уведомление о расторжении",
    "повідомлення про розірвання",
    "notificare de reziliere",
  ),
  "fact.contact_left": four(
    "key contact left",
    "ключевой контакт ушёл",
    "ключовий контакт пішов",
    "contactul cheie a plecat",
  ),
  "fact.decision_maker_changed": four(
    "decision maker changed",
    "сменился ЛПР",
    "змінилася особа, що ухвалює рішення",
    "decidentul s-a schimbat",
  ),
  "fact.seats_cut": four(
    "seats or licences cut",
    "сокращены места или лицензии",
    "скорочено місця або ліцензії",
    "locuri sau licențe reduse",
  ),
  "fact.extras_refused": four(
    "usual extras refused",
    "отказ от обычных опций",
    "відмова від звичних опцій",
    "opțiuni obișnuite refuzate",
  ),
  "fact.terms_asked": four(
    "asked for other terms",
    "просит изменить условия",
    "просить змінити умови",
    "cere alte condiții",
  ),
  "fact.suppliers_reviewed": four(
    "reviewing all suppliers",
    "пересматривает поставщиков",
    "переглядає постачальників",
    "își revizuiește furnizorii",
  ),
  "fact.competitor_tried": four(
    "trying a competitor",
    "пробует конкурента",
    "пробує конкурента",
    "testează un concurent",
  ),
  "fact.restructuring": four(
    "restructuring or cost cutting",
    "реструктуризация или сокращение затрат",
    "реструктуризація або скорочення витрат",
    "restructurare sau reduceri de costuri",
  ),
  "fact.termination_asked": four(
    "asked about ending the contract",
    "спрашивает о расторжении",
    "питає про розірвання",
    "întreabă despre reziliere",
  ),
  "fact.complaint": four("complaint", "жалоба", "скарга", "reclamație"),
  "fact.low_survey": four(
    "low survey score",
    "низкая оценка в опросе",
    "низька оцінка в опитуванні",
    "scor mic la sondaj",
  ),
  "fact.angry_letter": four(
    "letter in a negative tone",
    "письмо в негативном тоне",
    "лист у негативному тоні",
    "email pe un ton negativ",
  ),
  "fact.management_asked": four(
    "asked for a meeting with management",
    "просит встречу с руководством",
    "просить зустріч з керівництвом",
    "cere o întâlnire cu conducerea",
  ),

  "note.silent": four(
    "{{name}}: unusually quiet since {{last:date}}. Noted; by itself it changes no zone until it lasts.",
    "{{name}}: необычно тихо с {{last:date}}. Отмечено; само по себе зону не меняет, пока не затянется.",
    "{{name}}: незвично тихо з {{last:date}}. Зазначено; саме по собі зони не змінює, доки не затягнеться.",
    "{{name}}: neobișnuit de liniștit din {{last:date}}. Notat; de la sine nu schimbă zona cât timp nu se prelungește.",
  ),
  "note.weak": four(
    "{{name}}: {{value:number}} in {{days:plural day,days}}, usual {{usual:number}}. A single weak month: noted.",
    "{{name}}: {{value:number}} за {{days:number}} дн., обычно {{usual:number}}. Один слабый месяц: отмечено.",
    "{{name}}: {{value:number}} за {{days:number}} дн., зазвичай {{usual:number}}. Один слабкий місяць: зазначено.",
    "{{name}}: {{value:number}} în {{days:plural zi,zile,de zile}}, obișnuit {{usual:number}}. O singură lună slabă: notat.",
  ),
  "back.green": four(
    "Back to green if the score holds {{health:number}} for {{days:plural day,days}}[[; it helps most: {{name}}, usual {{usual:number}}]].",
    "Вернётся в зелёную зону, если оценка {{health:number}} продержится {{days:number}} дн.[[; больше всего поможет: {{name}}, обычно {{usual:number}}]]",
    "Повернеться в зелену зону, якщо оцінка {{health:number}} протримається {{days:number}} дн.[[; найбільше допоможе: {{name}}, зазвичай {{usual:number}}]]",
    "Revine în verde dacă scorul {{health:number}} se menține {{days:plural zi,zile,de zile}}[[; cel mai mult ajută: {{name}}, obișnuit {{usual:number}}]].",
  ),
  "back.yellow": four(
    "Back to yellow if the score holds {{health:number}} for {{days:plural day,days}}[[; it helps most: {{name}}, usual {{usual:number}}]].",
    "Вернётся в жёлтую зону, если оценка {{health:number}} продержится {{days:number}} дн.[[; больше всего поможет: {{name}}, обычно {{usual:number}}]]",
    "Повернеться в жовту зону, якщо оцінка {{health:number}} протримається {{days:number}} дн.[[; найбільше допоможе: {{name}}, зазвичай {{usual:number}}]]",
    "Revine în galben dacă scorul {{health:number}} se menține {{days:plural zi,zile,de zile}}[[; cel mai mult ajută: {{name}}, obișnuit {{usual:number}}]].",
  ),
  "change.line": four(
    "{{before:number}} → {{after:number}}",
    "{{before:number}} → {{after:number}}",
    "{{before:number}} → {{after:number}}",
    "{{before:number}} → {{after:number}}",
  ),
  "change.other": four("other", "прочее", "інше", "altele"),
  "unknown.line": four(
    "Not judged: {{names}}.",
    "Не оценивалось: {{names}}.",
    "Не оцінювалося: {{names}}.",
    "Neevaluate: {{names}}.",
  ),
  "unknown.not_connected": four(
    "source not connected",
    "источник не подключён",
    "джерело не під’єднано",
    "sursă neconectată",
  ),
  "unknown.broken": four("source broken", "источник сломан", "джерело зламано", "sursă defectă"),
  "unknown.no_history": four("not enough history", "мало истории", "замало історії", "istoric insuficient"),
  "unknown.learning": four("client is new", "клиент новый", "клієнт новий", "client nou"),
  "risk.rank": four(
    "Not enough losses yet to speak in percent: {{lost:number}} of the {{needed:number}} needed.",
    "Пока мало потерь, чтобы говорить в процентах: {{lost:number}} из нужных {{needed:number}}.",
    "Поки замало втрат, щоб говорити у відсотках: {{lost:number}} з потрібних {{needed:number}}.",
    "Încă prea puține pierderi pentru procente: {{lost:number}} din {{needed:number}} necesare.",
  ),
  "risk.band": four(
    "About {{tenths:number}} in 10 within {{days:plural day,days}}.",
    "Около {{tenths:number}} из 10 за {{days:number}} дн.",
    "Близько {{tenths:number}} з 10 за {{days:number}} дн.",
    "Aproximativ {{tenths:number}} din 10 în {{days:plural zi,zile,de zile}}.",
  ),
  "risk.percent": four(
    "{{percent:number}} % (band {{low:number}}–{{high:number}}) within {{days:plural day,days}}.",
    "{{percent:number}} % (диапазон {{low:number}}–{{high:number}}) за {{days:number}} дн.",
    "{{percent:number}} % (діапазон {{low:number}}–{{high:number}}) за {{days:number}} дн.",
    "{{percent:number}} % (interval {{low:number}}–{{high:number}}) în {{days:plural zi,zile,de zile}}.",
  ),
};
