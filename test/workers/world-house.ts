/**
 * A world in the Workers runtime: an object per portal with its storage and its alarm, the registry's object and its sweep. What differs from
 * the same world on Node:
 *
 * | what | here |
 * | --- | --- |
 * | kill | every object and the Worker end at once, between two steps; an alarm that was under way runs again, as the platform promises |
 * | one object is taken away, at rest or in a turn; alarms run twice; an alarm is dropped | only here |
 * | full disk | every portal's object at once; the registry's has a disk of its own. An alarm that fails is run again six times, then dropped |
 * | older copy | rows and tables are put back and marked, as the platform's own recovery would leave them; the pool does not have that recovery |
 * | move | a real data folder of Node takes the portal in, compares, and gives it back; it does not live there: calls out of Node do not reach the CRMs here |
 * | what cannot be struck | a commit torn in the middle, storage lost after a commit, CPU and memory limits: workerd on a desk enforces none of them |
 */
import { vi } from "vitest";
import type { WorldHouse, WorldHouseOptions } from "../../scripts/world/house.ts";
import { seededRandom } from "../../src/core/seeded-random.ts";
import type { Crm } from "../../src/crm/port.ts";
import { Portal } from "../../src/portal.ts";
import type { PortalId } from "../../src/ports.ts";
import { exportPortal, importPortal } from "../../src/runtimes/move-lines.ts";
import { objectsPlace } from "../../src/runtimes/workers/place.ts";
import type { PortalObject } from "../../src/runtimes/workers/portal-object.ts";
import { REGISTRY } from "../../src/runtimes/workers/registry-object.ts";
import { watchedIn } from "../support/crms.ts";
import type { OnStep } from "../support/every-step.ts";
import { Killed } from "../support/life.ts";
import { Looks } from "../support/looks.ts";
import { MINUTE } from "../support/times.ts";
import { env, WorkersHouse } from "./house.ts";
import { Instance, type Namespace } from "./instance.ts";
import { linesOf, textOf } from "./lines.ts";

/** An object that is taken away in its turn goes within so many steps, about as many as a turn with work has. */
const GOES_WITHIN = 40;
/** So many alarms run twice when the platform begins with it. */
const DOUBLED = 20;

/** Between two sweeps of the registry, ms. */
const SWEEP_MS = 15 * MINUTE;

export class WorkersWorldHouse extends WorkersHouse implements WorldHouse {
  readonly ownDisasters = {
    "taken away": (id: PortalId) => this.replace(this.#of(id)),
    "taken away in a turn": async (id: PortalId) => {
      this.#of(id).endsIn = 1 + Math.floor(this.#random() * GOES_WITHIN);
    },
    "alarm dropped": (id: PortalId) => this.#of(id).drop(),
    "alarms doubled": async (id: PortalId) => {
      this.#of(id).doubled = DOUBLED;
    },
  };
  readonly #random: () => number;
  readonly #looks: Looks;
  /** portals whose objects are not stood before yet */
  readonly #unmet: PortalId[] = [];
  #wakes: [PortalId, number][] = [];
  #isOpen = false;

  constructor(options: WorldHouseOptions) {
    super(options);
    this.#random = seededRandom(options.seed);
    this.#looks = new Looks({ now: () => this.hostNow() }, (id) => watchedIn(this, id));
    this.#numberPortals();
    vi.spyOn(Math, "random").mockImplementation(this.#random);
    this.#lookSeldom();
  }

  #numberPortals(): void {
    const { hubspot, bitrix24 } = this;
    const [addHub, addMember] = [hubspot.addPortal.bind(hubspot), bitrix24.addPortal.bind(bitrix24)];
    let count = 0;
    hubspot.addPortal = (options) => {
      const portal = addHub({ hubId: 7_000_000 + ++count, ...options });
      this.#unmet.push(`hubspot-${portal.hubId}`);
      return portal;
    };
    bitrix24.addPortal = (options) => {
      const portal = addMember({ memberId: (++count).toString(16).padStart(32, "b"), ...options });
      this.#unmet.push(`bitrix24-${portal.memberId}`);
      return portal;
    };
  }

  /** Every connection of a portal, in whichever instance of its object, lists changes only when there may be some. */
  #lookSeldom(): void {
    const looks = this.#looks;
    const known = new WeakSet<Crm>();
    const { crm } = Portal.prototype;
    vi.spyOn(Portal.prototype, "crm").mockImplementation(function (this: Portal) {
      const made = crm.call(this);
      if (known.has(made)) return made;
      known.add(made);
      return looks.around(this.id(), made);
    });
  }

  #of(id: PortalId): Instance {
    return this.instances.get(id)!;
  }

  /** Everybody is there: new objects are met, those that were taken away have their next instance, and wakes stand. */
  async #settle(): Promise<void> {
    if (!this.#isOpen) {
      this.#isOpen = true;
      await this.#begin(REGISTRY, env.REGISTRY as unknown as Namespace);
    }
    for (const id of this.#unmet.splice(0)) await this.#begin(id, env.PORTAL as unknown as Namespace);
    if (this.isDead) return;
    for (const instance of [...this.instances.values()]) if (instance.life.dead) await this.replace(instance);
    for (const [id, atMs] of this.#wakes.splice(0)) await this.#of(id).bringForward(atMs);
  }

  /** The world before may have left something: its portals have the same names. */
  async #begin(name: string, namespace: Namespace): Promise<void> {
    await Instance.wipe(name, namespace);
    await this.meet(name, namespace);
  }

  /** The registry's object has a disk of its own, which is not full. */
  protected override stepOf(name: string): OnStep {
    if (name !== REGISTRY) return this.step;
    return (step, when) => {
      try {
        this.step(step, when);
      } catch (error) {
        if (error instanceof Killed) throw error;
      }
    };
  }

  protected override async receive(request: Request): Promise<Response> {
    await this.#settle();
    return super.receive(request);
  }

  protected override async beforeTime(): Promise<void> {
    this.#looks.notice(this.#wake);
    await this.#settle();
    // Sweeps that would find every alarm in its place are left out, as looks are that would find nothing.
    const registry = this.instances.get(REGISTRY)!;
    const isLost = [...this.instances.values()].some(({ isDropped }) => isDropped);
    if (!isLost && registry.alarmAt <= this.hostNow()) registry.alarmAt += SWEEP_MS;
  }

  readonly #wake = (id: PortalId, atMs: number): void => void this.#wakes.push([id, atMs]);

  override async start(): Promise<void> {
    await super.start();
    await this.wasAway();
  }

  async wasAway(): Promise<void> {
    this.#looks.afterAway(this.#wake);
    await this.#settle();
  }

  async listOften(isOften: boolean): Promise<void> {
    if (isOften) this.#looks.often(this.#wake);
    else this.#looks.seldom();
    await this.#settle();
  }

  async ask(id: PortalId, method: string, args: readonly unknown[]): Promise<unknown> {
    await this.#settle();
    return env.PORTAL.getByName(id).ask(method, args);
  }

  async inside<T>(id: PortalId, look: (portal: Portal) => T): Promise<T> {
    await this.#settle();
    return this.#of(id).inside((object) => look(portalOf(object as unknown as PortalObject)));
  }

  // ------------------------------------------------------------ databases

  async copy(id: PortalId): Promise<() => Promise<void>> {
    await this.#settle();
    const tables = await this.#of(id).inside((_, { storage }) => tablesOf(storage.sql));
    return async () => {
      await this.#of(id).inside(async (_, { storage }) => {
        await putBack(storage, tables);
        storage.sql.exec("insert or replace into meta (key, value) values ('restored', 'true')");
      });
      await this.replace(this.#of(id));
      await this.#of(id).bringForward(this.hostNow());
    };
  }

  async kept(id: PortalId): Promise<Uint8Array> {
    const tables = await this.#of(id).inside((_, { storage }) => tablesOf(storage.sql));
    return Buffer.from(JSON.stringify(tables.map(({ rows }) => rows)));
  }

  async move(id: PortalId): Promise<void> {
    await this.#settle();
    const objects = objectsPlace(env, String(env.MOVE_KEY));
    const left = await textOf(exportPortal(objects, id, true));
    const node = env.NODE as Fetcher;
    const answer = await node.fetch(`http://node/?now=${this.hostNow()}`, { method: "POST", body: left });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`Node did not take the portal: ${text}`);
    await importPortal(objects, linesOf(text));
  }
}

/** An object keeps its portal to itself: it is met where the object asks it something. */
function portalOf(object: PortalObject): Portal {
  let met: Portal | null = null;
  const { isInstalled } = Portal.prototype;
  Portal.prototype.isInstalled = function (this: Portal) {
    met = this;
    return true;
  };
  try {
    object.isInstalled();
  } finally {
    Portal.prototype.isInstalled = isInstalled;
  }
  if (met === null) throw new Error("No portal was installed in this object.");
  return met;
}

interface TableCopy {
  name: string;
  /** that make the table and its indices */
  statements: readonly string[];
  rows: readonly SqlStorageValue[][];
}

export function tablesOf(sql: SqlStorage): TableCopy[] {
  const parts = sql
    .exec<{ type: string; name: string; tbl_name: string; sql: string }>(
      "select type, name, tbl_name, sql from sqlite_master where sql is not null and name not glob '_cf*' and name not glob 'sqlite_*' order by type = 'index'",
    )
    .toArray();
  return parts
    .filter(({ type }) => type === "table")
    .map(({ name }) => ({
      name,
      statements: parts.filter((part) => part.tbl_name === name).map((part) => part.sql),
      rows: [...sql.exec(`select * from "${name}"`).raw()] as SqlStorageValue[][],
    }));
}

/** As the platform's recovery leaves an object. */
export async function putBack(storage: DurableObjectStorage, tables: readonly TableCopy[]): Promise<void> {
  await storage.deleteAll();
  for (const { name, statements, rows } of tables) {
    for (const statement of statements) storage.sql.exec(statement);
    for (const row of rows) storage.sql.exec(`insert into "${name}" values (${row.map(() => "?").join(", ")})`, ...row);
  }
}
