import type { Language } from "../model.ts";
import { own } from "../own.ts";

/** What a merge field may be, and what stands in for it where the CRM has nothing. */
export interface MergeField {
  type: "text" | "date" | "number" | "link" | "list";
  /** null: no stand-in makes sense; the text has to bring its own, or drop the sentence */
  fallback: Readonly<Record<Language, string>> | null;
}

const four = (en: string, ru: string, uk: string, ro: string) => ({ en, ru, uk, ro });

/** Every merge field a text may use, besides `plan.date.<step>`. Values come from a fresh read at the moment of writing and are never stored. */
export const MERGE_FIELDS: Readonly<Record<string, MergeField>> = {
  "contact.first_name": { type: "text", fallback: four("there", "коллеги", "колеги", "stimați colegi") },
  "client.name": { type: "text", fallback: four("the client", "клиент", "клієнт", "clientul") },
  "client.industry": { type: "text", fallback: null },
  "client.use_case": { type: "text", fallback: null },
  "client.goals": { type: "text", fallback: null },
  "client.success_criteria": { type: "text", fallback: null },
  "client.kpis": { type: "text", fallback: null },
  "owner.name": {
    type: "text",
    fallback: four("your manager", "ваш менеджер", "ваш менеджер", "managerul dumneavoastră"),
  },
  "portal.name": { type: "text", fallback: null },
  "portal.emergency": { type: "text", fallback: null },
  "portal.signature": { type: "text", fallback: null },
  "form.link": { type: "link", fallback: null },
  "booking.link": { type: "link", fallback: null },
  "training.link": { type: "link", fallback: null },
  "survey.link": { type: "link", fallback: null },
  "plan.link": { type: "link", fallback: null },
  "plan.days": { type: "number", fallback: null },
  "plan.start": { type: "date", fallback: null },
  "plan.week": { type: "list", fallback: null },
};

/** The field of that name, `plan.date.<step>` included; null where there is none. */
export function mergeField(name: string): MergeField | null {
  if (/^plan\.date\.[a-z][a-z0-9_]*$/.test(name)) return { type: "date", fallback: null };
  return own(MERGE_FIELDS, name) ?? null;
}
