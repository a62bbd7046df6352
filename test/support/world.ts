/** One portal of either CRM as its people see it: the same words for both, so that one test speaks of both. */
import type { RecordRef } from "../../src/core/model.ts";
import type { Mode } from "../../src/portal-open.ts";
import type { PortalId } from "../../src/ports.ts";
import type { House, HouseOptions } from "./house.ts";
import { Bitrix24PortalWorld } from "./world-bitrix24.ts";
import { HubSpotPortalWorld } from "./world-hubspot.ts";

/** A task as it stands in the CRM. */
export interface TaskSeen {
  id: string;
  subject: string;
  body: string;
  /** epoch ms */
  dueAt: number | null;
  ownerId: string | null;
  done: boolean;
  /** `kind:id` of every record it is tied to, sorted */
  links: readonly string[];
}

export interface TaskEdit {
  subject?: string;
  dueAt?: number;
  ownerId?: string;
  done?: boolean;
}

export interface NewDeal {
  name?: string;
  companyId?: string;
  contactIds?: readonly string[];
  ownerId?: string;
  amount?: number;
  outcome?: "open" | "won" | "lost";
}

/** What a portal needs around it: both CRMs, and a connector that they reach. */
export type Crms = Pick<House, "clock" | "hubspot" | "bitrix24"> & { app: Pick<House["app"], "request"> };

/** Everything here is done by people in the CRM, or read from it; nothing looks into the connector. */
export interface World<H extends Crms = House> {
  readonly vendor: "hubspot" | "bitrix24";
  readonly house: H;
  readonly id: PortalId;

  /** an admin installs the app */
  install(): Promise<void>;
  /** somebody removes it; where the CRM tells nobody, nobody is told */
  uninstall(): void;
  /** the tokens die without a word */
  revoke(): void;

  // people and records
  owner(name: string): string;
  deactivate(ownerId: string): void;
  company(values?: { name?: string; ownerId?: string }): string;
  contact(values?: { firstName?: string; lastName?: string; companyId?: string }): string;
  deal(values: NewDeal): string;
  win(dealId: string): void;
  lose(dealId: string): void;
  reopen(dealId: string): void;
  linkDeal(dealId: string, companyId: string): void;
  /** a contact for a deal that has none */
  linkContact(dealId: string, contactId: string): void;
  /** gives a company, contact or deal to somebody else */
  assign(ref: RecordRef, ownerId: string): void;
  remove(ref: RecordRef): void;
  /** out of the recycle bin; false where the CRM has none that tells */
  restore(ref: RecordRef): boolean;
  /** two companies become one; null where the CRM has no merge */
  mergeCompanies(primaryId: string, otherId: string): string | null;
  /** a person asks to be forgotten; false where the CRM has no such thing */
  privacyDelete(contactId: string): boolean;
  /** many won deals at once, each with its own company, without events, as of `at`; ids of deals and companies */
  importWon(count: number, ownerId: string, at: number): readonly { deal: string; company: string }[];
  /** a deal won with the company at each of these moments of the past, without events */
  importOrders(companyId: string, ownerId: string, at: readonly number[]): void;
  rename(ref: RecordRef, name: string): void;

  /** an e-mail that is kept with the company, from the client (`in`) or from us; its id */
  letter(companyId: string, direction: "in" | "out", text: string): string;

  // tasks
  tasks(): readonly TaskSeen[];
  taskCount(): number;
  /** tasks tied to a deal */
  tasksOf(dealId: string): readonly TaskSeen[];
  task(id: string): TaskSeen | null;
  editTask(id: string, edit: TaskEdit): void;
  deleteTask(id: string): void;

  // our fields
  /** our fields that hold something, by our id */
  fields(ref: RecordRef): Readonly<Record<string, string>>;
  setField(ref: RecordRef, id: string, value: string): void;

  // what the CRM counted
  calls(): number;
  writes(): number;
  /** answers "over a limit" that no test asked for */
  limited(): number;
  violations(): readonly string[];
  /** every text by which a customer or colleague could be recognised */
  strings(): readonly string[];
}

/** Both CRMs, for `describe.each`. */
export const VENDORS = ["hubspot", "bitrix24"] as const;
export type VendorName = (typeof VENDORS)[number];

/** A portal of the named CRM in a house. `isForgetful`: an event that does not arrive is lost, also where the CRM could keep it for us. */
export function addPortal<H extends Crms>(house: H, vendor: VendorName, isForgetful = false): World<H> {
  if (vendor === "hubspot") return new HubSpotPortalWorld(house);
  return new Bitrix24PortalWorld(house, isForgetful ? { offlineEvents: false } : {});
}

/** An installed portal with a first import behind it. */
export async function installed(
  house: House,
  vendor: VendorName,
  settleMs = 15 * 60_000,
  isForgetful = false,
): Promise<World> {
  const world = addPortal(house, vendor, isForgetful);
  await world.install();
  await house.runFor(settleMs);
  return world;
}

/** What a screen of ours asks of the portal. */
export async function setMode(world: World, mode: Mode): Promise<void> {
  await world.house.host.ask(world.id, "setMode", [mode, "user:test"]);
}

export type { HouseOptions };
