import { letter, type MessageText, shortMessage } from "./letter.ts";

/** Letters of the first weeks. `[[…]]` passages drop out where a value is missing. */
export const EARLY_MESSAGES: Readonly<Record<string, MessageText>> = {
  welcome: letter({
    en: [
      "Welcome[[ to {{portal.name}}]], {{contact.first_name}}!",
      `We are glad to have you with us! Over the next {{plan.days:plural day,days}} we will guide you through everything you need for a good start.

[[First step: fill in the setup form
{{form.link}}
Duration: ~5 minutes

]][[This week:
{{plan.week}}

]][[{{plan.date.training_mail:weekday}}: e-mail with training resources
]][[{{plan.date.kickoff:weekday}}: kickoff call with {{owner.name}}
]][[{{plan.date.first_result:weekday}}: your first result
]][[{{plan.date.go_live:weekday}}: go-live
]]
Your contact: {{owner.name}}
[[In an emergency: {{portal.emergency}}
]][[Your plan, always up to date: {{plan.link}}
]]`,
    ],
    ru: [
      "Добро пожаловать, {{contact.first_name}}! Ваш план работы[[ с {{portal.name}}]]",
      `Рады, что вы с нами! В ближайшие {{plan.days:plural день,дня,дней}} мы проведём вас через всё, что нужно для успешного старта.

[[Первый шаг: заполните форму настройки
{{form.link}}
Длительность: ~5 минут

]][[На этой неделе:
{{plan.week}}

]][[{{plan.date.training_mail:weekday}}: письмо с материалами для обучения
]][[{{plan.date.kickoff:weekday}}: стартовая встреча, ведёт {{owner.name}}
]][[{{plan.date.first_result:weekday}}: первый результат
]][[{{plan.date.go_live:weekday}}: запуск
]]
Ваш контакт: {{owner.name}}
[[В экстренном случае: {{portal.emergency}}
]][[Ваш план, всегда актуальный: {{plan.link}}
]]`,
    ],
    uk: [
      "Ласкаво просимо, {{contact.first_name}}! Ваш план роботи[[ з {{portal.name}}]]",
      `Раді, що ви з нами! Найближчі {{plan.days:plural день,дні,днів}} ми проведемо вас через усе, що потрібно для успішного старту.

[[Перший крок: заповніть форму налаштування
{{form.link}}
Тривалість: ~5 хвилин

]][[Цього тижня:
{{plan.week}}

]][[{{plan.date.training_mail:weekday}}: лист із матеріалами для навчання
]][[{{plan.date.kickoff:weekday}}: стартова зустріч, проводить {{owner.name}}
]][[{{plan.date.first_result:weekday}}: перший результат
]][[{{plan.date.go_live:weekday}}: запуск
]]
Ваш контакт: {{owner.name}}
[[У терміновому випадку: {{portal.emergency}}
]][[Ваш план, завжди актуальний: {{plan.link}}
]]`,
    ],
    ro: [
      "Bun venit[[ la {{portal.name}}]], {{contact.first_name}}! 🎉",
      `Suntem încântați să vă avem alături de noi! În următoarele {{plan.days:plural zi,zile,de zile}} vă vom ghida prin tot ce vă trebuie pentru a începe cu succes.

[[📋 Primul pas: completați formularul de setup
{{form.link}}
Durată: ~5 minute

]][[📅 Săptămâna aceasta:
{{plan.week}}

]][[{{plan.date.training_mail:weekday}}: email cu resurse de training
]][[{{plan.date.kickoff:weekday}}: kickoff call cu {{owner.name}}
]][[{{plan.date.first_result:weekday}}: primul rezultat
]][[{{plan.date.go_live:weekday}}: go-live
]]
Persoana dumneavoastră de contact: {{owner.name}}
[[În caz de urgență: {{portal.emergency}}
]][[Planul dumneavoastră, mereu actualizat: {{plan.link}}
]]`,
    ],
  }),
  setup_reminder: letter({
    en: [
      "The setup form is still open",
      `The setup form takes about 5 minutes, and everything else waits for it: with your answers we prepare the system before the kickoff, so that you start with your own data instead of an empty screen.
[[
{{form.link}}
]][[
Kickoff: {{plan.date.kickoff:weekday}}]]`,
    ],
    ru: [
      "Осталось заполнить форму настройки",
      `Форма займёт около 5 минут, и от неё зависит всё остальное: по вашим ответам мы подготовим систему к стартовой встрече, и вы начнёте со своими данными, а не с пустого экрана.
[[
{{form.link}}
]][[
Стартовая встреча: {{plan.date.kickoff:weekday}}]]`,
    ],
    uk: [
      "Залишилося заповнити форму налаштування",
      `Форма займе близько 5 хвилин, і від неї залежить усе інше: за вашими відповідями ми підготуємо систему до стартової зустрічі, і ви почнете зі своїми даними, а не з порожнього екрана.
[[
{{form.link}}
]][[
Стартова зустріч: {{plan.date.kickoff:weekday}}]]`,
    ],
    ro: [
      "Formularul de setup vă așteaptă",
      `Formularul durează ~5 minute și de el depinde tot restul: cu răspunsurile dumneavoastră pregătim sistemul înainte de kickoff, ca să începeți cu datele dumneavoastră, nu cu un ecran gol.
[[
{{form.link}}
]][[
Kickoff: {{plan.date.kickoff:weekday}}]]`,
    ],
  }),
  kickoff_invite: letter({
    en: [
      "Kickoff: a date for our first meeting",
      `In 30–45 minutes we meet the key people, agree on your goals and on what you will call a success.
[[
Planned for: {{plan.date.kickoff:weekday}}]][[
Pick another time: {{booking.link}}]]`,
    ],
    ru: [
      "Стартовая встреча: предлагаем время",
      `За 30–45 минут познакомимся с ключевыми людьми, уточним ваши цели и договоримся, что будем считать успехом.
[[
Планируем на: {{plan.date.kickoff:weekday}}]][[
Выбрать другое время: {{booking.link}}]]`,
    ],
    uk: [
      "Стартова зустріч: пропонуємо час",
      `За 30–45 хвилин познайомимося з ключовими людьми, уточнимо ваші цілі та домовимося, що вважатимемо успіхом.
[[
Плануємо на: {{plan.date.kickoff:weekday}}]][[
Обрати інший час: {{booking.link}}]]`,
    ],
    ro: [
      "Kickoff: o dată pentru prima întâlnire",
      `În 30–45 de minute cunoaștem persoanele cheie, stabilim obiectivele și ce înseamnă succes pentru dumneavoastră.
[[
Planificat pentru: {{plan.date.kickoff:weekday}}]][[
Alegeți altă oră: {{booking.link}}]]`,
    ],
  }),
  check_in: letter({
    en: [
      "How are the first days going?",
      `A few days in: is there anything unclear, anything that holds you up?
[[
Book a call with the team: {{booking.link}}]]`,
    ],
    ru: [
      "Как проходят первые дни?",
      `Прошло несколько дней: есть ли что-то непонятное, что-то мешает?
[[
Запланируйте звонок с командой: {{booking.link}}]]`,
    ],
    uk: [
      "Як минають перші дні?",
      `Минуло кілька днів: чи є щось незрозуміле, чи щось заважає?
[[
Заплануйте дзвінок із командою: {{booking.link}}]]`,
    ],
    ro: [
      "Cum merg primele zile?",
      `Au trecut câteva zile: aveți întrebări, vă blochează ceva?
[[
Programați un call cu echipa: {{booking.link}}]]`,
    ],
  }),
  training_resources: letter({
    en: [
      "Training: what saves your team hours every week",
      `Short videos and guides, one topic at a time.[[ The examples come from your industry: {{client.industry}}.]][[ We start with your case: {{client.use_case}}.]]
[[
Resources: {{training.link}}]][[
Book a live session: {{booking.link}}]][[
Our session: {{plan.date.training:weekday}}]]`,
    ],
    ru: [
      "Обучение: что сэкономит вашей команде часы каждую неделю",
      `Короткие видео и инструкции, по одной теме за раз.[[ Примеры из вашей отрасли: {{client.industry}}.]][[ Начнём с вашей задачи: {{client.use_case}}.]]
[[
Материалы: {{training.link}}]][[
Записаться на живую сессию: {{booking.link}}]][[
Наша сессия: {{plan.date.training:weekday}}]]`,
    ],
    uk: [
      "Навчання: що заощадить вашій команді години щотижня",
      `Короткі відео та інструкції, по одній темі за раз.[[ Приклади з вашої галузі: {{client.industry}}.]][[ Почнемо з вашого завдання: {{client.use_case}}.]]
[[
Матеріали: {{training.link}}]][[
Записатися на живу сесію: {{booking.link}}]][[
Наша сесія: {{plan.date.training:weekday}}]]`,
    ],
    ro: [
      "Training: ce îi economisește echipei dumneavoastră ore în fiecare săptămână",
      `Video-uri scurte și ghiduri, câte un subiect o dată.[[ Exemplele sunt din industria dumneavoastră: {{client.industry}}.]][[ Începem cu cazul dumneavoastră: {{client.use_case}}.]]
[[
Resurse: {{training.link}}]][[
Rezervați o sesiune live: {{booking.link}}]][[
Sesiunea noastră: {{plan.date.training:weekday}}]]`,
    ],
  }),
  progress_check: letter({
    en: [
      "Two weeks in: how is it going?",
      `What works, and where are you stuck? One short question helps us to help you.
[[
Short survey: {{survey.link}}]][[
We call you on {{plan.date.check_in:weekday}}.]]`,
    ],
    ru: [
      "Две недели позади: как идут дела?",
      `Что получается, где застряли? Один короткий вопрос поможет нам помочь вам.
[[
Короткий опрос: {{survey.link}}]][[
Позвоним вам: {{plan.date.check_in:weekday}}.]]`,
    ],
    uk: [
      "Два тижні позаду: як справи?",
      `Що виходить, де застрягли? Одне коротке запитання допоможе нам допомогти вам.
[[
Коротке опитування: {{survey.link}}]][[
Зателефонуємо вам: {{plan.date.check_in:weekday}}.]]`,
    ],
    ro: [
      "După două săptămâni: cum merge?",
      `Ce funcționează și unde v-ați blocat? O singură întrebare scurtă ne ajută să vă ajutăm.
[[
Survey scurt: {{survey.link}}]][[
Vă sunăm {{plan.date.check_in:weekday}}.]]`,
    ],
  }),
  webinar_invite: letter({
    en: [
      "You are invited to our group webinar",
      `Forty minutes, your questions answered live: how to do the daily work in half the time.
[[
Reserve a seat: {{booking.link}}]]`,
    ],
    ru: [
      "Приглашаем на групповой вебинар",
      `Сорок минут и ответы на ваши вопросы в прямом эфире: как делать ежедневную работу вдвое быстрее.
[[
Занять место: {{booking.link}}]]`,
    ],
    uk: [
      "Запрошуємо на груповий вебінар",
      `Сорок хвилин і відповіді на ваші запитання наживо: як робити щоденну роботу вдвічі швидше.
[[
Зайняти місце: {{booking.link}}]]`,
    ],
    ro: [
      "Vă invităm la webinarul de grup",
      `Patruzeci de minute și răspunsuri live la întrebări: cum faceți munca zilnică în jumătate din timp.
[[
Rezervați un loc: {{booking.link}}]]`,
    ],
  }),
  first_result: letter({
    en: [
      "Your first result",
      "The first result is there, and it is yours: please have a look and tell us what it changes in your day.[[ It belongs to your goal: {{client.goals}}.]]",
    ],
    ru: [
      "Ваш первый результат",
      "Первый результат готов: посмотрите, пожалуйста, и расскажите, что он меняет в вашей работе.[[ Он приближает вашу цель: {{client.goals}}.]]",
    ],
    uk: [
      "Ваш перший результат",
      "Перший результат готовий: подивіться, будь ласка, і розкажіть, що він змінює у вашій роботі.[[ Він наближає вашу ціль: {{client.goals}}.]]",
    ],
    ro: [
      "Primul dumneavoastră rezultat",
      "Primul rezultat este gata: aruncați o privire și spuneți-ne ce schimbă în ziua dumneavoastră de lucru.[[ Ține de obiectivul: {{client.goals}}.]]",
    ],
  }),
  kickoff_sms: shortMessage({
    en: ["Kickoff", "Reminder: our kickoff is on {{plan.date.kickoff:weekday}}. {{owner.name}}"],
    ru: ["Стартовая встреча", "Напоминаем: стартовая встреча — {{plan.date.kickoff:weekday}}. {{owner.name}}"],
    uk: ["Стартова зустріч", "Нагадуємо: стартова зустріч — {{plan.date.kickoff:weekday}}. {{owner.name}}"],
    ro: ["Kickoff", "Reminder: kickoff-ul nostru este {{plan.date.kickoff:weekday}}. {{owner.name}}"],
  }),
};
