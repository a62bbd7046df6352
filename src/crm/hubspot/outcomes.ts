/** From an answer, or the lack of one, to an outcome per item (facts sheet 4.4). */
import { laterAll, refusal, unknownAll } from "../batch.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import type { Outcome, WriteItem } from "../port.ts";
import type { ObjectReply } from "./objects.ts";
import { KEY_PROPERTY } from "./property-forms.ts";
import {
  adviceOf,
  codeOf,
  type ErrorBody,
  HubSpotFailure,
  isGone,
  isLinkGone,
  isPassing,
  isTaken,
  namesIn,
} from "./refusals.ts";
import type { Suspects } from "./suspects.ts";

/** A write that was never sent because the token server was away is tried again after this, ms. */
export const PAUSE_MS = 5_000;

/** One item on its way, with the trace id it travels under and its properties. */
export interface Sent {
  item: WriteItem;
  traceId: string;
  properties: Readonly<Record<string, string>>;
}

/** How the results of a call are told apart. */
export interface Matching {
  /** the item that a result belongs to; undefined when it cannot be told */
  itemOf(result: ObjectReply, sent: readonly Sent[]): Promise<Sent | undefined>;
  done(result: ObjectReply, sent: Sent): Outcome;
  /** what happens to several items that are neither among the results nor named by an error */
  unmatched: "unknown" | "suspect";
}

/** Outcomes of a 2xx answer, which may be a 207. */
export async function outcomesOf(
  reply: { results: readonly ObjectReply[]; errors?: readonly ErrorBody[] | null | undefined },
  sent: readonly Sent[],
  matching: Matching,
  suspects: Suspects,
  now: number,
): Promise<Outcome[]> {
  const open = new Set(sent);
  const outcomes: Outcome[] = [];
  const settle = (one: Sent, outcome: Outcome) => {
    open.delete(one);
    suspects.cleared([one.item.key]);
    outcomes.push(outcome);
  };
  for (const result of reply.results) {
    const one = await matching.itemOf(result, [...open]);
    if (one && open.has(one)) settle(one, matching.done(result, one));
  }
  const nameless: ErrorBody[] = [];
  for (const error of reply.errors ?? []) {
    const named = namedBy(error, open);
    if (named.length === 0) nameless.push(error);
    for (const one of named) settle(one, refusedBy(one, error));
  }
  const [last] = open;
  if (open.size === 1 && nameless.length === 1) settle(last!, refusedBy(last!, nameless[0]!));
  const rest = [...open].map(({ item }) => item);
  if (rest.length === 0) return outcomes;
  // Of a single one there is nothing to find out by sending it again.
  if (matching.unmatched === "unknown" || rest.length === 1) return [...outcomes, ...unknownAll(rest)];
  suspects.refused(rest.map(({ key }) => key));
  return [...outcomes, ...laterAll(rest, "unavailable", now)];
}

/** The items that an error names, by trace id or by record id. */
function namedBy(error: ErrorBody, open: ReadonlySet<Sent>): Sent[] {
  const contexts = [error.context, ...(error.errors ?? []).map((inner) => inner.context)];
  const traces = new Set(contexts.flatMap((context) => context?.objectWriteTraceId ?? []));
  const ids = new Set(contexts.flatMap((context) => [...(context?.ids ?? []), ...(context?.id ?? [])]));
  const byTrace = [...open].filter(({ traceId }) => traces.has(traceId));
  if (byTrace.length > 0) return byTrace;
  return [...open].filter(({ item }) => item.id !== null && ids.has(item.id));
}

/** What an error about one item means for it: mostly refused. */
function refusedBy({ item, properties }: Sent, error: ErrorBody): Outcome {
  const about = namesIn(error);
  // A create whose key exists already has arrived before: it is to be looked up. Our key is the only unique value that we write.
  const isOurs = about.includes(KEY_PROPERTY) || (KEY_PROPERTY in properties && isTaken(error));
  if ((item.id === null && isOurs) || isPassing(error)) return { key: item.key, done: false, failure: "unknown" };
  const code = missingProperties(error).length > 0 ? "FIELD_MISSING" : codeOf(error, 400);
  const gone = isGone(error) || (item.id === null && isLinkGone(error));
  return refusal(item.key, { code, message: adviceOf("refused", code, about, error.correlationId), about }, gone);
}

/**
 * Outcomes of a call that failed as a whole.
 * @throws the failure itself when nothing was sent and no item is to blame: our own budget, the token, the install
 */
export function outcomesOfFailure(error: unknown, sent: readonly Sent[], suspects: Suspects, now: number): Outcome[] {
  if (!(error instanceof CrmFailure)) throw error;
  const items = sent.map(({ item }) => item);
  switch (error.failure) {
    case "limited":
      if (error.code === "OWN_BUDGET") throw error;
      return laterAll(items, "limited", error.retryAt ?? now + PAUSE_MS);
    case "unavailable":
      return laterAll(items, "unavailable", error.retryAt ?? now + PAUSE_MS);
    case "unknown":
      return unknownAll(items);
    case "refused":
      return outcomesOfRefusal(error, sent, suspects, now);
    default:
      throw error;
  }
}

/** 4.4: HubSpot refused the batch. Whom it names is refused; where it names nobody, the batch is split until it does. */
function outcomesOfRefusal(error: CrmFailure, sent: readonly Sent[], suspects: Suspects, now: number): Outcome[] {
  const body = error instanceof HubSpotFailure ? error.body : {};
  const gone = isGone(body) || error.status === 404;
  const absent = missingProperties(body);
  const guilty = sent.length === 1 ? [...sent] : namedBy(body, new Set(sent));
  const blamed =
    guilty.length > 0 ? guilty : sent.filter(({ properties }) => absent.some((name) => name in properties));
  if (blamed.length === 0) {
    suspects.refused(sent.map(({ item }) => item.key));
    return laterAll(
      sent.map(({ item }) => item),
      "unavailable",
      now,
    );
  }
  suspects.cleared(blamed.map(({ item }) => item.key));
  const innocent = sent.filter((one) => !blamed.includes(one)).map(({ item }) => item);
  const refused = blamed.map((one) =>
    isFailure(error, "refused") && !gone ? refusedBy(one, body) : refusal(one.item.key, error, gone),
  );
  return [...refused, ...laterAll(innocent, "unavailable", now)];
}

/** Names of properties that an error says do not exist: every item that carries one is at fault. */
export function missingProperties(body: ErrorBody): string[] {
  const errors = (body.errors ?? []).filter(({ code }) => code === "PROPERTY_DOESNT_EXIST");
  return errors.flatMap(({ context }) => context?.propertyName ?? []);
}
