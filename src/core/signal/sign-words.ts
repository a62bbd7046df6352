/** What a sign says in one sentence, the same on the client's card and in the task that it starts: value, own habit, threshold, since when. */
import type { Language, TextRef } from "../model.ts";
import { own } from "../own.ts";
import type { SignVerdict } from "./sign-check.ts";
import { SIGN_NAMES } from "./sign-names.ts";
import type { SignDefinition } from "./signs.ts";

type Words = Readonly<Record<Language, string>>;
const four = (en: string, ru: string, uk: string, ro: string): Words => ({ en, ru, uk, ro });

/** What was measured of a sign when it was looked at. */
export type SignMeasure = Pick<SignVerdict, "value" | "baseline" | "threshold" | "sinceDay">;

/** What is counted, by the observations that a sign reads, else by its kind. Each ends where the number stands. */
const COUNTED: Readonly<Record<string, Words>> = {
  activity: four(
    "sign-ins and uses in 28 days",
    "входов и действий за 28 дней",
    "входів і дій за 28 днів",
    "autentificări și utilizări în 28 de zile",
  ),
  minutes: four(
    "minutes in the product in 28 days",
    "минут в продукте за 28 дней",
    "хвилин у продукті за 28 днів",
    "minute în produs în 28 de zile",
  ),
  core_uses: four(
    "uses of the main function in 28 days",
    "использований основной функции за 28 дней",
    "використань основної функції за 28 днів",
    "utilizări ale funcției principale în 28 de zile",
  ),
  deals: four(
    "deals created in 28 days",
    "создано сделок за 28 дней",
    "створено угод за 28 днів",
    "tranzacții create în 28 de zile",
  ),
  interactions: four("contacts in 28 days", "контактов за 28 дней", "контактів за 28 днів", "contacte în 28 de zile"),
  turnover: four("turnover in 56 days", "оборот за 56 дней", "оборот за 56 днів", "cifra de afaceri în 56 de zile"),
  volume: four("seats or amount now", "мест или сумма сейчас", "місць або сума зараз", "locuri sau sumă acum"),
  reply_hours: four(
    "hours to an answer, mean of 28 days",
    "часов до ответа, в среднем за 28 дней",
    "годин до відповіді, у середньому за 28 днів",
    "ore până la răspuns, media a 28 de zile",
  ),
  reply_length: four(
    "length of answers, mean of 28 days",
    "длина ответов, в среднем за 28 дней",
    "довжина відповідей, у середньому за 28 днів",
    "lungimea răspunsurilor, media a 28 de zile",
  ),
  gap: four("days since the last one", "дней с последнего", "днів від останнього", "zile de la ultima"),
  first_use: four("days without use", "дней без использования", "днів без використання", "zile fără utilizare"),
  tickets: four("days open", "дней открыто", "днів відкрито", "zile de când e deschisă"),
  overdue: four("days past the due day", "дней после срока", "днів після терміну", "zile după termen"),
  repeat: four("cases in 30 days", "случаев за 30 дней", "випадків за 30 днів", "cazuri în 30 de zile"),
  report: four("cases in 90 days", "случаев за 90 дней", "випадків за 90 днів", "cazuri în 90 de zile"),
};

/** What the value is held against, by the sign's kind. */
const AGAINST: Readonly<Record<string, Words>> = {
  ratio: four(
    "usual by the 8 weeks before",
    "обычно, по 8 неделям до того,",
    "зазвичай, за 8 тижнями до того,",
    "de obicei, după cele 8 săptămâni dinainte,",
  ),
  amount: four("usual before", "обычно до того", "зазвичай до того", "de obicei înainte"),
  shift: four(
    "usual in the half year before",
    "обычно за полгода до того",
    "зазвичай за пів року до того",
    "de obicei în jumătatea de an dinainte",
  ),
  step: four("highest in a year", "наибольшее за год", "найбільше за рік", "maximul unui an"),
};

const said = (sign: string, since: string): string =>
  `{{name:ref}}: {{what:ref}} {{value:number}}[[, {{against:ref}} {{usual:number}}]][[ ({{fall:number}} %)]][[ (+{{rise:number}} %)]]; ${sign} {{how:ref}} [[{{limit:number}}]][[{{limitFall:number}} %]][[+{{limitRise:number}} %]][[; ${since} {{since:date}}]]`;
const bare = (since: string, why: string): string => `{{name:ref}}[[, ${since} {{since:date}}]]: ${why}`;

/** By id, for texts by reference. */
export const SIGN_WORDS: Readonly<Record<string, Words>> = {
  ...prefixed("sign", SIGN_NAMES),
  ...prefixed("sign.counted", COUNTED),
  ...prefixed("sign.against", AGAINST),
  "sign.from": four("from", "от", "від", "de la"),
  "sign.above": four("above", "больше", "понад", "peste"),
  "sign.said": four(said("a sign", "since"), said("признак", "с"), said("ознака", "з"), said("semn", "din")),
  /** it fired before its source broke, and stays as it was */
  "sign.held": four(
    bare("since", "its source cannot be read now"),
    bare("с", "источник сейчас не читается"),
    bare("з", "джерело зараз не читається"),
    bare("din", "sursa nu poate fi citită acum"),
  ),
};

function prefixed(prefix: string, words: Readonly<Record<string, Words>>): Record<string, Words> {
  return Object.fromEntries(Object.entries(words).map(([id, text]) => [`${prefix}.${id}`, text]));
}

/**
 * The sentence of one sign. Shares are said as what was seen, what is usual and the change in per cent; hours as days, cut to a tenth, so that
 * none is claimed before it is over.
 */
export function signSaid({ id, kind, of, compare }: SignDefinition, measure: SignMeasure): TextRef {
  const { value, baseline, threshold, sinceDay } = measure;
  const about = { name: `sign.${id}`, ...(sinceDay !== null && { since: sinceDay }) };
  if (value === null) return { id: "sign.held", params: about };
  const counted = own(COUNTED, of) ? of : kind;
  const how = compare === "above" ? "sign.above" : "sign.from";
  const params = { ...about, what: `sign.counted.${counted}`, how };
  if (baseline !== null) {
    const change = percent(value);
    const limit = percent(threshold);
    const compared = {
      value: tenth(value * baseline),
      against: `sign.against.${kind}`,
      usual: tenth(baseline),
      ...(change > 0 ? { rise: change } : { fall: change }),
      ...(limit > 0 ? { limitRise: limit } : { limitFall: limit }),
    };
    return { id: "sign.said", params: { ...params, ...compared } };
  }
  const days = (hours: number) => Math.floor(hours / 2.4 + 1e-9) / 10;
  const limit = kind === "gap" ? days(threshold) : threshold;
  return { id: "sign.said", params: { ...params, value: kind === "gap" ? days(value) : value, limit } };
}

/** What a share is away from the whole, in per cent. */
function percent(share: number): number {
  return tenth((share - 1) * 100);
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
