/** Where the portals of a world live: a connector on some runtime, the CRMs around it, one virtual clock. Worlds know nothing else of it. */
import type { Portal } from "../../src/portal.ts";
import type { PortalId } from "../../src/ports.ts";
import type { Faults } from "../../src/sandbox/faults.ts";
import type { LogLine } from "../../test/support/house.ts";
import type { Step, When } from "../../test/support/life.ts";
import type { Crms } from "../../test/support/world.ts";

export interface WorldHouseOptions {
  /** what comes of chance in the connector and the CRMs */
  seed: number;
  /** how long a call to a CRM takes, ms of the virtual clock */
  callMs: number;
  /** called before and after each commit and each call to a CRM; a throw ends it there, `Killed` the whole connector */
  onStep: (step: Step, when: When) => void;
}

export type MakeHouse = (options: WorldHouseOptions) => WorldHouse;

export interface WorldHouse extends Crms {
  readonly faults: { hubspot: Faults; bitrix24: Faults };
  /** what the connector said; whoever reads it may take it away */
  readonly logs: LogLine[];
  /** turns of portals so far */
  readonly turns: number;
  readonly isDead: boolean;
  /** disasters that only this runtime knows, by name; each strikes one portal */
  readonly ownDisasters: Readonly<Record<string, (id: PortalId) => Promise<void>>>;
  /** one question or action to a portal, as screens have it */
  ask(id: PortalId, method: string, args: readonly unknown[]): Promise<unknown>;
  /** Looks at a portal where it lives. What is handed back has to be plain. */
  inside<T>(id: PortalId, look: (portal: Portal) => T): Promise<T>;
  /** Turns whatever is due and moves the clock, until `untilMs`. A killed connector stops it. */
  run(untilMs: number): Promise<void>;
  /** As SIGKILL does it: nothing is finished, nothing is told. */
  kill(): void;
  /** Starts again on what is on disk. */
  start(): void | Promise<void>;
  /** What the connector takes for the time is so far ahead of everybody else's, ms. */
  setHostClock(aheadMs: number): void;
  /** Time passed in which the connector was not running. */
  wasAway(): void | Promise<void>;
  /** Changes in the CRM are listed as often as in life, or only when there may be some. */
  listOften(isOften: boolean): void | Promise<void>;
  /** A copy of a portal's database, as whoever runs the connector makes it. @returns what restores it */
  copy(id: PortalId): Promise<() => Promise<void>>;
  /** The portal moves to the other runtime and back. @throws Error when it did not arrive whole */
  move(id: PortalId): Promise<void>;
  /** everything that is kept of a portal */
  kept(id: PortalId): Promise<Uint8Array>;
  close(): void | Promise<void>;
}
