/** What the parts of the house that work on an open portal may ask of it; src/portal.ts is what answers. */
import type { Settings } from "./core/settings.ts";
import type { Account, Crm, Owner, SchemaReport, Stage } from "./crm/port.ts";
import type { Bounds, Engine } from "./engine/engine.ts";
import type { Turn } from "./engine/tick.ts";
import type { PortalId } from "./ports.ts";
import type { Store } from "./store/store.ts";

export type Mode = "observe" | "live" | "paused";

/** What we know of the portal itself. */
export interface About {
  account: Account;
  owners: readonly Owner[];
  stages: readonly Stage[];
  schema: SchemaReport;
  at: number;
}

export interface Portal {
  readonly store: Store;
  /** where people and systems outside reach the connector */
  readonly publicUrl: string;
  /** @throws Error before the first install */
  id(): PortalId;
  /** False also for a copy that was left behind by a move: it turns no more and writes nothing. */
  isInstalled(): boolean;
  mode(): Mode;
  crm(): Crm;
  settings(): Settings;
  /** Publishes a configuration; versions of templates on which plans run stay as they are. @throws z.ZodError naming every problem with its path */
  publish(settings: unknown, author: string): number;
  /** null until the CRM was looked at for the first time */
  about(): About | null;
  /** @throws Error until then */
  engine(): Engine;
  /** A change of settings, mode or adoption: the next turn works with the new ones, and everybody is decided again. */
  changed(): void;
  /** One bounded turn. One runs at a time, also across awaits: a second caller gets the turn that is under way. */
  tick(bounds?: Bounds): Promise<Turn>;
}
