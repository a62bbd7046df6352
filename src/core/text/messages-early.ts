import type { MessageText } from "./messages.ts";

/** Letters of the first weeks. `[[…]]` passages drop out where a value is missing. */
export const EARLY_MESSAGES: Readonly<Record<string, MessageText>> = {
  welcome: {
    subject: {
      en: "Welcome to {{portal.name}}, {{contact.first_name}}!",
      ru: "Добро пожаловать, {{contact.first_name}}! Ваш план работы с {{portal.name}}",
      uk: "Ласкаво просимо, {{contact.first_name}}! Ваш план роботи з {{portal.name}}",
      ro: "Bun venit la {{portal.name}}, {{contact.first_name}}! 🎉",
    },
    body: {
      en: `Hello {{contact.first_name}},

we are glad to have {{client.name}} with us. Over the next {{plan.days:plural day,days}} we will guide you through everything you need to start well.

[[First step: fill in the setup form, about 5 minutes
{{form.link}}
]]
[[This week:
{{plan.week}}
]]
[[Kickoff call with {{owner.name}}: {{plan.date.kickoff:weekday}}
]][[First result: {{plan.date.first_result:weekday}}
]][[Training: {{plan.date.training:weekday}}
]]
Your contact: {{owner.name}}
[[In an emergency: {{portal.emergency}}
]][[Your plan, always up to date: {{plan.link}}
]]
Questions? Just reply to this e-mail.

[[{{portal.signature}}]]`,
      ru: `Здравствуйте, {{contact.first_name}}!

Рады работать с вами. В ближайшие {{plan.days:plural день,дня,дней}} мы проведём вас через всё, что нужно для уверенного старта.

[[Первый шаг: заполните форму настройки, около 5 минут
{{form.link}}
]]
[[На этой неделе:
{{plan.week}}
]]
[[Стартовая встреча, ведёт {{owner.name}}: {{plan.date.kickoff:weekday}}
]][[Первый результат: {{plan.date.first_result:weekday}}
]][[Обучение: {{plan.date.training:weekday}}
]]
Ваш контакт: {{owner.name}}
[[В экстренном случае: {{portal.emergency}}
]][[Ваш план, всегда актуальный: {{plan.link}}
]]
Есть вопросы? Просто ответьте на это письмо.

[[{{portal.signature}}]]`,
      uk: `Вітаємо, {{contact.first_name}}!

Раді працювати з вами. Найближчі {{plan.days:plural день,дні,днів}} ми проведемо вас через усе, що потрібно для впевненого старту.

[[Перший крок: заповніть форму налаштування, близько 5 хвилин
{{form.link}}
]]
[[Цього тижня:
{{plan.week}}
]]
[[Стартова зустріч, проводить {{owner.name}}: {{plan.date.kickoff:weekday}}
]][[Перший результат: {{plan.date.first_result:weekday}}
]][[Навчання: {{plan.date.training:weekday}}
]]
Ваш контакт: {{owner.name}}
[[У терміновому випадку: {{portal.emergency}}
]][[Ваш план, завжди актуальний: {{plan.link}}
]]
Є запитання? Просто дайте відповідь на цей лист.

[[{{portal.signature}}]]`,
      ro: `Salut {{contact.first_name}},

Suntem încântați să te avem alături de noi! În următoarele {{plan.days:plural zi,zile,de zile}} te vom ghida prin tot ce ai nevoie pentru a începe cu succes.

[[📋 Primul pas: completează formularul de setup
{{form.link}}
Durată: ~5 minute
]]
[[📅 Săptămâna aceasta:
{{plan.week}}
]]
[[- {{plan.date.training_mail:weekday}}: email cu resurse de training
]][[- {{plan.date.kickoff:weekday}}: kickoff call cu {{owner.name}}
]][[- {{plan.date.go_live:weekday}}: go-live
]]
Persoana ta de contact: {{owner.name}}
[[În caz de urgență: {{portal.emergency}}
]][[Planul tău, mereu actualizat: {{plan.link}}
]]
Întrebări? Răspunde direct la acest email.

Bine ai venit!
[[{{portal.signature}}]]`,
    },
  },
};
