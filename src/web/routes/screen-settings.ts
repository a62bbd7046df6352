/** The settings, for administrators: everything lands in a draft; publishing is a deed of its own. */
import type { Others, SaveAnswer } from "../../acts/settings.ts";
import { formatDay } from "../../core/calendar/day.ts";
import { dayOf, instantOf } from "../../core/calendar/zone.ts";
import { USUAL_REHEARSAL } from "../../core/client/rehearse.ts";
import type { SettingsView } from "../../views/settings.ts";
import { type Html, sentencePage } from "../pages/layout.ts";
import { countingPage } from "../pages/status.ts";
import {
  backTo,
  formatOf,
  listsOf,
  namesOrNone,
  type Page,
  type Screen,
  type ScreenRoutes,
  strangeForm,
} from "../screen.ts";
import { readEntries } from "../settings/entries.ts";
import { readField, valueAt, withValue } from "../settings/field.ts";
import { firstPlanPage, LATELY_DAYS } from "../settings/first-plan.ts";
import { lettersPage } from "../settings/letters.ts";
import {
  accessPage,
  changesPage,
  type FakeWish,
  fakePage,
  filePage,
  leavePage,
  othersNote,
  overviewPage,
  sectionPage,
  type TextPage,
  templatePage,
  templatesPage,
  usageCard,
} from "../settings/pages.ts";
import { backTestPage } from "../settings/proof-page.ts";
import { readRows } from "../settings/rows.ts";
import { SECTIONS, type Section, sectionOf, WIZARD } from "../settings/sections.ts";
import { forAdmins } from "./admins.ts";

type Ready = (screen: Screen, view: SettingsView) => Promise<Response>;
type ReadyDeed = (screen: Screen, view: SettingsView, form: FormData) => Promise<Response>;

/** For administrators, once the portal was looked at. */
function ready(work: Ready): Page {
  return forAdmins(async (screen) => {
    const view = await screen.ask("settings", screen.language);
    return view ? work(screen, view) : screen.c.html(sentencePage(await screen.frame(), "not-ready"), 503);
  });
}

function readyDeed(work: ReadyDeed): Page {
  return ready(async (screen, view) => {
    const form = await listsOf(screen);
    return form ? work(screen, view, form) : strangeForm(screen);
  });
}

export function addSettingsRoutes(add: ScreenRoutes): void {
  add.get("/settings", ready(overview));
  add.get("/settings/changes", ready(changes));
  add.get("/settings/first-plan", ready(firstPlan));
  add.post("/settings/publish", readyDeed(publish));
  add.post("/settings/discard", readyDeed(discard));
  add.post("/settings/roll-back", readyDeed(rollBack));
  add.get("/settings/file", ready(file));
  add.get("/settings/file/download", ready(download));
  add.post("/settings/file", readyDeed(upload));
  add.get("/settings/templates", ready(templates));
  add.get("/settings/templates/:id/:version", ready(template));
  add.post("/settings/templates/:id/:version", readyDeed(saveTemplate));
  add.post("/settings/templates/:id/:version/remove", readyDeed(removeTemplate));
  add.get("/settings/letters", ready(letters));
  add.get("/settings/access", ready(access));
  add.post("/settings/access", readyDeed(saveAccess));
  add.get("/settings/fake-client", ready(fakeClient));
  add.get("/settings/back-test", ready(backTest));
  add.post("/settings/back-test", readyDeed(prove));
  for (const what of ["thresholds", "weights"] as const)
    add.post(
      `/settings/back-test/${what}`,
      readyDeed((screen) => draftFit(screen, what)),
    );
  add.post("/settings/back-test/decline", readyDeed(declineThresholds));
  add.get(
    "/settings/leave",
    ready(async (screen) => screen.c.html(leavePage(await screen.frame()))),
  );
  add.get("/settings/leave/history", ready(handover));
  add.post("/settings/leave", readyDeed(leave));
  add.post("/settings/usage-key", readyDeed(makeKey));
  add.post("/settings/usage-key/revoke", readyDeed(revokeKey));
  for (const section of SECTIONS) {
    add.get(
      `/settings/${section.id}`,
      ready((screen, view) => showSection(screen, view, section)),
    );
    add.post(
      `/settings/${section.id}`,
      readyDeed((screen, view, form) => saveSection(screen, view, section, form)),
    );
  }
}

async function overview(screen: Screen, view: SettingsView): Promise<Response> {
  return screen.c.html(overviewPage({ view, format: formatOf(screen, view) }, await screen.frame()));
}

// ---------------------------------------------------------------- sections

const isSetup = (screen: Screen): boolean => screen.c.req.query("setup") === "1";

async function showSection(
  screen: Screen,
  view: SettingsView,
  section: Section,
  made: string | null = null,
  above?: Html,
): Promise<Response> {
  const frame = await screen.frame();
  const format = formatOf(screen, view);
  const doc = view.draft?.body ?? view.current;
  const below =
    section.id === "usage"
      ? usageCard(await screen.ask("usageStatus"), made, screen.deps.publicUrl, format, frame)
      : undefined;
  const around = { ...(below && { below }), ...(above && { above }) };
  return screen.c.html(sectionPage(section, { view, format }, doc, [], isSetup(screen), frame, around));
}

async function saveSection(screen: Screen, view: SettingsView, section: Section, form: FormData): Promise<Response> {
  const since = sinceOf(form);
  // The form is laid on what it was drawn from: what it left alone is nobody's change.
  const settings = (since !== null && (await screen.ask("editedAt", since))) || (view.draft?.body ?? view.current);
  let doc: unknown = settings;
  for (const rows of section.rows) doc = readRows(rows, doc as typeof settings, form, screen.language);
  for (const field of section.fields) {
    const value = readField(field, form);
    // What was never there stays so while nothing is entered.
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    if (!isEmpty || valueAt(doc, field.path) !== undefined) doc = withValue(doc, field.path, value);
  }
  for (const list of section.lists ?? []) doc = readEntries(list, doc, form);
  const saved = await screen.ask("saveDraft", doc, screen.actor, since);
  if (!saved.ok) return notSaved(screen, view, section, doc, saved);
  if (saved.others) return savedTogether(screen, section, saved.others);
  if (form.get("next") === "changes") return backTo(screen, "settings/changes", "saved");
  if (!isSetup(screen)) return backTo(screen, `settings/${section.id}`, "drafted");
  const next = WIZARD[WIZARD.indexOf(section.id) + 1];
  return backTo(screen, `settings/${next ?? "changes"}?setup=1`, "saved");
}

/** The mark of what a form was drawn from. */
const sinceOf = (form: FormData): string | null => (form.has("since") ? String(form.get("since")) : null);

/** The form again with what was typed; where others were faster, beside what they did. */
async function notSaved(
  screen: Screen,
  view: SettingsView,
  section: Section,
  doc: unknown,
  { problems, clash }: Extract<SaveAnswer, { ok: false }>,
): Promise<Response> {
  const frame = await screen.frame();
  const format = formatOf(screen, view);
  if (!clash) {
    const page = { view, format };
    return screen.c.html(sectionPage(section, page, doc, problems, isSetup(screen), frame), 422);
  }
  const draft = { from: view.version, at: screen.deps.around.now(), by: screen.actor, ...view.draft, body: clash.body };
  const page = { view: { ...view, draft }, format };
  const above = othersNote(clash.others, clash.body, page, frame);
  return screen.c.html(sectionPage(section, page, clash.body, [], isSetup(screen), frame, { above }), 409);
}

async function savedTogether(screen: Screen, section: Section, others: Others): Promise<Response> {
  const view = (await screen.ask("settings", screen.language))!;
  const page = { view, format: formatOf(screen, view) };
  return showSection(screen, view, section, null, othersNote(others, null, page, await screen.frame()));
}

async function makeKey(screen: Screen, view: SettingsView): Promise<Response> {
  const key = await screen.ask("makeWriteKey", screen.actor);
  return showSection(screen, view, sectionOf("usage")!, key);
}

async function revokeKey(screen: Screen, _view: SettingsView, form: FormData): Promise<Response> {
  await screen.ask("revokeWriteKey", String(form.get("id") ?? ""), screen.actor);
  return backTo(screen, "settings/usage", "saved");
}

// ---------------------------------------------------------------- draft and versions

async function changes(screen: Screen, view: SettingsView): Promise<Response> {
  const found = await screen.ask("draftChanges");
  const frame = await screen.frame();
  if (!found) return screen.c.html(changesPage(null, isSetup(screen), frame));
  const names = await namesOrNone(
    screen.ask,
    found.effect.clients.map((one) => one.key),
  );
  const page = { view, format: formatOf(screen, view), names, ...found };
  return screen.c.html(changesPage(page, isSetup(screen), frame));
}

async function publish(screen: Screen, view: SettingsView, form: FormData): Promise<Response> {
  const version = await screen.ask("publishDraft", screen.actor, sinceOf(form));
  if (version === "changed")
    return backTo(screen, `settings/changes${isSetup(screen) ? "?setup=1" : ""}`, "draft-changed");
  if (!isSetup(screen)) return backTo(screen, "settings", version === null ? "nothing" : "done");
  // Defaults that somebody looked at and kept are a decision too.
  if (version === null && view.version === 0) await screen.ask("publish", view.current, screen.actor);
  return backTo(screen, "settings/first-plan", "done");
}

async function firstPlan(screen: Screen, view: SettingsView): Promise<Response> {
  const day = dayOf(screen.deps.around.now(), view.zone) - LATELY_DAYS;
  const answer = await screen.ask("previewAdoption", instantOf(day, 0, view.zone));
  const [frame, format] = [await screen.frame(), formatOf(screen, view)];
  if (!answer.ok)
    return screen.c.html(countingPage("settings", answer.progress, screen.deps.around.now(), format, frame));
  return screen.c.html(firstPlanPage(formatDay(day), answer.view, format, frame));
}

async function discard(screen: Screen, _view: SettingsView, form: FormData): Promise<Response> {
  const isGone = await screen.ask("discardDraft", screen.actor, sinceOf(form));
  return isGone ? backTo(screen, "settings", "saved") : backTo(screen, "settings/changes", "draft-changed");
}

async function rollBack(screen: Screen, _view: SettingsView, form: FormData): Promise<Response> {
  const to = Number(form.get("version"));
  const version = Number.isSafeInteger(to) && to >= 0 ? await screen.ask("rollBack", to, screen.actor) : null;
  return backTo(screen, "settings", version === null ? "invalid" : "done");
}

// ---------------------------------------------------------------- file and templates

async function file(screen: Screen, view: SettingsView): Promise<Response> {
  const text = await screen.ask("exportSettings", screen.language);
  return screen.c.html(filePage({ text, problems: [], view }, await screen.frame()));
}

async function download(screen: Screen): Promise<Response> {
  const text = await screen.ask("exportSettings", screen.language);
  return screen.c.body(text, 200, {
    "content-type": "application/yaml; charset=utf-8",
    "content-disposition": 'attachment; filename="tenure.yaml"',
  });
}

/** A text that was not taken, beside what others did meanwhile. */
async function typed(
  screen: Screen,
  view: SettingsView,
  text: string,
  { problems, clash }: Extract<SaveAnswer, { ok: false }>,
): Promise<TextPage> {
  if (!clash) return { text, problems, view };
  const page = { view, format: formatOf(screen, view) };
  return { text, problems, view, above: othersNote(clash.others, clash.body, page, await screen.frame()) };
}

async function upload(screen: Screen, view: SettingsView, form: FormData): Promise<Response> {
  const text = String(form.get("yaml") ?? "");
  const saved = await screen.ask("importDraft", text, screen.actor, sinceOf(form));
  if (saved.ok) return backTo(screen, "settings/changes", "saved");
  return screen.c.html(filePage(await typed(screen, view, text, saved), await screen.frame()), 422);
}

async function templates(screen: Screen): Promise<Response> {
  return screen.c.html(templatesPage(await screen.ask("templates", screen.language), await screen.frame()));
}

async function templateAsked(screen: Screen) {
  const [id, version] = [screen.c.req.param("id"), Number(screen.c.req.param("version"))];
  return (
    (await screen.ask("templates", screen.language)).find((one) => one.id === id && one.version === version) ?? null
  );
}

async function showTemplate(screen: Screen, view: SettingsView, wrong: TextPage | null): Promise<Response> {
  const found = await templateAsked(screen);
  if (!found) return backTo(screen, "settings/templates", "invalid");
  const page = wrong ?? { text: found.yaml, problems: [], view };
  return screen.c.html(templatePage(found, page, await screen.frame()), wrong ? 422 : 200);
}

const template: Ready = (screen, view) => showTemplate(screen, view, null);

async function saveTemplate(screen: Screen, view: SettingsView, form: FormData): Promise<Response> {
  const text = String(form.get("yaml") ?? "");
  const saved = await screen.ask("saveTemplate", text, screen.actor, sinceOf(form));
  if (saved.ok) return backTo(screen, "settings/changes", "saved");
  return showTemplate(screen, view, await typed(screen, view, text, saved));
}

async function removeTemplate(screen: Screen, view: SettingsView): Promise<Response> {
  const found = await templateAsked(screen);
  if (!found) return backTo(screen, "settings/templates", "invalid");
  const saved = await screen.ask("removeTemplate", found.id, found.version, screen.actor);
  if (saved.ok) return backTo(screen, "settings/changes", "saved");
  return showTemplate(screen, view, await typed(screen, view, found.yaml, saved));
}

// ---------------------------------------------------------------- rights, fake client

async function letters(screen: Screen, view: SettingsView): Promise<Response> {
  const today = dayOf(screen.deps.around.now(), view.zone);
  return screen.c.html(lettersPage(view, screen.c.req.query(), today, await screen.frame()));
}

async function access(screen: Screen): Promise<Response> {
  const [rights, users] = await Promise.all([screen.ask("access"), screen.ask("users")]);
  return screen.c.html(accessPage(rights, users, await screen.frame()));
}

async function saveAccess(screen: Screen, _view: SettingsView, form: FormData): Promise<Response> {
  const known = new Set((await screen.ask("users")).map((one) => one.userId));
  const admins = form
    .getAll("admins")
    .map(String)
    .filter((one) => known.has(one));
  await screen.ask("setAccess", { admins, sees: form.get("all") === "on" ? "all" : "own" }, screen.actor);
  return backTo(screen, "settings/access", "saved");
}

/** A number of the query between 0 and `max`; `usual` where there is none. */
function countOf(text: string | undefined, max: number, usual: number | null): number | null {
  const value = Number(text);
  return text && Number.isSafeInteger(value) && value >= 0 && value <= max ? value : usual;
}

async function fakeClient(screen: Screen, view: SettingsView): Promise<Response> {
  const { owner, headcount, lateEvery, lateDays, fadesOnDay, silentOnDay, repliesOnDay, run } = screen.c.req.query();
  const isRun = run === "1";
  const wish: FakeWish = {
    ownerId: view.owners.find((one) => one === owner) ?? view.owners[0] ?? "",
    headcount: countOf(headcount, 1_000_000, null) || null,
    lateEvery: countOf(lateEvery, 100, USUAL_REHEARSAL.lateEvery)!,
    lateDays: countOf(lateDays, 60, USUAL_REHEARSAL.lateDays) || 1,
    fadesOnDay: countOf(fadesOnDay, 366, isRun ? null : USUAL_REHEARSAL.fadesOnDay) || null,
    silentOnDay: countOf(silentOnDay, 366, null) || null,
    repliesOnDay: countOf(repliesOnDay, 366, null) || null,
  };
  const { headcount: people, ...asked } = wish;
  const result = isRun
    ? await screen.ask("rehearse", { ...asked, ...(people !== null && { headcount: people }) })
    : null;
  return screen.c.html(fakePage(view, wish, result, formatOf(screen, view), await screen.frame()));
}

async function backTest(screen: Screen, view: SettingsView): Promise<Response> {
  return screen.c.html(backTestPage(await screen.ask("pastProof"), formatOf(screen, view), await screen.frame()));
}

async function prove(screen: Screen, _view: SettingsView, form: FormData): Promise<Response> {
  const begun = await screen.ask("backTest", Number(form.get("horizon")), screen.actor);
  return backTo(screen, "settings/back-test", begun ? "saved" : "invalid");
}

/** From what was learnt to the differences and their effect: publishing is a deed of its own. */
async function draftFit(screen: Screen, what: "thresholds" | "weights"): Promise<Response> {
  const saved = await screen.ask("draftFit", what, screen.actor);
  return saved?.ok ? backTo(screen, "settings/changes", "saved") : backTo(screen, "settings/back-test", "invalid");
}

async function declineThresholds(screen: Screen): Promise<Response> {
  await screen.ask("declineThresholds", screen.actor);
  return backTo(screen, "settings/back-test", "saved");
}

async function handover(screen: Screen): Promise<Response> {
  const found = await screen.ask("handover");
  return screen.c.body(JSON.stringify(found, null, 1), 200, {
    "content-type": "application/json; charset=utf-8",
    "content-disposition": 'attachment; filename="tenure-history.json"',
  });
}

async function leave(screen: Screen, _view: SettingsView, form: FormData): Promise<Response> {
  if (form.get("sure") !== "on") return backTo(screen, "settings/leave", "invalid");
  await screen.ask("leave", screen.actor);
  return backTo(screen, "status", "done");
}
