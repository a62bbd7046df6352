/** What happened, by code. Parameters in braces are said in words: see `history.ts`. */
import type { DeedCode } from "../core/deed.ts";
import type { Language } from "../core/model.ts";

type Words = Readonly<Record<Language, string>>;
const four = (en: string, ru: string, uk: string, ro: string): Words => ({ en, ru, uk, ro });

export const DEED_WORDS: Readonly<Record<DeedCode, Words>> = {
  // the plan, by itself or by what people did in the CRM
  "plan-started": four("Plan started", "План начат", "План розпочато", "Planul a început"),
  "plan-step-done": four("Done: {step}", "Выполнено: {step}", "Виконано: {step}", "Finalizat: {step}"),
  "plan-step-reopened": four(
    "Opened again: {step}",
    "Снова открыто: {step}",
    "Знову відкрито: {step}",
    "Redeschis: {step}",
  ),
  "plan-step-gone": four(
    "Task deleted: {step}",
    "Задача удалена: {step}",
    "Завдання видалено: {step}",
    "Sarcină ștearsă: {step}",
  ),
  "plan-date-edited": four(
    "New date in the CRM: {step}, {toDay}",
    "Новый срок в CRM: {step}, {toDay}",
    "Новий термін у CRM: {step}, {toDay}",
    "Dată nouă în CRM: {step}, {toDay}",
  ),
  "plan-owner-edited": four(
    "New owner in the CRM: {step}",
    "Новый ответственный в CRM: {step}",
    "Новий відповідальний у CRM: {step}",
    "Responsabil nou în CRM: {step}",
  ),
  "plan-owner-changed": four(
    "Owner follows the role: {step}",
    "Ответственный по роли: {step}",
    "Відповідальний за роллю: {step}",
    "Responsabil după rol: {step}",
  ),
  "plan-phase-late": four(
    "A phase passed its latest finish",
    "Этап вышел за крайний срок",
    "Етап вийшов за крайній термін",
    "O etapă a depășit termenul limită",
  ),
  "plan-phase-extended": four(
    "Extra days of phase “{phase}”: {days} (before: {wasDays}), by “{property}”",
    "Дополнительные дни этапа «{phase}»: {days} (было: {wasDays}), по полю «{property}»",
    "Додаткові дні етапу «{phase}»: {days} (було: {wasDays}), за полем «{property}»",
    "Zile suplimentare ale etapei „{phase}”: {days} (înainte: {wasDays}), după câmpul „{property}”",
  ),
  "plan-gate-opened": four(
    "Now possible: {step}",
    "Теперь возможно: {step}",
    "Тепер можливо: {step}",
    "Acum posibil: {step}",
  ),
  "plan-graduated": four("Onboarding completed", "Онбординг завершён", "Онбординг завершено", "Onboarding finalizat"),
  "plan-plan-paused": four(
    "Paused with the deal",
    "Пауза вместе со сделкой",
    "Пауза разом з угодою",
    "Pus în pauză odată cu tranzacția",
  ),
  "plan-plan-closed": four(
    "Closed with the deal",
    "Закрыт вместе со сделкой",
    "Закрито разом з угодою",
    "Închis odată cu tranzacția",
  ),
  "plan-plan-resumed": four(
    "Goes on with the deal",
    "Продолжен вместе со сделкой",
    "Продовжено разом з угодою",
    "Continuă odată cu tranzacția",
  ),
  "plan-client-left": four(
    "Closed: the client left",
    "Закрыт: клиент ушёл",
    "Закрито: клієнт пішов",
    "Închis: clientul a plecat",
  ),
  "plan-client-stays": four(
    "Goes on: the leaving was taken back",
    "Продолжен: отметка об уходе снята",
    "Продовжено: позначку про відхід знято",
    "Continuă: mențiunea de plecare a fost retrasă",
  ),
  "plan-start-moved": four(
    "Start moved to {toDay}",
    "Начало перенесено на {toDay}",
    "Початок перенесено на {toDay}",
    "Începutul mutat la {toDay}",
  ),
  "plan-touch-done": four("Touchpoint held", "Контакт состоялся", "Контакт відбувся", "Contact realizat"),
  "plan-touch-gone": four("Touchpoint deleted", "Контакт удалён", "Контакт видалено", "Contact șters"),
  "plan-message-skipped": four(
    "Message not sent: {step}",
    "Сообщение не отправлено: {step}",
    "Повідомлення не надіслано: {step}",
    "Mesaj netrimis: {step}",
  ),
  "plan-condition-true": four(
    "Condition met: {step}",
    "Условие выполнено: {step}",
    "Умову виконано: {step}",
    "Condiție îndeplinită: {step}",
  ),
  "plan-condition-false": four(
    "Not needed, its condition is not met: {step}",
    "Не требуется, условие не выполнено: {step}",
    "Не потрібно, умову не виконано: {step}",
    "Nu este necesar, condiția nu este îndeplinită: {step}",
  ),
  "play-started": four(
    "Play started: {play}",
    "Сценарий начат: {play}",
    "Сценарій розпочато: {play}",
    "Scenariu pornit: {play}",
  ),
  "play-ended": four(
    "Play ended: {play}",
    "Сценарий завершён: {play}",
    "Сценарій завершено: {play}",
    "Scenariu încheiat: {play}",
  ),
  // people on our screens
  "act-complete": four(
    "Completed here: {step}",
    "Завершено здесь: {step}",
    "Завершено тут: {step}",
    "Finalizat aici: {step}",
  ),
  "act-move": four(
    "Moved to {toDay}: {step}",
    "Перенесено на {toDay}: {step}",
    "Перенесено на {toDay}: {step}",
    "Mutat la {toDay}: {step}",
  ),
  "act-unpin": four(
    "Date given back to the plan: {step}",
    "Срок снова ведёт план: {step}",
    "Термін знову веде план: {step}",
    "Data revine planului: {step}",
  ),
  "act-pause": four("Plan paused", "План приостановлен", "План призупинено", "Plan suspendat"),
  "act-resume": four("Plan resumed", "План возобновлён", "План відновлено", "Plan reluat"),
  "act-first_value": four(
    "First value reached on {day}",
    "Первая ценность получена {day}",
    "Перша цінність отримана {day}",
    "Prima valoare obținută la {day}",
  ),
  "act-override": four(
    "Zone set by hand until {untilDay}",
    "Зона задана вручную до {untilDay}",
    "Зону задано вручну до {untilDay}",
    "Zonă stabilită manual până la {untilDay}",
  ),
  "act-override-ended": four(
    "Zone is computed again",
    "Зона снова вычисляется",
    "Зона знову обчислюється",
    "Zona este din nou calculată",
  ),
  "act-decide-fight": four(
    "Decision: fight for the client",
    "Решение: бороться за клиента",
    "Рішення: боротися за клієнта",
    "Decizie: luptăm pentru client",
  ),
  "act-decide-let_go": four(
    "Decision: let the client go",
    "Решение: отпустить клиента",
    "Рішення: відпустити клієнта",
    "Decizie: renunțăm la client",
  ),
  "act-decide-undecided": four(
    "Decision open again",
    "Решение снова не принято",
    "Рішення знову не прийнято",
    "Decizia este din nou deschisă",
  ),
  "act-answer-accepted": four(
    "Suggestion accepted",
    "Рекомендация принята",
    "Рекомендацію прийнято",
    "Recomandare acceptată",
  ),
  "act-answer-rejected": four(
    "Suggestion declined",
    "Рекомендация отклонена",
    "Рекомендацію відхилено",
    "Recomandare respinsă",
  ),
  "act-hear-yes": four(
    "A letter’s intent confirmed: {signal}",
    "Намерение из письма подтверждено: {signal}",
    "Намір із листа підтверджено: {signal}",
    "Intenția dintr-un email, confirmată: {signal}",
  ),
  "act-hear-no": four(
    "A letter’s intent denied: {signal}",
    "Намерение из письма отклонено: {signal}",
    "Намір із листа відхилено: {signal}",
    "Intenția dintr-un email, infirmată: {signal}",
  ),
  "act-hand-over": four(
    "Handed over from {fromOwner} to {toOwner}",
    "Передано: от {fromOwner} к {toOwner}",
    "Передано: від {fromOwner} до {toOwner}",
    "Predat de la {fromOwner} către {toOwner}",
  ),
  "act-signal": four(
    "Signal reported: {signal}",
    "Сообщён сигнал: {signal}",
    "Повідомлено сигнал: {signal}",
    "Semnal raportat: {signal}",
  ),
  "act-signal-withdrawn": four(
    "Report withdrawn: {signal}",
    "Сообщение отозвано: {signal}",
    "Повідомлення відкликано: {signal}",
    "Raportare retrasă: {signal}",
  ),
  "act-start": four("Plan asked for", "Запрошен план", "Запитано план", "Plan solicitat"),
  "act-undo": four(
    "Last act taken back",
    "Последнее действие отменено",
    "Останню дію скасовано",
    "Ultima acțiune anulată",
  ),
  "act-recompute": four("Read again on request", "Перечитано по запросу", "Перечитано за запитом", "Recitit la cerere"),
  // the client, and systems outside the CRM
  "survey-answered": four(
    "Survey answered: {kind} {score}",
    "Ответ на опрос: {kind} {score}",
    "Відповідь на опитування: {kind} {score}",
    "Răspuns la sondaj: {kind} {score}",
  ),
  "question-passed": four(
    "The client asked a question that went to a person",
    "Клиент задал вопрос, он передан человеку",
    "Клієнт поставив запитання, його передано людині",
    "Clientul a pus o întrebare, transmisă unei persoane",
  ),
  "letters-stopped": four(
    "A contact unsubscribed from letters",
    "Контакт отписался от писем",
    "Контакт відписався від листів",
    "Un contact s-a dezabonat de la emailuri",
  ),
  "step-reported": four(
    "Reported as done by another system: {step}",
    "Другая система сообщила о выполнении: {step}",
    "Інша система повідомила про виконання: {step}",
    "Raportat ca finalizat de alt sistem: {step}",
  ),
  "links-revoked": four(
    "The client’s links were revoked",
    "Ссылки клиента отозваны",
    "Посилання клієнта відкликано",
    "Linkurile clientului au fost revocate",
  ),
  "letter-sent": four("Sent: {step}", "Отправлено: {step}", "Надіслано: {step}", "Trimis: {step}"),
  "letter-refused": four(
    "Not taken by the recipient’s side: {step}",
    "Не принято стороной получателя: {step}",
    "Не прийнято стороною отримувача: {step}",
    "Neacceptat de partea destinatarului: {step}",
  ),
  "letter-unknown": four(
    "May not have arrived: {step}",
    "Могло не дойти: {step}",
    "Могло не дійти: {step}",
    "Poate nu a ajuns: {step}",
  ),
  "call-done": four(
    "Your system carried it out: {step}",
    "Ваша система выполнила: {step}",
    "Ваша система виконала: {step}",
    "Sistemul dumneavoastră a executat: {step}",
  ),
  "call-failed": four(
    "Your system did not carry it out: {step}",
    "Ваша система не выполнила: {step}",
    "Ваша система не виконала: {step}",
    "Sistemul dumneavoastră nu a executat: {step}",
  ),
  "call-retried": four(
    "Asked of your system again: {step}",
    "Повторный запрос вашей системе: {step}",
    "Повторний запит вашій системі: {step}",
    "Cerut din nou sistemului dumneavoastră: {step}",
  ),
  // the portal
  mode: four(
    "Mode changed: {from} → {to}",
    "Режим изменён: {from} → {to}",
    "Режим змінено: {from} → {to}",
    "Mod schimbat: {from} → {to}",
  ),
  adopted: four(
    "Earlier customers adopted: {plans} plans, {tasks} tasks",
    "Прежние клиенты приняты: планов {plans}, задач {tasks}",
    "Попередніх клієнтів прийнято: планів {plans}, завдань {tasks}",
    "Clienți anteriori preluați: {plans} planuri, {tasks} sarcini",
  ),
  "adoption-undone": four(
    "Adoption taken back: {clients} plans closed",
    "Приём отменён: закрыто планов {clients}",
    "Прийом скасовано: закрито планів {clients}",
    "Preluare anulată: {clients} planuri închise",
  ),
  "handed-over": four(
    "Clients handed over: {clients}, with {steps} open steps",
    "Передано клиентов: {clients}, открытых шагов: {steps}",
    "Передано клієнтів: {clients}, відкритих кроків: {steps}",
    "Clienți predați: {clients}, cu {steps} pași deschiși",
  ),
  "hand-over-undone": four(
    "Hand-over taken back: {clients} clients",
    "Передача отменена: клиентов {clients}",
    "Передачу скасовано: клієнтів {clients}",
    "Predare anulată: {clients} clienți",
  ),
  "flood-released": four(
    "Held plans released: {plans}",
    "Задержанные планы выпущены: {plans}",
    "Затримані плани випущено: {plans}",
    "Planuri reținute eliberate: {plans}",
  ),
  published: four(
    "Settings published: version {version}",
    "Настройки опубликованы: версия {version}",
    "Налаштування опубліковано: версія {version}",
    "Setări publicate: versiunea {version}",
  ),
  "rolled-back": four(
    "Settings rolled back to version {to}",
    "Настройки возвращены к версии {to}",
    "Налаштування повернено до версії {to}",
    "Setări readuse la versiunea {to}",
  ),
  access: four(
    "Rights on the screens changed",
    "Изменены права на экраны",
    "Змінено права на екрани",
    "Drepturile pe ecrane schimbate",
  ),
  "back-test": four(
    "Back-test over {horizonDays} days",
    "Проверка на истории за {horizonDays} дн.",
    "Перевірка на історії за {horizonDays} дн.",
    "Test pe istoric de {horizonDays} zile",
  ),
  "thresholds-declined": four(
    "Fitted thresholds declined",
    "Подобранные пороги отклонены",
    "Підібрані пороги відхилено",
    "Praguri potrivite refuzate",
  ),
  leaving: four(
    "Clean leave begun",
    "Начато полное удаление",
    "Розпочато повне видалення",
    "Plecarea curată a început",
  ),
  "write-key-made": four(
    "New key for product usage, ending in {key}",
    "Новый ключ использования продукта, оканчивается на {key}",
    "Новий ключ використання продукту, закінчується на {key}",
    "Cheie nouă pentru utilizarea produsului, terminată în {key}",
  ),
  "write-key-revoked": four(
    "Key for product usage revoked, ending in {key}",
    "Ключ использования продукта отозван, оканчивается на {key}",
    "Ключ використання продукту відкликано, закінчується на {key}",
    "Cheie pentru utilizarea produsului revocată, terminată în {key}",
  ),
  "call-secret-rotated": four(
    "New secret for calls to your systems",
    "Новый секрет для вызовов ваших систем",
    "Новий секрет для викликів ваших систем",
    "Secret nou pentru apelurile către sistemele dumneavoastră",
  ),
};

/** Of a deed that has several causes: what it reads like for this one, by code and reason. */
export const DEED_WORDS_FOR: Readonly<Record<string, Words>> = {
  "plan-plan-closed:completed": four("Completed", "Завершён", "Завершено", "Finalizat"),
};

/** What an earlier version noted and this one has no words for. */
export const EARLIER_DEED = four(
  "Noted by an earlier version of Tenure",
  "Запись более ранней версии Tenure",
  "Запис ранішої версії Tenure",
  "Notat de o versiune anterioară Tenure",
);

/** Plays that are no sign's, or several signs'. */
export const PLAY_NAMES: Readonly<Record<string, Words>> = {
  zone_yellow: four("Yellow zone", "Жёлтая зона", "Жовта зона", "Zona galbenă"),
  zone_red: four("Red zone", "Красная зона", "Червона зона", "Zona roșie"),
  core_unused: four(
    "Main function or product used little",
    "Основной функцией или продуктом пользуются мало",
    "Основною функцією або продуктом користуються мало",
    "Funcția principală sau produsul se folosește puțin",
  ),
  interaction_drop: four(
    "Contacts or answers fall off",
    "Контакты или ответы слабеют",
    "Контакти або відповіді слабшають",
    "Contactele sau răspunsurile slăbesc",
  ),
  volume_down: four(
    "The client buys less",
    "Клиент покупает меньше",
    "Клієнт купує менше",
    "Clientul cumpără mai puțin",
  ),
  win_back: four(
    "Win-back, with raised support",
    "Возврат клиента, поддержка повышена",
    "Повернення клієнта, підтримку підвищено",
    "Recâștigarea clientului, suport ridicat",
  ),
};

export const MODE_NAMES: Readonly<Record<string, Words>> = {
  live: four("live", "работает", "працює", "activ"),
  observe: four("observe only", "только наблюдение", "лише спостереження", "doar observare"),
  paused: four("writes paused", "запись приостановлена", "запис призупинено", "scriere suspendată"),
};
