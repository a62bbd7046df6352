/** What clients answered: NPS and CES (A10.4, A10.5, A10.8). */
import { addMonths, type Day } from "../calendar/day.ts";
import { type KpiClient, latest } from "./client.ts";
import type { KpiConfig, Measured } from "./measure.ts";
import { standing } from "./onboarding.ts";
import { mean } from "./stats.ts";

/** Promoters answer 9 or 10, detractors 0 to 6. Per cent of the ones minus per cent of the others, −100 to 100. */
function npsOf(scores: readonly number[]): Measured {
  const promoters = scores.filter((score) => score >= 9).length;
  const detractors = scores.filter((score) => score <= 6).length;
  return {
    value: scores.length === 0 ? null : ((promoters - detractors) * 100) / scores.length,
    n: scores.length,
    beside: { promoters, passives: scores.length - promoters - detractors, detractors },
  };
}

/** A10.4: NPS from each client's first answer around day 30. */
export function npsDay30(all: readonly KpiClient[], today: Day, config: KpiConfig): Measured {
  const { clients, withdrawn } = standing(all);
  const { fromDay, toDay } = config.day30;
  const first = clients.map(({ nps, signedDay }) =>
    nps
      .filter(({ day }) => day - signedDay >= fromDay && day - signedDay <= toDay)
      .reduce<{ day: Day; score: number } | null>((best, one) => (best && best.day <= one.day ? best : one), null),
  );
  const silent = clients.filter(({ signedDay }, at) => first[at] === null && today - signedDay > toDay).length;
  const answers = first.flatMap((one) => (one === null ? [] : [one.score]));
  const running = clients.length - answers.length - silent;
  return { ...npsOf(answers), apart: { unanswered: silent, running, withdrawn } };
}

/** A10.8: NPS from each client's latest answer of the last 12 months. */
export function npsNow(all: readonly KpiClient[], today: Day): Measured {
  const { clients, withdrawn } = standing(all);
  const since = addMonths(today, -12);
  const answers = clients.flatMap(
    ({ nps }) => latest(nps.filter(({ day }) => day > since && day <= today))?.score ?? [],
  );
  return { ...npsOf(answers), apart: { unanswered: clients.length - answers.length, withdrawn } };
}

/** A10.5: mean of each client's latest answer, 1–5, to how easy the start was. */
export function customerEffort(all: readonly KpiClient[]): Measured {
  const { clients, withdrawn } = standing(all);
  const answers = clients.flatMap(({ ces }) => latest(ces)?.score ?? []);
  return { value: mean(answers), n: answers.length, apart: { unanswered: clients.length - answers.length, withdrawn } };
}
