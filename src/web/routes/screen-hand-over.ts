/** Handing an owner's clients over, for administrators. */
import type { HandOverWish } from "../../acts/hand-over.ts";
import { handOverPage } from "../pages/hand-over.ts";
import { sentencePage } from "../pages/layout.ts";
import { backTo, formatOf, namesOrNone, type Screen, type ScreenRoutes } from "../screen.ts";
import { deed, forAdmins, undoing } from "./admins.ts";

export function addHandOverRoutes(add: ScreenRoutes): void {
  add.get("/hand-over", forAdmins(show));
  add.post("/hand-over", deed(carryOut));
  add.post("/hand-over/look", deed(lookAgain));
  add.post("/hand-over/undo", undoing("undoHandOver", "hand-over"));
}

/** What was asked for: one taker for all, and clients that go to somebody else (`to.company:17`). */
function wishOf(fields: Readonly<Record<string, string>>): HandOverWish | null {
  const { from, to } = fields;
  if (!from || !to) return null;
  const named = Object.entries(fields).filter(([name, owner]) => name.startsWith("to.") && owner !== to);
  return {
    fromOwnerId: from,
    toOwnerId: to,
    others: Object.fromEntries(named.map(([name, one]) => [name.slice(3), one])),
  };
}

async function show(screen: Screen): Promise<Response> {
  const view = await screen.ask("handOverView", wishOf(screen.c.req.query()), screen.language);
  if (!view) return screen.c.html(sentencePage(await screen.frame(), "not-ready"), 503);
  const names = await namesOrNone(
    screen.ask,
    view.clients.map((one) => one.key),
  );
  return screen.c.html(handOverPage({ view, names, format: formatOf(screen, view) }, await screen.frame()));
}

/** Choices made client by client are looked at again; the form's own secrets stay out of the address. */
async function lookAgain(screen: Screen, form: Readonly<Record<string, string>>): Promise<Response> {
  const asked = Object.entries(form).filter(([name]) => name === "from" || name === "to" || name.startsWith("to."));
  return screen.c.redirect(`/screens/${screen.c.req.param("session")}/hand-over?${new URLSearchParams(asked)}`, 303);
}

async function carryOut(screen: Screen, form: Readonly<Record<string, string>>): Promise<Response> {
  const wish = wishOf(form);
  if (!wish) return backTo(screen, "hand-over", "invalid");
  const answer = await screen.ask("handOver", screen.viewer, wish, form.seen ?? "", form.once ?? "");
  if (answer.ok) return backTo(screen, "hand-over", "done");
  const again = new URLSearchParams({ from: wish.fromOwnerId, to: wish.toOwnerId });
  const isStale = answer.why === "changed";
  return backTo(screen, isStale ? `hand-over?${again}` : "hand-over", isStale ? "list-changed" : answer.why);
}
