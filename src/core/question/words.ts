import type { Language } from "../model.ts";

type Words = Readonly<Record<Language, string>>;

function four(en: string, ru: string, uk: string, ro: string): Words {
  return { en, ru, uk, ro };
}

/** `question.*`: what the client is told; `question.task.*`: what the person who answers is told. */
export const QUESTION_WORDS = {
  "question.next": four(
    "Your next step: {{step}}, {{day:date}}.",
    "Ваш следующий шаг: {{step}}, {{day:date}}",
    "Ваш наступний крок: {{step}}, {{day:date}}",
    "Următorul pas: {{step}}, {{day:date}}.",
  ),
  "question.next.none": four(
    "All steps of your plan are done.",
    "Все шаги вашего плана выполнены.",
    "Усі кроки вашого плану виконано.",
    "Toți pașii planului sunt realizați.",
  ),
  "question.date": four(
    "{{step}}: {{day:date}}",
    "{{step}}: {{day:date}}",
    "{{step}}: {{day:date}}",
    "{{step}}: {{day:date}}",
  ),
  "question.date.done": four(
    "{{step}}: done on {{day:date}}",
    "{{step}}: выполнено {{day:date}}",
    "{{step}}: виконано {{day:date}}",
    "{{step}}: realizat la {{day:date}}",
  ),
  "question.finish": four(
    "Your plan is expected to be finished on {{day:date}}.",
    "Ожидаемое завершение вашего плана: {{day:date}}",
    "Очікуване завершення вашого плану: {{day:date}}",
    "Finalizarea estimată a planului: {{day:date}}.",
  ),
  "question.progress": four(
    "{{progress:number}} % of your plan is done.",
    "Выполнено {{progress:number}} % вашего плана.",
    "Виконано {{progress:number}} % вашого плану.",
    "Este realizat {{progress:number}} % din plan.",
  ),
  "question.paused": four(
    "The plan is paused at the moment, so dates may move.",
    "План сейчас приостановлен, даты могут измениться.",
    "План зараз призупинено, дати можуть змінитися.",
    "Planul este în pauză, datele se pot schimba.",
  ),
  "question.contact": four(
    "Your contact: {{name}}.",
    "Ваше контактное лицо: {{name}}.",
    "Ваша контактна особа: {{name}}.",
    "Persoana dumneavoastră de contact: {{name}}.",
  ),
  "question.emergency": four(
    "In an emergency: {{emergency}}",
    "В экстренном случае: {{emergency}}",
    "У терміновому випадку: {{emergency}}",
    "În caz de urgență: {{emergency}}",
  ),
  "question.book": four(
    "Book a call: {{link}}",
    "Записаться на звонок: {{link}}",
    "Записатися на дзвінок: {{link}}",
    "Programați un apel: {{link}}",
  ),
  "question.passed": four(
    "Your question went to a person, who answers by {{day:date}}[[: {{name}}]].",
    "Ваш вопрос передан человеку[[ ({{name}})]], ответ будет не позднее {{day:date}}",
    "Ваше запитання передано людині[[ ({{name}})]], відповідь буде не пізніше {{day:date}}",
    "Întrebarea dumneavoastră a ajuns la o persoană, care răspunde până la {{day:date}}[[: {{name}}]].",
  ),
  "question.waiting": four(
    "This question was passed on already; it is answered by {{day:date}}[[: {{name}}]].",
    "Этот вопрос уже передан[[ ({{name}})]], ответ будет не позднее {{day:date}}",
    "Це запитання вже передано[[ ({{name}})]], відповідь буде не пізніше {{day:date}}",
    "Această întrebare a fost deja transmisă; răspunsul vine până la {{day:date}}[[: {{name}}]].",
  ),
  "question.full": four(
    "I do not have the answer to this, and many questions are waiting already. Please ask your contact directly[[: {{name}}]].",
    "Ответа на это у меня нет, и многие вопросы уже ждут. Обратитесь, пожалуйста, напрямую к вашему контактному лицу[[: {{name}}]].",
    "Відповіді на це в мене немає, і багато запитань уже чекають. Зверніться, будь ласка, безпосередньо до вашої контактної особи[[: {{name}}]].",
    "Nu am răspunsul și multe întrebări așteaptă deja. Vă rugăm să întrebați direct persoana de contact[[: {{name}}]].",
  ),
  "question.colleague": four(
    "I do not have the answer to this. A colleague answers you in this chat.",
    "Ответа на это у меня нет. Вам ответит коллега в этом чате.",
    "Відповіді на це в мене немає. Вам відповість колега в цьому чаті.",
    "Nu am răspunsul. Un coleg vă răspunde în acest chat.",
  ),
  "question.task": four(
    "Answer a question of {{client.name}}",
    "Ответить на вопрос клиента: {{client.name}}",
    "Відповісти на запитання клієнта: {{client.name}}",
    "Răspundeți la întrebarea clientului: {{client.name}}",
  ),
  "question.task.body": four(
    "[[“{{question.text}}”\n\n]]The client asked this and the list of answers has nothing on it. The client was told that you answer by {{day:date}}. If others ask the same, put it on the list in Tenure's settings.",
    "[[«{{question.text}}»\n\n]]Клиент задал этот вопрос, в списке ответов на него ничего нет. Клиенту обещан ответ к этому дню: {{day:date}}\nЕсли об этом спрашивают и другие, добавьте ответ в список в настройках Tenure.",
    "[[«{{question.text}}»\n\n]]Клієнт поставив це запитання, у списку відповідей на нього нічого немає. Клієнту обіцяно відповідь до цього дня: {{day:date}}\nЯкщо про це питають і інші, додайте відповідь до списку в налаштуваннях Tenure.",
    "[[„{{question.text}}”\n\n]]Clientul a pus această întrebare, iar lista de răspunsuri nu o acoperă. Clientului i s-a spus că răspundeți până la {{day:date}}. Dacă o pun și alții, adăugați răspunsul pe listă în setările Tenure.",
  ),
} satisfies Readonly<Record<string, Words>>;
