/** What the manager could do next, and why (A11.2): from the signs that fire, and from what the client does not use yet. */

import { dayOf } from "../core/calendar/zone.ts";
import type { Language } from "../core/model.ts";
import { own } from "../core/own.ts";
import {
  type ActionRule,
  DEFAULT_ACTIONS,
  gapRule,
  nextActions,
  type ProposedAction,
} from "../core/play/next-action.ts";
import { featureName, featuresOf } from "../core/usage/settings.ts";
import type { Portal } from "../portal-open.ts";
import type { ClientReading } from "./client-reading.ts";
import { sayRef } from "./texts.ts";

/** Usage within this time counts as use, days. */
const USE_DAYS = 28;

export interface Suggestion {
  id: string;
  text: string;
  /** codes of signs, or of the feature used and the one that is not */
  because: { code: "sign" | "gap"; names: readonly string[]; sinceDay: number | null };
}

export function suggestionsOf(portal: Portal, reading: ClientReading, language: Language): readonly Suggestion[] {
  const { state, acts, config, today } = reading;
  const { uses, lacks } = usedFeatures(reading);
  const gaps: ActionRule[] = uses[0] === undefined ? [] : lacks.map((one) => gapRule(uses[0]!, one));
  const answers = Object.entries(acts.answers).map(([actionId, { answer, at }]) => ({
    actionId,
    answer,
    day: dayOf(at, config.zone),
  }));
  const moment = { signs: state.signs ?? {}, uses, lacks, answers, nowDay: today };
  return nextActions([...DEFAULT_ACTIONS, ...gaps], moment).map((one) => ({
    id: one.actionId,
    text: sayRef(portal, { id: one.textId, params: featureIn(one) }, language),
    because: one.reason,
  }));
}

/** What a training would be on. */
function featureIn({ reason: { code, names } }: ProposedAction): { feature?: string } {
  return code === "gap" && names[1] !== undefined ? { feature: featureName(names[1]) } : {};
}

/** Features that the admin named in the usage settings, by whether this client uses them. */
function usedFeatures({ facts, config, today }: ClientReading): { uses: string[]; lacks: string[] } {
  const features = featuresOf(config.settings.usage);
  const isUsed = (feature: string) =>
    (own(facts.usage, feature) ?? []).some(([day, n]) => day > today - USE_DAYS && n > 0);
  return { uses: features.filter(isUsed), lacks: features.filter((one) => !isUsed(one)) };
}
