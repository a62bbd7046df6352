/** The proof on the portal's own past as screens show it: asked for, under way, done; and what the running risk model was learnt from. */
import type { Proof } from "../core/client/past/prove.ts";
import { scoreConfigsOf } from "../core/client/score-settings.ts";
import { configFor } from "../core/score/config.ts";
import { MIN_LOST } from "../core/score/past/report.ts";
import { LEARN_BASE_FROM, shownWith } from "../core/score/risk.ts";
import type { ThresholdFit } from "../core/score/tune.ts";
import { lastLearnt, proofOf } from "../engine/learn.ts";
import type { Portal } from "../portal-open.ts";

export interface BackTestView {
  proof: {
    state: "running" | "done";
    horizonDays: number;
    /** epoch ms */
    askedAt: number;
    doneAt: number | null;
    by: string;
    /** portions of work done so far; how many there will be is not known beforehand */
    portions: number;
    result: Proof | null;
    /** null until done; too_few: nothing may be concluded */
    verdict: "too_few" | "passed" | "failed" | null;
    /** lost clients found, and needed to conclude something */
    lost: number | null;
    needed: number;
    /** rivals that the risk clearly beats: the lower end of the difference of AUC is above zero */
    beats: readonly string[];
  } | null;
  risk: {
    /** what is shown of it: nothing but the order, "about N in 10", or per cent */
    show: "rank" | "band" | "percent";
    lost: number;
    kept: number;
    needed: number;
    version: number;
    /** the morning of the last fit, and whether the new one was taken */
    day: number;
    took: "first" | "fitted" | "kept";
  } | null;
  /** thresholds that would fit the book better than those in force, with what they would change; null where those in force fit */
  thresholds: { day: number; fits: readonly ThresholdFit[] } | null;
}

export function backTestView(portal: Portal): BackTestView {
  return { proof: proofView(portal), risk: riskView(portal), thresholds: thresholdsView(portal) };
}

function proofView(portal: Portal): BackTestView["proof"] {
  const proof = proofOf(portal);
  if (!proof) return null;
  const { horizonDays, askedAt, doneAt, by, portions, result } = proof;
  const verdict = result && (result.lost < MIN_LOST ? "too_few" : result.bar.isPassed ? "passed" : "failed");
  const beats = Object.entries(result?.beside ?? {}).filter(([, rival]) => (rival.riskMinusThis.low ?? 0) > 0);
  return {
    state: doneAt === null ? "running" : "done",
    horizonDays,
    askedAt,
    doneAt,
    by,
    portions,
    result,
    verdict,
    lost: result?.lost ?? null,
    needed: MIN_LOST,
    beats: verdict === "too_few" ? [] : beats.map(([name]) => name),
  };
}

function riskView(portal: Portal): BackTestView["risk"] {
  const learnt = lastLearnt(portal);
  if (!learnt) return null;
  const { model, day, took } = learnt;
  const { lost, kept, version } = model;
  return { show: shownWith(lost), lost, kept, needed: LEARN_BASE_FROM, version, day, took };
}

/** Without those that were published since. */
function thresholdsView(portal: Portal): BackTestView["thresholds"] {
  const learnt = lastLearnt(portal);
  if (!learnt) return null;
  const configs = scoreConfigsOf(portal.settings().score, 0);
  // A fit from before thresholds were proposed has none.
  const fits = (learnt.thresholds ?? []).filter(({ segment, before }) => {
    const { yellow, red } = configFor(configs, segment).zones;
    return yellow === before.yellow && red === before.red;
  });
  return fits.length === 0 ? null : { day: learnt.day, fits };
}
