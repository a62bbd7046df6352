/** Step events: what a person or a record reported. Fixed points of evidence that fade, never inferred from text without confirmation. */

/** Evidence in nats on the day of the report. */
export const FACT_NATS: Readonly<Record<string, number>> = {
  notice_given: 6,
  contact_left: 2,
  decision_maker_changed: 2,
  seats_cut: 2,
  extras_refused: 1,
  terms_asked: 2,
  suppliers_reviewed: 2,
  competitor_tried: 2,
  restructuring: 1.5,
  complaint: 1.5,
  low_survey: 1.5,
  management_asked: 1,
  angry_letter: 1,
};

/** What is left of `nats` after `ageDays`, with the given half-life. */
export function fadedNats(nats: number, ageDays: number, halfLifeDays: number): number {
  return ageDays <= 0 ? nats : nats * 0.5 ** (ageDays / halfLifeDays);
}
