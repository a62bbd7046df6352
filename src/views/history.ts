/** Who did what, in words. */
import { type SQL, sql } from "drizzle-orm";
import { loadState } from "../core/client/state.ts";
import type { Language } from "../core/model.ts";
import { own } from "../core/own.ts";
import type { Localised } from "../core/plan/template.ts";
import { factNamesIn } from "../core/plan/words.ts";
import { signName } from "../core/signal/sign-names.ts";
import { formatDayIn } from "../core/text/render.ts";
import type { Portal } from "../portal-open.ts";
import type { Deed } from "../store/journal.ts";
import { DEED_WORDS, DEED_WORDS_FOR, EARLIER_DEED, MODE_NAMES, PLAY_NAMES } from "./history.words.ts";
import { knownOwnerNames } from "./names.ts";
import { ownersSeen, type Viewer } from "./viewer.ts";

export interface DeedView {
  seq: number;
  /** epoch ms */
  at: number;
  /** an owner id, `user:<id>` of somebody who owns nothing, `tenure`, `crm`, `workflow`, `client`, `system` */
  actor: string;
  client: string | null;
  text: string;
}

/** Deeds as people read them. */
export function deedViews(portal: Portal, deeds: readonly Deed[], language: Language): readonly DeedView[] {
  const titles = stepTitles(portal, new Set(deeds.flatMap((deed) => deed.client ?? [])), language);
  const people = knownOwnerNames(portal);
  return deeds.map(({ seq, at, actor, client, code, params }) => ({
    seq,
    at,
    actor: ownerOfActor(portal, actor),
    client,
    text: deedText(code, params, { titles: titles.get(client ?? "") ?? new Map(), people }, language),
  }));
}

/** A person by owner id, under which names are known; others as they are. */
export function ownerOfActor(portal: Portal, actor: string): string {
  if (!actor.startsWith("user:")) return actor;
  const userId = actor.slice("user:".length);
  return portal.about()?.owners.find((one) => (one.userId ?? one.id) === userId)?.id ?? actor;
}

type Titles = ReadonlyMap<string, string>;

/** Names that notes need. */
interface Names {
  titles: Titles;
  people: Readonly<Record<string, string>>;
}

/** Titles of steps, and under `phase:<key>` of phases, by client and key, from the templates that each client's plans stand on. */
function stepTitles(portal: Portal, keys: ReadonlySet<string>, language: Language): ReadonlyMap<string, Titles> {
  const found = new Map<string, Titles>();
  if (portal.about() === null) return found;
  const { templates } = portal.engine().config();
  for (const key of keys) {
    const titles = new Map<string, string>();
    for (const { templateId, templateVersion } of loadState(portal.store.clients.get(key)?.state ?? null).state.plans) {
      const template = templates.get(`${templateId}@${templateVersion}`);
      for (const step of template?.steps ?? []) {
        titles.set(step.key, titleIn(step, language));
      }
      for (const phase of template?.phases ?? []) titles.set(`phase:${phase.key}`, titleIn(phase, language));
    }
    found.set(key, titles);
  }
  return found;
}

function titleIn({ key, title }: { key: string; title: Localised }, language: Language): string {
  return title[language] ?? title.en ?? Object.values(title)[0] ?? key;
}

function deedText(code: string, params: Readonly<Record<string, unknown>>, names: Names, language: Language): string {
  const words = own(DEED_WORDS_FOR, `${code}:${params.reason}`) ?? own(DEED_WORDS, code) ?? EARLIER_DEED;
  return words[language].replace(/\{([a-zA-Z]+)\}/g, (_, name: string) =>
    sayParam(name, params[name], names, language),
  );
}

/** A parameter of a deed in words: titles of steps, names of signs and plays, dates. */
function sayParam(name: string, value: unknown, { titles, people }: Names, language: Language): string {
  if (typeof value === "number" && (name === "day" || name.endsWith("Day"))) return formatDayIn(value, language);
  if (typeof value === "number") return String(value);
  if (typeof value !== "string" || value === "") return "–";
  if (name === "step") return stepTitle(value, titles);
  if (name === "phase") return titles.get(`phase:${value}`) ?? value.replaceAll("_", " ");
  if (name === "property") return factNamesIn(value, language);
  if (name.endsWith("Owner")) return people[value] ?? `№ ${value}`;
  if (name === "signal") return signName(value, language);
  if (name === "play") return PLAY_NAMES[value]?.[language] ?? signName(value, language);
  if (name === "from" || name === "to") return MODE_NAMES[value]?.[language] ?? value;
  return name === "kind" ? value.toUpperCase() : value;
}

/** `2/kickoff`: by its title in the plan's template, by its own words where that template is gone. */
function stepTitle(id: string, titles: Titles): string {
  const key = id.slice(id.indexOf("/") + 1);
  return titles.get(key) ?? key.replaceAll("_", " ");
}

const HISTORY_PAGE = 100;

export interface DeedPage {
  deeds: readonly DeedView[];
  /** ask again with this for older ones; null: there are none */
  before: number | null;
  zone: string;
}

/** Deeds of everything this person may see, newest first; what concerns the whole portal only for those who see all of it. */
export function deedPage(portal: Portal, viewer: Viewer, before: number | null, language: Language): DeedPage {
  const owners = ownersSeen(portal, viewer);
  const rows = portal.store.db.all<Omit<Deed, "params"> & { params: string }>(
    sql`select h.* from history h where ${before === null ? sql`1 = 1` : sql`h.seq < ${before}`} and ${visible(owners, viewer)}
        order by h.seq desc limit ${HISTORY_PAGE}`,
  );
  const deeds = rows.map((row) => ({ ...row, params: JSON.parse(row.params) as Deed["params"] }));
  return {
    deeds: deedViews(portal, deeds, language),
    before: rows.length === HISTORY_PAGE ? (rows.at(-1)?.seq ?? null) : null,
    zone: portal.about()?.account.zone ?? "UTC",
  };
}

function visible(owners: readonly string[] | null, viewer: Viewer): SQL {
  if (owners === null) return sql`1 = 1`;
  const ids = JSON.stringify(owners);
  const keys = JSON.stringify(viewer.records);
  return sql`h.client in (select key from client where owner_id in (select value from json_each(${ids}))
    or escalation_owner_id in (select value from json_each(${ids})) or key in (select value from json_each(${keys})))`;
}
