import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { parseDay } from "../../../../src/core/calendar/day.ts";
import { type FitOptions, fitSteps, learnRisk } from "../../../../src/core/client/past/learn.ts";
import { endings, type PortalPastClient, pastClient } from "../../../../src/core/client/past/past-client.ts";
import { prove } from "../../../../src/core/client/past/prove.ts";
import { historyOf, type WalkOptions, walkPast } from "../../../../src/core/client/past/walk.ts";
import { allSignals, scoreConfigsOf } from "../../../../src/core/client/score-settings.ts";
import { loadState } from "../../../../src/core/client/state.ts";
import { type LabelledRow, packFeatures, riskOf } from "../../../../src/core/score/risk.ts";
import { seededRandom } from "../../../../src/core/seeded-random.ts";
import { settingsSchema } from "../../../../src/core/settings.ts";
import { clientFacts, decideConfigFor, record } from "../../../support/decide-config.ts";
import { fitRisk } from "../../score/whole.ts";

const DAY_MS = 86_400_000;
const day = (iso: string) => parseDay(iso);
const at = (iso: string) => day(iso) * DAY_MS + 9 * 3_600_000;
const TODAY = day("2026-03-02");
const CONFIG = decideConfigFor(at("2026-03-02"), {}, { zone: "UTC" });
const SCORE = settingsSchema.parse({}).score;
const SETUP = { configs: scoreConfigsOf(SCORE, 1), signals: allSignals(SCORE) };

/** Runs to the end. @returns its value, and how many portions it took */
function finish<T>(steps: Generator<null, T>): { value: T; portions: number } {
  for (let portions = 0; ; portions++) {
    const step = steps.next();
    if (step.done) return { value: step.value, portions };
  }
}

function decideFit(rows: readonly LabelledRow[], options: FitOptions) {
  return finish(fitSteps(rows, [], options)).value;
}

describe("how a client ended (scoring 3.10)", () => {
  const ended = (id: string, start: string, next: string, status = "cancelled") =>
    record("subscription", id, { status, startDay: day(start), nextDueDay: day(next) });
  const deal = (id: string, facts: object) => record("deal", id, { type: "renewal", ...facts });
  const cases: [string, ReturnType<typeof record>[], [string, boolean][]][] = [
    ["noted as left", [record("company", "1", { "f.churned_on": day("2026-01-05") })], [["2026-01-05", true]]],
    ["a subscription that ended", [ended("1", "2025-01-01", "2026-01-01")], [["2026-01-01", true]]],
    [
      "a subscription that ended and was replaced within 30 days",
      [ended("1", "2025-01-01", "2026-01-01"), ended("2", "2026-01-31", "2027-01-31", "scheduled")],
      [],
    ],
    [
      "a subscription that ended and was replaced on the 31st day",
      [ended("1", "2025-01-01", "2026-01-01"), ended("2", "2026-02-01", "2027-02-01", "scheduled")],
      [["2026-01-01", true]],
    ],
    [
      "one of two subscriptions ended",
      [ended("1", "2025-01-01", "2026-01-01"), ended("2", "2025-03-01", "2026-04-01", "active")],
      [],
    ],
    [
      "a renewal deal that was lost",
      [deal("1", { outcome: "lost", closeAt: at("2026-02-02") })],
      [["2026-02-02", true]],
    ],
    ["a renewal deal that was won", [deal("1", { outcome: "won", wonAt: at("2026-02-02") })], [["2026-02-02", false]]],
    [
      "a lost deal for something new",
      [deal("1", { type: "newbusiness", outcome: "lost", closeAt: at("2026-02-02") })],
      [],
    ],
    ["a subscription that ends ahead", [ended("1", "2025-05-01", "2026-05-01")], []],
  ];
  test.each(cases)("%s", (_, records, expected) => {
    const found = endings("company:1", clientFacts(records), CONFIG, TODAY);
    expect(found).toEqual(expected.map(([iso, lost]) => ({ day: day(iso), lost })));
  });

  test("what became known later is dated so: a payment on its day, a reopened ticket when it was reopened", () => {
    const facts = clientFacts([
      record("company", "1", {}),
      record("invoice", "7", {
        status: "paid",
        issuedDay: day("2026-01-01"),
        dueDay: day("2026-01-10"),
        paidDay: day("2026-02-01"),
      }),
      record("ticket", "8", { openedAt: at("2026-01-03"), reopenedAt: at("2026-02-20") }),
    ]);
    const past = pastClient("company:1", loadState(null).state, facts, CONFIG, TODAY);
    expect(past.signals.days_late).toEqual([
      { day: day("2026-01-10"), knownDay: day("2026-02-01"), cases: 1, sum: 22 },
    ]);
    expect(past.signals.tickets_bad?.[0]).toMatchObject({ day: day("2026-01-03"), knownDay: day("2026-02-20") });
    expect(past.invoices).toEqual([
      { id: "7", issuedDay: day("2026-01-01"), dueDay: day("2026-01-10"), paidDay: day("2026-02-01") },
    ]);
  });
});

/** A book of clients who log in; those who will leave stop doing so two to three months before. */
function book(size: number, leaving: number, seed = 3): PortalPastClient[] {
  const random = seededRandom(seed);
  const first = TODAY - 700;
  return Array.from({ length: size }, (_, i): PortalPastClient => {
    const rate = 0.2 + random() * 0.5;
    const lostDay = random() < leaving ? first + 240 + Math.floor(random() * 450) : null;
    const turned = lostDay === null ? Number.POSITIVE_INFINITY : lostDay - 60 - Math.floor(random() * 40);
    const logins: PortalPastClient["signals"][string][number][] = [];
    for (let d = first; d < TODAY; d++) {
      if (lostDay !== null && d > lostDay) break;
      if (random() < (d >= turned ? rate * 0.15 : rate)) logins.push({ day: d, knownDay: d, cases: 1, sum: 0 });
    }
    return {
      id: `company:${i}`,
      segment: null,
      sinceDay: first,
      firstDay: first,
      signals: { logins },
      orders: null,
      orderDays: { deals: [], invoices: [], contractDay: null },
      invoices: [],
      stepDays: null,
      termDays: null,
      renewals: lostDay === null ? [] : [{ day: lostDay, lost: true }],
      reported: [],
    };
  });
}

describe("learning the risk from the own past", () => {
  test("losses behind a fall in use become weights, in portions; what may be shown follows the losses", () => {
    const history = historyOf(book(160, 0.45), TODAY, 730);
    const { value, portions } = finish(learnRisk({ history, ...SETUP, today: TODAY, running: null, version: 1 }));
    expect(value.took).toBe("first");
    expect(value.model.lost).toBeGreaterThanOrEqual(50);
    const usage = value.model.names.indexOf("usage") + 1;
    expect(value.model.beta[usage]! / value.model.scales[usage - 1]!).toBeGreaterThan(0.25);
    expect(portions).toBeGreaterThan(50);
  });

  test("without losses there is the prior, and nothing is said in per cent", () => {
    const history = historyOf(book(40, 0), TODAY, 730);
    const { value } = finish(learnRisk({ history, ...SETUP, today: TODAY, running: null, version: 1 }));
    expect(value).toMatchObject({ took: "first", lostRows: 0, model: { lost: 0 } });
  });

  test("no row knows a window that is not over", () => {
    const clients = book(30, 0.5);
    const early = historyOf(clients, TODAY, 730);
    const later = historyOf(
      clients.map((one) => ({ ...one, renewals: [...one.renewals, { day: TODAY + 5, lost: true }] })),
      TODAY,
      730,
    );
    const learn = (history: typeof early) =>
      finish(learnRisk({ history, ...SETUP, today: TODAY, running: null, version: 1 })).value;
    expect(learn(later)).toEqual(learn(early));
  });

  test("thresholds are fitted to today's book, per segment, beside those in force; where those fit, nothing is said", () => {
    const clients = book(160, 0.45).map((one, n) => (n % 2 === 0 ? one : { ...one, segment: "small" }));
    const history = historyOf(clients, TODAY, 730);
    const small = { name: "small", templates: [], classes: [], zones: {}, groups: {}, signals: {} };
    const lowered = {
      ...SCORE,
      zones: { yellow: 60, red: 40 },
      segments: [{ ...small, zones: { yellow: 75, red: 50 } }],
    };
    const learn = (score: typeof SCORE) =>
      finish(
        learnRisk({ ...SETUP, history, configs: scoreConfigsOf(score, 1), today: TODAY, running: null, version: 1 }),
      );
    const { thresholds } = learn(lowered).value;
    expect(thresholds).toHaveLength(1);
    expect(thresholds[0]).toMatchObject({
      segment: null,
      before: { yellow: 60, red: 40 },
      after: { yellow: 72, red: 50 },
    });
    expect(thresholds[0]!.clients).toBeGreaterThan(30);
    expect(learn({ ...SCORE, segments: [small] }).value.thresholds).toEqual([]);
  });

  const row = (clientId: string, cutDay: number, usage: number, lost: boolean): LabelledRow => ({
    clientId,
    cutDay,
    lost,
    features: packFeatures({ usage, ln_tenure: 6 }),
  });
  /** evidence of use tells who leaves */
  const rowsOf = (sign: 1 | -1) =>
    [100, 128, 156].flatMap((cut) =>
      Array.from({ length: 120 }, (_, i) => row(`${cut}/${i}`, cut, i % 4 === 0 ? 3 : 0, (i % 4 === 0) === sign > 0)),
    );

  test("a fit that loses on the newest closed window is refused, and the running one has its drift corrected", () => {
    const rows = rowsOf(1);
    const good = fitRisk(rows, 4, 1, []);
    // The earlier windows teach the opposite of the newest one.
    const turned = rows.map((one) => (one.cutDay < 156 ? { ...one, lost: !one.lost } : one));
    const kept = decideFit(turned, { today: 300, running: good, version: 5, overlap: 1 });
    expect(kept.took).toBe("kept");
    expect(kept.model.beta).toEqual(good.beta);
    expect(kept.model.version).toBe(5);
    expect(kept.newest!.fitted).toBeGreaterThan(kept.newest!.running!);
    const taken = decideFit(rows, { today: 300, running: fitRisk(rowsOf(-1), 4, 1, []), version: 5, overlap: 1 });
    expect(taken.took).toBe("fitted");
    expect(riskOf(taken.model, rows[0]!)).toBeGreaterThan(riskOf(taken.model, rows[1]!));
  });
});

describe("the proof on the own past (scoring 3.13)", () => {
  test("a score that sees the fall in use ranks the leavers first, and says beside what", () => {
    const history = historyOf(book(160, 0.6), TODAY, 730);
    const { value } = finish(prove({ history, ...SETUP, today: TODAY, horizonDays: 90, capacity: 20 }));
    expect(value).toMatchObject({ cut: "2025-12-01", horizonDays: 90, labels: true });
    expect(value.lost).toBeGreaterThan(5);
    expect(value.auc.health.value).toBeGreaterThan(0.6);
    expect(value.model.trainedOnCuts).toBeGreaterThan(5);
  });

  test("too few losses are said, not hidden", () => {
    const history = historyOf(book(60, 0.2), TODAY, 730);
    const { value } = finish(prove({ history, ...SETUP, today: TODAY, horizonDays: 90, capacity: 20 }));
    expect(value.tooFew).toEqual({ lost: value.lost, needed: 20 });
  });

  test("what happens after the cut changes no score before it", () => {
    const clients = book(40, 0.5);
    const cutDay = TODAY - 91;
    const cleared = clients.map((one) => ({
      ...one,
      signals: { logins: one.signals.logins!.filter((event) => event.knownDay <= cutDay) },
      renewals: one.renewals.filter((end) => end.day <= cutDay),
    }));
    const scores = (list: PortalPastClient[]) => {
      const history = { ...historyOf(list, TODAY, 730), firstDay: TODAY - 700 };
      const last: unknown[] = [];
      const see: WalkOptions["see"] = ({ past, result }, week) => {
        if (week.cutDay === cutDay) last.push([past.id, result.healthTenths, result.zone]);
      };
      finish(walkPast({ history, ...SETUP, cutDay, stepWeeks: 1, see }) as Generator<null, void>);
      expect(last.length).toBeGreaterThan(20);
      return last;
    };
    expect(scores(cleared)).toEqual(scores(clients));
  });

  test("nothing is held of the clients that were shown, so that memory does not grow with a week's evidence", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const history = historyOf(book(40, 0.5), TODAY, 730);
    const shown: WeakRef<object>[] = [];
    const see: WalkOptions["see"] = ({ evidence }) => shown.push(new WeakRef(evidence));
    let weeks = 0;
    for (const week of walkPast({ history, ...SETUP, cutDay: TODAY - 91, stepWeeks: 4, see })) {
      if (week === null) continue;
      weeks += 1;
      expect(shown.length).toBeGreaterThan(10);
      const held = () => shown.filter((one) => one.deref() !== undefined).length;
      // The last one shown may still stand on the generator's stack. What a turn has seen is kept until it is over, and what is looked at is seen.
      for (let turn = 0; turn < 5 && held() > 1; turn++) {
        await new Promise(setImmediate);
        collect();
      }
      expect(held()).toBeLessThanOrEqual(1);
      shown.length = 0;
    }
    expect(weeks).toBeGreaterThan(10);
  });
});
