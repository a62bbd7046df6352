/** Titles of plays, win-back items, offers and proposed actions in four languages. */
import type { Language } from "../model.ts";

type Words = Readonly<Record<Language, string>>;

function four(en: string, ru: string, uk: string, ro: string): Words {
  return { en, ru, uk, ro };
}

export const PLAY_TEXTS: Readonly<Record<string, Words>> = {
  "play.yellow_call": four(
    "Call the client: what has changed?",
    "Позвонить клиенту: что изменилось?",
    "Зателефонувати клієнту: що змінилося?",
    "Sunați clientul: ce s-a schimbat?",
  ),
  "play.yellow_review": four(
    "Review the reasons and choose an offer",
    "Разобрать причины и выбрать предложение",
    "Розібрати причини й обрати пропозицію",
    "Analizați motivele și alegeți o ofertă",
  ),
  "play.red_call": four(
    "Call the client today",
    "Позвонить клиенту сегодня",
    "Зателефонувати клієнту сьогодні",
    "Sunați clientul azi",
  ),
  "play.red_join": four(
    "Management joins: personal talk with the client",
    "Подключить руководство: личный разговор с клиентом",
    "Залучити керівництво: особиста розмова з клієнтом",
    "Se alătură conducerea: discuție personală cu clientul",
  ),
  "play.check_in": four(
    "Client activity fell. Check-in needed",
    "Снижение активности клиента. Требуется check-in",
    "Зниження активності клієнта. Потрібен check-in",
    "Activitatea clientului a scăzut. Este necesar un check-in",
  ),
  "play.check_in_deals": four(
    "Client creates fewer deals. Check-in needed",
    "Клиент создаёт меньше сделок. Требуется check-in",
    "Клієнт створює менше угод. Потрібен check-in",
    "Clientul creează mai puține oferte. Este necesar un check-in",
  ),
  "play.wake_up": four(
    "No login for two weeks: find out why",
    "Нет входов две недели: выяснить причину",
    "Немає входів два тижні: з’ясувати причину",
    "Nicio autentificare de două săptămâni: aflați motivul",
  ),
  "play.new_contact": four(
    "Meet the new contact",
    "Познакомиться с новым контактом",
    "Познайомитися з новим контактом",
    "Cunoașteți noua persoană de contact",
  ),
  "play.retraining": four(
    "Retraining for the new employee",
    "Повторное обучение нового сотрудника",
    "Повторне навчання нового співробітника",
    "Reinstruirea noului angajat",
  ),
  "play.renew_relation": four(
    "Meet the new decision maker",
    "Встретиться с новым ЛПР",
    "Зустрітися з новою особою, що ухвалює рішення",
    "Întâlnire cu noul decident",
  ),
  "play.show_value": four(
    "Show what has been achieved so far",
    "Показать достигнутые результаты",
    "Показати досягнуті результати",
    "Prezentați rezultatele obținute",
  ),
  "play.show_value_now": four(
    "They review suppliers: show value and propose a format",
    "Пересматривают поставщиков: показать ценность и предложить формат",
    "Переглядають постачальників: показати цінність і запропонувати формат",
    "Își revizuiesc furnizorii: arătați valoarea și propuneți un format",
  ),
  "play.review_format": four(
    "Review the format of the cooperation",
    "Пересмотреть формат сотрудничества",
    "Переглянути формат співпраці",
    "Revizuiți formatul colaborării",
  ),
  "play.compare_honestly": four(
    "They try a competitor: compare honestly with the client",
    "Пробуют конкурента: честно сравнить вместе с клиентом",
    "Пробують конкурента: чесно порівняти разом із клієнтом",
    "Testează un concurent: comparați onest împreună cu clientul",
  ),
  "play.ask_payment": four(
    "Payment is late: ask and agree on a date",
    "Оплата просрочена: уточнить и согласовать дату",
    "Оплату прострочено: уточнити й погодити дату",
    "Plata întârzie: întrebați și stabiliți o dată",
  ),
  "play.fix_meeting": four(
    "Meetings keep moving: agree on another format",
    "Встречи переносятся: договориться о другом формате",
    "Зустрічі переносяться: домовитися про інший формат",
    "Întâlnirile se tot amână: stabiliți alt format",
  ),
  "play.rebook_meeting": four(
    "Nobody came to the meeting: call and agree on a new time",
    "На встречу не пришли: позвонить и договориться о новом времени",
    "На зустріч не прийшли: зателефонувати й домовитися про новий час",
    "Nu s-a venit la întâlnire: sunați și stabiliți altă oră",
  ),
  "play.call_silent": four(
    "No answer to several letters: call, or reach another person there",
    "Нет ответа на несколько писем: позвонить или найти другого человека у клиента",
    "Немає відповіді на кілька листів: зателефонувати або знайти іншу людину в клієнта",
    "Niciun răspuns la mai multe scrisori: sunați sau găsiți altă persoană la client",
  ),
  "play.solve_complaint": four(
    "Solve the complaint and report back",
    "Решить жалобу и сообщить клиенту",
    "Розв’язати скаргу й повідомити клієнта",
    "Rezolvați reclamația și informați clientul",
  ),
  "play.termination_talk": four(
    "They ask about termination: talk today",
    "Спрашивают о расторжении: поговорить сегодня",
    "Запитують про розірвання: поговорити сьогодні",
    "Întreabă despre reziliere: discutați azi",
  ),
  "play.finish_setup": four(
    "Finish setup and integrations with the client",
    "Завершить настройку и интеграции вместе с клиентом",
    "Завершити налаштування та інтеграції разом із клієнтом",
    "Finalizați configurarea și integrările cu clientul",
  ),
  "play.restart_implementation": four(
    "Implementation is stuck: set a new start",
    "Внедрение застряло: назначить новый старт",
    "Впровадження застрягло: призначити новий старт",
    "Implementarea s-a blocat: stabiliți un nou start",
  ),
  "play.train_core": four(
    "The main function or the product itself is used little: train the team",
    "Основной функцией или продуктом пользуются мало: обучить команду",
    "Основною функцією або продуктом користуються мало: навчити команду",
    "Funcția principală sau produsul se folosește puțin: instruiți echipa",
  ),
  "play.agree_rhythm": four(
    "The client is in touch less: agree on rhythm and format of contact",
    "Клиент реже на связи: договориться о ритме и формате общения",
    "Клієнт рідше на зв’язку: домовитися про ритм і формат спілкування",
    "Clientul ține legătura mai rar: stabiliți ritmul și formatul contactelor",
  ),
  "play.renew_agreements": four(
    "Agreed steps are not done: go through them with the client, set new dates",
    "Договорённости не выполняются: пройти их с клиентом, назначить новые сроки",
    "Домовленості не виконуються: пройти їх із клієнтом, призначити нові терміни",
    "Pașii conveniți nu se fac: parcurgeți-i cu clientul, stabiliți date noi",
  ),
  "play.ask_what_is_wrong": four(
    "The client's tone gets worse: call and ask what is wrong",
    "Тон клиента ухудшается: позвонить и спросить, что не так",
    "Тон клієнта погіршується: зателефонувати й запитати, що не так",
    "Tonul clientului se înrăutățește: sunați și întrebați ce nu e bine",
  ),
  "play.management_talk": four(
    "The client asks for the management: agree on a talk today",
    "Клиент просит руководство: договориться о разговоре сегодня",
    "Клієнт просить керівництво: домовитися про розмову сьогодні",
    "Clientul cere conducerea: stabiliți azi o discuție",
  ),
  "play.solve_ticket": four(
    "A technical request stays open: solve it, or tell the client by when",
    "Техническое обращение не закрыто: решить или назвать клиенту срок",
    "Технічне звернення не закрито: вирішити або назвати клієнтові термін",
    "O solicitare tehnică rămâne deschisă: rezolvați-o sau spuneți clientului până când",
  ),
  "play.terms_talk": four(
    "The client asks for other terms: prepare an offer and talk",
    "Клиент просит другие условия: подготовить предложение и поговорить",
    "Клієнт просить інші умови: підготувати пропозицію й поговорити",
    "Clientul cere alte condiții: pregătiți o ofertă și discutați",
  ),
  "play.payment_schedule": four(
    "Payments keep coming late: agree on a payment schedule",
    "Платежи постоянно опаздывают: согласовать график платежей",
    "Платежі постійно запізнюються: погодити графік платежів",
    "Plățile întârzie mereu: stabiliți un grafic de plăți",
  ),
  "play.review_package": four(
    "The client buys less: fit the package to the present need",
    "Клиент покупает меньше: подобрать пакет под текущую потребность",
    "Клієнт купує менше: підібрати пакет під поточну потребу",
    "Clientul cumpără mai puțin: adaptați pachetul la nevoia actuală",
  ),

  "play.red": four("Red zone: {{why}}", "Красная зона: {{why}}", "Червона зона: {{why}}", "Zona roșie: {{why}}"),
  /** why the task is there: the sentence of each sign, and what may be offered */
  "play.because": four(
    "{{said:ref}}[[\n{{more}}]][[\n\nWhat you can offer: {{offers:codes}}.]]",
    "{{said:ref}}[[\n{{more}}]][[\n\nЧто можно предложить: {{offers:codes}}.]]",
    "{{said:ref}}[[\n{{more}}]][[\n\nЩо можна запропонувати: {{offers:codes}}.]]",
    "{{said:ref}}[[\n{{more}}]][[\n\nCe puteți oferi: {{offers:codes}}.]]",
  ),
  "play.offers": four(
    "What you can offer: {{offers:codes}}.",
    "Что можно предложить: {{offers:codes}}.",
    "Що можна запропонувати: {{offers:codes}}.",
    "Ce puteți oferi: {{offers:codes}}.",
  ),
  "code.extra_training": four(
    "extra training",
    "дополнительное обучение",
    "додаткове навчання",
    "instruire suplimentară",
  ),
  "code.process_review": four("process review", "разбор процессов", "аналіз процесів", "revizuirea proceselor"),
  "code.joint_plan": four(
    "joint improvement plan",
    "совместный план улучшений",
    "спільний план покращень",
    "plan comun de îmbunătățire",
  ),
  "code.tariff_review": four("tariff review", "пересмотр тарифа", "перегляд тарифу", "revizuirea tarifului"),

  "win_back.management_meeting": four(
    "Personal meeting of the top management with the client",
    "Личная встреча руководства с клиентом",
    "Особиста зустріч керівництва з клієнтом",
    "Întâlnire personală a conducerii cu clientul",
  ),
  "win_back.review": four(
    "Review: stable again?",
    "Итог: ситуация стабильна?",
    "Підсумок: ситуація стабільна?",
    "Evaluare: situația e stabilă?",
  ),
  "win_back.answer_complaint": four(
    "Solve the open complaints",
    "Решить открытые жалобы",
    "Вирішити відкриті скарги",
    "Rezolvarea reclamațiilor deschise",
  ),
  "win_back.answer_termination": four(
    "Talk about terms, offer a way to stay",
    "Обсудить условия, предложить вариант остаться",
    "Обговорити умови, запропонувати варіант залишитися",
    "Discutați condițiile, propuneți o cale de a rămâne",
  ),
  "win_back.answer_contact": four(
    "Win the new contact, show the value again",
    "Установить отношения с новым контактом, заново показать ценность",
    "Налагодити стосунки з новим контактом, знову показати цінність",
    "Relație cu noul contact, prezentarea valorii",
  ),
  "win_back.answer_payment": four(
    "Agree on a payment schedule",
    "Согласовать график платежей",
    "Погодити графік платежів",
    "Stabilirea unui grafic de plăți",
  ),
  "win_back.answer_suppliers": four(
    "Show the value against the alternatives",
    "Показать ценность на фоне альтернатив",
    "Показати цінність на тлі альтернатив",
    "Arătați valoarea față de alternative",
  ),
  "win_back.answer_setup": four(
    "Finish setup and integrations",
    "Завершить настройку и интеграции",
    "Завершити налаштування та інтеграції",
    "Finalizarea configurării și a integrărilor",
  ),
  "win_back.answer_usage": four(
    "Extra training on what is not used",
    "Дополнительное обучение по неиспользуемым функциям",
    "Додаткове навчання з невикористовуваних функцій",
    "Training suplimentar pentru funcțiile nefolosite",
  ),
  "win_back.answer_volume": four(
    "Fit the package to the present need",
    "Подобрать пакет под текущую потребность",
    "Підібрати пакет під поточну потребу",
    "Adaptați pachetul la nevoia actuală",
  ),
  "win_back.answer_meetings": four(
    "Agree on rhythm and format of contact",
    "Договориться о ритме и формате общения",
    "Домовитися про ритм і формат спілкування",
    "Stabiliți ritmul și formatul contactelor",
  ),

  "action.talk_termination": four(
    "Talk about the reasons for leaving, today",
    "Поговорить о причинах ухода сегодня",
    "Поговорити про причини відходу сьогодні",
    "Discutați azi motivele plecării",
  ),
  "action.solve_complaint": four(
    "Solve the complaint first",
    "Сначала решить жалобу",
    "Спершу розв’язати скаргу",
    "Rezolvați mai întâi reclamația",
  ),
  "action.meet_new_contact": four(
    "Meet the new contact and show the value",
    "Познакомиться с новым контактом и показать ценность",
    "Познайомитися з новим контактом і показати цінність",
    "Cunoașteți noul contact și arătați valoarea",
  ),
  "action.show_value": four(
    "Show the value: results so far, next goals",
    "Показать ценность: результаты и следующие цели",
    "Показати цінність: результати й наступні цілі",
    "Arătați valoarea: rezultate și obiective următoare",
  ),
  "action.finish_setup": four(
    "Finish the setup together",
    "Завершить настройку вместе",
    "Завершити налаштування разом",
    "Finalizați configurarea împreună",
  ),
  "action.check_in": four(
    "Check in: why is it used less?",
    "Check-in: почему пользуются реже?",
    "Check-in: чому користуються рідше?",
    "Check-in: de ce se folosește mai puțin?",
  ),
  "action.train_core": four(
    "Train the main function with the team",
    "Обучить команду основной функции",
    "Навчити команду основної функції",
    "Instruiți echipa pe funcția principală",
  ),
  "action.agree_payment": four("Agree on payment", "Согласовать оплату", "Погодити оплату", "Conveniți asupra plății"),
  "action.change_meeting_format": four(
    "Offer another format of contact",
    "Предложить другой формат общения",
    "Запропонувати інший формат спілкування",
    "Propuneți alt format de contact",
  ),
  "action.review_package": four(
    "Review the package with the client",
    "Пересмотреть пакет вместе с клиентом",
    "Переглянути пакет разом із клієнтом",
    "Revizuiți pachetul cu clientul",
  ),
  "action.train_gap": four(
    "Offer training on what is not used yet[[: “{{feature}}”]]",
    "Предложить обучение тому, что ещё не используется[[: «{{feature}}»]]",
    "Запропонувати навчання тому, що ще не використовується[[: «{{feature}}»]]",
    "Oferiți instruire pentru ce nu se folosește încă[[: „{{feature}}”]]",
  ),

  "triage.value": four("large customer", "крупный клиент", "великий клієнт", "client mare"),
  "triage.strategic": four(
    "strategically important",
    "стратегически важен",
    "стратегічно важливий",
    "important strategic",
  ),
  "triage.red": four("in the red zone", "в красной зоне", "у червоній зоні", "în zona roșie"),
  "triage.can_be_turned": four("can still be turned", "ещё можно вернуть", "ще можна повернути", "mai poate fi întors"),
};
