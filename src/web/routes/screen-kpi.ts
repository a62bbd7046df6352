/** Key figures and the monthly review. Their pages are loaded when the first is asked for: the charts are half of all modules. */

import { dayOf } from "../../core/calendar/zone.ts";
import { monthOf } from "../../core/kpi/client.ts";
import { sentencePage } from "../pages/layout.ts";
import { formatOf, type Screen } from "../screen.ts";
import type { ScreenRoutes } from "./screens.ts";

export function addKpiRoutes(add: ScreenRoutes): void {
  add.get("/kpi", figures);
  add.get("/review", review);
}

async function figures(screen: Screen): Promise<Response> {
  const { calculatorsOf, kpiPage, progressPage } = await import("../pages/kpi.ts");
  const frame = await screen.frame();
  const answer = await screen.ask("kpi", screen.viewer, screen.language);
  if (answer === null) return screen.c.html(sentencePage(frame, "not-ready"), 503);
  if (!answer.ok)
    return screen.c.html(
      progressPage(answer.progress, "kpi", screen.deps.around.now(), formatOf(screen, { zone: "UTC" }), frame),
    );
  return screen.c.html(kpiPage(answer.view, calculatorsOf(screen.c.req.query()), formatOf(screen, answer.view), frame));
}

/** `2026-03` as a month; null for anything else. */
function monthAsked(text: string | undefined): number | null {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text ?? "");
  return match ? Number(match[1]) * 12 + Number(match[2]) - 1 : null;
}

async function review(screen: Screen): Promise<Response> {
  const { progressPage, reviewPage } = await import("../pages/kpi.ts");
  const frame = await screen.frame();
  const now = screen.deps.around.now();
  const answer = await screen.ask("review", screen.viewer, monthAsked(screen.c.req.query("month")), screen.language);
  if (answer === null) return screen.c.html(sentencePage(frame, "not-ready"), 503);
  if (!answer.ok)
    return screen.c.html(progressPage(answer.progress, "review", now, formatOf(screen, { zone: "UTC" }), frame));
  const { view } = answer;
  const isLast = view.month >= monthOf(dayOf(now, view.zone)) - 1;
  return screen.c.html(reviewPage(view, isLast, formatOf(screen, view), frame));
}
