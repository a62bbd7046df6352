/** Step events: what a person or a record reported. Fixed points of evidence that fade, never inferred from text without confirmation. */

interface Fact {
  /** evidence on the day of the report */
  nats: number;
  /** only a letter that was read, or a survey, shows it: nobody is offered to report it */
  isOfRecords?: true;
}

const FACTS = {
  decision_maker_changed: { nats: 2 },
  contact_left: { nats: 2 },
  restructuring: { nats: 1.5 },
  suppliers_reviewed: { nats: 2 },
  competitor_tried: { nats: 2 },
  terms_asked: { nats: 2 },
  extras_refused: { nats: 1 },
  seats_cut: { nats: 2 },
  complaint: { nats: 1.5 },
  management_asked: { nats: 1 },
  termination_asked: { nats: 2 },
  notice_given: { nats: 6 },
  low_survey: { nats: 1.5, isOfRecords: true },
  angry_letter: { nats: 1, isOfRecords: true },
} as const satisfies Readonly<Record<string, Fact>>;

/** Evidence in nats on the day of the report. */
export const FACT_NATS: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries(FACTS).map(([code, { nats }]) => [code, nats]),
);

/** What a person can learn about a client and report (A8.14, A8.17), in the order in which it is offered. */
export const FACTS_OF_PEOPLE: readonly string[] = Object.entries<Fact>(FACTS).flatMap(([code, fact]) =>
  fact.isOfRecords ? [] : [code],
);

/** What is left of `nats` after `ageDays`, with the given half-life. */
export function fadedNats(nats: number, ageDays: number, halfLifeDays: number): number {
  return ageDays <= 0 ? nats : nats * 0.5 ** (ageDays / halfLifeDays);
}
