/** Changing the configuration: a draft that nobody else sees, looked at as a difference, then published; older versions come back the same way. */
import { parse } from "yaml";
import { mergeThree } from "../core/merge-edits.ts";
import { optionsOf } from "../core/plan/rule-options.ts";
import { builtInTemplates } from "../core/plan/templates/index.ts";
import { templateFromYaml } from "../core/plan/yaml.ts";
import { formProblems, type Problem } from "../core/problem.ts";
import { type Settings, settingsSchema } from "../core/settings.ts";
import type { Portal } from "../portal-open.ts";
import { deadAddresses, sealSecrets } from "../portal-secrets.ts";
import type { Surroundings } from "../ports.ts";
import { ownerOfActor } from "../views/history.ts";
import { type Change, compareSettings } from "../views/settings.ts";
import { bringTogether, type Draft, draftOf, edit, editedAt, editedNow, markOf, type Together } from "./edits.ts";
import { changedUnderPlans, isRunning, keepRunning } from "./running-templates.ts";

/** Somebody else changed the configuration since the form was drawn. */
export interface Others {
  /** by owner id, as screens name people */
  by: readonly string[];
  /** what they changed */
  changes: readonly Change[];
  /** what the form and they changed, each to something else; empty where both could be kept */
  clashes: readonly string[];
}

/** `others`: saved together with their changes; where something clashes nothing is saved and `body` is the form's side of it. */
export type SaveAnswer =
  | { ok: true; others: Others | null }
  | { ok: false; problems: readonly Problem[]; clash?: { others: Others; body: Settings } };

/** A configuration file longer than this is refused before it is parsed, characters. */
const FILE_MAX = 900_000;

/**
 * Keeps a draft. Nothing is in force by that.
 * @param since the mark of what the form was drawn from; what others changed since is kept as well. Null: nobody was shown anything
 */
export function saveDraft(
  portal: Portal,
  around: Surroundings,
  settings: unknown,
  by: string,
  since: string | null = null,
): SaveAnswer {
  const together = since === null ? null : bringTogether(portal, around, settings, since);
  if (since !== null && !together) return refused("", "too_late");
  const parsed = settingsSchema.safeParse(together?.body ?? settings);
  if (!parsed.success) return { ok: false, problems: formProblems(parsed.error, (path) => path.join(".")) };
  const others = together?.base ? othersOf(portal, together, together.base) : null;
  if (others && others.clashes.length > 0) return { ok: false, problems: [], clash: { others, body: parsed.data } };
  const sense = [...senseOf(portal, parsed.data), ...deadAddresses(parsed.data, around)];
  if (sense.length > 0) return { ok: false, problems: sense };
  const body = sealSecrets(keepRunning(portal, parsed.data), around.vault);
  portal.store.transaction(() => edit(portal, around, by, () => keepDraft(portal, around, body, by)));
  return { ok: true, others };
}

function keepDraft(portal: Portal, around: Surroundings, body: Settings, by: string): void {
  const from = portal.store.newestConfig()?.version ?? 0;
  if (JSON.stringify(body) === JSON.stringify(portal.settings())) portal.store.meta.remove("draft");
  else portal.store.meta.set("draft", { body, from, at: around.now(), by } satisfies Draft);
}

function othersOf(portal: Portal, { by, clashes }: Together, base: Settings): Others {
  return {
    by: by.map((one) => ownerOfActor(portal, one)),
    clashes,
    changes: compareSettings(base, editedNow(portal)),
  };
}

function problem(path: string, code: Problem["code"], params: Problem["params"] = {}): Problem {
  return { path, code, params };
}

function refused(path: string, code: Problem["code"], params: Problem["params"] = {}): SaveAnswer {
  return { ok: false, problems: [problem(path, code, params)] };
}

/** What the form allows and the whole does not. */
function senseOf(portal: Portal, settings: Settings): Problem[] {
  const problems: Problem[] = [];
  if (settings.calendar.startMinute >= settings.calendar.endMinute)
    problems.push(problem("calendar.endMinute", "day_ends_first"));
  for (const at of changedUnderPlans(portal, settings)) {
    const { version } = settings.templates[at]!;
    problems.push(problem(`templates.${at}.version`, "higher_version", { version }));
  }
  if (portal.about() === null) return problems;
  const known = new Set([...portal.engine().config().newest.keys(), ...settings.templates.map((one) => one.id)]);
  const wanted = [
    ["defaultTemplate", settings.defaultTemplate],
    ...settings.templateRules.map((rule, at) => [`templateRules.${at}.templateId`, rule.templateId]),
  ];
  for (const [path, id] of wanted) if (!known.has(id!)) problems.push(problem(path!, "no_template", { id: id! }));
  settings.templateRules.forEach(({ templateId, options = [] }, at) => {
    const offered = optionsOf(templateId, settings.templates);
    for (const id of known.has(templateId) ? options : [])
      if (!offered.includes(id)) problems.push(problem(`templateRules.${at}.options`, "no_option", { id }));
  });
  return problems;
}

/** @param since the mark of what was looked at; false: somebody changed the draft meanwhile, and it stays */
export function discardDraft(portal: Portal, around: Surroundings, by: string, since: string | null = null): boolean {
  if (since !== null && since !== markOf(editedNow(portal), around)) return false;
  portal.store.transaction(() => edit(portal, around, by, () => portal.store.meta.remove("draft")));
  return true;
}

/**
 * Puts the draft in force. Returns the new version, or null when there is no draft.
 * @param since the mark of what was looked at; "changed": somebody changed the draft meanwhile, and nothing was published
 */
export function publishDraft(
  portal: Portal,
  around: Surroundings,
  by: string,
  since: string | null = null,
): number | null | "changed" {
  const draft = draftOf(portal);
  if (!draft) return null;
  if (since !== null && since !== markOf(draft.body, around)) return "changed";
  const version = portal.store.transaction(() => {
    const published = portal.publish(draft.body, by);
    portal.store.meta.remove("draft");
    portal.store.journal.did({
      at: around.now(),
      actor: by,
      client: null,
      code: "published",
      params: { version: published },
    });
    return published;
  });
  portal.changed();
  return version;
}

/** An earlier version (0 = the defaults) comes back as the newest; a draft goes on from it with its own changes. Null when there is none of that number. */
export function rollBack(portal: Portal, around: Surroundings, to: number, by: string): number | null {
  const body = to === 0 ? {} : portal.store.configs().find((one) => one.version === to)?.body;
  if (body === undefined) return null;
  const version = portal.store.transaction(() =>
    edit(portal, around, by, () => {
      const before = portal.settings();
      const draft = draftOf(portal);
      const published = portal.publish(body, by);
      const rebased = draft && settingsSchema.safeParse(mergeThree(before, portal.settings(), draft.body).body);
      if (rebased?.success) keepDraft(portal, around, rebased.data, draft!.by);
      portal.store.journal.did({
        at: around.now(),
        actor: by,
        client: null,
        code: "rolled-back",
        params: { to, version: published },
      });
      return published;
    }),
  );
  portal.changed();
  return version;
}

/** Takes a whole configuration from one file as the draft. */
export function importDraft(
  portal: Portal,
  around: Surroundings,
  text: string,
  by: string,
  since: string | null = null,
): SaveAnswer {
  if (text.length > FILE_MAX) return refused("", "too_big", { n: FILE_MAX });
  let body: unknown;
  try {
    // Aliases are how a small document becomes a huge one; warnings would quote what somebody typed on standard error.
    body = parse(text, { maxAliasCount: 20, logLevel: "error" });
  } catch (error) {
    return refused("", "yaml", { what: (error as Error).message });
  }
  return saveDraft(portal, around, body ?? {}, by, since);
}

// ---------------------------------------------------------------- templates

/** A template as its author typed it goes into the draft; the same id and version replaces, a higher version is the one new plans get. */
export function saveTemplate(
  portal: Portal,
  around: Surroundings,
  yaml: string,
  by: string,
  since: string | null = null,
): SaveAnswer {
  const { template, problems } = templateFromYaml(yaml);
  const errors = problems.filter((one) => one.severity === "error");
  if (!template || errors.length > 0) return { ok: false, problems: errors };
  const { id, version } = template;
  if (builtInTemplates().some((one) => one.id === id && one.version === version))
    return refused("version", "built_in", { id, version });
  if (isRunning(portal, template)) return refused("version", "higher_version", { version });
  const settings = (since !== null && editedAt(portal, around, since)) || editedNow(portal);
  const others = settings.templates.filter((one) => one.id !== id || one.version !== version);
  return saveDraft(portal, around, { ...settings, templates: [...others, template] }, by, since);
}

export function removeTemplate(
  portal: Portal,
  around: Surroundings,
  id: string,
  version: number,
  by: string,
): SaveAnswer {
  const settings = editedNow(portal);
  const [gone] = settings.templates.filter((one) => one.id === id && one.version === version);
  if (gone && isRunning(portal, gone)) return refused(`templates.${id}`, "under_plans");
  return saveDraft(portal, around, { ...settings, templates: settings.templates.filter((one) => one !== gone) }, by);
}
