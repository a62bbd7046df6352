/** The proof on the portal's own past, and what was learnt from it: nothing of it moves a zone before a person has published it. */
import { html } from "hono/html";
import { parseDay } from "../../core/calendar/day.ts";
import type { RivalName } from "../../core/score/past/report.ts";
import { GROUPS } from "../../core/signal/definition.ts";
import type { BackTestView } from "../../views/back-test.ts";
import type { Format } from "../format.ts";
import { type Frame, formFields, type Html, layout, zoneBadge, zoneName } from "../pages/layout.ts";
import { num, table } from "../pages/table.ts";
import { fill } from "../words.ts";
import { settingLabels } from "./labels.words.ts";
import { proofWords } from "./proof.words.ts";
import { settingsWords } from "./settings.words.ts";

/** The proof on the portal's own past. */
export function backTestPage(view: BackTestView, format: Format, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const { proof, risk } = view;
  const isRunning = proof?.state === "running";
  const form = html`<form class="row" method="post" action="${frame.base}/settings/back-test">${formFields(frame)}<div><label for="horizon">${w.horizon}</label><input type="number" id="horizon" name="horizon" min="14" max="365" value="${proof?.horizonDays ?? 90}" required></div><button class="main">${w.prove}</button></form>`;
  const running = isRunning
    ? html`<p role="status"><progress aria-label="${w.backTest}"></progress><br>${fill(w.proving, { portions: proof.portions, when: format.instant(proof.askedAt) })}</p>`
    : "";
  const content = html`<div class="head"><h1>${w.backTest}</h1><span class="end"><a class="button" href="${frame.base}/settings">${w.all}</a></span></div><p class="soft">${w.backTestText}</p>
<section class="card" aria-label="${w.backTest}">${form}${running}${risk ? html`<p class="soft">${fill(w.learnt, { lost: risk.lost, kept: risk.kept, needed: risk.needed })}</p>` : ""}</section>${thresholdsCard(view, format, frame)}${proof?.result ? proofCard(proof, proof.result, format, frame) : ""}${proof?.result?.weights ? weightsCard(proof.result.weights, format, frame) : ""}`;
  return layout(frame, w.backTest, "settings", content, isRunning ? 3 : undefined);
}

type ProofView = NonNullable<BackTestView["proof"]>;

interface Between {
  value: number | null;
  low: number | null;
  high: number | null;
}

function betweenIn(format: Format, { value, low, high }: Between): Html {
  const number = (one: number | null) => format.number(one, 2);
  if (value === null) return html`${number(null)}`;
  return html`${number(value)} <span class="soft small">(${number(low)}–${number(high)})</span>`;
}

/** Between what a figure stands, behind it; nothing where that is not known. */
function rangeOf(between: Between | undefined, say: (one: number | null) => string): Html | "" {
  if (!between || between.low === null) return "";
  return html` <span class="soft small">(${say(between.low)}–${say(between.high)})</span>`;
}

function proofCard(proof: ProofView, result: NonNullable<ProofView["result"]>, format: Format, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const p = proofWords(frame.language);
  const { intervals, tooGood } = result;
  const verdict = {
    too_few: fill(w.tooFew, { lost: proof.lost ?? 0, needed: proof.needed }),
    passed: w.passed,
    failed: w.failedProof,
  };
  const number = (value: number | null | undefined, digits = 2) => format.number(value ?? null, digits);
  const share = (value: number | null | undefined) =>
    format.percent(value === null || value === undefined ? null : value * 100, 0);
  const between = (one: Between) => betweenIn(format, one);
  const row = (name: string, value: Html | string) => html`<dt>${name}</dt><dd>${value}</dd>`;
  const rivals = Object.entries(result.beside).map(([name, rival]) => [
    p[name as RivalName],
    number(rival.auc),
    between(rival.riskMinusThis),
  ]);
  const columns = [w.rival, num("AUC"), num(w.better)];
  return html`<section class="card" aria-labelledby="proof"><h2 id="proof">${proof.verdict ? verdict[proof.verdict] : w.backTest}</h2>${tooGood ? html`<p class="say">${fill(p.tooGood, { auc: number(tooGood.auc), most: number(tooGood.most) })}</p>` : ""}<dl class="facts">${row(w.cut, format.day(parseDay(result.cut)))}${row(w.judged, format.number(result.scored))}${row(w.lostThen, `${format.number(result.lost)} (${share(result.baseRate)})`)}
${row(w.aucRisk, between(result.auc.risk))}${monthRows(result.months, format, frame)}${row(w.aucHealth, between(result.auc.health))}${row(w.lift, html`× ${number(result.liftTopDecile.risk, 1)}${rangeOf(intervals?.liftTopDecile.risk, (one) => number(one, 1))}`)}${row(w.precision, html`${share(result.precisionAtCapacity.risk)} (${result.precisionAtCapacity.capacity})${rangeOf(intervals?.precisionAtCapacity.risk, share)}`)}${row(w.belowGreen, share(result.bar.leaversBelowGreen))}${row(w.alarms, number(result.alarms.per100KeptClientsAndYear, 0))}${row(w.leadTime, html`${number(result.leadTime.medianDays, 0)}${rangeOf(intervals?.leadTimeDays, (one) => number(one, 0))}`)}</dl>
<h3>${w.rivals}</h3>${table({ label: w.rivals, columns, rows: rivals })}</section>`;
}

/** What risk is worth on days that it was not made from. */
function monthRows(months: NonNullable<ProofView["result"]>["months"], format: Format, frame: Frame): Html | "" {
  if (!months) return "";
  const p = proofWords(frame.language);
  const { count, judgedBy, calibration } = months;
  const calibrated = calibration
    ? html`<dt>${p.calibrationMonths}</dt><dd>${format.number(calibration.intercept, 2)}, ${format.number(calibration.slope, 2)}</dd>`
    : "";
  return html`<dt>${fill(p.riskMonths, { count, judged: judgedBy })}</dt><dd>${betweenIn(format, months.auc)}</dd><dt>${p.skillMonths}</dt><dd>${betweenIn(format, months.brierSkill)}</dd>${calibrated}`;
}

const ZONES = ["green", "yellow", "red"] as const;

/** Old, new and effect of the thresholds that the monthly fit proposes, per segment. */
function thresholdsCard({ thresholds }: BackTestView, format: Format, frame: Frame): Html | "" {
  if (!thresholds) return "";
  const p = proofWords(frame.language);
  const rows = thresholds.fits.map(({ segment, before, after, clients, moved, zones }) => {
    return [
      segment ?? p.everybody,
      `${before.yellow} → ${after.yellow}`,
      `${before.red} → ${after.red}`,
      ...ZONES.map((zone) => `${format.number(zones[zone][0])} → ${format.number(zones[zone][1])}`),
      fill(p.movedOf, { moved, clients }),
    ];
  });
  const heads = ZONES.map((zone) => ({
    ...num(zoneName(zone, frame.language)),
    head: zoneBadge(zone, frame.language),
  }));
  const columns = [p.segment, num(p.yellowBelow), num(p.redBelow), ...heads, num(p.moved)];
  return html`<section class="card" aria-labelledby="thresholds"><h2 id="thresholds">${p.thresholds}</h2><p>${fill(p.thresholdsText, { day: format.day(thresholds.day) })}</p>
${table({ label: p.thresholds, columns, rows })}
<div class="buttons">${button(frame, "thresholds", p.toDraft, true)}${button(frame, "decline", p.decline, false)}</div></section>`;
}

function button(frame: Frame, what: string, text: string, isMain: boolean): Html {
  return html`<form method="post" action="${frame.base}/settings/back-test/${what}">${formFields(frame)}<button${isMain ? html` class="main"` : ""}>${text}</button></form>`;
}

type Trial = NonNullable<NonNullable<ProofView["result"]>["weights"]>;

/** Learnt weights of the groups beside the usual ones, each with what it ranks like on the later slice, and what that means. */
function weightsCard(trial: Trial, format: Format, frame: Frame): Html {
  const p = proofWords(frame.language);
  const labels = settingLabels(frame.language) as Readonly<Record<string, string>>;
  const verdict: Record<Trial["verdict"], string> = {
    too_few: fill(p.tooFewWeights, { learnt: trial.learntFrom, judged: trial.judgedBy }),
    better: p.betterWeights,
    not_better: p.usualWeights,
  };
  const rows = GROUPS.flatMap((group) => {
    const learnt = trial.learnt?.[group];
    if (learnt === undefined) return [];
    const name = labels[`score.mapped.*.group=${group}`] ?? group;
    return [[name, format.number(trial.usual[group], 2), format.number(learnt, 2)]];
  });
  const { months } = trial;
  const monthly = months
    ? html`<dt>${fill(p.aucMonths, { count: months.count, judged: months.judgedBy })}</dt><dd>${betweenIn(format, months.learntMinusUsual)}</dd>`
    : "";
  const auc = trial.auc
    ? html`<dl class="facts"><dt>${p.aucUsual}</dt><dd>${betweenIn(format, trial.auc.usual)}</dd><dt>${p.aucLearnt}</dt><dd>${betweenIn(format, trial.auc.learnt)}</dd><dt>${p.aucApart}</dt><dd>${betweenIn(format, trial.auc.learntMinusUsual)}</dd>${monthly}</dl>`
    : "";
  const columns = [p.group, num(p.usual), num(p.learnt)];
  const weights = rows.length > 0 ? table({ label: p.weights, columns, rows }) : "";
  return html`<section class="card" aria-labelledby="weights"><h2 id="weights">${p.weights}</h2><p>${verdict[trial.verdict]}</p>${auc}${weights}${trial.verdict === "better" ? button(frame, "weights", p.toDraft, true) : ""}</section>`;
}
