/** Words of questions in four languages, normalised as `core/text/tokens.ts` does it: no marks, no apostrophes, е for ё. */

const set = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.join(" ").split(" "));

/** Words that carry no subject. */
export const EMPTY_WORDS = set(
  "a an the of to in on at for from by with about into is are was were be been am do does did done can could may might shall should will would must have has had i you we they he she it me us my our your their this that these those there here and or if so as please hello hi hey thanks thank tell know want need get go let help how what which where when who whom whose why much many any some im ive id its whats wheres whens hows whos still just again soon also",
  "и в во на с со к ко у о об от до по за из для при что чтобы как где куда откуда какой какая какое какие каком какого который когда кто кому кого кем чем почему зачем сколько ли не же бы а но или если то это этот эта эти тот так там тут здесь я мы вы он она они мне нам вам меня нас вас мой моя мое мои наш наша наше наши ваш ваша ваше ваши есть быть будет будут был была было можно нужно надо могу можем можете хочу хотим пожалуйста здравствуйте добрый день привет спасибо подскажите скажите расскажите еще уже",
  "і й та в у на з зі до від по за із для при що щоб як де куди звідки який яка яке які якому якого котрий коли хто кому кого ким чим чому навіщо скільки чи не ж би а але або якщо то це цей ця ці той так там тут я ми ви він вона вони мені нам вам мене нас вас мій моя моє мої наш наша наше наші ваш ваша ваше ваші є бути буде будуть був була було можна треба потрібно можу можемо можете хочу хочемо будь ласка вітаю добрий день привіт дякую підкажіть скажіть розкажіть ще вже",
  "un o unei unui niste la din in pe cu de pentru ca sa si sau daca dar iar este e sunt suntem fi va vor am ai are avem aveti au eu tu noi voi ei ele el ea mi ma ne va imi iti ii le meu mea mei mele nostru noastra nostri noastre vostru voastra care ce cine cui cum unde cand cat cata cati cate acest aceasta acesti acel pot poti putem puteti vreau vrem trebuie rog buna ziua salut multumesc spuneti mai deja doar al ai ale se",
);

/** The plan itself, of which every question here is about. */
export const PLAN_WORDS_OF = set(
  "plan onboarding implementation process project stage step task",
  "план плана плане плану внедрение внедрения онбординг онбординга процесс проект проекта этап шаг шага шаги задача",
  "план плану плані впровадження онбординг онбордингу процес проєкт проєкту етап крок кроку кроки завдання",
  "plan planul planului implementare implementarea implementarii proces procesul proiect proiectul etapa pas pasul pasii sarcina",
);

/** What is asked for. Two questions that ask for different things are different, however alike their words are. */
export type Asking = "when" | "who" | "why" | "much" | "how";

export const ASKING: readonly (readonly [Asking, ReadonlySet<string>])[] = [
  [
    "when",
    set(
      "when whens date deadline",
      "когда дата дату срок сроки",
      "коли дата дату термін терміни",
      "cand data termen termenul",
    ),
  ],
  ["who", set("who whom whos", "кто кому кого кем", "хто кому кого ким", "cine cui")],
  ["why", set("why", "почему зачем", "чому навіщо", "de_ce")],
  [
    "much",
    set(
      "much many long price cost costs",
      "сколько цена стоит стоимость",
      "скільки ціна коштує вартість",
      "cat cata cati cate pret costa costul",
    ),
  ],
];

/** Ends that one word takes in another form. */
export const ENDINGS = set(
  "s es ed d ing er e y ies ied ation ations",
  "а я о е у ю ы и й ь ой ей ий ый ая яя ое ее ие ые ом ем ам ям ами ями ах ях ов ев ей ого его ому ему ыми ими ую юю ть ти ать ять ить еть ал ил ла ло ли ет ит ют ут ат ят ем им ите ете ишь ешь ировать ировал ируем ирую ирование ирования ация ации ацию ение ения ению ание ания анию ок ка ки ку кам ка",
  "і ї є ою ею ої ому ів їв ами ями ах ях ові еві ого ити ити ати яти ється ють уть ять ати увати ували уємо ую ування ація ації ацію ення ання ок ку ка ки ці",
  "a e i u ul ului ii ilor le ile lui lor ea rea re ri at ata ati ate ez eaza am ati easca esc este ul uri urile ele elor ilor tie tii tia",
);

/** Beginnings of words that turn a question into its opposite, or into the report of a fault: an answer on how to do it is none then. */
export const TURNING: readonly string[] = [
  ..."cancel undo delet remov stop disabl revert fail error problem broken bug crash wrong stuck".split(" "),
  ..."отмен удал убра отключ выключ откат ошибк проблем слома зависа неправильн сбой".split(" "),
  ..."скасув видал прибра вимкн відключ відкот помилк проблем злама зависа неправильн збій".split(" "),
  ..."anul sterg elimin opri dezactiv revin eroare erori problem stricat blocat gresit".split(" "),
];

/** Questions about the plan: the words of which each consists, besides those above. */
const PLAN_QUESTIONS = {
  next: [
    "next now then follows following upcoming",
    "следующий следующая следующее следующие следующего дальше дальнейшие дальнейший теперь делать ближайший ближайшие потом",
    "наступний наступна наступне наступні наступного далі подальші тепер робити найближчий найближчі потім",
    "urmator urmatorul urmatoare urmatoarea urmatorii urmeaza acum fac facem continuare departe apoi",
  ],
  finish: [
    "finish finished finishes end ends ending over ready complete completed completion take takes last long left live",
    "закончится закончим закончите заканчивается окончание окончания завершение завершения завершится завершим завершите конец готово готов займет длится продлится продолжается осталось запуск",
    "закінчиться закінчимо закінчите закінчується закінчення завершення завершиться завершимо кінець готово готовий триватиме триває займе залишилося лишилося запуск",
    "termina terminam terminat gata incheie incheiem incheierea finaliza finalizam finalizarea finalizarii finalul dureaza dura ramas lansare lansarea sfarsit sfarsitul",
  ],
  progress: [
    "progress far status completed finished percent",
    "прогресс сделано выполнено пройдено статус готово процент процентов стадии этапе",
    "прогрес зроблено виконано пройдено статус готово відсоток відсотків стадії етапі",
    "progres progresul realizat facut stadiu stadiul status procent gata",
  ],
  contact: [
    "contact contacts person manager responsible charge ask call write reach phone email support supports helps turn talk speak account",
    "контакт контактное контакты лицо человек менеджер ответственный ответственная отвечает куратор ведет помогает поможет писать написать звонить позвонить обращаться обратиться связаться телефон поддержка спросить",
    "контакт контактна контакти особа людина менеджер відповідальний відповідальна відповідає куратор веде допомагає допоможе писати написати дзвонити подзвонити звертатися звернутися звязатися телефон підтримка спитати запитати",
    "contact contactul persoana manager managerul responsabil responsabilul raspunde ajuta scriu scriem sun sunam telefon suport adresez adresam intreb intrebam contactez contactam",
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PlanQuestion = keyof typeof PLAN_QUESTIONS;

export const PLAN_QUESTION_WORDS = Object.fromEntries(
  Object.entries(PLAN_QUESTIONS).map(([name, lines]) => [name, set(...lines)]),
) as Readonly<Record<PlanQuestion, ReadonlySet<string>>>;

/** What each may be asked with: "who is next" is no question about the next step. */
export const ASKED_WITH: Readonly<Record<PlanQuestion, readonly Asking[]>> = {
  next: ["how", "when"],
  finish: ["when", "much"],
  progress: ["how", "much"],
  contact: ["who", "how"],
};
