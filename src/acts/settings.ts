/** Changing the configuration: a draft that nobody else sees, looked at as a difference, then published; older versions come back the same way. */
import { parse } from "yaml";
import type { z } from "zod";
import { loadState } from "../core/client/state.ts";
import type { Template } from "../core/plan/template.ts";
import { builtInTemplates } from "../core/plan/templates/index.ts";
import { templateFromYaml } from "../core/plan/yaml.ts";
import { type Settings, settingsSchema } from "../core/settings.ts";
import type { Portal } from "../portal.ts";
import { deadAddresses, sealSecrets } from "../portal-secrets.ts";
import type { Surroundings } from "../ports.ts";

export interface Draft {
  body: Settings;
  /** the published version it began from; 0 = the defaults */
  from: number;
  at: number;
  by: string;
}

/** What is wrong, and where. */
export interface Problem {
  path: string;
  message: string;
}
export type SaveAnswer = { ok: true } | { ok: false; problems: readonly Problem[] };

/** A configuration file longer than this is refused before it is parsed, characters. */
const FILE_MAX = 900_000;

export function draftOf(portal: Portal): Draft | null {
  const draft = portal.store.meta.get<Draft>("draft");
  const parsed = draft && settingsSchema.safeParse(draft.body);
  return draft && parsed?.success ? { ...draft, body: parsed.data } : null;
}

/** Keeps a draft. Nothing is in force by that. */
export function saveDraft(portal: Portal, around: Surroundings, settings: unknown, by: string): SaveAnswer {
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error) };
  const sense = [...senseOf(portal, parsed.data), ...deadAddressesOf(parsed.data, around)];
  if (sense.length > 0) return { ok: false, problems: sense };
  const body = sealSecrets(parsed.data, around.vault);
  const from = portal.store.newestConfig()?.version ?? 0;
  if (JSON.stringify(body) === JSON.stringify(portal.settings())) portal.store.meta.remove("draft");
  else portal.store.meta.set("draft", { body, from, at: around.now(), by } satisfies Draft);
  return { ok: true };
}

function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
}

function deadAddressesOf(settings: Settings, around: Surroundings): Problem[] {
  return deadAddresses(settings, around).map(({ path, why }) => ({ path, message: why }));
}

/** What the form allows and the whole does not. */
function senseOf(portal: Portal, settings: Settings): Problem[] {
  const problems: Problem[] = [];
  if (settings.calendar.startMinute >= settings.calendar.endMinute) {
    problems.push({ path: "calendar.endMinute", message: "the working day has to end after it begins" });
  }
  if (portal.about() === null) return problems;
  const known = new Set([...portal.engine().config().newest.keys(), ...settings.templates.map((one) => one.id)]);
  const wanted = [
    ["defaultTemplate", settings.defaultTemplate],
    ...settings.templateRules.map((rule, at) => [`templateRules.${at}.templateId`, rule.templateId]),
  ];
  for (const [path, id] of wanted)
    if (!known.has(id!)) problems.push({ path: path!, message: `there is no template "${id}"` });
  return problems;
}

export function discardDraft(portal: Portal): void {
  portal.store.meta.remove("draft");
}

/** Puts the draft in force. Returns the new version, or null when there is no draft. */
export function publishDraft(portal: Portal, around: Surroundings, by: string): number | null {
  const draft = draftOf(portal);
  if (!draft) return null;
  const version = portal.store.transaction(() => {
    const published = portal.publish(draft.body, by);
    discardDraft(portal);
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

/** An earlier version (0 = the defaults) comes back as the newest; null when there is none of that number. */
export function rollBack(portal: Portal, around: Surroundings, to: number, by: string): number | null {
  const body = to === 0 ? {} : portal.store.configs().find((one) => one.version === to)?.body;
  if (body === undefined) return null;
  const version = portal.store.transaction(() => {
    const published = portal.publish(body, by);
    discardDraft(portal);
    portal.store.journal.did({
      at: around.now(),
      actor: by,
      client: null,
      code: "rolled-back",
      params: { to, version: published },
    });
    return published;
  });
  portal.changed();
  return version;
}

/** Takes a whole configuration from one file as the draft. */
export function importDraft(portal: Portal, around: Surroundings, text: string, by: string): SaveAnswer {
  if (text.length > FILE_MAX)
    return { ok: false, problems: [{ path: "", message: `longer than ${FILE_MAX} characters` }] };
  try {
    // Aliases are how a small document becomes a huge one.
    return saveDraft(portal, around, parse(text, { maxAliasCount: 20 }) ?? {}, by);
  } catch (error) {
    return { ok: false, problems: [{ path: "", message: (error as Error).message }] };
  }
}

// ---------------------------------------------------------------- templates

/** A template as its author typed it goes into the draft; the same id and version replaces, a higher version is the one new plans get. */
export function saveTemplate(portal: Portal, around: Surroundings, yaml: string, by: string): SaveAnswer {
  const { template, problems } = templateFromYaml(yaml);
  const errors = problems.filter((one) => one.severity === "error");
  if (!template || errors.length > 0)
    return { ok: false, problems: errors.map(({ path, message }) => ({ path, message })) };
  if (builtInTemplates().some((one) => one.id === template.id && one.version === template.version)) {
    return {
      ok: false,
      problems: [
        {
          path: "version",
          message: `version ${template.version} of "${template.id}" is built in: choose a higher one`,
        },
      ],
    };
  }
  if (isRunning(portal, template)) {
    return {
      ok: false,
      problems: [{ path: "version", message: `plans run on version ${template.version}: a change needs a higher one` }],
    };
  }
  const settings = draftOf(portal)?.body ?? portal.settings();
  const others = settings.templates.filter((one) => one.id !== template.id || one.version !== template.version);
  return saveDraft(portal, around, { ...settings, templates: [...others, template] }, by);
}

export function removeTemplate(
  portal: Portal,
  around: Surroundings,
  id: string,
  version: number,
  by: string,
): SaveAnswer {
  const settings = draftOf(portal)?.body ?? portal.settings();
  const [gone] = settings.templates.filter((one) => one.id === id && one.version === version);
  if (gone && isRunning(portal, gone))
    return { ok: false, problems: [{ path: `templates.${id}`, message: "plans run on it" }] };
  return saveDraft(portal, around, { ...settings, templates: settings.templates.filter((one) => one !== gone) }, by);
}

/** A published version on which plans stand may not change under them. */
function isRunning(portal: Portal, template: Pick<Template, "id" | "version">): boolean {
  if (!portal.settings().templates.some((one) => one.id === template.id && one.version === template.version))
    return false;
  for (let after = "", more = true; more; ) {
    const page = portal.store.clients.page(after, 500);
    const stands = page.some((client) =>
      loadState(client.state).state.plans.some(
        (plan) => plan.templateId === template.id && plan.templateVersion === template.version,
      ),
    );
    if (stands) return true;
    after = page.at(-1)?.key ?? "";
    more = page.length === 500;
  }
  return false;
}
