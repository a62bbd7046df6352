/** Status, mode, adoption: what administrators see and do. */
import { formatDay, parseDay } from "../../core/calendar/day.ts";
import { dayOf, instantOf } from "../../core/calendar/zone.ts";
import { adoptionPage, callsPage, countingPage, statusPage } from "../pages/status.ts";
import { backTo, formatOf, type Screen, type ScreenRoutes } from "../screen.ts";
import { deed, forAdmins, undoing } from "./admins.ts";

export function addStatusRoutes(add: ScreenRoutes): void {
  add.get("/status", forAdmins(status));
  add.get("/status/calls", forAdmins(calls));
  add.post("/status/mode", deed(setMode));
  add.post("/status/flood", deed(releaseFlood));
  add.get("/status/adoption", forAdmins(previewAdoption));
  add.post("/status/adopt", deed(adopt));
  add.post("/status/adoption-undo", undoing("undoAdoption", "status"));
}

async function status(screen: Screen): Promise<Response> {
  const view = await screen.ask("status");
  const now = screen.deps.around.now();
  return screen.c.html(
    statusPage({ view, format: formatOf(screen, view), now, today: dayOf(now, view.zone) }, await screen.frame()),
  );
}

async function calls(screen: Screen): Promise<Response> {
  const [{ zone }, found] = await Promise.all([screen.ask("status"), screen.ask("calls", 500)]);
  return screen.c.html(callsPage(found, formatOf(screen, { zone }), await screen.frame()));
}

async function setMode(screen: Screen, form: Readonly<Record<string, string>>): Promise<Response> {
  const { mode } = form;
  if (mode !== "live" && mode !== "observe" && mode !== "paused") return backTo(screen, "status", "invalid");
  await screen.ask("setMode", mode, screen.actor);
  return backTo(screen, "status", "done");
}

async function releaseFlood(screen: Screen, form: Readonly<Record<string, string>>): Promise<Response> {
  const plans = Number(form.plans);
  if (!isCount(plans)) return backTo(screen, "status", "invalid");
  await screen.ask("releaseFlood", plans, screen.actor);
  return backTo(screen, "status", "done");
}

/** Something that a page of ours counted. */
function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0 && n <= 100_000_000;
}

/** The start of a local day as people type it; null for anything else. */
function startOf(isoDay: string | undefined, zone: string): number | null {
  try {
    const day = parseDay(isoDay ?? "");
    return instantOf(day, 0, zone);
  } catch {
    return null;
  }
}

async function previewAdoption(screen: Screen): Promise<Response> {
  const view = await screen.ask("status");
  const since = startOf(screen.c.req.query("since"), view.zone);
  if (since === null) return backTo(screen, "status", "invalid");
  const answer = await screen.ask("previewAdoption", since);
  const [frame, format] = [await screen.frame(), formatOf(screen, view)];
  if (!answer.ok)
    return screen.c.html(countingPage("status", answer.progress, screen.deps.around.now(), format, frame));
  const day = dayOf(since, view.zone);
  return screen.c.html(adoptionPage(formatDay(day), day, answer.view, format, frame));
}

async function adopt(screen: Screen, form: Readonly<Record<string, string>>): Promise<Response> {
  const { zone } = await screen.ask("status");
  const since = startOf(form.since, zone);
  const seen = { plans: Number(form.plans), tasks: Number(form.tasks) };
  if (since === null || !isCount(seen.plans) || !isCount(seen.tasks)) return backTo(screen, "status", "invalid");
  await screen.ask("adopt", since, screen.actor, seen);
  return backTo(screen, screen.c.req.query("to") === "board" ? "board" : "status", "done");
}
