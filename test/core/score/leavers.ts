/** A history of clients of whom most leave some day, and show it. */
import type { Dated, History, PastClient } from "../../../src/core/score/past/history.ts";
import { poisson, random } from "./build.ts";

export const CUT = 699;

/**
 * Contract clients who log in and write. Whoever leaves stops logging in ten weeks before; letters fall silent for as long with anybody, which
 * means nothing (`isTelling`), or both tell alike.
 */
export function book(isTelling: boolean): History {
  const next = random(8);
  const clients = Array.from({ length: 500 }, (_, n): PastClient => {
    const lostDay = next() < 0.75 ? 200 + Math.floor(700 * next()) : null;
    const turned = lostDay === null ? Number.POSITIVE_INFINITY : lostDay - 70;
    const quietFrom = isTelling ? 200 + Math.floor(700 * next()) : turned;
    const logins: Dated[] = [];
    const letters: Dated[] = [];
    for (let day = 0; day <= Math.min(CUT, lostDay ?? CUT); day++) {
      const [used, wrote] = [poisson(day < turned ? 0.5 : 0.12, next), poisson(0.35, next)];
      if (used > 0) logins.push({ day, knownDay: day, cases: used, sum: 0 });
      const isQuiet = day >= quietFrom && day < quietFrom + 80;
      if (wrote > 0 && !isQuiet) letters.push({ day, knownDay: day, cases: wrote, sum: 0 });
    }
    return {
      id: `client:${n}`,
      sinceDay: 0,
      firstDay: 0,
      signals: { logins, messages_in: letters },
      orders: null,
      invoices: [],
      stepDays: null,
      termDays: null,
      renewals: lostDay === null ? [] : [{ day: lostDay, lost: true }],
    };
  });
  return { clients, firstDay: 0, hasRenewals: true };
}
