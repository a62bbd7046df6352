/** A drafted letter, with the facts it stands on beside it. A person copies it into his own mail. */
import { html } from "hono/html";
import type { LetterDraft } from "../../views/letter-draft.ts";
import { fill, speaker } from "../words.ts";
import { cardWords } from "./card.words.ts";
import { crmLink, type Frame, type Html, layout } from "./layout.ts";
import { layoutWords } from "./layout.words.ts";

const words = speaker({
  title: [
    "Draft of a letter to {client}",
    "Черновик письма: {client}",
    "Чернетка листа: {client}",
    "Schița unui email pentru {client}",
  ],
  text: ["The letter", "Письмо", "Лист", "Emailul"],
  hint: [
    "Nothing is sent. Read it, change it, copy it into your own mail.",
    "Ничего не отправляется. Прочитайте, поправьте и скопируйте в свою почту.",
    "Нічого не надсилається. Прочитайте, виправте та скопіюйте у свою пошту.",
    "Nu se trimite nimic. Citiți, modificați și copiați în emailul propriu.",
  ],
  facts: ["It stands on", "Основания", "Підстави", "Se bazează pe"],
  usage: ["product usage", "использование продукта", "використання продукту", "utilizarea produsului"],
  model: [
    "Worded by the model that your administrator named; only these facts went to it.",
    "Сформулировано моделью, которую указал администратор; ей переданы только эти факты.",
    "Сформульовано моделлю, яку вказав адміністратор; їй передано лише ці факти.",
    "Formulat de modelul indicat de administrator; i s-au transmis doar aceste fapte.",
  ],
  failed: [
    "The model gave no letter that stands on these facts; these are our own words.",
    "Модель не дала письма, которое опирается на эти факты; это наши формулировки.",
    "Модель не дала листа, що спирається на ці факти; це наші формулювання.",
    "Modelul nu a dat un email bazat pe aceste fapte; acestea sunt cuvintele noastre.",
  ],
  language: ["Language", "Язык", "Мова", "Limba"],
});

const LANGUAGE_NAMES = { en: "English", ru: "Русский", uk: "Українська", ro: "Română" } as const;

export function letterDraftPage(key: string, name: string, draft: LetterDraft, frame: Frame): Html {
  const w = words(frame.language);
  const title = fill(w.title, { client: name });
  const url = `${frame.base}/client/${key}`;
  const open = layoutWords(frame.language).openInCrm;
  const note =
    draft.by === "tenure" ? "" : html`<p class="soft small">${draft.by === "model" ? w.model : w.failed}</p>`;
  const others = Object.entries(LANGUAGE_NAMES)
    .filter(([language]) => language !== draft.language)
    .map(
      ([language, said]) =>
        html`<a class="button quiet" lang="${language}" href="${url}/letter?in=${language}">${said}</a>`,
    );
  const content = html`<div class="head"><h1>${title}</h1></div><div class="cards two">
<section class="card" aria-labelledby="letter-title"><h2 id="letter-title"><label for="letter">${w.text}</label></h2><p class="soft small">${w.hint}</p>
<textarea id="letter" rows="14" lang="${draft.language}">${draft.text}</textarea>${note}
<p class="buttons"><span class="soft small">${w.language}</span>${others}</p><p><a class="button" href="${url}">${cardWords(frame.language).back}</a></p></section>
<section class="card" aria-labelledby="facts"><h2 id="facts">${w.facts}</h2><ul>${draft.facts.map(
    (one) =>
      html`<li><span lang="${draft.language}">${one.text}</span><br>${one.url ? crmLink(one.url, open) : html`<span class="soft small">${w.usage}</span>`}</li>`,
  )}</ul></section></div>`;
  return layout({ ...frame, said: null }, title, "board", content);
}
