/** One CRM of the crash test, in a process of its own: what people do in it, and what its API says was done. */
import type { Clock } from "../../../src/sandbox/clock.ts";

export interface SiteOptions {
  clock: Clock;
  random: () => number;
  /** where the connector answers */
  publicUrl: string;
  /** where the sandbox answers */
  sandboxUrl: string;
}

/** A task as the CRM's API lists it. */
export interface ListedTask {
  /** our key; "" where it carries none */
  key: string;
  subject: string;
  /** ids of the deals it is tied to */
  deals: readonly string[];
}

export interface WonDeal {
  deal: string;
  company: string;
}

export interface CrashSite {
  /** what the connector's environment says about this CRM */
  readonly env: Readonly<Record<string, string>>;
  /** @throws ConnectionCut */
  fetch(request: Request): Promise<Response>;
  /** whether a request creates tasks */
  creates(request: Request): Promise<boolean>;
  /** as an administrator does it */
  install(): Promise<void>;
  /** a deal won with a company of its own */
  winDeal(n: number): WonDeal;
  /** somebody renames a deal */
  rename(deal: string, name: string): void;
  /** keys of the tasks that there are, only to know when to look */
  keys(): readonly string[];
  /** every task, page by page through the CRM's API */
  list(): Promise<readonly ListedTask[]>;
  /** answers "over a limit" */
  limited(): number;
  violations(): readonly string[];
}
