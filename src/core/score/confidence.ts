/** How much the connected sources could tell about this client at all (scoring 3.9). */
import { cases91, type Evidence } from "./evidence.ts";
import type { ConfidenceLevel } from "./input.ts";

/** What one signal can contribute at most, in expected events. */
const MAX_VOICE = 4;
const SCALE = 6;

/** Expected events of one signal in 13 weeks: what its silence could tell. A frozen source tells nothing new. */
export function voiceOf(signal: Evidence["signals"][number], week: number): number {
  if (signal.isFrozen) return 0;
  if (signal.definition.kind === "count") return signal.standing.expected91;
  return cases91(signal, week);
}

/** 0..1: 1 - exp(-I / 6), I = Σ min(voice, 4). Reported facts and a running onboarding plan speak for themselves. */
export function confidenceOf(evidence: Evidence): number {
  let voices = 0;
  for (const signal of evidence.signals) voices += Math.min(MAX_VOICE, voiceOf(signal, evidence.week));
  if (evidence.orders) voices += Math.min(2 * MAX_VOICE, 2 * evidence.orders.repeats);
  return Math.round((1 - Math.exp(-voices / SCALE)) * 1000) / 1000;
}

/** low below .35, high above .7 */
export function confidenceLevel(confidence: number): ConfidenceLevel {
  return confidence < 0.35 ? "low" : confidence > 0.7 ? "high" : "medium";
}
