/** What was learnt about the portal goes into the draft of the configuration, where its effect is looked at before anybody publishes it. */
import type { WeightTrial } from "../core/score/past/weights.ts";
import type { ThresholdFit } from "../core/score/tune.ts";
import type { Settings } from "../core/settings.ts";
import { GROUPS } from "../core/signal/definition.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { editedNow } from "./edits.ts";
import { type SaveAnswer, saveDraft } from "./settings.ts";

/** Fitted thresholds, for each segment its own; null without any. */
export function draftThresholds(
  portal: Portal,
  around: Surroundings,
  fits: readonly ThresholdFit[],
  by: string,
): SaveAnswer | null {
  if (fits.length === 0) return null;
  const settings = editedNow(portal);
  const of = (segment: string | null) => fits.find((one) => one.segment === segment)?.after ?? {};
  const score: Settings["score"] = {
    ...settings.score,
    zones: { ...settings.score.zones, ...of(null) },
    segments: settings.score.segments.map((one) => ({ ...one, zones: { ...one.zones, ...of(one.name) } })),
  };
  return saveDraft(portal, around, { ...settings, score }, by);
}

/** Learnt weights of the groups, where they ranked better on a later time slice; null otherwise. */
export function draftWeights(
  portal: Portal,
  around: Surroundings,
  trial: WeightTrial | undefined,
  by: string,
): SaveAnswer | null {
  const learnt = trial?.learnt;
  if (trial?.verdict !== "better" || !learnt) return null;
  const settings = editedNow(portal);
  const groups = { ...settings.score.groups };
  for (const group of GROUPS) {
    const weight = learnt[group];
    if (weight !== undefined) groups[group] = { ...groups[group], weight };
  }
  return saveDraft(portal, around, { ...settings, score: { ...settings.score, groups } }, by);
}
