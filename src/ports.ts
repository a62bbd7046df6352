/** What a runtime supplies to the house: time, chance, secrets, wake-ups, and a place where portals live. Plain data crosses. */
import type { Hint } from "./core/model.ts";
import type { OutboundRules } from "./crm/outbound.ts";
import type { Grant, Vendor } from "./crm/port.ts";
import type { Mailer } from "./mailer.ts";

/** `<vendor>-<account>`, the name of a portal everywhere outside its own database. */
export type PortalId = string;

export function portalId(vendor: Vendor, account: string): PortalId {
  return `${vendor}-${account}`;
}

/** @throws Error when `id` is not `<vendor>-<account>` */
export function parsePortalId(id: PortalId): { vendor: Vendor; account: string } {
  const dash = id.indexOf("-");
  const vendor = id.slice(0, dash);
  if (vendor !== "hubspot" && vendor !== "bitrix24")
    throw new Error(`"${id}" is no portal; expected <vendor>-<account>`);
  return { vendor, account: id.slice(dash + 1) };
}

/** Secrets: synchronous, so that a token is sealed and stored in one transaction. */
export interface Vault {
  /** authenticated encryption with the newest key; the text says which key it was */
  seal(text: string): string;
  /** @throws Error when no known key opens it */
  open(sealed: string): string;
  /** keyed hash, base64url, 22 characters: equal texts give equal hashes, nothing else can be learnt */
  hash(text: string): string;
}

export type Log = (
  level: "info" | "warn" | "error",
  event: string,
  details?: Readonly<Record<string, unknown>>,
) => void;

export interface Surroundings {
  now(): number;
  /** a number in [0, 1) */
  chance(): number;
  /** an unguessable token, base64url */
  token(): string;
  /**
   * Since when the CRMs' events reach this process, epoch ms: of what happened before, some may have been lost on the way. Absent where
   * requests wait for the program (Workers).
   */
  hearsSince?: number;
  vault: Vault;
  log: Log;
  /** leaves the event loop to others; absent: nobody else is there */
  breathe?(): Promise<void>;
  /** how long this process has worked, ms: slices of long work end by it; absent where no time passes while one works (Workers) */
  worked?(): number;
  /** sends letters; absent where the runtime or its configuration has none: letters stay tasks */
  mailer?: Mailer | undefined;
  /** how addresses that administrators typed in are called; absent: they are not */
  outbound?: Pick<OutboundRules, "fetch" | "allow"> | undefined;
}

/** A delivery's hints for one portal, with the account they came for. */
export interface Delivery {
  portal: PortalId;
  hints: readonly Hint[];
  uninstalled?: { clean: boolean };
}

/** Where portals live. On Node: one file each and a registry; on Workers: one object each. */
export interface PortalHost {
  /** stores hints; resolves only when they are on disk. Unknown portals are left out and named in the answer. */
  deliver(deliveries: readonly Delivery[]): Promise<{ unknown: readonly PortalId[] }>;
  /** a new install, or an old one with fresh tokens */
  install(vendor: Vendor, grant: Grant): Promise<void>;
  /** is it installed? */
  has(id: PortalId): boolean | Promise<boolean>;
  /** did it move away from here? Its copy here is left behind, or still arriving */
  hasMoved(id: PortalId): boolean | Promise<boolean>;
  /** the shared token by which a CRM proves where its events come from; null for unknown portals */
  applicationToken(id: PortalId): Promise<string | null>;
  /** one question or action to a portal, by the name of a method of `PortalDoor`; plain data in, plain data out */
  ask(id: PortalId, method: string, args: readonly unknown[]): Promise<unknown>;
  /** true the first time; what was used is remembered until `expiresAt`, after which whoever asks must not believe it anyway */
  useOnce(id: string, expiresAt: number): Promise<boolean>;
}
