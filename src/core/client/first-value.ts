/**
 * First value has one day. People say it on our screens, from where it goes into the CRM's field, or in that field itself; once something stands
 * there, the field is right, so that a person can mend it in the CRM.
 */
import type { Day } from "../calendar/calendar.ts";
import type { ClientFacts } from "../decision.ts";
import type { DesiredFields } from "../desired.ts";
import type { Acts } from "./acts.ts";
import { crmField } from "./crm-field.ts";

const FIELD = "first_value_on";

function dayHeld(key: string, facts: ClientFacts): Day | null {
  const { held } = crmField(FIELD, key, facts);
  return typeof held === "number" ? held : null;
}

/** What was said on our screens, or taken back there, is forgotten once the CRM's field shows it, or what people said there since. */
export function heedCrmFirstValue<S extends { acts?: Acts | undefined }>(key: string, state: S, facts: ClientFacts): S {
  const { acts } = state;
  if (!acts || (acts.firstValueDay === null && acts.firstValueTakenBack === undefined)) return state;
  const { firstValueDay: said, firstValueTakenBack: takenBack, ...rest } = acts;
  const held = dayHeld(key, facts);
  const { wrote, isUnderWay } = crmField(FIELD, key, facts);
  const isInCrm = (held !== null && held !== takenBack) || wrote === said;
  // What was taken back while it was on its way there comes to stand there yet.
  const mayStand = takenBack !== undefined && (held === takenBack || (held === null && isUnderWay));
  return {
    ...state,
    acts: {
      ...rest,
      firstValueDay: isInCrm ? null : said,
      ...(mayStand && { firstValueTakenBack: takenBack }),
    },
  };
}

/** The day as people say it; null where nobody did. */
export function firstValueSaid(key: string, acts: Acts | undefined, facts: ClientFacts): Day | null {
  const held = dayHeld(key, facts);
  return acts?.firstValueDay ?? (held === acts?.firstValueTakenBack ? null : held);
}

/** What the field is to show, as long as it does not. */
export function firstValueField(acts: Acts | undefined): DesiredFields {
  if (!acts) return {};
  const { firstValueDay, firstValueTakenBack } = acts;
  return firstValueDay === null && firstValueTakenBack === undefined ? {} : { [FIELD]: firstValueDay };
}
