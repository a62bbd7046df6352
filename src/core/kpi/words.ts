/** Names, formulas, alerts and suggestions of key figures, by id. `{name}` is a parameter, filled in when the text is shown or written. */
import type { Language } from "../model.ts";

type Words = Readonly<Record<Language, string>>;

function words(en: string, ru: string, uk: string, ro: string): Words {
  return { en, ru, uk, ro };
}

const NAMES = {
  "kpi.ttfv.name": words(
    "Time to first value",
    "Время до первой ценности",
    "Час до першої цінності",
    "Timp până la prima valoare",
  ),
  "kpi.ttfv_vs_baseline.name": words(
    "Time to first value against before",
    "Время до первой ценности к прежнему",
    "Час до першої цінності до попереднього",
    "Timp până la prima valoare față de înainte",
  ),
  "kpi.completion.name": words(
    "Completion rate",
    "Доля завершивших онбординг",
    "Частка тих, хто завершив онбординг",
    "Rata de finalizare",
  ),
  "kpi.early_churn.name": words("Early churn", "Ранний отток", "Ранній відтік", "Pierderi timpurii"),
  "kpi.nps_day_30.name": words("NPS at day 30", "NPS на 30-й день", "NPS на 30-й день", "NPS la 30 de zile"),
  "kpi.ces.name": words(
    "Customer effort (CES)",
    "Лёгкость старта (CES)",
    "Легкість старту (CES)",
    "Efortul clientului (CES)",
  ),
  "kpi.time_to_onboard.name": words(
    "Time to onboard",
    "Длительность онбординга",
    "Тривалість онбордингу",
    "Durata onboardingului",
  ),
  "kpi.retention_90.name": words(
    "90-day retention",
    "Удержание за 90 дней",
    "Утримання за 90 днів",
    "Retenție la 90 de zile",
  ),
  "kpi.adoption_30.name": words(
    "Features used in 30 days",
    "Использование функций за 30 дней",
    "Використання функцій за 30 днів",
    "Funcții folosite în 30 de zile",
  ),
  "kpi.monthly_churn.name": words("Monthly churn", "Месячный отток", "Місячний відтік", "Pierderi lunare"),
  "kpi.clv_growth.name": words(
    "Growth of lifetime value",
    "Рост пожизненной ценности (CLV)",
    "Зростання довічної цінності (CLV)",
    "Creșterea valorii pe durata relației (CLV)",
  ),
  "kpi.first_year_retention.name": words(
    "First-year retention",
    "Удержание первого года",
    "Утримання першого року",
    "Retenție în primul an",
  ),
  "kpi.nps.name": words("NPS", "NPS", "NPS", "NPS"),
  "kpi.churn_12_months.name": words(
    "Churn over 12 months",
    "Отток за 12 месяцев",
    "Відтік за 12 місяців",
    "Pierderi pe 12 luni",
  ),
} as const;

const FORMULAS = {
  "kpi.ttfv.formula": words(
    "Median days from signing to first value, of clients who got there. The colour follows the median that also counts those who still wait (Kaplan–Meier).",
    "Медиана дней от подписания до первой ценности у дошедших до неё. Цвет — по медиане, которая учитывает и тех, кто ещё ждёт (Каплан — Мейер).",
    "Медіана днів від підписання до першої цінності в тих, хто її отримав. Колір — за медіаною, що враховує і тих, хто ще чекає (Каплан — Меєр).",
    "Mediana zilelor de la semnare la prima valoare, pentru clienții care au ajuns la ea. Culoarea urmează mediana care îi numără și pe cei care așteaptă (Kaplan–Meier).",
  ),
  "kpi.ttfv_vs_baseline.formula": words(
    "Median days to first value, those who wait included, in per cent of the median before Tenure.",
    "Медиана дней до первой ценности с учётом ожидающих, в процентах от медианы до внедрения Tenure.",
    "Медіана днів до першої цінності з урахуванням тих, хто чекає, у відсотках від медіани до Tenure.",
    "Mediana zilelor până la prima valoare, inclusiv cei care așteaptă, în procente din mediana de dinainte de Tenure.",
  ),
  "kpi.completion.formula": words(
    "Clients who passed all stages ÷ clients whose onboarding window has ended. Running and paused ones are counted apart.",
    "Клиенты, прошедшие все этапы ÷ клиенты, чьё окно онбординга закончилось. Идущие и на паузе считаются отдельно.",
    "Клієнти, що пройшли всі етапи ÷ клієнти, чиє вікно онбордингу закінчилося. Поточні та на паузі рахуються окремо.",
    "Clienți care au trecut toate etapele ÷ clienți a căror fereastră de onboarding s-a încheiat. Cei în curs și în pauză sunt numărați separat.",
  ),
  "kpi.early_churn.formula": words(
    "Clients who left on day 0–90 after signing (day 90 included) ÷ clients whose 90 days are over.",
    "Ушедшие на 0–90-й день после подписания (90-й включительно) ÷ клиенты, чьи 90 дней прошли.",
    "Ті, хто пішов на 0–90-й день після підписання (90-й включно) ÷ клієнти, чиї 90 днів минули.",
    "Clienți plecați în zilele 0–90 de la semnare (ziua 90 inclusă) ÷ clienți ale căror 90 de zile au trecut.",
  ),
  "kpi.nps_day_30.formula": words(
    "% of 9–10 minus % of 0–6 among each client's first answer around day 30.",
    "% оценок 9–10 минус % оценок 0–6 по первому ответу каждого клиента около 30-го дня.",
    "% оцінок 9–10 мінус % оцінок 0–6 за першою відповіддю кожного клієнта близько 30-го дня.",
    "% de 9–10 minus % de 0–6 din primul răspuns al fiecărui client în jurul zilei 30.",
  ),
  "kpi.ces.formula": words(
    "Mean of each client's latest answer, 1–5, to “how easy was it to start”.",
    "Среднее последних ответов клиентов (1–5) на вопрос «насколько легко было начать».",
    "Середнє останніх відповідей клієнтів (1–5) на запитання «наскільки легко було почати».",
    "Media ultimelor răspunsuri (1–5) la „cât de ușor a fost să începeți”.",
  ),
  "kpi.time_to_onboard.formula": words(
    "Median days from signing to go-live (the milestone of the plan, else its completion); the usual band is 14–30 days.",
    "Медиана дней от подписания до запуска (веха плана, иначе его завершение); обычный диапазон — 14–30 дней.",
    "Медіана днів від підписання до запуску (віха плану, інакше його завершення); звичайний діапазон — 14–30 днів.",
    "Mediana zilelor de la semnare la lansare (reperul planului, altfel finalizarea lui); intervalul obișnuit este 14–30 de zile.",
  ),
  "kpi.retention_90.formula": words(
    "Clients still there after day 90 ÷ clients whose 90 days are over.",
    "Клиенты, оставшиеся после 90-го дня ÷ клиенты, чьи 90 дней прошли.",
    "Клієнти, що залишилися після 90-го дня ÷ клієнти, чиї 90 днів минули.",
    "Clienți rămași după ziua 90 ÷ clienți ale căror 90 de zile au trecut.",
  ),
  "kpi.adoption_30.formula": words(
    "Mean share of the features used in the first 30 days, of clients whose 30 days are over.",
    "Средняя доля функций, использованных за первые 30 дней, у клиентов, чьи 30 дней прошли.",
    "Середня частка функцій, використаних за перші 30 днів, у клієнтів, чиї 30 днів минули.",
    "Ponderea medie a funcțiilor folosite în primele 30 de zile, la clienții ale căror 30 de zile au trecut.",
  ),
  "kpi.monthly_churn.formula": words(
    "Clients lost in the last whole month ÷ clients on its first morning.",
    "Ушедшие за последний полный месяц ÷ клиенты на его первое утро.",
    "Ті, хто пішов за останній повний місяць ÷ клієнти на його перший ранок.",
    "Clienți pierduți în ultima lună întreagă ÷ clienți în prima ei dimineață.",
  ),
  "kpi.clv_growth.formula": words(
    "Lifetime value (yearly revenue per client ÷ yearly churn) against a year earlier, in per cent.",
    "Пожизненная ценность (годовая выручка на клиента ÷ годовой отток) к году ранее, в процентах.",
    "Довічна цінність (річний дохід на клієнта ÷ річний відтік) до року раніше, у відсотках.",
    "Valoarea pe durata relației (venit anual per client ÷ pierderi anuale) față de anul anterior, în procente.",
  ),
  "kpi.first_year_retention.formula": words(
    "Clients still there on their first anniversary ÷ clients whose first year ended in the last 12 months.",
    "Клиенты, оставшиеся к первой годовщине ÷ клиенты, чей первый год закончился за последние 12 месяцев.",
    "Клієнти, що залишилися до першої річниці ÷ клієнти, чий перший рік закінчився за останні 12 місяців.",
    "Clienți prezenți la prima aniversare ÷ clienți al căror prim an s-a încheiat în ultimele 12 luni.",
  ),
  "kpi.nps.formula": words(
    "% of 9–10 minus % of 0–6 among each client's latest answer of the last 12 months.",
    "% оценок 9–10 минус % оценок 0–6 по последнему ответу каждого клиента за 12 месяцев.",
    "% оцінок 9–10 мінус % оцінок 0–6 за останньою відповіддю кожного клієнта за 12 місяців.",
    "% de 9–10 minus % de 0–6 din ultimul răspuns al fiecărui client în ultimele 12 luni.",
  ),
  "kpi.churn_12_months.formula": words(
    "Of the clients of a year ago, the share that left since. 20 % or more is a systemic sign.",
    "Доля ушедших за год среди тех, кто был клиентом год назад. 20 % и больше — системный признак.",
    "Частка тих, хто пішов за рік, серед клієнтів рік тому. 20 % і більше — системна ознака.",
    "Din clienții de acum un an, ponderea celor plecați de atunci. 20 % sau mai mult este un semn sistemic.",
  ),
} as const;

const ALERTS = {
  "kpi.alert.ttfv_rising": words(
    "Time to first value rose from {before} to {now:day,days} ({n:client,clients})",
    "Время до первой ценности выросло с {before} до {now} дн. (клиентов: {n})",
    "Час до першої цінності зріс із {before} до {now} дн. (клієнтів: {n})",
    "Timpul până la prima valoare a crescut de la {before} la {now:zi,zile,de zile} ({n:client,clienți,de clienți})",
  ),
  "kpi.alert.ttfv_rising_in": words(
    "Time to first value rose from {before} to {now:day,days} ({n:client,clients}). The stage that grew most: {phase}, {phaseBefore} → {phaseNow:day,days}",
    "Время до первой ценности выросло с {before} до {now} дн. (клиентов: {n}). Сильнее всего вырос этап: {phase}, {phaseBefore} → {phaseNow} дн.",
    "Час до першої цінності зріс із {before} до {now} дн. (клієнтів: {n}). Найбільше зріс етап: {phase}, {phaseBefore} → {phaseNow} дн.",
    "Timpul până la prima valoare a crescut de la {before} la {now:zi,zile,de zile} ({n:client,clienți,de clienți}). Etapa care a crescut cel mai mult: {phase}, {phaseBefore} → {phaseNow:zi,zile,de zile}",
  ),
  "kpi.alert.early_churn": words(
    "Early churn is {value} % (target: under {target} %, {n:client,clients}). No reasons are recorded yet",
    "Ранний отток {value} % (цель: меньше {target} %, клиентов: {n}). Причины пока не записаны",
    "Ранній відтік {value} % (ціль: менше {target} %, клієнтів: {n}). Причини ще не записані",
    "Pierderile timpurii sunt {value} % (țintă: sub {target} %, {n:client,clienți,de clienți}). Motivele nu sunt încă notate",
  ),
  "kpi.alert.early_churn_by": words(
    "Early churn is {value} % (target: under {target} %, {n:client,clients}). The most frequent reason for leaving: {reason} ({count})",
    "Ранний отток {value} % (цель: меньше {target} %, клиентов: {n}). Самая частая причина ухода: {reason} ({count})",
    "Ранній відтік {value} % (ціль: менше {target} %, клієнтів: {n}). Найчастіша причина відходу: {reason} ({count})",
    "Pierderile timpurii sunt {value} % (țintă: sub {target} %, {n:client,clienți,de clienți}). Motivul cel mai frecvent: {reason} ({count})",
  ),
  "kpi.alert.churn_systemic": words(
    "{value} % of the clients of a year ago have left ({n:client,clients}). From {limit} % on it is systemic",
    "Из клиентов годичной давности ушли {value} % (клиентов: {n}). От {limit} % это системный признак",
    "З клієнтів річної давності пішли {value} % (клієнтів: {n}). Від {limit} % це системна ознака",
    "{value} % din clienții de acum un an au plecat ({n:client,clienți,de clienți}). De la {limit} % este un semn sistemic",
  ),
} as const;

const REVIEW = {
  "kpi.review.title": words(
    "Monthly review: {month}",
    "Обзор месяца: {month}",
    "Огляд місяця: {month}",
    "Analiza lunii: {month}",
  ),
  "kpi.review.stage": words(
    "Clients stay longest in “{phase}”: {days:day,days} ({n:client,clients})",
    "Дольше всего клиенты задерживаются на этапе «{phase}»: {days} дн. (клиентов: {n})",
    "Найдовше клієнти затримуються на етапі «{phase}»: {days} дн. (клієнтів: {n})",
    "Clienții rămân cel mai mult în „{phase}”: {days:zi,zile,de zile} ({n:client,clienți,de clienți})",
  ),
  "kpi.review.no_stage": words(
    "No client was in a stage during the month",
    "За месяц ни один клиент не был ни на одном этапе",
    "За місяць жоден клієнт не був на жодному етапі",
    "Niciun client nu a fost într-o etapă în această lună",
  ),
  "kpi.review.repeated": words(
    "Opened again most often: “{code}”, {count:time,times} for {clients:client,clients}",
    "Чаще всего открывали снова: «{code}», раз: {count}, клиентов: {clients}",
    "Найчастіше відкривали знову: «{code}», разів: {count}, клієнтів: {clients}",
    "Redeschisă cel mai des: „{code}”, de {count:dată,ori,de ori} la {clients:client,clienți,de clienți}",
  ),
  "kpi.review.no_repeated": words(
    "No finished task was opened again",
    "Ни одну завершённую задачу не открывали снова",
    "Жодне завершене завдання не відкривали знову",
    "Nicio sarcină încheiată nu a fost redeschisă",
  ),
  "kpi.review.asked": words(
    "Asked most often: “{topic}”, {count:question,questions} from {clients:client,clients}",
    "Чаще всего спрашивали: «{topic}», вопросов: {count}, клиентов: {clients}",
    "Найчастіше питали: «{topic}», запитань: {count}, клієнтів: {clients}",
    "Întrebare cel mai des pusă: „{topic}”, {count:întrebare,întrebări,de întrebări} de la {clients:client,clienți,de clienți}",
  ),
  "kpi.review.weakest_opened": words(
    "Weakest letter: “{text}”, opened {share} % of {sent} (usual: {usual} %)",
    "Самое слабое письмо: «{text}», открыто {share} % из {sent} (обычно {usual} %)",
    "Найслабший лист: «{text}», відкрито {share} % із {sent} (зазвичай {usual} %)",
    "Cel mai slab email: „{text}”, deschis {share} % din {sent} (de obicei {usual} %)",
  ),
  "kpi.review.weakest_answered": words(
    "Weakest letter: “{text}”, answered {share} % of {sent} (usual: {usual} %)",
    "Самое слабое письмо: «{text}», ответили на {share} % из {sent} (обычно {usual} %)",
    "Найслабший лист: «{text}», відповіли на {share} % із {sent} (зазвичай {usual} %)",
    "Cel mai slab email: „{text}”, răspuns la {share} % din {sent} (de obicei {usual} %)",
  ),
  "kpi.review.no_weakest": words(
    "Too few letters went out to compare them",
    "Писем слишком мало, чтобы их сравнивать",
    "Листів замало, щоб їх порівнювати",
    "Prea puține emailuri pentru a le compara",
  ),
  "kpi.review.changes": words(
    "What to change next:",
    "Что изменить дальше:",
    "Що змінити далі:",
    "Ce să schimbați în continuare:",
  ),
  "kpi.review.no_changes": words(
    "Nothing stands out this month",
    "В этом месяце ничего не выделяется",
    "Цього місяця нічого не вирізняється",
    "Nimic nu iese în evidență luna aceasta",
  ),
  "kpi.review.figures": words(
    "Figures at the end of the month:",
    "Показатели на конец месяца:",
    "Показники на кінець місяця:",
    "Indicatori la sfârșitul lunii:",
  ),
  "kpi.review.see": words(
    "Longest in it now: {links}",
    "Дольше всех на нём сейчас: {links}",
    "Найдовше на ньому зараз: {links}",
    "Cel mai mult în ea acum: {links}",
  ),
  "kpi.review.timing": words(
    "Adjust the timing of “{phase}”: it takes {days:day,days} instead of {planned} ({n:client,clients}, {over:day,days} over)",
    "Поправьте сроки этапа «{phase}»: {days} дн. вместо {planned} (клиентов: {n}, сверх плана: {over} дн.)",
    "Виправте терміни етапу «{phase}»: {days} дн. замість {planned} (клієнтів: {n}, понад план: {over} дн.)",
    "Ajustați termenele etapei „{phase}”: durează {days:zi,zile,de zile} în loc de {planned} ({n:client,clienți,de clienți}, cu {over:zi,zile,de zile} peste)",
  ),
  "kpi.review.simplify": words(
    "Simplify “{phase}”: clients stay longest in it, {days:day,days} ({n:client,clients})",
    "Упростите этап «{phase}»: в нём клиенты задерживаются дольше всего, {days} дн. (клиентов: {n})",
    "Спростіть етап «{phase}»: у ньому клієнти затримуються найдовше, {days} дн. (клієнтів: {n})",
    "Simplificați etapa „{phase}”: aici clienții rămân cel mai mult, {days:zi,zile,de zile} ({n:client,clienți,de clienți})",
  ),
  "kpi.review.task": words(
    "Add content or a checklist to “{code}”: opened again {count:time,times} for {clients:client,clients}",
    "Добавьте материалы или чек-лист к «{code}»: открыта снова {count:раз,раза,раз} (клиентов: {clients})",
    "Додайте матеріали або чек-лист до «{code}»: відкрито знову {count:раз,рази,разів} (клієнтів: {clients})",
    "Adăugați conținut sau o listă la „{code}”: redeschisă de {count:dată,ori,de ori} la {clients:client,clienți,de clienți}",
  ),
  "kpi.review.question": words(
    "Answer “{topic}” before it is asked: {count:question,questions} from {clients:client,clients}",
    "Ответьте на «{topic}» заранее: вопросов {count}, клиентов {clients}",
    "Дайте відповідь на «{topic}» заздалегідь: запитань {count}, клієнтів {clients}",
    "Răspundeți la „{topic}” înainte de a fi întrebați: {count:întrebare,întrebări,de întrebări} de la {clients:client,clienți,de clienți}",
  ),
  "kpi.review.subject": words(
    "Test another subject line for “{text}”: {share} % of {sent} were opened, usual is {usual} %",
    "Проверьте другую тему письма «{text}»: открыто {share} % из {sent}, обычно {usual} %",
    "Перевірте іншу тему листа «{text}»: відкрито {share} % із {sent}, зазвичай {usual} %",
    "Testați alt subiect pentru „{text}”: {share} % din {sent} au fost deschise, de obicei {usual} %",
  ),
  "kpi.review.message": words(
    "Rewrite “{text}”: {share} % of {sent} were answered, usual is {usual} %",
    "Перепишите «{text}»: ответили на {share} % из {sent}, обычно {usual} %",
    "Перепишіть «{text}»: відповіли на {share} % із {sent}, зазвичай {usual} %",
    "Rescrieți „{text}”: s-a răspuns la {share} % din {sent}, de obicei {usual} %",
  ),
} as const;

const NOTES = {
  "kpi.unit.days": words("{days:day,days}", "{days} дн.", "{days} дн.", "{days:zi,zile,de zile}"),
  "kpi.no_data": words("No data", "Нет данных", "Немає даних", "Fără date"),
  "kpi.small_sample": words(
    "Only {n:client,clients}; below {least} the figure can change by chance",
    "Всего клиентов: {n}; меньше {least} — цифра может меняться случайно",
    "Усього клієнтів: {n}; менше {least} — цифра може змінюватися випадково",
    "Doar {n:client,clienți,de clienți}; sub {least} cifra se poate schimba întâmplător",
  ),
} as const;

/** Every text of the key figures, by id. */
export const KPI_WORDS: Readonly<Record<string, Words>> = { ...NAMES, ...FORMULAS, ...ALERTS, ...REVIEW, ...NOTES };
