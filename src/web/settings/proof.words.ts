/** Words of what was learnt from the portal's own past: thresholds that fit the book, weights of the groups. */
import { type Four, speaker } from "../words.ts";

export const proofWords = speaker({
  thresholds: [
    "Thresholds that would fit your book",
    "Пороги, подходящие вашему портфелю",
    "Пороги, що пасують вашому портфелю",
    "Praguri potrivite portofoliului",
  ],
  thresholdsText: [
    "Fitted on {day}, as every month, so that the coloured clients are as many as a team can take on: at most about a seventh below green and a twentieth red. Nothing has moved. In the draft you see the effect on your clients before you publish, and an earlier version comes back with one click.",
    "Подобраны {day}, как каждый месяц, чтобы цветных клиентов было столько, сколько осилит команда: ниже зелёной не больше примерно седьмой части, красных не больше двадцатой. Ничего не изменено. В черновике видны последствия до публикации, а прежняя версия возвращается одним нажатием.",
    "Підібрано {day}, як щомісяця, щоб кольорових клієнтів було стільки, скільки подужає команда: нижче зеленої не більше приблизно сьомої частини, червоних не більше двадцятої. Нічого не змінено. У чернетці видно наслідки до публікації, а попередня версія повертається одним натисканням.",
    "Potrivite pe {day}, ca în fiecare lună, astfel încât clienții colorați să fie atâția câți poate prelua echipa: sub verde cel mult circa o șeptime, roșii cel mult a douăzecea parte. Nimic nu s-a mutat. În ciornă vedeți efectul înainte de publicare, iar versiunea anterioară revine cu un clic.",
  ],
  segment: ["Clients", "Клиенты", "Клієнти", "Clienți"],
  everybody: [
    "in no segment of their own",
    "вне отдельных сегментов",
    "поза окремими сегментами",
    "fără segment propriu",
  ],
  yellowBelow: ["Yellow below", "Жёлтая ниже", "Жовта нижче", "Galben sub"],
  redBelow: ["Red below", "Красная ниже", "Червона нижче", "Roșu sub"],
  moved: ["Another zone for", "Сменят зону", "Змінять зону", "Altă zonă pentru"],
  movedOf: ["{moved} of {clients}", "{moved} из {clients}", "{moved} із {clients}", "{moved} din {clients}"],
  toDraft: ["Put into the draft", "Перенести в черновик", "Перенести до чернетки", "Puneți în ciornă"],
  decline: ["Leave as it is", "Оставить как есть", "Залишити як є", "Lăsați așa"],
  weights: [
    "Weights learnt from your losses",
    "Веса, изученные на ваших уходах",
    "Ваги, вивчені на ваших втратах",
    "Ponderi învățate din pierderile dumneavoastră",
  ],
  tooFewWeights: [
    "Too few losses to say anything: {learnt} to learn from (50 needed), {judged} to judge by (20 needed). The usual weights stay.",
    "Уходов слишком мало: для обучения {learnt} (нужно 50), для проверки {judged} (нужно 20). Остаются обычные веса.",
    "Втрат замало: для навчання {learnt} (потрібно 50), для перевірки {judged} (потрібно 20). Лишаються звичайні ваги.",
    "Prea puține pierderi: {learnt} pentru învățare (trebuie 50), {judged} pentru verificare (trebuie 20). Rămân ponderile obișnuite.",
  ],
  betterWeights: [
    "The learnt weights rank the leavers of a later time clearly better than the usual ones. You may take them.",
    "Изученные веса упорядочивают ушедших в более позднее время явно лучше обычных. Их можно взять.",
    "Вивчені ваги впорядковують тих, хто пішов пізніше, явно краще за звичайні. Їх можна взяти.",
    "Ponderile învățate ordonează clar mai bine plecările de mai târziu decât cele obișnuite. Le puteți lua.",
  ],
  usualWeights: [
    "The learnt weights do not clearly rank the leavers of a later time better: the difference may be chance. The usual weights stay.",
    "Изученные веса не лучше упорядочивают ушедших в более позднее время: разница может быть случайной. Остаются обычные веса.",
    "Вивчені ваги не краще впорядковують тих, хто пішов пізніше: різниця може бути випадковою. Лишаються звичайні ваги.",
    "Ponderile învățate nu ordonează clar mai bine plecările de mai târziu: diferența poate fi întâmplătoare. Rămân ponderile obișnuite.",
  ],
  aucUsual: [
    "AUC with the usual weights",
    "AUC с обычными весами",
    "AUC зі звичайними вагами",
    "AUC cu ponderile obișnuite",
  ],
  aucLearnt: [
    "AUC with the learnt weights",
    "AUC с изученными весами",
    "AUC з вивченими вагами",
    "AUC cu ponderile învățate",
  ],
  aucApart: ["Learnt is better by", "Изученные лучше на", "Вивчені кращі на", "Învățatele sunt mai bune cu"],
  aucMonths: [
    "The same over {count} months, each learnt anew ({judged} lost)",
    "То же за {count} мес., каждый обучен заново (ушло: {judged})",
    "Те саме за {count} міс., кожен навчений наново (втрачено: {judged})",
    "Același pe {count} luni, fiecare învățată din nou (pierduți: {judged})",
  ],
  riskMonths: [
    "The same over {count} months, learnt anew for each from what was over before it ({judged} lost)",
    "То же за {count} мес., для каждого обучен заново на том, что закончилось раньше (ушло: {judged})",
    "Те саме за {count} міс., для кожного навчений наново на тому, що закінчилося раніше (втрачено: {judged})",
    "Același pe {count} luni, învățat din nou pentru fiecare din ce se încheiase înainte (pierduți: {judged})",
  ],
  skillMonths: [
    "Brier skill over the months: by how much it is nearer to what came than the usual share of losses",
    "Brier skill за эти месяцы: насколько прогноз ближе к случившемуся, чем обычная доля уходов",
    "Brier skill за ці місяці: наскільки прогноз ближчий до того, що сталося, ніж звичайна частка втрат",
    "Brier skill pe aceste luni: cu cât prognoza e mai aproape de ce s-a întâmplat decât ponderea obișnuită a pierderilor",
  ],
  calibrationMonths: [
    "Calibration over the months, intercept and slope (right: 0 and 1)",
    "Калибровка за эти месяцы, сдвиг и наклон (верно: 0 и 1)",
    "Калібрування за ці місяці, зсув і нахил (правильно: 0 і 1)",
    "Calibrarea pe aceste luni, interceptul și panta (corect: 0 și 1)",
  ],
  group: ["Group", "Группа", "Група", "Grup"],
  usual: ["usual", "обычный", "звичайна", "obișnuită"],
  learnt: ["learnt", "изученный", "вивчена", "învățată"],
} satisfies Record<string, Four>);
