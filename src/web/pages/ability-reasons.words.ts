/** Why this CRM or its plan cannot do something, in the reader's language. The adapters say it in English; a sentence that is not here stays so. */
import type { Language } from "../../core/model.ts";
import { fill } from "../words.ts";

type Reason = readonly [en: RegExp, ru: string, uk: string, ro: string];

/** What the named group caught stands in the others' braces. */
const REASONS: readonly Reason[] = [
  [
    /^Tenure was not granted the permission "(?<scope>[^"]+)", which .+ needs\.$/,
    "Tenure не дано разрешение «{scope}».",
    "Tenure не надано дозвіл «{scope}».",
    "Tenure nu a primit permisiunea „{scope}”.",
  ],
  [
    /^Reconnect Tenure and grant (?<scope>.+) to use .+\.$/,
    "Подключите Tenure заново и дайте разрешение {scope}.",
    "Під’єднайте Tenure знову й надайте дозвіл {scope}.",
    "Reconectați Tenure și acordați permisiunea {scope}.",
  ],
  [
    /^Bitrix24 keeps our key on a task, /,
    "Bitrix24 хранит наш ключ в задаче, но не отклоняет вторую задачу с тем же ключом.",
    "Bitrix24 зберігає наш ключ у завданні, але не відхиляє друге завдання з тим самим ключем.",
    "Bitrix24 păstrează cheia noastră în sarcină, dar nu refuză o a doua sarcină cu aceeași cheie.",
  ],
  [
    /^The portal's plan has no confirmed queue of offline events\.$/,
    "В тарифе портала нет очереди офлайн-событий с подтверждением.",
    "У тарифі порталу немає черги офлайн-подій із підтвердженням.",
    "Planul portalului nu are o coadă confirmată de evenimente offline.",
  ],
  [
    /^The portal was not asked yet /,
    "У портала ещё не спрашивали, есть ли в его тарифе офлайн-события.",
    "Портал ще не питали, чи є в його тарифі офлайн-події.",
    "Portalul nu a fost încă întrebat dacă planul său are evenimente offline.",
  ],
  [
    /^Bitrix24 has no tickets; /,
    "В Bitrix24 нет тикетов; обращения видны там, где это задачи или дела.",
    "У Bitrix24 немає тікетів; звернення видно там, де це завдання або справи.",
    "Bitrix24 nu are tichete; solicitările se văd acolo unde sunt sarcini sau activități.",
  ],
  [
    /^Bitrix24 has no survey records; /,
    "В Bitrix24 нет записей опросов; ответы пишутся в наши поля.",
    "У Bitrix24 немає записів опитувань; відповіді пишуться в наші поля.",
    "Bitrix24 nu are înregistrări de sondaje; răspunsurile se scriu în câmpurile noastre.",
  ],
  [
    /^Bitrix24 offers applications no e-mail sequences\.$/,
    "Bitrix24 не даёт приложениям цепочек писем.",
    "Bitrix24 не дає застосункам ланцюжків листів.",
    "Bitrix24 nu oferă aplicațiilor secvențe de emailuri.",
  ],
  [
    /^Bitrix24 keeps no opt-out /,
    "Bitrix24 не хранит отписки, которую могли бы ставить приложения; об этом говорит поле Tenure у контакта.",
    "Bitrix24 не зберігає відписки, яку могли б ставити застосунки; про це каже поле Tenure в контакта.",
    "Bitrix24 nu păstrează o dezabonare pe care aplicațiile să o poată seta; o spune câmpul Tenure al contactului.",
  ],
  [
    /^Bitrix24 lets only an administrator uninstall /,
    "В Bitrix24 приложение может удалить только администратор, в разделе «Приложения» портала.",
    "У Bitrix24 застосунок може видалити лише адміністратор, у розділі «Застосунки» порталу.",
    "În Bitrix24 doar un administrator poate dezinstala o aplicație, la Aplicații în portal.",
  ],
  [
    /^Not known before Tenure has set up its fields /,
    "Станет известно, когда Tenure создаст свои поля в этом аккаунте.",
    "Стане відомо, коли Tenure створить свої поля в цьому акаунті.",
    "Se va ști după ce Tenure își creează câmpurile în acest cont.",
  ],
  [
    /^This account takes no unique task property; /,
    "Аккаунт не принимает уникального свойства задачи; ключ задачи стоит в обычном, что работает так же.",
    "Акаунт не приймає унікальної властивості завдання; ключ завдання стоїть у звичайній, що працює так само.",
    "Contul nu acceptă o proprietate unică a sarcinii; cheia stă într-una obișnuită, care funcționează la fel.",
  ],
  [
    /^This account takes no task property of ours; /,
    "Аккаунт не принимает нашего свойства задачи; ключ стоит короткой строкой под её текстом.",
    "Акаунт не приймає нашої властивості завдання; ключ стоїть коротким рядком під її текстом.",
    "Contul nu acceptă o proprietate a noastră la sarcini; cheia stă ca un rând scurt sub text.",
  ],
  [
    /^HubSpot's API knows no managers; /,
    "API HubSpot не знает руководителей; назовите их в настройках Tenure.",
    "API HubSpot не знає керівників; назвіть їх у налаштуваннях Tenure.",
    "API-ul HubSpot nu cunoaște manageri; numiți-i în setările Tenure.",
  ],
  [
    /^HubSpot lets no app notify a person; /,
    "HubSpot не даёт приложениям уведомлять людей; вместо этого Tenure ставит человеку задачу.",
    "HubSpot не дає застосункам сповіщати людей; натомість Tenure ставить людині завдання.",
    "HubSpot nu permite aplicațiilor să notifice oameni; Tenure îi dă în schimb persoanei o sarcină.",
  ],
  [
    /^HubSpot's tasks have no checklists; /,
    "В задачах HubSpot нет чек-листов; пункты стоят под текстом задачи.",
    "У завданнях HubSpot немає чек-листів; пункти стоять під текстом завдання.",
    "Sarcinile HubSpot nu au liste de verificare; punctele stau sub textul sarcinii.",
  ],
  [
    /^HubSpot keeps no queue of missed events /,
    "HubSpot не хранит пропущенных событий для приложения; Tenure сам спрашивает, что изменилось.",
    "HubSpot не зберігає пропущених подій для застосунку; Tenure сам питає, що змінилося.",
    "HubSpot nu păstrează evenimentele ratate; Tenure întreabă singur ce s-a schimbat.",
  ],
  [
    /^HubSpot lets no app send a one-to-one letter; /,
    "HubSpot не даёт приложениям слать личные письма; письма уходят цепочкой, через почтовый сервер или как задачи.",
    "HubSpot не дає застосункам надсилати особисті листи; листи йдуть ланцюжком, через поштовий сервер або як завдання.",
    "HubSpot nu permite aplicațiilor emailuri individuale; ele pleacă prin secvență, server de email sau ca sarcini.",
  ],
  [
    /^HubSpot lets no app send short messages; /,
    "HubSpot не даёт приложениям слать короткие сообщения; они уходят через вебхук провайдера или как задачи.",
    "HubSpot не дає застосункам надсилати короткі повідомлення; вони йдуть через вебхук провайдера або як завдання.",
    "HubSpot nu permite aplicațiilor mesaje scurte; ele pleacă prin webhookul unui furnizor sau ca sarcini.",
  ],
  [
    /^HubSpot lets an app answer only in a channel /,
    "HubSpot даёт приложению отвечать только в его собственном канале; на вопросы отвечает страница плана клиента.",
    "HubSpot дає застосунку відповідати лише у власному каналі; на запитання відповідає сторінка плану клієнта.",
    "HubSpot permite unei aplicații să răspundă doar pe canalul ei; la întrebări răspunde pagina planului clientului.",
  ],
];

/** @returns the sentence and the language it is in */
export function abilityReason(why: string, language: Language): { text: string; language: Language } {
  const found = REASONS.find(([pattern]) => pattern.test(why));
  if (!found || language === "en") return { text: why, language: "en" };
  const [pattern, ru, uk, ro] = found;
  return { text: fill({ ru, uk, ro }[language], pattern.exec(why)?.groups ?? {}), language };
}
