/** Puts reasons into words. Numbers come from the same state as the score; there is no free text in it. */
import type { FactValue, Language } from "../model.ts";
import { formatDayIn, renderText } from "../text/render.ts";
import type { LedgerLine, NotJudged, Reason, Risk, ScoreResult, SignalStanding } from "./input.ts";
import { compareAccounts } from "./ledger.ts";
import { SCORE_TEXTS } from "./texts.ts";

/** Reasons that a field shows; the rest is on the card. */
const SHOWN = 3;

/** One reason as a sentence. @throws Error when a parameter that the sentence needs is missing */
export function sayReason(reason: Reason, language: Language): string {
  const fact = reason.params.money ? "reason.money" : "reason.fact";
  const id = reason.code.startsWith("reason.fact.") ? fact : reason.code;
  return say(id, { ...reason.params, ...names(reason, language) }, language);
}

/** The main reason, empty when there is none. */
export function sayMainReason(result: ScoreResult, language: Language): string {
  const first = result.reasons[0];
  return first ? sayReason(first, language) : "";
}

/** All reasons with their points, what is not judged, and the way back; one sentence a line. */
export function sayReasons(result: ScoreResult, language: Language): string {
  const lines = result.reasons.map((reason) => sayReason(reason, language) + pointsOf(reason.tenths));
  const unknown = sayUnknown(result.notJudged, language);
  if (unknown) lines.push(unknown);
  if (result.wayBack) lines.push(sayReason(result.wayBack, language));
  return lines.join("\n");
}

/**
 * A change of zone in one line, such as "71 → 52: logins −43 % (−11), payment (−8)… Back to yellow if …". The points in brackets add up to
 * the change exactly; small ones are put together as "other".
 */
export function sayChange(
  before: Pick<ScoreResult, "healthTenths" | "ledger">,
  after: ScoreResult,
  language: Language,
): string {
  const moved = sayMoves(before.ledger, after.ledger, language, after.signals);
  const line = say("change.line", { before: before.healthTenths / 10, after: after.health }, language);
  const back = after.wayBack ? `. ${sayReason(after.wayBack, language)}` : "";
  return moved === "" ? `${line}${back}` : `${line}: ${moved}${back}`;
}

/**
 * What moved a score, such as "meetings held (−11), payment (−8), other (−2)"; the points add up to the change exactly. Empty when nothing did.
 * @param signals where they are at hand: how far a counted signal is from its norm is said too
 */
export function sayMoves(
  before: readonly LedgerLine[],
  after: readonly LedgerLine[],
  language: Language,
  signals: readonly SignalStanding[] = [],
): string {
  const changes = compareAccounts(before, after);
  const parts = changes
    .slice(0, SHOWN)
    .map((line) => `${nameOfLine(line, language)}${movementOf(line, signals)}${pointsOf(line.tenths)}`);
  const rest = changes.slice(SHOWN).reduce((sum, line) => sum + line.tenths, 0);
  if (rest !== 0) parts.push(word("change.other", language) + pointsOf(rest));
  return parts.join(", ");
}

/** "Not judged: payment (source not connected), …" for signals whose silence needs a word; null when all were judged. */
export function sayUnknown(notJudged: readonly NotJudged[], language: Language): string | null {
  const told = notJudged.filter(({ why }) => why === "broken" || why === "no_history" || why === "learning");
  if (told.length === 0) return null;
  const key = `${language} ${told.map(({ id, why }) => `${id} ${why}`).join()}`;
  const known = unknownSaid.get(key);
  if (known !== undefined) return known;
  const list = told.map(({ id, why }) => `${signalName(id, language)} (${word(`unknown.${why}`, language)})`);
  const said = say("unknown.line", { names: list.join(", ") }, language);
  if (unknownSaid.size >= UNKNOWN_MAX) unknownSaid.clear();
  unknownSaid.set(key, said);
  return said;
}

/** The same few sentences stand on most records of a portal. */
const unknownSaid = new Map<string, string>();
const UNKNOWN_MAX = 1_000;

/** What may be said of a risk after so many losses. */
export function sayRiskIn(risk: Risk, lost: number, horizonDays: number, language: Language): string {
  const percent = (p: number): number => Math.round(100 * p);
  if (risk.show === "rank") return say("risk.rank", { lost, needed: 10 }, language);
  if (risk.show === "band")
    return say("risk.band", { tenths: Math.round(10 * risk.chance), days: horizonDays }, language);
  const values = { percent: percent(risk.chance), low: percent(risk.low), high: percent(risk.high), days: horizonDays };
  return say("risk.percent", values, language);
}

/** The name of a signal or fact in a language; its id as words where nobody has named it (a mapped property). */
export function signalName(id: string, language: Language): string {
  return (
    SCORE_TEXTS[`signal.${id}`]?.[language] ??
    SCORE_TEXTS[`fact.${id}`]?.[language] ??
    id.replace(/^x[._]/, "").replaceAll("_", " ")
  );
}

function say(id: string, values: Readonly<Record<string, FactValue>>, language: Language): string {
  const { text, missing } = renderText(word(id, language), { language, values });
  if (missing.length > 0) throw new Error(`The text "${id}" needs ${missing.join(", ")}.`);
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

function word(id: string, language: Language): string {
  const words = SCORE_TEXTS[id];
  if (!words) throw new Error(`There is no text "${id}".`);
  return words[language];
}

function names({ code, params }: Reason, language: Language): Record<string, FactValue> {
  if (code === "reason.chain") {
    // Days of those that have one stand in front, in order.
    const days = String(params.days ?? "").split(",");
    const list = String(params.signals)
      .split(",")
      .map((id, at) => signalName(id, language) + (days[at] ? ` (${formatDayIn(Number(days[at]), language)})` : ""));
    return { names: list.join(", ") };
  }
  if (code.startsWith("reason.fact.")) return { name: signalName(code.slice("reason.fact.".length), language) };
  return typeof params.signal === "string" ? { name: signalName(params.signal, language) } : {};
}

function nameOfLine(line: LedgerLine, language: Language): string {
  return line.code === "signal" || line.code === "orders" || line.code === "onboarding" || line.code === "fact"
    ? signalName(line.name, language)
    : word("change.other", language);
}

/** " −43 %" behind a counted signal that has a norm. */
function movementOf(line: LedgerLine, signals: readonly SignalStanding[]): string {
  const signal = line.code === "signal" ? signals.find((s) => s.id === line.name) : undefined;
  if (!signal || signal.expected <= 0 || signal.value >= signal.expected) return "";
  return ` ${minus(Math.round((signal.value / signal.expected - 1) * 100))}\u00a0%`;
}

/** " (−11)" with a real minus sign, " (+3.5)". */
function pointsOf(tenths: number): string {
  return tenths === 0 ? "" : ` (${tenths > 0 ? "+" : ""}${minus(tenths / 10)})`;
}

function minus(x: number): string {
  return x < 0 ? `−${-x}` : String(x);
}
