import { letter, type MessageText, shortMessage } from "./letter.ts";

/** Letters from the first month's review on. */
export const LATER_MESSAGES: Readonly<Record<string, MessageText>> = {
  day_30_survey: letter({
    en: [
      "One month together: one question",
      `How likely are you to recommend us to a colleague, from 0 to 10? One click, and one line if you like.
[[
Answer: {{survey.link}}]][[
On {{plan.date.retrospective:weekday}} we look back at the month together.]]`,
    ],
    ru: [
      "Месяц вместе: один вопрос",
      `Насколько вероятно, что вы порекомендуете нас коллеге, от 0 до 10? Один клик и, если захотите, одна строка.
[[
Ответить: {{survey.link}}]][[
Итоги месяца подведём вместе: {{plan.date.retrospective:weekday}}.]]`,
    ],
    uk: [
      "Місяць разом: одне запитання",
      `Наскільки ймовірно, що ви порекомендуєте нас колезі, від 0 до 10? Один клік і, якщо захочете, один рядок.
[[
Відповісти: {{survey.link}}]][[
Підсумки місяця підіб’ємо разом: {{plan.date.retrospective:weekday}}.]]`,
    ],
    ro: [
      "O lună împreună: o singură întrebare",
      `Cât de probabil este să ne recomandați unui coleg, de la 0 la 10? Un click și, dacă doriți, un rând.
[[
Răspundeți: {{survey.link}}]][[
Facem bilanțul lunii împreună: {{plan.date.retrospective:weekday}}.]]`,
    ],
  }),
  month_review: letter({
    en: [
      "{{client.name|Review}}: what we reached in the first month",
      `Done, results, and what comes next: we would like to go through it with you.[[ Your goal was: {{client.goals}}.]]
[[
Meeting: {{plan.date.retrospective:weekday}}]]`,
    ],
    ru: [
      "{{client.name|Итоги}}: что достигнуто за первый месяц",
      `Сделанное, результаты и следующий шаг: хотим пройтись по ним вместе с вами.[[ Ваша цель: {{client.goals}}.]]
[[
Встреча: {{plan.date.retrospective:weekday}}]]`,
    ],
    uk: [
      "{{client.name|Підсумки}}: що досягнуто за перший місяць",
      `Зроблене, результати й наступний крок: хочемо пройтися по них разом із вами.[[ Ваша ціль: {{client.goals}}.]]
[[
Зустріч: {{plan.date.retrospective:weekday}}]]`,
    ],
    ro: [
      "{{client.name|Bilanț}}: ce am realizat în prima lună",
      `Ce am făcut, rezultatele și ce urmează: vrem să le parcurgem împreună.[[ Obiectivul dumneavoastră: {{client.goals}}.]]
[[
Întâlnire: {{plan.date.retrospective:weekday}}]]`,
    ],
  }),
  kpi_proposal: letter({
    en: [
      "Two or three figures that show the value",
      "Let us agree on two or three figures: where you stand today and where you want to be. For example, the time to answer a request: from 4 hours to 40 minutes.[[ What you named as success: {{client.success_criteria}}.]]",
    ],
    ru: [
      "Два-три показателя, которые покажут ценность",
      "Давайте договоримся о двух-трёх показателях: где вы сейчас и где хотите быть. Например, время ответа на заявку: с 4 часов до 40 минут.[[ Ваши критерии успеха: {{client.success_criteria}}.]]",
    ],
    uk: [
      "Два-три показники, які покажуть цінність",
      "Домовмося про два-три показники: де ви зараз і де хочете бути. Наприклад, час відповіді на заявку: з 4 годин до 40 хвилин.[[ Ваші критерії успіху: {{client.success_criteria}}.]]",
    ],
    ro: [
      "Două-trei cifre care arată valoarea",
      "Să stabilim două-trei cifre: unde sunteți azi și unde vreți să ajungeți. De exemplu, timpul de răspuns la o cerere: de la 4 ore la 40 de minute.[[ Criteriile dumneavoastră de succes: {{client.success_criteria}}.]]",
    ],
  }),
  no_reply: letter({
    en: [
      "Is everything all right?",
      `We have not heard from you for a while and do not want to leave you alone with open questions. Ten minutes on the phone often solve more than ten e-mails.
[[
Pick a time: {{booking.link}}]]`,
    ],
    ru: [
      "У вас всё в порядке?",
      `Мы давно не получали от вас вестей и не хотим оставлять вас наедине с вопросами. Десять минут по телефону часто решают больше, чем десять писем.
[[
Выберите время: {{booking.link}}]]`,
    ],
    uk: [
      "У вас усе гаразд?",
      `Ми давно не отримували від вас звісток і не хочемо залишати вас наодинці із запитаннями. Десять хвилин телефоном часто вирішують більше, ніж десять листів.
[[
Оберіть час: {{booking.link}}]]`,
    ],
    ro: [
      "Este totul în regulă?",
      `Nu am mai primit vești de la dumneavoastră și nu vrem să rămâneți cu întrebări fără răspuns. Zece minute la telefon rezolvă adesea mai mult decât zece email-uri.
[[
Alegeți o oră: {{booking.link}}]]`,
    ],
  }),
  before_after: letter({
    en: [
      "Before and after, in numbers",
      `Here is what changed since we started.
[[
{{client.kpis}}
]]
Shall we go through it together?`,
    ],
    ru: [
      "«До» и «после» в цифрах",
      `Вот что изменилось с начала нашей работы.
[[
{{client.kpis}}
]]
Пройдёмся по ним вместе?`,
    ],
    uk: [
      "«До» і «після» в цифрах",
      `Ось що змінилося від початку нашої роботи.
[[
{{client.kpis}}
]]
Пройдемося по них разом?`,
    ],
    ro: [
      "Înainte și după, în cifre",
      `Iată ce s-a schimbat de când am început.
[[
{{client.kpis}}
]]
Le parcurgem împreună?`,
    ],
  }),
  handover: letter({
    en: [
      "What comes after onboarding",
      `Onboarding ends, our work together does not: you keep a plan, a contact and a support channel. Your contact is {{owner.name}}.[[ In an emergency: {{portal.emergency}}.]]
[[
Final meeting: {{plan.date.handover:weekday}}]]`,
    ],
    ru: [
      "Что будет после онбординга",
      `Онбординг заканчивается, совместная работа — нет: у вас остаются план, контактное лицо и канал поддержки. Ваш контакт: {{owner.name}}.[[ В экстренном случае: {{portal.emergency}}.]]
[[
Итоговая встреча: {{plan.date.handover:weekday}}]]`,
    ],
    uk: [
      "Що буде після онбордингу",
      `Онбординг завершується, спільна робота — ні: у вас лишаються план, контактна особа й канал підтримки. Ваш контакт: {{owner.name}}.[[ У терміновому випадку: {{portal.emergency}}.]]
[[
Підсумкова зустріч: {{plan.date.handover:weekday}}]]`,
    ],
    ro: [
      "Ce urmează după onboarding",
      `Onboarding-ul se încheie, colaborarea nu: aveți în continuare un plan, o persoană de contact și un canal de suport. Persoana de contact: {{owner.name}}.[[ În caz de urgență: {{portal.emergency}}.]]
[[
Întâlnirea finală: {{plan.date.handover:weekday}}]]`,
    ],
  }),
  win_back: letter({
    en: [
      "We would like to talk to you personally",
      `We see that things are not going the way you expected. Our management would like to hear it from you and to agree on concrete steps with dates.
[[
Pick a time: {{booking.link}}]]`,
    ],
    ru: [
      "Хотим поговорить с вами лично",
      `Мы видим, что всё идёт не так, как вы ожидали. Наше руководство хочет услышать это от вас и договориться о конкретных шагах со сроками.
[[
Выберите время: {{booking.link}}]]`,
    ],
    uk: [
      "Хочемо поговорити з вами особисто",
      `Ми бачимо, що все йде не так, як ви очікували. Наше керівництво хоче почути це від вас і домовитися про конкретні кроки з термінами.
[[
Оберіть час: {{booking.link}}]]`,
    ],
    ro: [
      "Am vrea să vorbim personal",
      `Vedem că lucrurile nu merg cum v-ați așteptat. Conducerea noastră vrea să vă asculte și să stabilească pași concreți, cu termene.
[[
Alegeți o oră: {{booking.link}}]]`,
    ],
  }),
  new_feature: shortMessage({
    en: ["New", "New[[ in {{portal.name}}]]: see what it saves you[[ — {{training.link}}]]"],
    ru: ["Новое", "Новое[[ в {{portal.name}}]]: посмотрите, что это вам сэкономит[[ — {{training.link}}]]"],
    uk: ["Нове", "Нове[[ в {{portal.name}}]]: подивіться, що це вам заощадить[[ — {{training.link}}]]"],
    ro: ["Nou", "Nou[[ la {{portal.name}}]]: vedeți ce vă economisește[[ — {{training.link}}]]"],
  }),
};
