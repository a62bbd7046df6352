/**
 * The port: everything the house asks of a CRM, in our words. Each vendor folder implements `CrmApp` and `Crm`, and both
 * pass the contract suite in `test/crm/contract.ts`. What a CRM cannot do is declared in `capabilities` with a reason.
 *
 * Every method may throw `CrmFailure`. A method never sleeps: when a limit leaves no room it throws `limited` with
 * `retryAt` before anything was sent.
 */
import type { ThingKind, Verb } from "../core/desired.ts";
import type { FieldDefinition, FieldValue } from "../core/fields.ts";
import type { FactValue, Hint, Language, RecordFacts, RecordKind, RecordRef } from "../core/model.ts";

export type Vendor = "hubspot" | "bitrix24";

// ---------------------------------------------------------------- the app: before and around a portal

/** What an install gives us. Stored encrypted, never logged. */
export interface Grant {
  /** the account in the CRM's own words: hub id, member id */
  account: string;
  accessToken: string;
  refreshToken: string;
  /** epoch ms at which the access token dies */
  expiresAt: number;
  /** epoch ms at which it was issued; a refresh is due at 75 % of its life */
  issuedAt: number;
  scopes: readonly string[];
  /** the CRM's id of the person who installed, where it tells */
  userId: string | null;
  /** where the portal answers, for CRMs with an address per portal */
  endpoint: string | null;
  /** the authorisation server, for CRMs with several */
  authServer: string | null;
  /** a shared token that proves where a webhook came from, for CRMs that have one */
  applicationToken: string | null;
}

/** A request as the web layer hands it over: raw bytes, the public URL it was sent to. */
export interface Incoming {
  method: string;
  /** absolute, built from the configured public URL, never from Host headers */
  url: string;
  headers: { get(name: string): string | null };
  body: Uint8Array;
}

export type Refusal = "missing-signature" | "stale" | "mismatch" | "malformed" | "unknown-portal" | "too-many";

/** Hints of one delivery that belong to one account. `own` counts events that were echoes of our writes and were dropped. */
export interface AccountHints {
  account: string;
  hints: readonly Hint[];
  own: number;
  /** names of events we do not know; answered 2xx, logged */
  unknown: readonly string[];
  /** the account says that we are no longer installed */
  uninstalled?: { clean: boolean };
  /** somebody changed or deleted a field of ours: `ensureSchema` is due */
  schemaTouched?: true;
}

export type Verified = { ok: true; accounts: readonly AccountHints[] } | { ok: false; reason: Refusal };

/** One per CRM; knows our client id and secret, no portal. */
export interface CrmApp {
  readonly vendor: Vendor;
  /** where to send the browser to install; `state` is ours and comes back */
  authoriseUrl(state: string): string;
  /** @throws CrmFailure `refused` for a used or expired code, `unauthorised` for our own configuration */
  exchange(code: string, now: number): Promise<Grant>;
  /** @throws CrmFailure `revoked` when the install is gone, `unauthorised` for our own configuration, else `unavailable` */
  refresh(grant: Grant, now: number): Promise<Grant>;
  /**
   * Raw bytes in, hints out; there is no other way to hints. `applicationTokenOf` looks up the stored shared token of an
   * account, for CRMs that prove origin by one; null when we do not know the account.
   */
  verify(incoming: Incoming, now: number, applicationTokenOf: (account: string) => string | null): Promise<Verified>;
  /** A connection to one portal. */
  connect(wiring: Wiring): Crm;
}

/** What a connection needs from the portal that holds it. */
export interface Wiring {
  account: string;
  tokens: Tokens;
  now: () => number;
  /** a number in [0, 1), for jitter */
  chance: () => number;
  /** each call as it ends, for the request log and metrics; paths carry ids but never values */
  onCall?: (call: CallSeen) => void;
  /** the portal moved to another address */
  onEndpoint?: (endpoint: string) => void;
  /** as an earlier connection was told by the account; default: not known yet */
  keepsEvents?: boolean;
  /** properties an admin mapped to facts, per kind: `x.<name>` in facts */
  mapped?: Readonly<Partial<Record<RecordKind, readonly string[]>>>;
  /** an admin consented to letters being read for their mood and intent; without it no text of a letter is asked for */
  readsLetters?: boolean;
}

export interface CallSeen {
  at: number;
  method: string;
  path: string;
  /** 0 when no answer came */
  status: number;
  /** how many things the call carried */
  items: number;
}

/** The portal's grant, refreshed ahead of expiry and once however many callers ask. */
export interface Tokens {
  grant(): Grant;
  /** an access token that lives; @throws CrmFailure `revoked` or `unauthorised` */
  access(): Promise<string>;
  /** after a 401: one forced refresh, shared by everyone who holds the same dead token */
  renew(deadToken: string): Promise<string>;
}

// ---------------------------------------------------------------- the connection: one portal

export interface Account {
  /** IANA name */
  zone: string;
  currency: string;
  language: Language;
  /** the CRM's word for the plan, where it tells */
  plan: string | null;
  /** a test or sandbox account: not billed, shown as such */
  test: boolean;
  /** ISO country code where the CRM tells, for holidays */
  country: string | null;
  /** version of us that is installed there, where the CRM tells: with another one, everything bound may be gone */
  appVersion?: string;
  /** what the portal pays for us, where the CRM tells */
  payment?: Payment;
  /** it keeps what events tell until it is fetched: `drain` */
  keepsEvents?: true;
}

/** How long a portal may use us, as its CRM says. */
export interface Payment {
  status: "free" | "demo" | "trial" | "paid";
  expired: boolean;
  /** until the paid period or the trial ends */
  daysLeft: number | null;
}

export interface Owner {
  /** the id that owner fields take */
  id: string;
  /** the id that identifies a person who looks at a screen */
  userId: string | null;
  active: boolean;
  /** owner id of the manager in the CRM's own structure; null where it has none */
  managerId: string | null;
  teamIds: readonly string[];
  /** IANA name, where the CRM tells */
  zone: string | null;
}

export interface Stage {
  kind: "deal" | "ticket";
  pipeline: string;
  stage: string;
  outcome: "open" | "won" | "lost" | "closed";
}

/** A record as just read. `texts` and `key` never reach the store as they are: texts are hashed, the key finds the mirror row. */
export interface ReadRecord extends RecordFacts {
  modifiedAt: number | null;
  /** our own fields on it, for the three-way rule; absent when the record carries none */
  fields?: Readonly<Record<string, FieldValue>>;
  /** of a task: subject, body; of a letter, with consent: body, which is read for labels and dropped */
  texts?: Readonly<Record<string, string>>;
  /** of a task: our key, when it carries one */
  key?: string | null;
  /** ids that were merged into this record */
  mergedIds?: readonly string[];
}

export interface ReadAnswer {
  records: readonly ReadRecord[];
  /** asked for, and not there any more */
  missing: readonly string[];
}

/** What a listing of changes shows of a record: a direct read tells more (links, where they are not shown), and counts. */
export interface Shown extends Omit<ReadRecord, "links"> {
  /** all of them, where the listing shows them */
  links?: readonly RecordRef[];
  /** id of the primary company, where the listing shows no more of the links; null = it names none */
  companyId?: string | null;
}

export interface ChangePage {
  ids: readonly string[];
  /** when each was last modified, epoch ms, where the CRM tells: what we have already read in that state is not read again */
  modifiedAt?: Readonly<Record<string, number>>;
  /** by id, where it was asked for and the CRM's listing can show it */
  shown?: Readonly<Record<string, Shown>>;
  /** hand in again for the next page; null when the window is exhausted */
  after: string | null;
  /** everything modified before this instant has been listed, epoch ms */
  through: number;
}

/**
 * What merge fields may be filled with; read freshly, held in memory for one turn, never stored. Every record has `name`;
 * contacts also `firstName` and `lastName`, where they are filled in.
 */
export type MergeValues = Readonly<Record<string, string>>;

export type { ThingKind, Verb } from "../core/desired.ts";

export interface TaskValues {
  /** plain text, one line */
  subject?: string;
  /** plain text with line breaks; the adapter turns it into the CRM's markup and back */
  body?: string;
  /** epoch ms */
  dueAt?: number;
  /** epoch ms; null removes it */
  reminderAt?: number | null;
  ownerId?: string | null;
  priority?: "low" | "medium" | "high";
  type?: "todo" | "call" | "email" | "meeting";
  status?: "open" | "done";
  /** on an update: links to add where they are missing; none is ever removed */
  links?: readonly RecordRef[];
  checklist?: readonly string[];
  accomplices?: readonly string[];
  auditors?: readonly string[];
}

export interface NoteValues {
  text: string;
  /** epoch ms */
  at: number;
}

export interface NoticeValues {
  ownerId: string;
  text: string;
}

/** One item of a batch, resolved and rendered: ready to send. */
export interface WriteItem {
  /** the mirror row's key; travels with the write where the CRM can carry it */
  key: string;
  /** the CRM's id, for update and delete */
  id: string | null;
  /** the record a note belongs to, the record whose fields these are, the first link of a task */
  target: RecordRef | null;
  task?: TaskValues;
  fields?: Readonly<Record<string, FieldValue>>;
  note?: NoteValues;
  notice?: NoticeValues;
}

/** Items of one kind and one verb; `fields` batches hold records of one kind. At most `batchSize` items. */
export interface Batch {
  kind: ThingKind;
  verb: Verb;
  /** for `fields`: which records */
  on: RecordKind | null;
  items: readonly WriteItem[];
}

/** What became of one item. `echo` is what the CRM returned, in our words; it rounds and rewrites. */
export type Outcome =
  | {
      key: string;
      done: true;
      id: string;
      echo: Readonly<Record<string, FactValue>>;
      texts?: Readonly<Record<string, string>>;
      modifiedAt?: number | null;
    }
  | {
      key: string;
      done: false;
      failure: "refused";
      code: string;
      advice: string;
      gone?: boolean;
      about?: readonly string[];
    }
  | { key: string; done: false; failure: "limited" | "unavailable"; retryAt: number }
  | { key: string; done: false; failure: "unknown" };

/** A message to a client that the CRM sends by its own means, resolved and rendered. */
export type ClientMessage =
  | {
      way: "letter";
      contactId: string;
      address: string;
      ownerId: string;
      from: { name: string; address: string };
      subject: string;
      html: string;
    }
  /** the CRM's own letters, one after another; its text is the CRM's */
  | { way: "sequence"; contactId: string; ownerId: string; sequence: string }
  /** a process of the CRM that takes the text, for short messages through the portal's own provider */
  | { way: "process"; contactId: string; process: string; text: string };

/** A key to look for, and where: found by association, never by search. */
export interface Wanted {
  key: string;
  kind: "task" | "note";
  targets: readonly RecordRef[];
}

export interface Found {
  key: string;
  id: string;
}

export interface SchemaReport {
  /** field ids per record kind that exist now and may be written */
  ready: Readonly<Partial<Record<RecordKind, readonly string[]>>>;
  /** left out, with the reason, in the order of rank */
  left: readonly {
    field: string;
    on: RecordKind;
    why: "no-room" | "other-type" | "archived" | "no-scope" | "refused";
  }[];
  /** created just now */
  created: number;
}

/** What a portal may do. `true`, or the reason why not, in words for an admin. */
export type Capability =
  | "unique-task-key"
  | "managers"
  | "notices"
  | "checklists"
  | "offline-events"
  | "tickets"
  | "invoices"
  | "emails"
  | "surveys"
  | "sequences"
  | "letters"
  | "short-messages"
  | "opt-outs"
  | "chat-bot"
  | "uninstall";
export type Capabilities = Readonly<Record<Capability, true | string>>;

export type Operation =
  | { do: "read"; kind: RecordKind }
  | { do: "write"; kind: ThingKind; verb: Verb }
  | { do: "send" }
  | { do: "find" }
  | { do: "changes" }
  | { do: "names" };

export interface BudgetLeft {
  limit: string;
  left: number;
  /** epoch ms at which at least one call may go out */
  readyAt: number;
}

/** Hints that the CRM kept for us. `confirm` is called once they are on disk; unconfirmed ones come again. */
export interface Drained {
  hints: readonly Hint[];
  confirm(): Promise<void>;
}

/** One portal's CRM. */
export interface Crm {
  readonly vendor: Vendor;
  capabilities(): Capabilities;
  account(): Promise<Account>;
  /** all of them, inactive ones included */
  owners(): Promise<readonly Owner[]>;
  /** names of the people who may own records, by owner id; for screens, never stored */
  ownerNames(): Promise<ReadonlyMap<string, string>>;
  stages(): Promise<readonly Stage[]>;
  /** at most `readSize(kind)` ids; follows links */
  read(kind: RecordKind, ids: readonly string[]): Promise<ReadAnswer>;
  readSize(kind: RecordKind): number;
  /** kinds that this portal can be asked about (scopes, plan) */
  kinds(): readonly RecordKind[];
  /**
   * One page of ids of records changed since `sinceMs`, oldest first; goes past the CRM's own result caps. `isShown`: also what they
   * hold, so that an edit behind a write of ours is noticed without reading every write back.
   */
  changedSince(kind: RecordKind, sinceMs: number, after: string | null, isShown?: boolean): Promise<ChangePage>;
  /** ids of records linked to each target, by `refKey(target)`, for a late look (tickets of a company, tasks of a deal) */
  linked(kind: RecordKind, targets: readonly RecordRef[]): Promise<ReadonlyMap<string, readonly string[]>>;
  find(wanted: readonly Wanted[]): Promise<readonly Found[]>;
  /** by `refKey(ref)`; a record that is gone is left out */
  names(refs: readonly RecordRef[]): Promise<ReadonlyMap<string, MergeValues>>;
  /** e-mail addresses of contacts, by id, for a letter that goes out now; contacts without one are left out. At most 50 ids */
  addresses(contactIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  batchSize(kind: ThingKind, verb: Verb): number;
  /** the earliest moment at which one such call may go out */
  readyAt(operation: Operation): number;
  /** how often changes have to be listed so that a lost event is noticed in time, ms */
  readonly reconcileEveryMs: number;
  budgets(): readonly BudgetLeft[];
  /** one call; an outcome per item, in any order. Throws only `limited`/`unauthorised`/`revoked` with nothing sent */
  write(batch: Batch): Promise<readonly Outcome[]>;
  /**
   * One message to a client. Called by the engine's letters alone, at most once per message.
   * @returns the CRM's id of what it made
   * @throws CrmFailure `refused` also where this CRM has no such way; `unknown` when it may have gone out
   */
  send(message: ClientMessage): Promise<string>;
  /**
   * The contact wants no letters: set as the CRM's own opt-out where it has one, else in our field `no_letters`. May be said again.
   * @throws CrmFailure
   */
  stopLetters(contactId: string): Promise<void>;
  ensureSchema(
    fields: readonly FieldDefinition[],
    kinds: readonly RecordKind[],
    language: Language,
  ): Promise<SchemaReport>;
  removeSchema(): Promise<void>;
  /** hints from the CRM's own loss-free queue, where `capabilities()["offline-events"]` is true; call until it has none */
  drain?(): Promise<Drained>;
  /** is anything in that queue that nobody fetched yet? Only looks */
  hasQueued?(): Promise<boolean>;
  /** ties the portal to our webhooks, robots and placements where the CRM wants that done per portal; idempotent */
  bind(publicUrl: string): Promise<void>;
  /** a link to the record in the CRM's own screens */
  recordUrl(ref: RecordRef): string;
  /** uninstalls through the CRM where it can, and revokes the tokens */
  leave(): Promise<void>;
}
