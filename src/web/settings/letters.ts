/** A message as the client will see it, with the drafted sender and sample dates. Nothing is sent. */
import { html } from "hono/html";
import { LANGUAGES, type Language } from "../../core/model.ts";
import { MESSAGES } from "../../core/text/messages.ts";
import { fieldsIn, renderText } from "../../core/text/render.ts";
import { settingsValues } from "../../core/texts.ts";
import type { SettingsView } from "../../views/settings.ts";
import { type Frame, type Html, layout } from "../pages/layout.ts";
import { fill } from "../words.ts";
import { options } from "./field.ts";
import { settingLabels } from "./labels.words.ts";
import { settingsWords } from "./settings.words.ts";

const IDS = Object.keys(MESSAGES);
const SAMPLE_PLAN_DAYS = 28;

/** @param today the first day of the sample plan; its dates follow three days apart */
export function lettersPage(
  view: SettingsView,
  asked: { id?: string; language?: string },
  today: number,
  frame: Frame,
): Html {
  const w = settingsWords(frame.language);
  const words = settingLabels(frame.language) as Readonly<Record<string, string>>;
  const id = IDS.find((one) => one === asked.id) ?? IDS[0]!;
  const language = LANGUAGES.find((one) => one === asked.language) ?? view.current.language ?? frame.language;
  const message = MESSAGES[id]!;
  const [subject, body] = [message.subject[language], message.body[language]].map((source) =>
    renderText(source, { language, values: sampleValues(view, source, today) }),
  );
  const missing = [...new Set([...subject!.missing, ...body!.missing])];
  const languages = LANGUAGES.map((one) => [one, words[`language=${one}`] ?? one] as const);
  const content = html`<div class="head"><h1>${w.letters}</h1><span class="end"><a class="button" href="${frame.base}/settings/messages">${words["section.messages"]}</a></span></div><p class="soft">${w.lettersText}</p>
<form class="row" method="get" action="${frame.base}/settings/letters"><div><label for="id">${w.letter}</label>${options(
    "id",
    "id",
    IDS.map((one) => [one, letterName(view, one, frame.language)]),
    id,
  )}</div><div><label for="language">${w.letterLanguage}</label>${options("language", "language", languages, language)}</div><button>${w.look}</button></form>
<section class="card lower" aria-labelledby="subject"><h2 id="subject" lang="${language}">${subject!.text}</h2><pre class="letter" lang="${language}" tabindex="0">${body!.text}</pre>${missing.length === 0 ? "" : html`<p class="late small">${fill(w.letterMissing, { what: missing.join(", ") })}</p>`}</section>`;
  return layout(frame, w.letters, "settings", content);
}

/** By its subject; the id behind it is what an admin types beside the number of a sequence. */
function letterName(view: SettingsView, id: string, language: Language): string {
  const source = MESSAGES[id]!.subject[language];
  return `${renderText(source, { language, values: sampleValues(view, source, 0) }).text} (${id})`;
}

/** What the settings give, and dates of a plan that begins today; names come from their stand-ins. */
function sampleValues(view: SettingsView, source: string, today: number): Readonly<Record<string, string | number>> {
  const dates = fieldsIn(source).flatMap(({ name }, at) =>
    name.startsWith("plan.date.") ? [[name, today + 3 * (at + 1)] as const] : [],
  );
  const settings = settingsValues((view.draft?.body ?? view.current).messages);
  return { ...settings, ...Object.fromEntries(dates), "plan.days": SAMPLE_PLAN_DAYS, "plan.start": today };
}
