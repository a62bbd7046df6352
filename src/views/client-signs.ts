/** The agreed signs of one client as a person reads them (A8.1, A8.3–A8.17): those that fire, those that do not, and what cannot be judged. */
import { judgeSigns, signsFrom } from "../core/client/signs.ts";
import type { Language, RecordKind } from "../core/model.ts";
import { own } from "../core/own.ts";
import type { PlanAnswer } from "../core/plan/types.ts";
import { signSaid } from "../core/signal/sign-words.ts";
import { signsWith } from "../core/signal/signs.ts";
import type { Portal } from "../portal-open.ts";
import type { ClientReading } from "./client-reading.ts";
import { sayRef } from "./texts.ts";

export interface SignsView {
  /** value, own habit, threshold and since when in a sentence; `evidence`: addresses of the records that show it, newest first */
  firing: readonly { id: string; said: string; evidence: readonly string[] }[];
  quiet: readonly { id: string; said: string }[];
  /** by the reason: not_connected, no_history, too_few, unreadable */
  unjudged: readonly { why: string; ids: readonly string[] }[];
}

/** Of what kind the records are that show a sign, by what it reads; others have no page in the CRM. */
const KIND_OF: Readonly<Record<string, RecordKind>> = {
  invoices: "invoice",
  late_payments: "invoice",
  tickets: "ticket",
  complaints: "ticket",
  moves: "meeting",
  no_shows: "meeting",
  letters_unanswered: "email",
  negative_texts: "email",
  reply_hours: "email",
  volume: "subscription",
};

/** As of now, from what the decision sees too. Reads only. */
export function signsView(
  portal: Portal,
  { state, facts, config, today }: ClientReading,
  current: PlanAnswer | null,
  language: Language,
  nowMs: number,
): SignsView {
  const { verdicts } = judgeSigns(state, current, facts, config, signsFrom(current, today), nowMs);
  const judged = signsWith(config.settings.signs).map((sign, at) => ({ sign, verdict: verdicts[at]! }));
  const say = ({ sign, verdict }: (typeof judged)[number]) => sayRef(portal, signSaid(sign, verdict), language);
  const reasons = [...new Set(verdicts.flatMap((one) => (one.fired ? [] : (one.notJudged ?? []))))];
  return {
    firing: judged
      .filter(({ verdict }) => verdict.fired)
      .map((one) => {
        const kind = own(KIND_OF, one.sign.of);
        const ids = new Set(one.verdict.evidence);
        // What a person reported has no record of its own.
        const records = facts.records.filter(({ ref }) => ref.kind === kind && ids.has(ref.id));
        const known = new Map(records.map(({ ref }) => [ref.id, portal.crm().recordUrl(ref)]));
        return { id: one.sign.id, said: say(one), evidence: [...ids].flatMap((id) => known.get(id) ?? []) };
      }),
    quiet: judged
      .filter(({ verdict }) => !verdict.fired && verdict.notJudged === null)
      .map((one) => ({ id: one.sign.id, said: say(one) })),
    unjudged: reasons.map((why) => ({
      why,
      ids: verdicts.filter((one) => !one.fired && one.notJudged === why).map(({ id }) => id),
    })),
  };
}
