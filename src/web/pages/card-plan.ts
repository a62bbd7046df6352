import { html, raw } from "hono/html";
import { formatDay } from "../../core/calendar/day.ts";
import type { PlanCard, StepView } from "../../views/client-card.ts";
import { fill } from "../words.ts";
import { actButton, type CardContext } from "./card-parts.ts";
import { crmLink, formFields, type Html, personName } from "./layout.ts";
import { type Column, type Row, table } from "./table.ts";

/** The plan: where it stands, what comes next, its phases and steps, and what can be done with it. */
export function planSection(at: CardContext): Html {
  const { w, card, frame, format } = at;
  const { plan } = card;
  if (!plan) {
    const adopt = frame.isAdmin ? html`<p><a href="${frame.base}/status#adoption">${w.adopt}</a></p>` : "";
    return html`<section class="card" aria-labelledby="plan"><h2 id="plan">${w.plan}</h2><p>${w.noPlan}</p>${adopt}</section>`;
  }
  return html`<section class="card" aria-labelledby="plan"><h2 id="plan">${w.plan}: ${plan.title} <span class="badge">${w[plan.state]}</span></h2>
<p><progress max="100" value="${plan.progress}" aria-label="${w.plan}"></progress><br>${format.percent(plan.progress)} · ${fill(w.progress, { done: plan.doneSteps, total: plan.totalSteps })}${plan.overdue > 0 ? html` · <span class="late">${w.lateTitle}: ${plan.overdue}</span>` : ""}</p>
${nextStep(at, plan)}${dates(at, plan)}<p class="acts">${planActs(at, plan)}</p>${firstValueForm(at, plan)}${plan.phases.map((phase) => phaseTable(at, plan, phase))}</section>`;
}

function nextStep({ w, format, frame }: CardContext, plan: PlanCard): Html {
  const { next } = plan;
  if (!next) return html``;
  return html`<p><span class="soft">${w.next}:</span> <strong>${next.title}</strong>, ${format.day(next.dueDay)}, ${personName(frame, next.ownerId)}${next.isLate ? html` <span class="late">(${w.late})</span>` : ""}</p>`;
}

function dates({ w, format }: CardContext, plan: PlanCard): Html {
  const row = (name: string, value: string) => html`<dt>${name}</dt><dd>${value}</dd>`;
  return html`<dl class="facts">${row(w.started, format.day(plan.startDay))}
${plan.state === "running" ? row(w.forecast, format.day(plan.forecastDay)) : ""}${row(w.firstValue, plan.firstValueDay === null ? w.notYet : format.day(plan.firstValueDay))}
${plan.nextTouchpointDay === null ? "" : row(w.touchpoint, format.day(plan.nextTouchpointDay))}</dl>${plan.atRiskDay30 ? html`<p class="late">${w.day30}</p>` : ""}<p class="soft small">${plan.reason}${plan.extensions.map((one) => html`<br>${one}`)}</p>`;
}

function planActs(at: CardContext, plan: PlanCard): Html {
  const { w } = at;
  if (plan.state === "running") return actButton(at, "pause", w.pause, { cycle: plan.cycle });
  if (plan.state === "paused") return actButton(at, "resume", w.resume, { cycle: plan.cycle }, "main");
  return html``;
}

function firstValueForm({ w, card, actUrl, frame }: CardContext, plan: PlanCard): Html {
  if (plan.firstValueDay !== null) return html``;
  return html`<details class="acts"><summary>${w.reached}…</summary><form class="row" method="post" action="${actUrl}">${formFields(frame)}<input type="hidden" name="act" value="first_value">
<div><label for="first-value">${w.date}</label><input type="date" id="first-value" name="day" value="${formatDay(card.today)}" max="${formatDay(card.today)}" required></div><button class="main">${w.save}</button></form></details>`;
}

function phaseTable(at: CardContext, plan: PlanCard, phase: PlanCard["phases"][number]): Html {
  const { w } = at;
  const steps = plan.steps.filter((step) => step.phase === phase.key);
  if (steps.length === 0) return html``;
  const done = steps.filter((step) => step.state === "done").length;
  const columns: (Column | string)[] = [w.step, w.due, w.ownerIs, { name: w.acts, kind: "acts", isHidden: true }];
  const isNow = phase.enteredDay !== null && phase.leftDay === null;
  return html`<details${isNow || plan.state !== "running" ? raw(" open") : ""}><summary>${phase.title} (${done}/${steps.length})</summary>${phase.goal === null ? "" : html`<p class="soft small">${w.goal}: ${phase.goal}</p>`}
${table({ label: phase.title, kind: "steps", columns, rows: steps.map((step) => stepRow(at, plan, step)) })}</details>`;
}

function stepRow(at: CardContext, plan: PlanCard, step: StepView): Row {
  const { w, format, frame } = at;
  const isOpen = step.state === "open";
  const marks = [
    step.isPinned && isOpen ? w.pinned : null,
    step.isFixed ? w.fixed : null,
    step.plannedDay !== step.dueDay && isOpen ? fill(w.planned, { day: format.shortDay(step.plannedDay) }) : null,
  ];
  const notes = marks.filter((one) => one !== null);
  const link = step.url ? html` <span class="small">${crmLink(step.url, w.task)}</span>` : "";
  const check = step.state === "done" ? html`<span aria-hidden="true" class="good">✓</span> ` : "";
  const cells = [
    html`${check}${step.title}${link}${notes.length > 0 ? html`<br><span class="soft small">${notes.join(" · ")}</span>` : ""}`,
    dueText(at, step),
    personName(frame, step.ownerId),
    isOpen && plan.state !== "closed" ? stepActs(at, step) : "",
  ];
  return { kind: `${step.state}${plan.next?.id === step.id ? " next" : ""}`, cells };
}

function dueText({ w, format }: CardContext, step: StepView): Html | string {
  if (step.state === "done") return fill(w.done, { day: format.shortDay(step.doneDay) });
  if (step.state === "skipped" || step.state === "gone" || step.state === "waiting") return w[step.state];
  return html`<span class="${step.isLate ? "late" : ""}">${format.shortDay(step.dueDay)}${step.isLate ? html` (${w.late})` : ""}</span>`;
}

function stepActs(at: CardContext, step: StepView): Html {
  const { w, frame, card } = at;
  const id = `move-${step.id.replace("/", "-")}`;
  return html`${actButton(at, "complete", w.complete, { step: step.id }, "quiet")}
<details><summary>${w.move}<span class="hidden">: ${step.title}</span></summary><form class="row" method="post" action="${frame.base}/client/${card.key}/move">${formFields(frame)}<input type="hidden" name="step" value="${step.id}">
<div><label for="${id}">${w.newDate}</label><input type="date" id="${id}" name="day" value="${formatDay(Math.max(step.dueDay, card.today))}" required></div><button>${w.preview}</button></form>
${step.isPinned ? actButton(at, "unpin", w.unpin, { step: step.id }, "quiet") : ""}</details>`;
}
