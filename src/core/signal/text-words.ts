/** The lexicon behind text-intent.ts. Texts are normalised first: lower case, ё → е, no apostrophes, Romanian letters without marks. */
import type { Intent } from "./text-labels.ts";

export interface IntentWords {
  /** made when the first text is looked at: Unicode classes are slow to make, and a start waits for nothing that it does not need */
  pattern: () => RegExp;
  /** how sure this pattern alone makes us, 0..1 */
  confidence: number;
  /** "we do not want to cancel" is not a cancellation */
  isNegatable: boolean;
}

/** Words that turn what follows within three words. */
export const NEGATIONS: ReadonlySet<string> = new Set([
  ..."not no never dont doesnt didnt wont cant couldnt wouldnt havent hasnt without isnt arent wasnt werent".split(" "),
  ..."не нет ни без никогда".split(" "),
  ..."ні немає жодних ніколи".split(" "),
  ..."nu fara niciodata nici".split(" "),
]);

/** Behind a word they say that there is none of it: "проблем нет". */
export const NONE_BEHIND: ReadonlySet<string> = new Set(["нет", "немає", "нема"]);

/** A clause that begins so belongs to what is said before its comma: "не хотим, чтобы …". */
export const CLAUSE_GOES_ON: ReadonlySet<string> = new Set(["чтобы", "чтоб", "щоб", "аби"]);

/** Ends of Cyrillic and Latin words; the stems stand before it. */
const W = "[\\p{L}\\p{N}]*";

function words(confidence: number, source: string, isNegatable = true): IntentWords {
  let made: RegExp | null = null;
  const make = () =>
    new RegExp(` (?:${source.replaceAll("*", W).replaceAll("_", `(?: ,)?(?: ${W}(?: ,)?){0,4} `)})(?= )`, "gu");
  const pattern = () => {
    made ??= make();
    return made;
  };
  return { pattern, confidence, isNegatable };
}

/**
 * `*` = any end of the word, `_` = up to four words of the same sentence between. `(?!…)` keeps words out that only begin like the ones that are
 * meant: прекрасный is not прекратить, anul (the year) not anula, в связи с not связаться.
 */
export const INTENTS: readonly { intent: Intent; patterns: readonly IntentWords[] }[] = [
  {
    intent: "termination",
    patterns: [
      words(
        0.9,
        "(?:terminat*|cancel*|discontinu*|ending|(?:to|will|shall|would|must|we) end(?! user| customer| of ))_(?:contracts?|agreement|subscription|service*|account|cooperation)",
      ),
      words(0.75, "(?:notice of termination|notice period|not renew*|wont renew*|will not renew*)", false),
      words(0.75, "(?:stop using|cancel (?:our|the|my|this)_(?:plan|licen*|membership|seats|renewal))"),
      words(
        0.9,
        "(?:растор[гж]*|разорв*|разрыв*|прекра[тщ]*|отказ(?!оуст)*|отмен(?!н)*|закры(?!вающ)*)_(?:договор*|контракт*|подписк*|сотрудничеств*|услуг*|аккаунт*)",
      ),
      words(
        0.8,
        "(?:не будем продлевать|не планируем продлевать|не продлеваем|не продлим|условия расторжения|порядок расторжения|уведомление о расторжении)",
        false,
      ),
      words(
        0.9,
        "(?:розірв*|розрив*|припин*|відмов(?!ост)*|скасу*|скасов*|закри(?!ваюч|вальн)*)_(?:договір*|договор*|контракт*|підписк*|співпрац*|послуг*|акаунт*)",
      ),
      words(
        0.8,
        "(?:не будемо продовжувати|не плануємо продовжувати|не продовжуємо|умови розірвання|порядок розірвання)",
        false,
      ),
      words(
        0.9,
        "(?:rezili(?!en)*|incet(?!in)[aei]*|anul[ae]*|inchid*|renunt*)_(?:contract*|abonament*|colaborar*|serviciu*|servicii*|cont(?:ul|ului|uri|urile)?)",
      ),
      // A contract that is încheiat is concluded; the cooperation is over.
      words(0.9, "inchei*_colabor(?:area|arii)"),
      words(
        0.8,
        "(?:nu vom prelungi|nu mai prelungim|nu dorim sa prelungim|nu reinnoim|conditii* de reziliere|preaviz*)",
        false,
      ),
    ],
  },
  {
    intent: "terms",
    patterns: [
      words(0.75, "(?:chang*|review*|renegotiat*|revis*|amend*)_(?:(?<! in )terms|conditions|contract|agreement|sla)"),
      words(0.75, "(?:измен*|пересмотр*|поменя*)_(?:услови*|договор*|контракт*|тариф*)"),
      words(0.75, "(?:змін*|перегля*)_(?:умов(?!н)*|договор*|договір*|контракт*|тариф*)"),
      words(0.75, "(?:modific*|renegoci*|revizui*|schimb*)_(?:conditi(?!on)*|termeni*|contract*|tarif*)"),
    ],
  },
  {
    intent: "management",
    patterns: [
      words(0.8, "(?:meet*|call|talk|speak)_(?:management|manager|director|ceo|head|executive*)"),
      words(0.7, "(?:escalat*)_(?:management|manager|director|ceo|head)"),
      words(
        0.8,
        "(?:встреч*|созвон*|поговор*|связа[тл]*|свяж*)_(?:руководств*|руководител*|директор*|начальник*|собственник*)",
      ),
      words(0.8, "(?:зустріч*|поговор*|звяза[тл]*|звяж*|дзвінок)_(?:керівництв*|керівник*|директор*|власник*)"),
      words(0.8, "(?:intaln*|discut*|vorb*|intalnire)_(?:conducer*|director*|manager*|sef*|patron*)"),
    ],
  },
  {
    intent: "suppliers_reviewed",
    patterns: [
      words(
        0.85,
        "(?:review*|reassess*|compar*|evaluat*|audit*)_(?:suppliers|vendors|providers|contractors|alternatives|competitors)",
      ),
      words(0.75, "(?:looking for alternatives|considering alternatives|other vendors|another provider)"),
      words(
        0.75,
        "switch* to_(?:providers?|vendors?|suppliers?|competitors?|platform|tool|system|solution|software|crm)",
      ),
      words(
        0.85,
        "(?:пересм*|сравнив*|оценива*|проверя*|аудит*|анализ*)_(?:поставщик*|подрядчик*|вендор*|альтернатив*|конкурент*)",
      ),
      words(
        0.75,
        "(?:ищем альтернатив*|рассматриваем альтернатив*|рассматриваем другие|смотрим другие|(?:переход*|перей*) на друг*_(?:систем*|сервис*|поставщик*|платформ*|решени*|продукт*|подрядчик*|программ*|crm))",
      ),
      words(
        0.85,
        "(?:перегля*|порівню*|оціню*|перевіря*|аналіз*)_(?:постачальник*|підрядник*|альтернатив*|конкурент*)",
      ),
      words(
        0.75,
        "(?:шукаємо альтернатив*|розглядаємо альтернатив*|розглядаємо інш*|(?:переход*|перей*) на інш*_(?:систем*|сервіс*|постачальник*|платформ*|рішенн*|продукт*|підрядник*|програм*|crm))",
      ),
      words(
        0.85,
        "(?:revizui*|reanaliz*|analiz*|compar*|evalu*|verific*)_(?:furnizor*|alternativ*|concurent*|contractor*)",
      ),
      words(
        0.75,
        "(?:cautam alternativ*|cautam alt furnizor*|alt furnizor|trec* la alt*_(?:sistem*|servici*|platform*|soluti*|produs*|program*|crm))",
      ),
    ],
  },
  {
    intent: "price",
    patterns: [
      words(
        0.7,
        "(?:too expensive|price* too high|cheaper|discount*|cut costs|reduce costs|simplify costs|budget cut*)",
      ),
      words(
        0.7,
        "(?:слишком дорого|очень дорого|дороговато|дешевле|скидк*|сократ* расход*|сокращ* расход*|урезали бюджет|оптимиз* расход*)",
      ),
      words(0.7, "(?:занадто дорого|дуже дорого|дешевше|знижк*|скороч* витрат*|оптиміз* витрат*|урізали бюджет)"),
      words(
        0.7,
        "(?:prea scump*|foarte scump*|mai ieftin*|reducere* de pret|discount*|reducem costuri*|reducerea costurilor|taier* de buget)",
      ),
    ],
  },
  {
    intent: "complaint",
    patterns: [
      words(
        0.8,
        "(?:complain*|unacceptable|very disappointed|extremely disappointed|fed up|terrible service|poor service|refund)",
      ),
      words(
        0.6,
        "(?:still not|doesnt work|does not work|keeps crashing|still waiting|nobody answer*|no one answer*)",
        false,
      ),
      words(0.8, "(?:жалоб*|жалу*|претензи*|недопустим*|неприемлем*|возмущ*|безобрази*|верните деньги|возврат* денег)"),
      words(0.6, "(?:до сих пор не|ничего не работает|не работает|никто не отвечает|опять не)", false),
      words(0.8, "(?:скарг*|скарж*|претензі*|неприпустим*|неприйнятн*|обурен*|поверніть гроші|повернення коштів)"),
      words(0.6, "(?:досі не|нічого не працює|не працює|ніхто не відповідає|знову не)", false),
      words(0.8, "(?:reclamati*|plangere*|inacceptabil*|foarte dezamagit*|nemultumit*|rambursar*|returnati banii)"),
      words(
        0.6,
        "(?:nu functioneaza|tot nu|nimeni nu raspunde|inca nu (?:am primit|merge|functioneaza|ati*|raspund*))",
        false,
      ),
    ],
  },
  {
    intent: "postponing",
    patterns: [
      words(
        0.65,
        "(?:we will think|well think|need to think|get back to you later|postpone*|put on hold|not now|maybe later|next quarter)",
        false,
      ),
      words(
        0.65,
        "(?:подумаем|нам надо подумать|нужно подумать|вернемся позже|отлож*|перенес*|поставим на паузу|не сейчас|пока не готовы)",
        false,
      ),
      words(
        0.65,
        "(?:подумаємо|треба подумати|потрібно подумати|повернемося пізніше|відклад*|перенес*|поставимо на паузу|не зараз|поки не готові)",
        false,
      ),
      words(
        0.65,
        "(?:ne mai gandim|trebuie sa ne gandim|revenim mai tarziu|aman(?!d|unt)*|punem pe pauza|nu acum|deocamdata nu)",
        false,
      ),
    ],
  },
  {
    intent: "contact_left",
    patterns: [
      words(
        0.8,
        "(?:no longer work*|is leaving|has left(?! (?:a|an|some|you|us|feedback|comments?|the (?:chat|call|meeting|room)) )|my last day|left the company|new contact person|replac* me)",
        false,
      ),
      words(
        0.8,
        "(?:больше не работает|уволился|уволилась|увольняюсь|мой последний день|новый контакт*|вместо меня|покину* компанию)",
        false,
      ),
      words(
        0.8,
        "(?:більше не працює|звільнився|звільнилася|звільняюся|мій останній день|нов* контактн*|замість мене)",
        false,
      ),
      words(
        0.8,
        "(?:nu mai lucreaza|a plecat din|ultima mea zi|persoana noua de contact|in locul meu|parasesc compania)",
        false,
      ),
    ],
  },
  {
    intent: "thanks",
    patterns: [
      words(0.8, "(?:thank you|thanks|great job|well done|appreciate*)"),
      words(0.8, "(?:спасибо|благодар*|отличная работа)"),
      words(0.8, "(?:дякую|дякуємо|вдячн*|чудова робота)"),
      words(0.8, "(?:multumesc*|multumim|apreciem|foarte bine)"),
    ],
  },
];

/** Whole words, and beginnings of words, per mood; a word takes the first that fits. A beginning that other words share stands as whole words. */
export const MOOD: readonly { words: ReadonlySet<string>; stems: readonly string[]; value: number }[] = [
  {
    value: -1,
    words: new Set("issue issues lent lenta lente зря".split(" ")),
    stems: [
      ..."disappoint frustrat annoy angry terrible awful horribl unacceptabl useless worst broken crash fail bug slow problem complain upset waste".split(
        " ",
      ),
      ..."разочаров раздраж ужас кошмар недопустим неприемлем бесполез хуже слома ошибк сбой сбои сбоя сбою сбое медлен проблем жалоб недовол плох возмущ".split(
        " ",
      ),
      ..."розчаров роздратов жах неприпустим неприйнятн марн гірш злама помилк збій збої збою повільн скарг незадовол поган обурен дарма".split(
        " ",
      ),
      ..."dezamag frustr enerv groaznic oribil inacceptabil inutil stricat eroar erori defect nemultum reclamat prost supar".split(
        " ",
      ),
    ],
  },
  {
    value: 1,
    words: new Set(
      "great greatest рад рада рады радует довольна довольны помог радий раді util utila utile utili bucur".split(" "),
    ),
    stems: [
      ..."thank excellent perfect love happy pleased satisf wonderful glad helpful awesome appreciat".split(" "),
      ..."спасиб благодар отличн прекрасн идеальн доволен радост хорош замечательн супер помогл помога нравит".split(
        " ",
      ),
      ..."дяку вдячн чудов відмінн прекрасн ідеальн задоволен гарн подоба супер допомогл допомага".split(" "),
      ..."multum excelent perfect fericit incant minunat bucura bucuri bucuro grozav apreci".split(" "),
    ],
  },
];
