/** Key figures and the monthly review. Their pages are loaded when the first is asked for: the charts are half of all modules. */

import { dayOf } from "../../core/calendar/zone.ts";
import { monthOf } from "../../core/kpi/client.ts";
import type { Progress } from "../../views/kpi.ts";
import { kpiWords } from "../pages/kpi.words.ts";
import { type Frame, type Html, type PageName, sentencePage } from "../pages/layout.ts";
import { progressPage } from "../pages/progress-bar.ts";
import { formatOf, type Screen, type ScreenRoutes } from "../screen.ts";

export function addKpiRoutes(add: ScreenRoutes): void {
  add.get("/kpi", figures);
  add.get("/review", review);
}

async function figures(screen: Screen): Promise<Response> {
  const { calculatorsOf, kpiPage } = await import("../pages/kpi.ts");
  const frame = await screen.frame();
  const answer = await screen.ask("kpi", screen.viewer, screen.language);
  if (answer === null) return screen.c.html(sentencePage(frame, "not-ready"), 503);
  if (!answer.ok) return screen.c.html(gatheringPage(answer.progress, "kpi", screen, frame));
  return screen.c.html(kpiPage(answer.view, calculatorsOf(screen.c.req.query()), formatOf(screen, answer.view), frame));
}

function gatheringPage(progress: Progress, current: PageName, screen: Screen, frame: Frame): Html {
  const w = kpiWords(frame.language);
  const format = formatOf(screen, { zone: "UTC" });
  return progressPage(w.title, w.gathering, progress, current, screen.deps.around.now(), format, frame);
}

/** `2026-03` as a month; null for anything else. */
function monthAsked(text: string | undefined): number | null {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text ?? "");
  return match ? Number(match[1]) * 12 + Number(match[2]) - 1 : null;
}

async function review(screen: Screen): Promise<Response> {
  const { reviewPage } = await import("../pages/kpi.ts");
  const frame = await screen.frame();
  const now = screen.deps.around.now();
  const answer = await screen.ask("review", screen.viewer, monthAsked(screen.c.req.query("month")), screen.language);
  if (answer === null) return screen.c.html(sentencePage(frame, "not-ready"), 503);
  if (!answer.ok) return screen.c.html(gatheringPage(answer.progress, "review", screen, frame));
  const { view } = answer;
  const isLast = view.month >= monthOf(dayOf(now, view.zone)) - 1;
  return screen.c.html(reviewPage(view, isLast, formatOf(screen, view), frame));
}
