/** The pages of the settings: overview, one page per section, changes with their effect, file, templates, rights, fake client. */
import { html } from "hono/html";
import type { Others } from "../../acts/settings.ts";
import { SEALED } from "../../core/channel/settings.ts";
import type { Language } from "../../core/model.ts";
import type { Problem } from "../../core/problem.ts";
import { signalName } from "../../core/score/explain.ts";
import type { Settings } from "../../core/settings.ts";
import { DEFAULT_SIGNALS } from "../../core/signal/definition.ts";
import { signName } from "../../core/signal/sign-names.ts";
import type { RehearsalView, RehearsedLine } from "../../doors/rehearse.ts";
import type { UsageStatus } from "../../doors/usage.ts";
import type { Effect } from "../../views/effect.ts";
import { type Change, compareSettings, pathAsCompared, type SettingsView } from "../../views/settings.ts";
import type { TemplateFile } from "../../views/templates.ts";
import type { Access } from "../../views/viewer.ts";
import type { Format } from "../format.ts";
import { actorName } from "../pages/card-parts.ts";
import { clientName, fieldNames, kindName, leftWhy } from "../pages/codes.words.ts";
import { type Frame, formFields, type Html, layout, personName, zoneBadge } from "../pages/layout.ts";
import { type Column, num, table, wrap } from "../pages/table.ts";
import { fill } from "../words.ts";
import { changeName, changeValue } from "./change-words.ts";
import { drawEntries } from "./entries.ts";
import { drawField, options } from "./field.ts";
import { settingLabels } from "./labels.words.ts";
import { linkWords } from "./links.words.ts";
import { problemText } from "./problem.words.ts";
import { drawRows, type RowsContext } from "./rows.ts";
import { SECTIONS, type Section, WIZARD } from "./sections.ts";
import { type SettingsWords, settingsWords } from "./settings.words.ts";

export interface SettingsPage {
  view: SettingsView;
  format: Format;
}

export function contextOf({ view }: Pick<SettingsPage, "view">, frame: Frame): RowsContext {
  const w = settingsWords(frame.language);
  return {
    w,
    words: { ...settingLabels(frame.language), ...signalWords(frame.language) },
    owners: view.owners,
    people: frame.people,
    language: frame.language,
    templates: view.templates,
    managers: view.managers,
    none: "–",
  };
}

/** Signals go by the names that the score's explanations give them. */
function signalWords(language: Language): Readonly<Record<string, string>> {
  return Object.fromEntries(DEFAULT_SIGNALS.map(({ id }) => [`signal.${id}`, signalName(id, language)]));
}

const label = (frame: Frame, id: string): string =>
  (settingLabels(frame.language) as Readonly<Record<string, string>>)[`section.${id}`] ?? id;

// ---------------------------------------------------------------- overview

export function overviewPage({ view, format }: SettingsPage, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const links = SECTIONS.map(
    ({ id }) => html`<li><a class="tile" href="${frame.base}/settings/${id}">${label(frame, id)}</a></li>`,
  );
  const more = [
    ["templates", w.templates],
    ["letters", w.letters],
    ["access", w.access],
    ["links", linkWords(frame.language).title],
    ["fake-client", w.fake],
    ["back-test", w.backTest],
    ["file", w.file],
    ["leave", w.leave],
  ] as const;
  const content = html`<div class="head"><h1>${w.title}</h1><span class="end"><a class="button ${view.version === 0 ? "main" : ""}" href="${frame.base}/settings/${WIZARD[0]!}?setup=1">${w.begin}</a></span></div>
${draftNote({ view, format }, frame)}${view.version === 0 ? html`<p class="soft">${w.wizardText}</p>` : ""}
<ul class="tiles">${links}${more.map(([path, text]) => html`<li><a class="tile" href="${frame.base}/settings/${path}">${text}</a></li>`)}</ul>
<div class="cards half">${versionsCard({ view, format }, frame)}${fieldsCard(view, w, frame)}</div>`;
  return layout(frame, w.title, "settings", content);
}

function draftNote({ view, format }: SettingsPage, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const { draft } = view;
  if (!draft) return html`<p class="soft">${w.noDraft}</p>`;
  return html`<div class="say"><p>${fill(w.draft, { who: actorName(frame, draft.by), when: format.instant(draft.at) })}</p><p><a class="button main" href="${frame.base}/settings/changes">${w.toChanges}</a></p></div>`;
}

function versionsCard({ view, format }: SettingsPage, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const back = (version: number) =>
    html`<form class="inline" method="post" action="${frame.base}/settings/roll-back">${formFields(frame)}<input type="hidden" name="version" value="${version}"><button class="quiet">${w.rollBack}<span class="hidden"> ${version}</span></button></form>`;
  const made = view.versions
    .slice(0, 20)
    .map((one, at) => [
      one.version,
      format.instant(one.at),
      actorName(frame, one.by),
      at === 0 ? w.inForce : back(one.version),
    ]);
  const first = [`0 (${w.defaults})`, "", "", view.version === 0 ? w.inForce : back(0)];
  const columns: (Column | string)[] = [w.version, w.when, w.who, { name: w.rollBack, kind: "acts", isHidden: true }];
  return html`<section class="card" aria-labelledby="versions"><h2 id="versions">${w.versions}</h2>${table({ label: w.versions, columns, rows: [...made, first] })}</section>`;
}

function fieldsCard(view: SettingsView, w: SettingsWords, frame: Frame): Html {
  return html`<section class="card" aria-labelledby="ready"><h2 id="ready">${fill(w.fieldsReady, { n: view.ready.company ?? 0, of: view.wanted })}</h2>${view.left.length === 0 ? "" : html`<ul>${view.left.map((one) => html`<li>${kindName(one.on, frame.language)}: ${fieldNames(one.field, frame.language)} (${leftWhy(one.why, frame.language)})</li>`)}</ul>`}</section>`;
}

/** @param context null: what was typed is a file, whose author knows its paths */
function problemList(problems: readonly Problem[], w: SettingsWords, context: RowsContext | null, frame: Frame): Html {
  if (problems.length === 0) return html``;
  return html`<div class="say bad" role="alert"><p>${w.problems}</p>${problemLines(problems, context, frame)}</div>`;
}

function problemLines(problems: readonly Problem[], context: RowsContext | null, frame: Frame): Html {
  return html`<ul>${problems.map((one) => html`<li>${one.path === "" ? "" : context ? html`<strong>${changeName(one.path, context)}</strong>: ` : html`<code>${one.path}</code> `}${problemText(one, frame.language)}</li>`)}</ul>`;
}

// ---------------------------------------------------------------- one section

/** @param isSetup part of the first set-up: the button leads to the next step */
export function sectionPage(
  section: Section,
  page: SettingsPage,
  doc: unknown,
  problems: readonly Problem[],
  isSetup: boolean,
  frame: Frame,
  { above = html``, below = html`` }: { above?: Html; below?: Html } = {},
): Html {
  const w = settingsWords(frame.language);
  const context = contextOf(page, frame);
  const named = problems.map((one) => ({ ...one, path: pathAsCompared(one.path, doc) }));
  const settings = page.view.draft?.body ?? page.view.current;
  const hint = context.words[`section.${section.id}?`];
  const step = WIZARD.indexOf(section.id);
  const isStep = isSetup && step >= 0;
  const title = label(frame, section.id);
  const fields =
    section.fields.length === 0
      ? ""
      : html`<div class="grid">${section.fields.map((field) => drawField(field, doc, context))}</div>`;
  const toChanges =
    frame.said === "drafted"
      ? html`<a class="button main" href="${frame.base}/settings/changes">${w.toChanges}</a> `
      : "";
  const content = html`<div class="head"><h1>${title}</h1>${isStep ? html`<span class="soft">${fill(w.step, { n: step + 1, of: WIZARD.length })}</span>` : ""}<span class="end">${toChanges}<a class="button" href="${frame.base}/settings">${w.all}</a></span></div>
${above}${problemList(named, w, context, frame)}${hint ? html`<p class="soft">${hint}</p>` : ""}
<section class="card" aria-label="${title}"><form method="post" action="${frame.base}/settings/${section.id}${isStep ? "?setup=1" : ""}">${formFields(frame)}${sinceField(page.view)}${section.rows.map((rows) => drawRows(rows, settings, context))}${fields}${(section.lists ?? []).map((list) => drawEntries(list, doc, context, w.newEntry))}
<p class="buttons"><button class="main">${isStep ? w.next : w.save}</button>${isStep ? "" : html`<button name="next" value="changes">${w.saveAndTry}</button>`}</p></form></section>${below}`;
  return layout(frame, title, "settings", content);
}

/** What a form was drawn from goes back with it, so that nobody overwrites what others changed meanwhile. */
function sinceField({ mark }: Pick<SettingsView, "mark">): Html {
  return html`<input type="hidden" name="since" value="${mark}">`;
}

/** What others changed while somebody looked: kept beside the own changes, or in their way. @param mine the form's side of what clashes */
export function othersNote(
  { by, changes, clashes }: Others,
  mine: Settings | null,
  page: SettingsPage,
  frame: Frame,
): Html {
  const w = settingsWords(frame.language);
  const context = contextOf(page, frame);
  const who = by.map((one) => actorName(frame, one)).join(", ");
  const own = new Map(mine ? compareSettings(page.view.current, mine).map((one) => [one.path, one]) : []);
  const isClash = (path: string) => clashes.some((one) => path === one || path.startsWith(`${one}.`));
  const rows = changes.map((one) => {
    const yours =
      mine && isClash(one.path)
        ? html`<strong>${shown(one, own.get(one.path)?.after ?? one.before, context) ?? w.nothing}</strong>`
        : "";
    const [earlier, theirs] = [one.before, one.after].map((value) => shown(one, value, context) ?? w.nothing);
    return [changeName(one.path, context), earlier!, theirs!, ...(mine ? [yours] : [])];
  });
  const columns = [w.setting, w.earlier, w.theirs, ...(mine ? [w.yours] : [])];
  return html`<section class="say ${mine ? "bad" : "good"}" role="${mine ? "alert" : "status"}"><p>${fill(mine ? w.clash : w.together, { who })}</p>
${table({ label: w.changes, columns, rows })}</section>`;
}

/** Keys for product usage, beside the section of that name. @param made a new key, shown only now */
export function usageCard(
  status: UsageStatus,
  made: string | null,
  publicUrl: string,
  format: Format,
  frame: Frame,
): Html {
  const w = settingsWords(frame.language);
  const revoke = (id: string) =>
    html`<form class="inline" method="post" action="${frame.base}/settings/usage-key/revoke">${formFields(frame)}<input type="hidden" name="id" value="${id}"><button class="quiet danger">${w.keyRevoke}<span class="hidden"> ${id}</span></button></form>`;
  return html`<section class="card" aria-labelledby="keys"><h2 id="keys">${w.keys}</h2><p>${fill(w.keyText, { url: `${publicUrl}/v1/track` })}</p>
${made ? html`<div class="say good" role="status"><p>${w.keyNew}</p><pre tabindex="0">${made}</pre></div>` : ""}
<p class="soft">${status.lastAt === null ? w.noEvents : fill(w.counted, { n: format.number(status.counted), when: format.instant(status.lastAt) })}</p>
<ul class="plain">${status.keys.map((key) => html`<li>…${key.id}, ${format.instant(key.madeAt)}, ${actorName(frame, key.by)} ${revoke(key.id)}</li>`)}</ul>
<form method="post" action="${frame.base}/settings/usage-key">${formFields(frame)}<button>${w.keyMake}</button></form></section>`;
}

// ---------------------------------------------------------------- changes

export interface ChangesPage extends SettingsPage {
  changes: readonly Change[];
  effect: Effect;
  names: Readonly<Record<string, string>>;
}

/** @param isSetup the last step of the first set-up: also what was left as it is gets published */
export function changesPage(page: ChangesPage | null, isSetup: boolean, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const button = (path: string, text: string, kind: string) =>
    html`<form class="inline" method="post" action="${frame.base}/settings/${path}${isSetup ? "?setup=1" : ""}">${formFields(frame)}${page ? sinceField(page.view) : ""}<button class="${kind}">${text}</button></form>`;
  if (!page) {
    const end = isSetup ? html`<span class="end">${button("publish", w.publish, "main")}</span>` : "";
    const text = isSetup ? w.allDefaults : w.noDraft;
    const content = html`<div class="head"><h1>${w.changes}</h1>${end}</div><p>${text}</p>`;
    return layout(frame, w.changes, "settings", content);
  }
  const context = contextOf(page, frame);
  const rows = page.changes.map((one) => [
    changeName(one.path, context),
    html`<del class="del">${shown(one, one.before, context) ?? w.nothing}</del>`,
    html`<ins class="add">${shown(one, one.after, context) ?? w.nothing}</ins>`,
  ]);
  const content = html`<div class="head"><h1>${w.changes}</h1><span class="end">${button("publish", w.publish, "main")} ${button("discard", w.discard, "danger")}</span></div>
<div class="cards half"><section class="card" aria-labelledby="list"><h2 id="list">${w.changes}</h2>${table({ label: w.changes, columns: [w.setting, w.before, w.after], rows })}</section>${effectCard(page, w, frame)}</div>`;
  return layout(frame, w.changes, "settings", content, page.effect.looked < page.effect.of ? NEXT_SLICE_S : undefined);
}

/** While not everybody was decided, the page asks for the next ones after this long, seconds: time to read, not to wait. */
const NEXT_SLICE_S = 4;

/** What is sealed is told apart from its neighbours by nobody. */
function shown({ path }: Change, value: string | null, context: RowsContext): string | null {
  if (value === null) return null;
  return value.startsWith(SEALED) ? "•••••••" : changeValue(path, value, context);
}

function effectCard({ effect, names, format }: ChangesPage, w: SettingsWords, frame: Frame): Html {
  const { tasks, told, moved, zones, signs, clients } = effect;
  const shifted = Object.entries(signs).filter(([, [before, after]]) => before !== after);
  const isNothing =
    clients.length === 0 && shifted.length === 0 && tasks[0] === tasks[1] && told[0] === told[1] && moved === 0;
  const row = (name: string | Html, pair: readonly [number, number]) => [name, ...pair.map((n) => format.number(n))];
  const rows = [
    ...Object.entries(zones).map(([zone, pair]) => row(zoneBadge(zone === "none" ? null : zone, frame.language), pair)),
    row(w.tasks, tasks),
    row(w.told, told),
    row(w.moved, [0, moved]),
    ...shifted.map(([id, pair]) => row(`${w.signs}: ${signName(id, frame.language)}`, pair)),
  ];
  const sides = [{ name: w.effect, isHidden: true }, num(w.before), num(w.after)];
  const list = clients.map((one) => [
    html`<a href="${frame.base}/client/${one.key}">${names[one.key] ?? clientName(one.key, frame.language)}</a>`,
    html`${zoneBadge(one.zone[0], frame.language)} → ${zoneBadge(one.zone[1], frame.language)}`,
    one.tasks,
  ]);
  return html`<section class="card" aria-labelledby="effect"><h2 id="effect">${w.effect}</h2><p class="soft">${fill(w.looked, { looked: format.number(effect.looked), of: format.number(effect.of) })}</p>${effect.looked < effect.of ? html`<p><progress max="${effect.of}" value="${effect.looked}" aria-label="${w.effect}"></progress><br>${fill(w.sampled, { points: format.number(effect.unsure, 1) })}</p>` : ""}
${effect.failure ? html`<p class="late">${fill(w.failed, { n: effect.failed, why: effect.failure })}</p>` : ""}${isNothing ? html`<p>${w.noEffect}</p>` : table({ label: w.effect, kind: "narrow", columns: sides, rows })}
${list.length === 0 ? "" : html`${table({ label: w.client, columns: [w.client, w.zone, num(w.changedTasks)], rows: list })}`}</section>`;
}

// ---------------------------------------------------------------- file, templates, rights, fake client

/** What stands above a text that somebody typed, and what it was drawn from. */
export interface TextPage {
  text: string;
  problems: readonly Problem[];
  view: Pick<SettingsView, "mark">;
  above?: Html;
}

export function filePage({ text, problems, view, above = html`` }: TextPage, frame: Frame): Html {
  const w = settingsWords(frame.language);
  const content = html`<div class="head"><h1>${w.file}</h1><span class="end"><a class="button" href="${frame.base}/settings/file/download">${w.download}</a></span></div>${above}${problemList(problems, w, null, frame)}<p class="soft">${w.fileText}</p>
<section class="card" aria-label="${w.file}"><form method="post" action="${frame.base}/settings/file">${formFields(frame)}${sinceField(view)}<label for="yaml">${w.yaml}</label><textarea id="yaml" name="yaml" rows="24" spellcheck="false">${text}</textarea><p><button class="main">${w.upload}</button></p></form></section>`;
  return layout(frame, w.file, "settings", content);
}

export function templatesPage(files: readonly TemplateFile[], frame: Frame): Html {
  const w = settingsWords(frame.language);
  const columns = [w.templates, w.version, w.kind, num(w.steps), num(w.days)];
  const rows = files.map((one) => [
    html`<a href="${frame.base}/settings/templates/${one.id}/${one.version}">${one.title}</a>`,
    `${one.id}@${one.version}`,
    one.isBuiltIn ? w.builtIn : w.own,
    one.steps,
    one.lengthDays,
  ]);
  const content = html`<div class="head"><h1>${w.templates}</h1><span class="end"><a class="button" href="${frame.base}/settings">${w.all}</a></span></div><section class="card" aria-label="${w.templates}">${table({ label: w.templates, columns, rows })}</section>`;
  return layout(frame, w.templates, "settings", content);
}

export function templatePage(
  file: TemplateFile,
  { text, problems, view, above = html`` }: TextPage,
  frame: Frame,
): Html {
  const w = settingsWords(frame.language);
  const url = `${frame.base}/settings/templates/${file.id}/${file.version}`;
  const remove = file.isBuiltIn
    ? ""
    : html`<form class="inline" method="post" action="${url}/remove">${formFields(frame)}<button class="danger">${w.remove}</button></form>`;
  const warnings =
    file.warnings.length === 0
      ? ""
      : html`<div class="say" role="status"><p>${w.worthALook}</p>${problemLines(file.warnings, null, frame)}</div>`;
  const content = html`<div class="head"><h1>${file.title}</h1><span class="soft">${file.id}@${file.version}</span><span class="end">${remove} <a class="button" href="${frame.base}/settings/templates">${w.templates}</a></span></div>${above}${problemList(problems, w, null, frame)}${warnings}<p class="soft">${w.templateText}</p>
<section class="card" aria-label="${file.title}"><form method="post" action="${url}">${formFields(frame)}${sinceField(view)}<label for="yaml">${w.yaml}</label><textarea id="yaml" name="yaml" rows="30" spellcheck="false">${text}</textarea><p><button class="main">${w.save}</button></p></form></section>`;
  return layout(frame, file.title, "settings", content);
}

/** @param users user id and owner id of the people who may be made administrators */
export function accessPage(access: Access, users: readonly { userId: string; ownerId: string }[], frame: Frame): Html {
  const w = settingsWords(frame.language);
  const boxes = users.map(
    (one) =>
      html`<label class="check"><input type="checkbox" name="admins" value="${one.userId}"${access.admins.includes(one.userId) ? " checked" : ""}>${personName(frame, one.ownerId)}</label>`,
  );
  const content = html`<div class="head"><h1>${w.access}</h1><span class="end"><a class="button" href="${frame.base}/settings">${w.all}</a></span></div><section class="card" aria-label="${w.access}"><p>${w.accessText}</p><form method="post" action="${frame.base}/settings/access">${formFields(frame)}
<p><label class="check"><input type="checkbox" name="all" value="on"${access.sees === "all" ? " checked" : ""}>${w.seesAll}</label></p><fieldset><legend>${w.admins}</legend><div class="grid">${boxes}</div></fieldset><button class="main">${w.save}</button></form></section>`;
  return layout(frame, w.access, "settings", content);
}

/** What the fake client's team does. */
export interface FakeWish {
  ownerId: string;
  headcount: number | null;
  lateEvery: number;
  lateDays: number;
  fadesOnDay: number | null;
  silentOnDay: number | null;
  repliesOnDay: number | null;
}

export function fakePage(
  view: SettingsView,
  wish: FakeWish,
  run: RehearsalView | null,
  format: Format,
  frame: Frame,
): Html {
  const w = settingsWords(frame.language);
  const owners = view.owners.map((one) => [one, personName(frame, one)] as const);
  const number = (name: string, label: string, value: number | null, max: number) =>
    html`<div><label for="${name}">${label}</label><input type="number" id="${name}" name="${name}" min="0" max="${max}" value="${value ?? ""}"></div>`;
  const form = html`<form method="get" action="${frame.base}/settings/fake-client"><input type="hidden" name="run" value="1"><div class="grid"><div><label for="owner">${w.owner}</label>${options("owner", "owner", owners, wish.ownerId)}</div>
${number("headcount", w.headcount, wish.headcount, 1_000_000)}${number("lateEvery", w.lateEvery, wish.lateEvery, 100)}${number("lateDays", w.lateDays, wish.lateDays, 60)}${number("fadesOnDay", w.fadesOnDay, wish.fadesOnDay, 366)}${number("silentOnDay", w.silentOnDay, wish.silentOnDay, 366)}${number("repliesOnDay", w.repliesOnDay, wish.repliesOnDay, 366)}</div><p><button class="main">${w.run}</button></p></form>`;
  const content = html`<div class="head"><h1>${w.fake}</h1><span class="end"><a class="button" href="${frame.base}/settings">${w.all}</a></span></div><p class="soft">${w.fakeText}</p><section class="card" aria-label="${w.fake}">${form}</section>${run ? fakeResult(run, w, format, frame) : ""}`;
  return layout(frame, w.fake, "settings", content);
}

/** Lines that people would notice; fields are told by their phases and zones. */
function isTold({ kind, verb }: RehearsedLine): boolean {
  return kind !== "fields" && (kind !== "task" || verb === "create");
}

function fakeResult(run: RehearsalView, w: SettingsWords, format: Format, frame: Frame): Html {
  const words = w as Readonly<Record<string, string>>;
  const lines = run.lines.filter(isTold);
  const told = lines.filter((one) => one.isEscalation || one.kind !== "task").length;
  const steps = [
    ...run.phases.map((one) => ({ day: one.day, text: one.phase })),
    ...run.scores.map((one) => ({ day: one.day, text: html`${zoneBadge(one.zone, frame.language)} ${one.score}` })),
  ].sort((a, b) => a.day - b.day);
  const rows = lines.map((one) => [
    one.day,
    format.instant(one.at),
    one.isEscalation ? w.escalation : (words[`kind.${one.kind}`] ?? one.kind),
    one.text,
    one.ownerId ? personName(frame, one.ownerId) : "",
    one.dueAt === null ? "" : format.instantDay(one.dueAt),
  ]);
  const columns = [num(w.day), w.when, w.kind, wrap(w.what), w.who, w.due];
  return html`<section class="card" aria-labelledby="result"><h2 id="result">${fill(w.runResult, { tasks: lines.length - told, told, writes: run.lines.length })}</h2>
${table({ label: w.fake, kind: "wide", isHeadless: true, columns, rows })}
<h3>${w.path}</h3>${table({ label: w.path, kind: "narrow", isHeadless: true, columns: [num(w.day), w.what], rows: steps.map((one) => [one.day, one.text]) })}</section>`;
}

/** Leaving: what it does, the history to take along, and a deliberate click. */
export function leavePage(frame: Frame): Html {
  const w = settingsWords(frame.language);
  const content = html`<div class="head"><h1>${w.leave}</h1><span class="end"><a class="button" href="${frame.base}/settings">${w.all}</a></span></div><section class="card" aria-label="${w.leave}"><p>${w.leaveText}</p>
<p><a class="button" href="${frame.base}/settings/leave/history">${w.leaveDownload}</a></p><form method="post" action="${frame.base}/settings/leave">${formFields(frame)}<p><label class="check"><input type="checkbox" name="sure" value="on" required>${w.leaveSure}</label></p><button class="danger">${w.leaveNow}</button></form></section>`;
  return layout(frame, w.leave, "settings", content);
}
