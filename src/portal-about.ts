/** What the portal's CRM says about itself: looked at hourly, and what follows from it. */
import { FIELDS, fieldsOn } from "./core/fields.ts";
import type { Account, SchemaReport } from "./crm/port.ts";
import type { Looked } from "./engine/look-again.ts";
import { retryRefused } from "./engine/reader.ts";
import type { About, Portal } from "./portal-open.ts";
import type { Store } from "./store/store.ts";

/** The portal's own description is fetched again after this long, ms: owners come and go during a working day. */
export const ABOUT_LIVES_MS = 3_600_000;
/** Once somebody said that the portal changed, it is looked at again after this long at the earliest, ms: anybody may say so. */
const LOOK_AGAIN_MS = 600_000;
/** Kinds of records that carry our fields. */
const FIELD_RECORDS = ["company", "deal", "contact"] as const;
const NO_SCHEMA: SchemaReport = { ready: {}, left: [], created: 0 };

/**
 * Looks at account, owners, stages and our own fields; the first time it also tells the CRM where we live. What was learnt before a limit was
 * reached is kept in memory, so that the next turn goes on from there.
 */
export class LookAround {
  readonly #portal: Portal;
  readonly #now: () => number;
  #learnt: Partial<About> = {};

  constructor(portal: Portal, now: () => number) {
    this.#portal = portal;
    this.#now = now;
  }

  /** What was half learnt belongs to an install that is over. */
  forget(): void {
    this.#learnt = {};
  }

  /** @returns whether it looked: what was made of the knowledge before is out of date. @throws CrmFailure */
  async look(): Promise<boolean> {
    const { store } = this.#portal;
    const known = this.#portal.about();
    const now = this.#now();
    const due = store.meta.get<Looked>("lookDue");
    if (known && now < known.at + (due === null ? ABOUT_LIVES_MS : LOOK_AGAIN_MS)) return false;
    const crm = this.#portal.crm();
    const learnt = this.#learnt;
    learnt.account ??= await crm.account();
    learnt.owners ??= await crm.owners();
    learnt.stages ??= await crm.stages();
    learnt.schema ??= await this.#schema(learnt.account, known, due);
    const { account, owners, stages, schema } = learnt;
    this.#learnt = {};
    store.transaction(() => keepAbout(store, { account, owners, stages, schema, at: now }, known, now));
    return true;
  }

  /** Set up where it has to be: anew when somebody touched it, and when an update took off what was bound, of which the event may be lost. */
  async #schema(account: Account, known: About | null, due: Looked | null): Promise<SchemaReport> {
    const portal = this.#portal;
    const isOurs = portal.mode() === "live" && portal.store.meta.get("leaving") === null;
    if (!isOurs) return known?.schema ?? NO_SCHEMA;
    const isBound = known !== null && known.account.appVersion === account.appVersion;
    if (isBound && due !== "schema") return known.schema;
    const crm = portal.crm();
    // What we name in the CRM: as the settings say, else as the CRM tells; where it does not tell, English.
    const schema = await crm.ensureSchema(FIELDS, FIELD_RECORDS, portal.settings().language ?? account.language);
    if (!isBound) await crm.bind(portal.publicUrl);
    return schema;
  }
}

/** Notes it; the caller opens the transaction. @param known as it was before */
function keepAbout(store: Store, about: About, known: About | null, now: number): void {
  store.meta.set("about", about);
  store.meta.remove("lookDue");
  store.findings.close("unauthorised", now);
  if (JSON.stringify(known && decisive(known)) !== JSON.stringify(decisive(about))) store.clients.allDue(now);
  if (known && about.schema !== known.schema && about.schema.created > 0) refillFields(store, now);
  noteLeftOut(store, about.schema, now);
}

/** Fields that the CRM did not take, and those that it has taken since. */
function noteLeftOut({ findings }: Store, { left }: SchemaReport, now: number): void {
  const keyOf = (on: string, field: string) => `field-left:${on}:${field}`;
  const open = new Set(left.map(({ on, field }) => keyOf(on, field)));
  const taken = FIELD_RECORDS.flatMap((on) => fieldsOn(on).map(({ id }) => keyOf(on, id))).filter(
    (key) => !open.has(key),
  );
  findings.closeAll(taken, now);
  for (const { on, field, why } of left)
    findings.raise(keyOf(on, field), "field-left-out", { field, record: on, why }, now);
}

/** What every decision depends on. */
function decisive({ account, owners, schema }: About): unknown {
  const { zone, language, country } = account;
  return { zone, language, country, owners, ready: schema.ready };
}

/** Fields of ours that were missing are there again, empty: what was refused for them goes out once more, the rest is seen by reading. */
function refillFields(store: Store, now: number): void {
  const carriers = store.mirror.carriers();
  store.records.mark(
    carriers.map(({ record }) => record),
    now,
  );
  retryRefused(
    { store, now: () => now },
    carriers.flatMap(({ client }) => client ?? []),
  );
}
