/** What a message may say between the lines. */
export const MOOD_NAMES = ["negative", "neutral", "positive"] as const;
export type Mood = (typeof MOOD_NAMES)[number];

export const INTENT_NAMES = [
  "termination",
  "terms",
  "management",
  "suppliers_reviewed",
  "price",
  "complaint",
  "postponing",
  "contact_left",
  "thanks",
] as const;
export type Intent = (typeof INTENT_NAMES)[number];
