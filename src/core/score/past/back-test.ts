/**
 * The honest back-test (scoring 3.13): what health and risk would have said on a past day, judged by what came after. Trained only on
 * earlier cuts whose label window closed before that day; nothing after it is read for features.
 */
import type { ScoreConfig } from "../config.ts";
import { finished } from "../portions.ts";
import { gather } from "./gather.ts";
import type { History } from "./history.ts";
import { replay } from "./replay.ts";
import type { BackTest } from "./types.ts";

export interface BackTestOptions {
  history: History;
  config: ScoreConfig;
  cutDay: number;
  /** learn from earlier outcomes; otherwise the label-free model */
  useLabels: boolean;
  /** told after each week how much of the way is behind, 0..1 */
  onWay?: (share: number) => void;
}

/** Runs it. O(weeks × clients × signals). */
export function runBackTest({ history, config, cutDay, useLabels, onWay }: BackTestOptions): BackTest {
  const { horizonDays } = config;
  const { see, weekEnds, finishSteps } = gather({ history, cutDay, horizonDays, useLabels, configOf: () => config });
  const days = Math.max(1, cutDay - history.firstDay);
  replay(history, config, cutDay, {
    see,
    weekEnds(week) {
      weekEnds(week);
      onWay?.((week.cutDay - history.firstDay) / days);
    },
  });
  return finished(finishSteps());
}
