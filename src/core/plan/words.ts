import type { Language } from "../model.ts";

function four(en: string, ru: string, uk: string, ro: string): Readonly<Record<Language, string>> {
  return { en, ru, uk, ro };
}

/** The plan engine's own words by text id. Fields in `[[ ]]` drop out where the caller has no value for them. */
export const PLAN_WORDS: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  "plan.step_body": four(
    "[[{{body:ref}}]][[\n\nAttach: {{attachments}}.]][[\n\nTakes {{minutes:plural minute,minutes}}.]][[\n\nWrite it into the client’s fields, letters and reports take it from there: {{collects:codes}}.]]",
    "[[{{body:ref}}]][[\n\nПриложите: {{attachments}}.]][[\n\nДлительность: {{minutes:plural минута,минуты,минут}}.]][[\n\nЗапишите это в поля клиента, письма и отчёты возьмут это оттуда: {{collects:codes}}.]]",
    "[[{{body:ref}}]][[\n\nДодайте: {{attachments}}.]][[\n\nТривалість: {{minutes:plural хвилина,хвилини,хвилин}}.]][[\n\nЗапишіть це в поля клієнта, листи та звіти візьмуть це звідти: {{collects:codes}}.]]",
    "[[{{body:ref}}]][[\n\nAtașați: {{attachments}}.]][[\n\nDurată: {{minutes:plural minut,minute,de minute}}.]][[\n\nScrieți în câmpurile clientului, emailurile și rapoartele le iau de acolo: {{collects:codes}}.]]",
  ),
  "plan.call_failed": four(
    "A call to your systems failed[[: {{step:ref}}]]. Do it by hand or start it again.",
    "Вызов ваших систем не удался[[: {{step:ref}}]]. Выполните вручную или запустите снова.",
    "Виклик ваших систем не вдався[[: {{step:ref}}]]. Виконайте вручну або запустіть знову.",
    "Apelul către sistemele dumneavoastră a eșuat[[: {{step:ref}}]]. Faceți-l manual sau reporniți-l.",
  ),
  "plan.message_unknown": four(
    "A message may not have arrived[[: {{step:ref}}]]. Check, and send it by hand if needed.",
    "Сообщение могло не дойти[[: {{step:ref}}]]. Проверьте и при необходимости отправьте вручную.",
    "Повідомлення могло не дійти[[: {{step:ref}}]]. Перевірте й за потреби надішліть вручну.",
    "Un mesaj poate nu a ajuns[[: {{step:ref}}]]. Verificați și trimiteți-l manual dacă e nevoie.",
  ),
  "plan.message_refused": four(
    "A message was refused[[: {{step:ref}}]]. Send it another way.",
    "Сообщение отклонено[[: {{step:ref}}]]. Отправьте другим способом.",
    "Повідомлення відхилено[[: {{step:ref}}]]. Надішліть іншим способом.",
    "Un mesaj a fost refuzat[[: {{step:ref}}]]. Trimiteți-l altfel.",
  ),
  "plan.message_bounced": four(
    "A message bounced[[: {{step:ref}}]]. Check the client's address.",
    "Сообщение вернулось[[: {{step:ref}}]]. Проверьте адрес клиента.",
    "Повідомлення повернулося[[: {{step:ref}}]]. Перевірте адресу клієнта.",
    "Un mesaj a fost returnat[[: {{step:ref}}]]. Verificați adresa clientului.",
  ),
  "plan.meeting_missing": four(
    "No meeting is in the calendar yet, and the step is due on {{plan.date:date}}",
    "Встреча ещё не назначена, а срок шага — {{plan.date:date}}",
    "Зустріч ще не призначено, а термін кроку — {{plan.date:date}}",
    "Încă nu există o întâlnire în calendar, iar pasul este scadent la {{plan.date:date}}",
  ),
  "plan.owner_reason": four(
    "Owner by role “{{role:codes}}”, because others were not available: {{missed:codes}}",
    "Ответственный по роли «{{role:codes}}», потому что другие недоступны: {{missed:codes}}",
    "Відповідальний за роллю «{{role:codes}}», бо інші недоступні: {{missed:codes}}",
    "Responsabil după rolul „{{role:codes}}”, pentru că alții nu erau disponibili: {{missed:codes}}",
  ),
  "code.deal_owner": four(
    "the deal’s owner",
    "ответственный за сделку",
    "відповідальний за угоду",
    "responsabilul tranzacției",
  ),
  "code.client_owner": four(
    "the client’s owner",
    "ответственный за клиента",
    "відповідальний за клієнта",
    "responsabilul clientului",
  ),
  "code.fallback": four(
    "the substitute from the settings",
    "запасной из настроек",
    "запасний із налаштувань",
    "înlocuitorul din setări",
  ),
  "code.picked": four("the person chosen for it", "выбранный сотрудник", "обраний співробітник", "persoana aleasă"),
  "code.csm": four(
    "customer success manager",
    "менеджер по работе с клиентами",
    "менеджер із супроводу клієнтів",
    "manager de clienți",
  ),
  "code.technical": four("technical specialist", "технический специалист", "технічний спеціаліст", "specialist tehnic"),
  "code.check_in": four("check-in caller", "кто ведёт check-in", "хто веде check-in", "cine ține check-inul"),
  "code.trainer": four("trainer", "тренер", "тренер", "trainer"),
  "code.head": four("head of the team", "руководитель отдела", "керівник відділу", "șeful echipei"),
  "code.executive": four("top management", "высшее руководство", "вище керівництво", "conducerea"),
  "code.inactive": four("not active", "не работает", "не працює", "inactiv"),
  "code.unset": four("nobody named", "никто не указан", "нікого не вказано", "nimeni desemnat"),
  "code.company.headcount": four(
    "number of employees",
    "число сотрудников",
    "кількість працівників",
    "numărul de angajați",
  ),
  "code.company.revenue": four("yearly revenue", "годовая выручка", "річний дохід", "venit anual"),
  "code.deal.amount": four("deal amount", "сумма сделки", "сума угоди", "valoarea tranzacției"),
  "code.deal.type": four("deal type", "тип сделки", "тип угоди", "tipul tranzacției"),
  "plan.touch_check_in": four("Check-in call", "Check-in звонок", "Check-in дзвінок", "Apel de check-in"),
  // The rules that every portal begins with are known by their English names.
  "rule.Enterprise (> 100)": four("Enterprise (> 100)", "Крупные (> 100)", "Великі (> 100)", "Mari (> 100)"),
  "rule.SMB (< 20)": four("SMB (< 20)", "Малые (< 20)", "Малі (< 20)", "Mici (< 20)"),
  "rule.Standard (20–100)": four(
    "Standard (20–100)",
    "Стандартные (20–100)",
    "Стандартні (20–100)",
    "Standard (20–100)",
  ),
  "plan.rule.default": four(
    "No rule matched: default plan",
    "Ни одно правило не подошло: план по умолчанию",
    "Жодне правило не підійшло: план за замовчуванням",
    "Nicio regulă nu s-a potrivit: planul implicit",
  ),
  "plan.rule.matched": four(
    "Rule {{rule}}: {{name:rule}}[[ ({{fact:codes}} = {{value}})]]",
    "Правило {{rule}}: {{name:rule}}[[ ({{fact:codes}} = {{value}})]]",
    "Правило {{rule}}: {{name:rule}}[[ ({{fact:codes}} = {{value}})]]",
    "Regula {{rule}}: {{name:rule}}[[ ({{fact:codes}} = {{value}})]]",
  ),
  "plan.rule.unknown": four(
    "Rule {{rule}}: {{name:rule}}; {{fact:codes}} is not filled in on the record",
    "Правило {{rule}}: {{name:rule}}; поле {{fact:codes}} не заполнено в карточке",
    "Правило {{rule}}: {{name:rule}}; поле {{fact:codes}} не заповнено в картці",
    "Regula {{rule}}: {{name:rule}}; câmpul {{fact:codes}} nu este completat în fișă",
  ),
  "plan.extended": four(
    "{{phase:ref}}: {{days:plural extra day,extra days}}[[ ({{fact:codes}} = {{value}})]]",
    "{{phase:ref}}: {{days:plural дополнительный день,дополнительных дня,дополнительных дней}}[[ ({{fact:codes}} = {{value}})]]",
    "{{phase:ref}}: {{days:plural додатковий день,додаткові дні,додаткових днів}}[[ ({{fact:codes}} = {{value}})]]",
    "{{phase:ref}}: {{days:plural zi în plus,zile în plus,de zile în plus}}[[ ({{fact:codes}} = {{value}})]]",
  ),
  "plan.reason_extended": four(
    "{{reason:ref}}; {{extraDays:plural extra day,extra days}}[[ ({{extraFacts:codes}})]]",
    "{{reason:ref}}; {{extraDays:plural дополнительный день,дополнительных дня,дополнительных дней}}[[ ({{extraFacts:codes}})]]",
    "{{reason:ref}}; {{extraDays:plural додатковий день,додаткові дні,додаткових днів}}[[ ({{extraFacts:codes}})]]",
    "{{reason:ref}}; {{extraDays:plural zi în plus,zile în plus,de zile în plus}}[[ ({{extraFacts:codes}})]]",
  ),
  "plan.repair.none": four("Nothing moves.", "Ничего не сдвигается.", "Нічого не зсувається.", "Nimic nu se mută."),
  "plan.repair.summary": four(
    "{{moved:plural step moves,steps move}}[[, {{metDayOff:plural would have met a day off,would have met a day off}}]][[, {{fixed:plural fixed milestone stays,fixed milestones stay}}]].",
    "{{moved:plural шаг сдвигается,шага сдвигаются,шагов сдвигаются}}[[, {{metDayOff:plural попал бы на выходной,попали бы на выходной,попали бы на выходной}}]][[, {{fixed:plural фиксированная веха остаётся,фиксированные вехи остаются,фиксированных вех остаются}}]].",
    "{{moved:plural крок зсувається,кроки зсуваються,кроків зсуваються}}[[, {{metDayOff:plural потрапив би на вихідний,потрапили б на вихідний,потрапили б на вихідний}}]][[, {{fixed:plural фіксована віха лишається,фіксовані віхи лишаються,фіксованих віх лишаються}}]].",
    "{{moved:plural pas se mută,pași se mută,de pași se mută}}[[, {{metDayOff:plural ar fi căzut într-o zi liberă,ar fi căzut într-o zi liberă,ar fi căzut într-o zi liberă}}]][[, {{fixed:plural reper fix rămâne,repere fixe rămân,de repere fixe rămân}}]].",
  ),
};

/** Names of facts that conditions ask for, as people read them; a portal's own properties keep the names they have in the CRM. */
export function factNamesIn(facts: string, language: Language): string {
  const name = (fact: string) =>
    PLAN_WORDS[`code.${fact}`]?.[language] ?? fact.replace(/^x\./, "").replaceAll("_", " ");
  return facts.split(",").map(name).join(", ");
}

/** A rule's name as people read it: those that every portal begins with have one in each language. */
export function ruleNameIn(name: string, language: Language): string {
  return PLAN_WORDS[`rule.${name}`]?.[language] ?? name;
}

/** The name behind what a person read, or wrote. */
export function ruleNameOf(said: string, language: Language): string {
  const known = Object.entries(PLAN_WORDS).find(([id, words]) => id.startsWith("rule.") && words[language] === said);
  return known ? known[0].slice("rule.".length) : said;
}
