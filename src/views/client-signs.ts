/** The agreed signs of one client as a person reads them (A8.1, A8.3–A8.17): those that fire, those that do not, and what cannot be judged. */
import type { Day } from "../core/calendar/calendar.ts";
import { dayOf } from "../core/calendar/zone.ts";
import { number } from "../core/client/plan-facts.ts";
import { judgeSigns, signsFrom } from "../core/client/signs.ts";
import type { ClientRecord } from "../core/decision.ts";
import type { Language, RecordKind } from "../core/model.ts";
import { own } from "../core/own.ts";
import type { PlanAnswer } from "../core/plan/types.ts";
import { signSaid } from "../core/signal/sign-words.ts";
import { signsWith } from "../core/signal/signs.ts";
import type { Portal } from "../portal-open.ts";
import { type ClientReading, taskRef } from "./client-reading.ts";
import { sayRef, sayStep } from "./texts.ts";

/** A record that shows a sign: a pointer, none of its words but the title that Tenure itself gave to a task. */
export interface SignRecord {
  kind: RecordKind;
  title: string | null;
  /** of a meeting, letter or ticket its own day, of an invoice the day it was due */
  day: Day | null;
  url: string;
}

export interface SignsView {
  /** value, own habit, threshold and since when in a sentence; `evidence`: newest first */
  firing: readonly { id: string; said: string; evidence: readonly SignRecord[] }[];
  quiet: readonly { id: string; said: string }[];
  /** by the reason: not_connected, no_history, too_few, unreadable */
  unjudged: readonly { why: string; ids: readonly string[] }[];
}

/** Of what kind the records are that show a sign, by what it reads; others have no page in the CRM. */
const KINDS_OF: Readonly<Record<string, readonly RecordKind[]>> = {
  invoices: ["invoice"],
  late_payments: ["invoice"],
  tickets: ["ticket"],
  complaints: ["ticket", "survey"],
  moves: ["meeting"],
  no_shows: ["meeting"],
  letters_unanswered: ["email"],
  negative_texts: ["email"],
  reply_hours: ["email"],
  volume: ["subscription"],
};

/** As of now, from what the decision sees too. Reads only. */
export function signsView(
  portal: Portal,
  reading: ClientReading,
  current: PlanAnswer | null,
  language: Language,
  nowMs: number,
): SignsView {
  const { state, facts, config, today } = reading;
  const { verdicts } = judgeSigns(state, current, facts, config, signsFrom(current, today), nowMs);
  const judged = signsWith(config.settings.signs).map((sign, at) => ({ sign, verdict: verdicts[at]! }));
  const say = ({ sign, verdict }: (typeof judged)[number]) => sayRef(portal, signSaid(sign, verdict), language);
  const reasons = [...new Set(verdicts.flatMap((one) => (one.fired ? [] : (one.notJudged ?? []))))];
  return {
    firing: judged
      .filter(({ verdict }) => verdict.fired)
      .map((one) => ({
        id: one.sign.id,
        said: say(one),
        evidence: recordsBehind(portal, reading, current, one, language),
      })),
    quiet: judged
      .filter(({ verdict }) => !verdict.fired && verdict.notJudged === null)
      .map((one) => ({ id: one.sign.id, said: say(one) })),
    unjudged: reasons.map((why) => ({
      why,
      ids: verdicts.filter((one) => !one.fired && one.notJudged === why).map(({ id }) => id),
    })),
  };
}

/** What a person reported has no record of its own. */
function recordsBehind(
  portal: Portal,
  reading: ClientReading,
  current: PlanAnswer | null,
  { sign, verdict }: { sign: { of: string }; verdict: { evidence: readonly string[] } },
  language: Language,
): readonly SignRecord[] {
  const ids = [...new Set(verdict.evidence)];
  const urlOf = (ref: ClientRecord["ref"]) => portal.crm().recordUrl(ref);
  if (sign.of === "setup") {
    return ids.flatMap((key) => {
      const task = current && taskRef(reading, current.plan, key);
      if (!task) return [];
      const { templateId: id, templateVersion: version } = current.plan;
      return [{ kind: task.kind, title: sayStep(portal, { id, version }, key, language), day: null, url: urlOf(task) }];
    });
  }
  const kinds = own(KINDS_OF, sign.of) ?? [];
  const known = reading.facts.records.filter(({ ref }) => kinds.includes(ref.kind));
  return ids.flatMap((id) =>
    known
      .filter(({ ref }) => ref.id === id)
      .map((one) => ({ kind: one.ref.kind, title: null, day: ownDay(one, reading.config.zone), url: urlOf(one.ref) })),
  );
}

function ownDay({ facts }: ClientRecord, zone: string): Day | null {
  const day = number(facts.dueDay) ?? number(facts.startDay);
  const at = number(facts.startAt) ?? number(facts.openedAt) ?? number(facts.at);
  return day ?? (at === null ? null : dayOf(at, zone));
}
