/** One HubSpot portal behind the port: puts the parts of this folder together. */

import { z } from "zod";
import { isZone } from "../../core/calendar/zone.ts";
import type { FieldDefinition } from "../../core/fields.ts";
import type { Language, RecordKind, RecordRef } from "../../core/model.ts";
import { failUnlessDone } from "../batch.ts";
import { CrmFailure, isFailure } from "../failure.ts";
import type {
  Account,
  Batch,
  BudgetLeft,
  Capabilities,
  ChangePage,
  ClientMessage,
  Crm,
  Found,
  MergeValues,
  Operation,
  Outcome,
  Owner,
  ReadAnswer,
  SchemaReport,
  Stage,
  ThingKind,
  Verb,
  Wanted,
  Wiring,
} from "../port.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { changedSince } from "./changes.ts";
import { Client } from "./client.ts";
import { OBJECT_TYPES } from "./kinds.ts";
import { API_VERSION, type Needs, OBJECT_BATCH } from "./limits.ts";
import { type OAuthSettings, revokeGrant } from "./oauth.ts";
import { Owners } from "./owners.ts";
import { Reader, readNeeds, readSize } from "./read.ts";
import { HubSpotFailure } from "./refusals.ts";
import { Schema } from "./schema.ts";
import { ENROL_CALLS, enrol, noWay, unsubscribe } from "./sequences.ts";
import { Stages } from "./stages.ts";
import { Writer } from "./write.ts";

const details = z.looseObject({
  accountType: z.string().nullish(),
  timeZone: z.string(),
  companyCurrency: z.string(),
  uiDomain: z.string().nullish(),
});

/**
 * A listing costs one search per kind, of the 5 a second that all apps of an account share. HubSpot repeats a delivery for a day
 * (3.3), so what is lost is rare: a quarter of an hour keeps a lost event within the promise of minutes, and a thousand quiet portals
 * cost a third of what five minutes would.
 */
const RECONCILE_EVERY_MS = 900_000;

export class HubSpotPortal implements Crm {
  readonly vendor = "hubspot";
  readonly reconcileEveryMs = RECONCILE_EVERY_MS;
  readonly #settings: OAuthSettings;
  readonly #wiring: Wiring;
  readonly #client: Client;
  readonly #stages: Stages;
  readonly #schema: Schema;
  readonly #owners: Owners;
  readonly #reader: Reader;
  readonly #writer: Writer;
  #uiDomain = "app.hubspot.com";

  constructor(settings: OAuthSettings, wiring: Wiring) {
    this.#settings = settings;
    this.#wiring = wiring;
    this.#client = new Client(settings.fetch, settings.apiUrl, wiring);
    this.#stages = new Stages(this.#client);
    this.#schema = new Schema(this.#client);
    this.#owners = new Owners(this.#client);
    this.#reader = new Reader(this.#client, this.#stages, this.#schema, settings.clientSecret);
    this.#writer = new Writer(this.#client, this.#schema, settings.clientSecret);
  }

  #scopes(): readonly string[] {
    return this.#wiring.tokens.grant().scopes;
  }

  capabilities(): Capabilities {
    return capabilitiesOf(this.#scopes(), this.#schema.knownKeyMode());
  }

  /** HubSpot tells neither language nor country of an account: an admin sets them, the zone gives a first guess. */
  async account(): Promise<Account> {
    const call = { method: "GET", path: `/account-info/${API_VERSION}/details`, items: 1 } as const;
    const { timeZone, companyCurrency, accountType, uiDomain } = await this.#client.ask(call, details);
    if (uiDomain && /^[\w.-]+$/.test(uiDomain)) this.#uiDomain = uiDomain;
    return {
      zone: isZone(timeZone) ? timeZone : "UTC",
      currency: companyCurrency,
      language: "en",
      plan: null,
      test: (accountType ?? "STANDARD") !== "STANDARD",
      country: null,
    };
  }

  owners(): Promise<readonly Owner[]> {
    return this.#owners.all();
  }

  ownerNames(): Promise<ReadonlyMap<string, string>> {
    return this.#owners.names();
  }

  async stages(): Promise<readonly Stage[]> {
    const deals = await this.#stages.all("deal");
    if (!this.kinds().includes("ticket")) return deals;
    return [...deals, ...(await this.#stages.all("ticket"))];
  }

  read(kind: RecordKind, ids: readonly string[]): Promise<ReadAnswer> {
    return this.#reader.read(kind, ids);
  }

  readSize(kind: RecordKind): number {
    return readSize(kind, this.#client.budgets.leftOf("general", this.#client.now()));
  }

  kinds(): readonly RecordKind[] {
    const granted = new Set(this.#scopes());
    const types = Object.values(OBJECT_TYPES).filter(({ scopes }) => scopes.every((scope) => granted.has(scope)));
    return types.map(({ kind }) => kind);
  }

  changedSince(kind: RecordKind, sinceMs: number, after: string | null, isShown = false): Promise<ChangePage> {
    return changedSince(this.#client, isShown ? this.#reader : null, kind, sinceMs, after);
  }

  linked(kind: RecordKind, targets: readonly RecordRef[]): Promise<ReadonlyMap<string, readonly string[]>> {
    return this.#reader.linkedTo(OBJECT_TYPES[kind].path, targets);
  }

  find(wanted: readonly Wanted[]): Promise<readonly Found[]> {
    return this.#reader.find(wanted);
  }

  names(refs: readonly RecordRef[]): Promise<ReadonlyMap<string, MergeValues>> {
    return this.#reader.names(refs);
  }

  addresses(contactIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return this.#reader.addresses(contactIds);
  }

  batchSize(_kind: ThingKind, _verb: Verb): number {
    return OBJECT_BATCH;
  }

  readyAt(operation: Operation): number {
    return this.#client.budgets.readyAt(needsOf(operation), this.#client.now());
  }

  budgets(): readonly BudgetLeft[] {
    return this.#client.budgets.left(this.#client.now());
  }

  write(batch: Batch): Promise<readonly Outcome[]> {
    return this.#writer.write(batch);
  }

  async send(message: ClientMessage): Promise<string> {
    if (message.way !== "sequence") throw noWay(message);
    const able = this.capabilities().sequences;
    if (able !== true) throw new CrmFailure("refused", able, { code: "NO_SCOPE" });
    return enrol(this.#client, message);
  }

  async stopLetters(contactId: string): Promise<void> {
    this.#client.room({ general: 2 });
    const address = (await this.#reader.addresses([contactId])).get(contactId);
    if (this.capabilities()["opt-outs"] === true && address !== undefined) return unsubscribe(this.#client, address);
    const target = { kind: "contact", id: contactId } as const;
    const item = { key: `no-letters:${contactId}`, id: contactId, target, fields: { no_letters: true } };
    failUnlessDone(await this.#writer.write({ kind: "fields", verb: "update", on: "contact", items: [item] }));
  }

  ensureSchema(
    fields: readonly FieldDefinition[],
    kinds: readonly RecordKind[],
    language: Language,
  ): Promise<SchemaReport> {
    return this.#schema.ensure(fields, kinds, language);
  }

  removeSchema(): Promise<void> {
    return this.#schema.remove();
  }

  /** Webhooks are declared in the app's project and apply to every portal (3.1): there is nothing to do per portal. */
  async bind(_publicUrl: string): Promise<void> {}

  recordUrl({ kind, id }: RecordRef): string {
    const { typeId } = OBJECT_TYPES[kind];
    return `https://${this.#uiDomain}/contacts/${this.#wiring.account}/record/${typeId}/${id}`;
  }

  /**
   * 2.4: external-install first, then the refresh token. Both may be gone already, which is what was wanted.
   * @throws CrmFailure `unauthorised` where the token server refuses this app's own settings: whether the install is gone is not known then
   */
  async leave(): Promise<void> {
    const call = {
      method: "DELETE",
      path: `/appinstalls/${API_VERSION}/external-install`,
      write: true,
      items: 1,
    } as const;
    const isOut = await this.#client.call(call).then(() => true, ignoreGone);
    await revokeGrant(this.#settings, this.#wiring.tokens.grant(), this.#client.now()).catch((error: unknown) => {
      // The refresh token ended with the install.
      if (!isOut || !isFailure(error, "unauthorised")) ignoreGone(error);
    });
  }
}

/** What says that nothing of ours is there any more; what the token server says of our own settings does not. */
function ignoreGone(error: unknown): false {
  const isSaidOfInstall =
    error instanceof HubSpotFailure && (error.failure === "refused" || error.failure === "unauthorised");
  if (!isSaidOfInstall && !isFailure(error, "revoked")) throw error;
  return false;
}

/** The calls of the smallest piece of each operation, per limit. */
function needsOf(operation: Operation): Needs {
  switch (operation.do) {
    case "read":
      return readNeeds(operation.kind, 1);
    case "find":
      return { general: 1, associations: 1 };
    case "changes":
      return { search: 1 };
    case "send":
      return { general: ENROL_CALLS };
    default:
      return { general: 1 };
  }
}
