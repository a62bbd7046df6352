/** The configuration as screens show it: what is in force, what is drafted, what differs, and what may be chosen. */
import { stringify } from "yaml";
import { type Draft, draftOf, editedNow, markOf } from "../acts/edits.ts";
import { fieldsOn } from "../core/fields.ts";
import { entryName, ownPart } from "../core/merge-edits.ts";
import type { Language } from "../core/model.ts";
import { DEFAULT_SETTINGS, type Settings } from "../core/settings.ts";
import type { Portal } from "../portal-open.ts";
import type { Surroundings } from "../ports.ts";
import { ownerOfActor } from "./history.ts";
import { templateOptions } from "./templates.ts";

export interface SettingsView {
  current: Settings;
  draft: Draft | null;
  /** names what forms are drawn from: the draft, or what is in force */
  mark: string;
  version: number;
  /** newest first; version 0 stands for the defaults */
  versions: readonly { version: number; at: number; by: string }[];
  owners: readonly string[];
  /** the CRM's own word on who leads whom, by owner id */
  managers: Readonly<Record<string, string | null>>;
  templates: readonly { value: string; label: string }[];
  zone: string;
  country: string | null;
  /** our fields that are not there, with the reason */
  left: readonly { field: string; on: string; why: string }[];
  ready: Readonly<Record<string, number>>;
  wanted: number;
  canNotify: boolean;
}

/** Null before the portal was looked at for the first time. */
export function settingsView(portal: Portal, language: Language, around: Surroundings): SettingsView | null {
  const about = portal.about();
  if (!about) return null;
  const configs = portal.store.configs();
  return {
    current: portal.settings(),
    draft: draftBy(portal),
    mark: markOf(editedNow(portal), around),
    version: configs[0]?.version ?? 0,
    versions: configs.map(({ version, publishedAt, author }) => ({
      version,
      at: publishedAt,
      by: ownerOfActor(portal, author),
    })),
    owners: about.owners.filter((one) => one.active).map((one) => one.id),
    managers: Object.fromEntries(about.owners.map((one) => [one.id, one.managerId])),
    templates: templateOptions(portal, null, language),
    zone: about.account.zone,
    country: about.account.country,
    left: about.schema.left,
    ready: Object.fromEntries(Object.entries(about.schema.ready).map(([kind, ids]) => [kind, ids.length])),
    wanted: fieldsOn("company").length,
    canNotify: portal.crm().capabilities().notices === true,
  };
}

function draftBy(portal: Portal): Draft | null {
  const draft = draftOf(portal);
  return draft && { ...draft, by: ownerOfActor(portal, draft.by) };
}

// ---------------------------------------------------------------- differences

export interface Change {
  /** dotted path; entries of lists by their id where they have one */
  path: string;
  before: string | null;
  after: string | null;
}

/** What differs between two configurations, leaf by leaf, in order of path. */
export function compareSettings(before: Settings, after: Settings): readonly Change[] {
  const from = leaves(before);
  const to = leaves(after);
  return [...new Set([...from.keys(), ...to.keys()])]
    .filter((path) => from.get(path) !== to.get(path))
    .sort()
    .map((path) => ({ path, before: from.get(path) ?? null, after: to.get(path) ?? null }));
}

function leaves(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    const isPlain = value.every((one) => typeof one !== "object" || one === null);
    if (isPlain) return value.length === 0 ? found : found.set(path, value.join(", "));
    value.forEach((one, at) => void leaves(one, `${path}.${nameOf(one, at)}`, found));
    return found;
  }
  if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) leaves(one, path === "" ? key : `${path}.${key}`, found);
    return found;
  }
  if (value !== undefined && value !== null) found.set(path, String(value));
  return found;
}

/** Entries with an id keep their place in the comparison when others come or go. */
function nameOf(entry: unknown, at: number): string {
  return entryName(entry) ?? String(at + 1);
}

/** The path of a problem, which counts entries of lists, as comparisons write it. @param body what the path leads through */
export function pathAsCompared(path: string, body: unknown): string {
  let inside = body;
  return path
    .split(".")
    .map((part) => {
      const entry = (inside as Record<string, unknown> | null | undefined)?.[part];
      const isEntry = Array.isArray(inside);
      inside = entry;
      return isEntry ? nameOf(entry, Number(part)) : part;
    })
    .join(".");
}

// ---------------------------------------------------------------- one file

/** The whole configuration as YAML: what differs from the defaults, so that a reader sees what was decided. */
export function exportSettings(portal: Portal, language: Language): string {
  const heads: Readonly<Record<Language, string>> = {
    en: "Tenure configuration. What is not named here is at its default.",
    ru: "Конфигурация Tenure. Что здесь не названо, имеет значение по умолчанию.",
    uk: "Конфігурація Tenure. Що тут не назване, має типове значення.",
    ro: "Configurația Tenure. Ce nu este numit aici are valoarea implicită.",
  };
  const own = ownPart(portal.settings(), DEFAULT_SETTINGS) ?? {};
  return `# ${heads[language]}\n${stringify(own, { lineWidth: 120 })}`;
}
