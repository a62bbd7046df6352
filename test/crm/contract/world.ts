/** The world that the contract suite acts in: one portal of one CRM, its people, its clock and its mishaps. */
import type { RecordRef } from "../../../src/core/model.ts";
import type { Crm, CrmApp, Incoming } from "../../../src/crm/port.ts";

/** A task as a person sees it in the CRM's own screens, read from the CRM and not through the adapter. */
export interface SeenTask {
  id: string;
  subject: string;
  /** as plain text, without any mark of ours */
  body: string;
  /** epoch ms */
  dueAt: number | null;
  ownerId: string | null;
  priority: "low" | "medium" | "high" | null;
  done: boolean;
  links: readonly RecordRef[];
}

/** What people do in the CRM, in neutral words. Ids are the CRM's. */
export interface People {
  /** two owners that are active, and one that was deactivated */
  readonly owners: { anna: string; boris: string; gone: string };
  company(values?: { name?: string; ownerId?: string; headcount?: number; industry?: "finance" }): Promise<string>;
  contact(values?: { firstName?: string; lastName?: string; email?: string; companyId?: string }): Promise<string>;
  /** open unless told otherwise; the company becomes its primary one */
  deal(values: {
    name?: string;
    companyId?: string;
    contactIds?: readonly string[];
    amount?: number;
    ownerId?: string;
    outcome?: "open" | "won" | "lost";
  }): Promise<string>;
  win(dealId: string): Promise<void>;
  lose(dealId: string): Promise<void>;
  /** back to an open stage */
  reopen(dealId: string): Promise<void>;
  /** a deal gets its company after it was created */
  linkDeal(dealId: string, companyId: string): Promise<void>;
  editTask(id: string, values: { subject?: string; dueAt?: number; ownerId?: string; done?: boolean }): Promise<void>;
  /** a person creates a task of their own */
  ownTask(target: RecordRef): Promise<string>;
  /** a person overwrites one of our fields with a raw value of the CRM's own form */
  setField(ref: RecordRef, fieldId: string, value: number | string): Promise<void>;
  remove(ref: RecordRef): Promise<void>;
  /** @returns the id of the survivor */
  merge(kind: "company" | "contact" | "deal", intoId: string, losingId: string): Promise<string>;
  /** null when there is no such task */
  seeTask(id: string): Promise<SeenTask | null>;
  /** open and closed tasks on a record */
  tasksOn(target: RecordRef): Promise<readonly SeenTask[]>;
  /** the raw values of our fields on a record, by field id; cleared ones are left out */
  seeFields(ref: RecordRef): Promise<Readonly<Record<string, string>>>;
}

/** What went out to clients by the CRM's own means. */
export interface Outbox {
  /** a mailbox of Anna's, a sequence called "Win back", a process on contacts that takes `Text`; where the CRM has none, any name */
  prepare(): { from: string; sequence: string; process: string };
  sent(): readonly { way: "letter" | "sequence" | "process"; contactId: string; says: string }[];
}

/** What may happen to the next call that changes something, or reads. */
export type Mishap = "limited" | "unavailable" | "cut-before" | "cut-after";

export interface ContractWorld {
  readonly app: CrmApp;
  /** a fresh connection: no caches, budgets empty, as after a restart */
  connect(): Crm;
  readonly account: string;
  /** what the account is set to */
  readonly expected: { zone: string; currency: string };
  now(): number;
  /** longest time, ms, by which the CRM's own indexes, roll-ups and deliveries trail a write in this sandbox */
  readonly settledMs: number;
  /** moves the clock; the CRM's own lags, deliveries and late writes happen on the way */
  advance(byMs: number): Promise<void>;
  readonly people: People;
  readonly outbox: Outbox;
  /** the next API call that writes (or reads) meets this, once */
  mishap(kind: Mishap, on: "write" | "read"): void;
  /** webhooks sent since this was last asked, after the clock was moved far enough for them to go out */
  deliveries(): Promise<readonly Incoming[]>;
  /** looks up the stored application token, for CRMs that prove origin by one */
  applicationTokenOf(account: string): string | null;
  /** calls that reached the CRM so far, without those for tokens */
  calls(): number;
  /** what the CRM found wrong with our calls; must stay empty */
  violations(): readonly string[];
  /** answers "over the limit" that no test asked for; must stay 0 */
  limitedByUs(): number;
  close(): Promise<void>;
}
