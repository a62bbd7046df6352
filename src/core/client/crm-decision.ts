/** "Fight or let go" has one value, which people say on our screens or in the CRM's field: whoever said it last (A8.21). */
import type { ClientFacts } from "../decision.ts";
import type { DesiredFields } from "../desired.ts";
import type { FieldValue } from "../fields.ts";
import { type Stand, standOn } from "../play/decision.ts";
import { type Acts, NO_ACTS } from "./acts.ts";
import { type CrmField, crmField } from "./crm-field.ts";

const IN_CRM = "crm";

/** Nobody decided on our screens, and we never wrote the field: whatever it holds is the word of people. */
function isOnlyInCrm({ decision }: Acts, { wrote }: CrmField): boolean {
  return decision?.by === IN_CRM && wrote === undefined;
}

function saying(value: FieldValue): Stand {
  return value === "fight" || value === "let_go" ? value : "undecided";
}

/**
 * Takes up what the CRM's field says since we wrote it, or as long as nobody decided on our screens. What we wrote ourselves is nobody's word.
 * @param now when it is noticed: the CRM does not tell when it was said
 */
export function heedCrmDecision<S extends { acts?: Acts | undefined }>(
  key: string,
  state: S,
  facts: ClientFacts,
  now: number,
  today: number,
): S {
  const acts = state.acts ?? NO_ACTS;
  const field = crmField("decision", key, facts);
  const choice = saying(field.held);
  const isNews = acts.decision === null || field.isEdited || isOnlyInCrm(acts, field);
  if (!isNews || choice === standOn(acts.decision, today).stand) return state;
  const decision = { choice, reason: null, reviewDay: null, note: null, at: now, by: IN_CRM };
  return { ...state, acts: { ...acts, decision } };
}

/** What the field is to show; nothing where only the CRM spoke, and what it holds already where that says the same. */
export function decisionField(key: string, acts: Acts | undefined, facts: ClientFacts, today: number): DesiredFields {
  const field = crmField("decision", key, facts);
  if (!acts || acts.decision === null || isOnlyInCrm(acts, field)) return {};
  const { stand } = standOn(acts.decision, today);
  return { decision: saying(field.held) === stand ? field.held : stand };
}
