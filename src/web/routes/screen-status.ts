/** Status, mode, adoption: what administrators see and do. */
import { formatDay, parseDay } from "../../core/calendar/day.ts";
import { dayOf, instantOf } from "../../core/calendar/zone.ts";
import { adoptionPage, callsPage, statusPage } from "../pages/status.ts";
import { backTo, formatOf, type Screen } from "../screen.ts";
import { deed, forAdmins, undoing } from "./admins.ts";
import type { ScreenRoutes } from "./screens.ts";

export function addStatusRoutes(add: ScreenRoutes): void {
  add.get("/status", forAdmins(status));
  add.get("/status/calls", forAdmins(calls));
  add.post("/status/mode", deed(setMode));
  add.post("/status/flood", deed(releaseFlood));
  add.post("/status/adoption", deed(previewAdoption));
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
  if (!Number.isSafeInteger(plans) || plans < 0 || plans > 1_000_000) return backTo(screen, "status", "invalid");
  await screen.ask("releaseFlood", plans, screen.actor);
  return backTo(screen, "status", "done");
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

async function previewAdoption(screen: Screen, form: Readonly<Record<string, string>>): Promise<Response> {
  const view = await screen.ask("status");
  const since = startOf(form.since, view.zone);
  if (since === null) return backTo(screen, "status", "invalid");
  const preview = await screen.ask("previewAdoption", since);
  const day = dayOf(since, view.zone);
  return screen.c.html(adoptionPage(formatDay(day), day, preview, formatOf(screen, view), await screen.frame()));
}

async function adopt(screen: Screen, form: Readonly<Record<string, string>>): Promise<Response> {
  const { zone } = await screen.ask("status");
  const since = startOf(form.since, zone);
  if (since === null) return backTo(screen, "status", "invalid");
  await screen.ask("adopt", since, screen.actor);
  return backTo(screen, screen.c.req.query("to") === "board" ? "board" : "status", "done");
}
