/** Board, client card with its acts, history. */
import { LANGUAGES } from "../../core/model.ts";
import type { BoardAsk } from "../../views/board.ts";
import { boardPage } from "../pages/board.ts";
import { historyPage } from "../pages/history.ts";
import { sentencePage } from "../pages/layout.ts";
import { letterDraftPage } from "../pages/letter-draft.ts";
import { movePage } from "../pages/move.ts";
import { undecidedPage } from "../pages/undecided.ts";
import { backTo, formatOf, formOf, namesOrNone, type Screen, type ScreenRoutes, strangeForm } from "../screen.ts";

export function addClientRoutes(add: ScreenRoutes): void {
  add.get("/", (screen) => screen.c.redirect(`/screens/${screen.c.req.param("session")}/board`, 303));
  add.get("/board", board);
  add.get("/undecided", undecided);
  add.get("/no-client", async (screen) => screen.c.html(sentencePage(await screen.frame(), "unknown")));
  add.get("/client/:key", card);
  add.get("/client/:key/letter", letter);
  add.post("/client/:key/move", move);
  add.post("/client/:key/act", act);
  add.get("/history", history);
}

function askOfQuery(query: Readonly<Record<string, string>>): BoardAsk {
  const text = (name: string) => (query[name] ? query[name].slice(0, 40) : null);
  const only = query.only === "overdue" || query.only === "changed" ? query.only : null;
  const page = Number(query.page ?? 1);
  return {
    zone: text("zone"),
    ownerId: text("owner"),
    phase: text("phase"),
    only,
    order: query.order === "triage" ? "triage" : "health",
    capacity: capacityOf(query.capacity),
    page: Number.isSafeInteger(page) && page > 0 ? page - 1 : 0,
  };
}

/** How many clients a team takes on where nobody says it. */
const CAPACITY = 6;

function capacityOf(text: string | undefined): number {
  const n = Number(text);
  return text && Number.isSafeInteger(n) && n > 0 && n <= 50 ? n : CAPACITY;
}

async function board(screen: Screen): Promise<Response> {
  const asked = askOfQuery(screen.c.req.query());
  const view = await screen.ask("board", screen.viewer, asked, screen.language);
  const frame = await screen.frame();
  if (!view) return screen.c.html(sentencePage(frame, "not-ready"), 503);
  const names = await namesOrNone(
    screen.ask,
    view.rows.map((row) => row.key),
  );
  return screen.c.html(
    boardPage({ view, ask: asked, names, format: formatOf(screen, view), now: screen.deps.around.now() }, frame),
  );
}

async function undecided(screen: Screen): Promise<Response> {
  const [reds, where, frame] = await Promise.all([
    screen.ask("undecidedReds", screen.viewer),
    screen.ask("status"),
    screen.frame(),
  ]);
  const names = await namesOrNone(
    screen.ask,
    reds.map((one) => one.key),
  );
  return screen.c.html(undecidedPage(reds, names, formatOf(screen, where), frame));
}

const STATUS = { unknown: 404, "not-yours": 403, "not-ready": 503 } as const;

async function card(screen: Screen): Promise<Response> {
  const key = screen.c.req.param("key") ?? "";
  const answer = await screen.ask("card", screen.viewer, key, screen.language);
  const frame = await screen.frame();
  if (!answer.ok) return screen.c.html(sentencePage(frame, answer.why), STATUS[answer.why]);
  const { known, contacts } = answer.card.reports;
  const named = [...contacts, ...known.flatMap(({ contact }) => contact ?? [])].map((one) => one.key);
  const names = await namesOrNone(screen.ask, [key, ...named]);
  // Loaded when the first is asked for: the charts are half of all modules.
  const { cardPage } = await import("../pages/card.ts");
  return screen.c.html(
    cardPage({ card: answer.card, name: names[key] ?? null, names, format: formatOf(screen, answer.card) }, frame),
  );
}

async function letter(screen: Screen): Promise<Response> {
  const key = screen.c.req.param("key") ?? "";
  const wanted = screen.c.req.query("in");
  const language = LANGUAGES.find((one) => one === wanted) ?? (await screen.ask("language"));
  const answer = await screen.ask("letterDraft", screen.viewer, key, language);
  if (!answer.ok) return backTo(screen, `client/${encodeURIComponent(key)}`, answer.why);
  const names = await namesOrNone(screen.ask, [key]);
  const name = names[key] ?? key.slice(key.indexOf(":") + 1);
  return screen.c.html(letterDraftPage(key, name, answer.draft, await screen.frame()));
}

async function move(screen: Screen): Promise<Response> {
  const key = screen.c.req.param("key") ?? "";
  const form = await formOf(screen);
  if (!form) return strangeForm(screen);
  const answer = await screen.ask("previewMove", screen.viewer, key, form.step ?? "", form.day ?? "", screen.language);
  if (!answer.ok) return backTo(screen, `client/${encodeURIComponent(key)}`, answer.why);
  return screen.c.html(movePage(key, answer.preview, formatOf(screen, { zone: "UTC" }), await screen.frame()));
}

async function act(screen: Screen): Promise<Response> {
  const key = screen.c.req.param("key") ?? "";
  const form = await formOf(screen);
  if (!form) return strangeForm(screen);
  const answer = await screen.ask("act", screen.viewer, key, form, form.once ?? "");
  return backTo(screen, `client/${encodeURIComponent(key)}`, answer.ok ? "done" : answer.why);
}

async function history(screen: Screen): Promise<Response> {
  const before = Number(screen.c.req.query("before"));
  const page = await screen.ask(
    "history",
    screen.viewer,
    Number.isSafeInteger(before) && before > 0 ? before : null,
    screen.language,
  );
  const keys = [...new Set(page.deeds.flatMap((one) => one.client ?? []))];
  const names = await namesOrNone(screen.ask, keys);
  return screen.c.html(historyPage(page, names, formatOf(screen, page), await screen.frame()));
}
