/** What a finding means and what to do, by code. Parameters are ids, codes and field names. */
import type { FindingCode } from "../../core/finding.ts";
import type { Language } from "../../core/model.ts";
import type { Finding } from "../../store/findings.ts";
import { type Four, fill, speaker } from "../words.ts";
import { clientName, fieldNames, kindName, leftWhy, lettersWhy, recordName, thingName } from "./codes.words.ts";

const TEXTS = {
  flood: [
    "Many new plans at once were held back. Look at them below and let them go, or undo the change in the CRM.",
    "Задержано много новых планов сразу. Проверьте их ниже и выпустите или отмените изменение в CRM.",
    "Затримано багато нових планів одразу. Перевірте їх нижче та випустіть або скасуйте зміну в CRM.",
    "Multe planuri noi deodată au fost reținute. Verificați mai jos și eliberați-le sau anulați schimbarea în CRM.",
  ],
  "source-broken": [
    "A source of signals has gone silent for everybody. Look at its connection; until then its signals are frozen and confidence falls.",
    "Источник сигналов замолчал у всех клиентов. Проверьте подключение; до этого его сигналы заморожены, а уверенность снижена.",
    "Джерело сигналів замовкло в усіх клієнтів. Перевірте підключення; доти його сигнали заморожено, а впевненість знижено.",
    "O sursă de semnale a tăcut pentru toți clienții. Verificați conexiunea; până atunci semnalele ei sunt înghețate și încrederea scade.",
  ],
  "thresholds-proposed": [
    "Other thresholds would fit your book better: {moved} of {clients} clients would change zone. Nothing has moved; look at old, new and effect under Settings, Proof on your past.",
    "Вашему портфелю лучше подошли бы другие пороги: зону сменили бы {moved} из {clients} клиентов. Ничего не изменено; старое, новое и последствия — в Настройках, Проверка на вашем прошлом.",
    "Вашому портфелю краще підійшли б інші пороги: зону змінили б {moved} із {clients} клієнтів. Нічого не змінено; старе, нове й наслідки — у Налаштуваннях, Перевірка на вашому минулому.",
    "Alte praguri s-ar potrivi mai bine portofoliului; clienți care ar schimba zona: {moved} din {clients}. Nimic nu s-a mutat; vechi, nou și efect în Setări, Dovadă pe propriul trecut.",
  ],
  unauthorised: [
    "The CRM no longer lets Tenure do this ({about}). An administrator has to install Tenure again and grant what it asks for.",
    "CRM больше не разрешает это Tenure ({about}). Администратору нужно установить Tenure заново и выдать запрошенные права.",
    "CRM більше не дозволяє це Tenure ({about}). Адміністратору потрібно встановити Tenure знову та надати запитані права.",
    "CRM-ul nu mai permite acest lucru ({about}). Un administrator trebuie să reinstaleze Tenure și să acorde drepturile cerute.",
  ],
  "access-lent": [
    "Tenure lost its own access to the CRM and works with what events lend it for an hour each. An administrator should open Tenure once in the CRM; that ends it.",
    "Tenure потерял собственный доступ к CRM и работает с доступом, который на час дают события. Администратору нужно один раз открыть Tenure в CRM.",
    "Tenure втратив власний доступ до CRM і працює з доступом, який на годину дають події. Адміністратору потрібно один раз відкрити Tenure в CRM.",
    "Tenure și-a pierdut accesul propriu la CRM și lucrează cu accesul dat de evenimente, câte o oră. Un administrator trebuie să deschidă o dată Tenure în CRM.",
  ],
  unpaid: [
    "The CRM lets no application in until its subscription is paid ({code}). Nothing is read or written meanwhile; then Tenure goes on by itself.",
    "CRM не пускает приложения, пока не оплачена подписка ({code}). До этого ничего не читается и не пишется; затем Tenure продолжит сам.",
    "CRM не пускає застосунки, доки не сплачено підписку ({code}). До того нічого не читається й не пишеться; потім Tenure продовжить сам.",
    "CRM-ul nu lasă nicio aplicație până la plata abonamentului ({code}). Între timp nu se citește și nu se scrie nimic; apoi Tenure continuă singur.",
  ],
  "letters-stay-tasks": [
    "Letters are set to be sent but stay tasks: {why} is missing. Set SMTP_URL or MAIL_API_URL for the connector, or a mail service as the action “email”, and a sender's address in the settings.",
    "Письма должны отправляться, но остаются задачами: не задано {why}. Укажите SMTP_URL или MAIL_API_URL коннектора либо почтовый сервис как действие «email», и адрес отправителя в настройках.",
    "Листи мають надсилатися, але лишаються завданнями: не задано {why}. Вкажіть SMTP_URL чи MAIL_API_URL конектора або поштовий сервіс як дію «email», й адресу відправника в налаштуваннях.",
    "Emailurile ar trebui trimise, dar rămân sarcini: lipsește {why}. Setați SMTP_URL sau MAIL_API_URL pentru conector, ori un serviciu de email ca acțiunea „email”, și adresa expeditorului în setări.",
  ],
  "crm-letters-stay-tasks": [
    "Letters are set to go out through the CRM but stay tasks ({why}). Set the sender's address, or, where the CRM has sequences, grant the permission and name the sequence of each letter.",
    "Письма должны уходить через CRM, но остаются задачами ({why}). Укажите адрес отправителя или, где в CRM есть цепочки, выдайте право и назовите цепочку для каждого письма.",
    "Листи мають надсилатися через CRM, але лишаються завданнями ({why}). Вкажіть адресу відправника або, де в CRM є ланцюжки, надайте право й назвіть ланцюжок для кожного листа.",
    "Emailurile ar trebui să plece prin CRM, dar rămân sarcini ({why}). Setați adresa expeditorului sau, unde CRM-ul are secvențe, acordați dreptul și numiți secvența fiecărui email.",
  ],
  "opt-out-refused": [
    "{client} unsubscribed, and the CRM did not take it: {advice} ({code}) Tenure sends nothing more to them; note it in the CRM yourself.",
    "{client} отписался, но CRM этого не приняла: {advice} ({code}) Tenure больше ничего не отправит; отметьте это в CRM сами.",
    "{client} відписався, але CRM цього не прийняла: {advice} ({code}) Tenure більше нічого не надішле; позначте це в CRM самі.",
    "{client} s-a dezabonat, dar CRM-ul nu a preluat: {advice} ({code}) Tenure nu mai trimite nimic; notați în CRM.",
  ],
  "crm-message-refused": [
    "The CRM did not send a message to a client: {advice} ({code}) It became a task for the step's owner.",
    "CRM не отправила сообщение клиенту: {advice} ({code}) Оно стало задачей ответственного за шаг.",
    "CRM не надіслала повідомлення клієнту: {advice} ({code}) Воно стало завданням відповідального за крок.",
    "CRM-ul nu a trimis un mesaj unui client: {advice} ({code}) A devenit o sarcină pentru responsabilul pasului.",
  ],
  "mail-server": [
    "The mail server takes no letters at the moment ({code}). They wait and are tried again; look at SMTP_URL if this lasts.",
    "Почтовый сервер сейчас не принимает письма ({code}). Они ждут и будут отправлены снова; если это затянется, проверьте SMTP_URL.",
    "Поштовий сервер зараз не приймає листи ({code}). Вони чекають і будуть надіслані знову; якщо це затягнеться, перевірте SMTP_URL.",
    "Serverul de email nu acceptă acum mesaje ({code}). Ele așteaptă și se reîncearcă; dacă durează, verificați SMTP_URL.",
  ],
  "chat-bot-refused": [
    "The CRM did not take the bot that answers clients: {advice} ({code}) It is tried again every half hour.",
    "CRM не приняла бота, который отвечает клиентам: {advice} ({code}) Попытка повторяется каждые полчаса.",
    "CRM не прийняла бота, що відповідає клієнтам: {advice} ({code}) Спроба повторюється щопівгодини.",
    "CRM-ul nu a acceptat botul care răspunde clienților: {advice} ({code}) Se reîncearcă la fiecare jumătate de oră.",
  ],
  "text-model": [
    "The model that reads letters does not answer ({code}). Our own word lists read them meanwhile; look at its address, name and key.",
    "Модель, которая читает письма, не отвечает ({code}). Пока их читают наши списки слов; проверьте её адрес, имя и ключ.",
    "Модель, що читає листи, не відповідає ({code}). Поки їх читають наші списки слів; перевірте її адресу, назву й ключ.",
    "Modelul care citește emailurile nu răspunde ({code}). Între timp le citesc listele noastre de cuvinte; verificați adresa, numele și cheia.",
  ],
  "write-refused": [
    "The CRM refused to write a {kind} of {client}: {advice} ({code}) Mend the cause on the record; Tenure tries again as soon as something changes there.",
    "CRM отклонила запись ({kind}, {client}): {advice} ({code}) Устраните причину в карточке; Tenure попробует снова при первом изменении.",
    "CRM відхилила запис ({kind}, {client}): {advice} ({code}) Усуньте причину в картці; Tenure спробує знову за першої зміни.",
    "CRM-ul a refuzat scrierea ({kind}, {client}): {advice} ({code}) Remediați cauza în fișă; Tenure încearcă din nou la prima schimbare.",
  ],
  "write-unsure": [
    "The CRM does not say what became of a {kind} of {client}, and whenever Tenure looks it is not there. See whether something in the CRM undoes or blocks it, and change it there yourself if it is urgent; Tenure goes on trying at longer intervals, and this ends by itself.",
    "CRM не сообщает, что стало с записью ({kind}, {client}), и при каждой проверке её там нет. Посмотрите, не отменяет ли и не блокирует ли её что-то в CRM, и если срочно, внесите сами; Tenure пробует дальше, всё реже, и это сообщение исчезнет само.",
    "CRM не повідомляє, що сталося із записом ({kind}, {client}), і за кожної перевірки його там немає. Подивіться, чи не скасовує або не блокує його щось у CRM, і якщо терміново, внесіть самі; Tenure пробує далі, дедалі рідше, і це повідомлення зникне саме.",
    "CRM-ul nu spune ce s-a întâmplat cu o scriere ({kind}, {client}), iar la fiecare verificare ea lipsește. Vedeți dacă ceva din CRM o anulează sau o blochează și, dacă e urgent, faceți-o dumneavoastră; Tenure încearcă în continuare, tot mai rar, iar mesajul dispare singur.",
  ],
  "kpi-alert": [
    "{said}. The head has a task about it; this stays until the figure is back.",
    "{said}. Руководителю поставлена задача; запись останется, пока показатель не вернётся.",
    "{said}. Керівникові поставлено завдання; запис лишиться, доки показник не повернеться.",
    "{said}. Șeful are o sarcină despre aceasta; mesajul rămâne până când indicatorul revine.",
  ],
  "channel-failed": [
    "Messages to the channel “{channel}” do not go out ({code}). Look at its address and its rights in the configuration file.",
    "Сообщения в канал «{channel}» не уходят ({code}). Проверьте его адрес и права в файле конфигурации.",
    "Повідомлення до каналу «{channel}» не надходять ({code}). Перевірте його адресу та права у файлі конфігурації.",
    "Mesajele către canalul „{channel}” nu pleacă ({code}). Verificați adresa și drepturile în fișierul de configurare.",
  ],
  "channel-unsure": [
    "A message to the channel “{channel}” may not have arrived ({code}). It is not sent twice; the CRM has the same escalation.",
    "Сообщение в канал «{channel}» могло не дойти ({code}). Повторно оно не отправляется; та же эскалация есть в CRM.",
    "Повідомлення до каналу «{channel}» могло не дійти ({code}). Удруге воно не надсилається; та сама ескалація є в CRM.",
    "Un mesaj către canalul „{channel}” poate nu a ajuns ({code}). Nu se trimite de două ori; aceeași escaladare este în CRM.",
  ],
  "notice-unsure": [
    "Notifications may not have arrived, the last of them about {client}. Tell the people if it matters; this ends by itself a week after the last one.",
    "Уведомления могли не дойти, последние из них: {client}. Сообщите людям, если это важно; через неделю после последнего запись исчезнет сама.",
    "Сповіщення могли не дійти, останні з них: {client}. Повідомте людей, якщо це важливо; за тиждень після останнього запис зникне сам.",
    "Unele notificări poate nu au ajuns, ultimele despre {client}. Anunțați persoanele dacă este important; la o săptămână după ultima, mesajul dispare singur.",
  ],
  "turn-failed": [
    "Something in Tenure itself went wrong ({failures} times). Nothing was lost; it goes on trying. Tell support when this stays for an hour.",
    "В самом Tenure произошла ошибка (раз: {failures}). Ничего не потеряно, попытки продолжаются. Сообщите в поддержку, если это длится час.",
    "У самому Tenure сталася помилка (разів: {failures}). Нічого не втрачено, спроби тривають. Повідомте підтримку, якщо це триває годину.",
    "Ceva în Tenure nu a mers ({failures} ori). Nu s-a pierdut nimic; se încearcă în continuare. Anunțați suportul dacă durează o oră.",
  ],
  "field-fought": [
    "Somebody else keeps changing Tenure's fields on {record}: {fields}. Look for a workflow, an import or another app that writes them, and switch it off.",
    "Кто-то ещё меняет поля Tenure в {record}: {fields}. Найдите бизнес-процесс, импорт или приложение, которое пишет их, и отключите.",
    "Хтось іще змінює поля Tenure в {record}: {fields}. Знайдіть бізнес-процес, імпорт або застосунок, що пише їх, і вимкніть.",
    "Altcineva modifică mereu câmpurile Tenure pe {record}: {fields}. Căutați un flux, un import sau o aplicație care le scrie și opriți-o.",
  ],
  "field-left-out": [
    "The field “{field}” could not be created on {record} ({why}). Tenure works without it; make room or grant the right, then install again.",
    "Поле «{field}» не удалось создать в {record} ({why}). Tenure работает без него; освободите место или выдайте право и установите снова.",
    "Поле «{field}» не вдалося створити в {record} ({why}). Tenure працює без нього; звільніть місце або надайте право та встановіть знову.",
    "Câmpul „{field}” nu a putut fi creat pe {record} ({why}). Tenure funcționează fără el; faceți loc sau acordați dreptul, apoi reinstalați.",
  ],
} as const satisfies Readonly<Record<FindingCode, Four>>;

export const FINDING_CODES = Object.keys(TEXTS) as FindingCode[];

const say = speaker<string>({
  ...TEXTS,
  earlier: [
    "Something that an earlier version of Tenure noted.",
    "Замечание более ранней версии Tenure.",
    "Зауваження ранішої версії Tenure.",
    "O observație a unei versiuni anterioare Tenure.",
  ],
});

/** Parameters that are codes or ids of ours, in words. */
const SAID: Readonly<Record<string, (value: string, language: Language, code: string) => string>> = {
  client: (value, language) =>
    value
      .split(",")
      .map((one) => (one.startsWith("contact:") ? recordName(one, language) : clientName(one, language)))
      .join(", "),
  record: (value, language) => (value.includes(":") ? recordName(value, language) : kindName(value, language)),
  kind: thingName,
  field: fieldNames,
  fields: fieldNames,
  why: (value, language, code) => (code === "field-left-out" ? leftWhy(value, language) : lettersWhy(value, language)),
};

/** A finding as an admin reads it; one of an earlier version is told by its number of times alone. */
export function findingText({ code, params }: Pick<Finding, "code" | "params">, language: Language): string {
  const words = say(language);
  // Not every refusal names what it is about; its code does then.
  const told = { ...params, ...(params.about === "" && { about: params.code ?? null }) };
  const said = Object.entries(told).map(([name, value]) => {
    const own = SAID[name];
    return [name, own && typeof value === "string" ? own(value, language, code) : (value ?? "–")] as const;
  });
  return fill(words[code] ?? words.earlier!, Object.fromEntries(said));
}
