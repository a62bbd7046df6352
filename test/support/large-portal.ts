/** A portal of many clients: copies of a real one, spread over zones, owners and values. */
import { sql } from "drizzle-orm";
import { seededRandom } from "../../src/core/seeded-random.ts";
import type { Viewer } from "../../src/views/viewer.ts";
import { type Scene, wonScene } from "../web/visit.ts";
import { HubSpotWorld } from "./hubspot-world.ts";

/** Clients whose cards can be opened: they have tasks, fields and notes of their own, as the real one has them. */
const OPENED = 60;
/** Clients put in at once. */
const PAGE = 10_000;

export interface LargePortal {
  world: HubSpotWorld;
  scene: Scene;
  admin: Viewer;
  /** keys of the clients whose cards can be opened */
  opened: readonly string[];
  ask(method: string, ...args: unknown[]): Promise<unknown>;
}

/** @param clients a multiple of 10,000, besides the real one */
export async function largePortal(clients: number): Promise<LargePortal> {
  const world = new HubSpotWorld();
  const scene = await wonScene(world);
  const admin = { userId: String(scene.admin.userId), ownerId: scene.admin.id, isAdmin: true, records: [] };
  const real = `company:${scene.company}`;
  const opened = Array.from({ length: OPENED }, (_, at) => Math.floor((at * clients) / OPENED));
  copyClient(world, scene, clients);
  giveRecords(world, real, clients);
  giveTasks(world, real, opened);
  world.host.portal(world.id).store.db.run(sql`analyze`);
  const ask = (method: string, ...args: unknown[]) => world.host.ask(world.id, method, args);
  return { world, scene, admin, opened: opened.map((n) => `company:c${n}`), ask };
}

function copyClient(world: HubSpotWorld, scene: Scene, clients: number): void {
  const { store } = world.host.portal(world.id);
  const real = store.clients.get(`company:${scene.company}`)!;
  const random = seededRandom(3);
  const owners = [scene.admin.id, scene.owner.id, scene.other.id];
  for (let from = 0; from < clients; from += PAGE) {
    const rows = Array.from({ length: PAGE }, (_, n) => {
      const score = Math.floor(random() * 100);
      const zone = score < 5 ? "red" : score < 17 ? "yellow" : "green";
      return {
        ...real,
        key: `company:c${from + n}`,
        dueAt: null,
        score,
        zone,
        zoneSince: 1,
        ownerId: owners[n % 3]!,
        value: Math.floor(random() * 9000),
      };
    });
    store.clients.put(rows);
  }
}

/** Every client has a company and a deal of its own. */
function giveRecords(world: HubSpotWorld, real: string, clients: number): void {
  const { db } = world.host.portal(world.id).store;
  db.run(sql`with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${clients})
    insert into record (kind, id, client, facts, links, read_at, modified_at)
    select kind, case kind when 'company' then 'c' || i else 'c' || i || '-' || id end, 'company:c' || i, facts, links, read_at, modified_at
    from n, record where client = ${real} and kind in ('company', 'deal') and gone_at is null`);
}

function giveTasks(world: HubSpotWorld, real: string, opened: readonly number[]): void {
  const { clients, db } = world.host.portal(world.id).store;
  clients.put(
    opened.map((n) => {
      const one = clients.get(`company:c${n}`)!;
      return { ...one, state: JSON.parse(JSON.stringify(one.state).replaceAll(real, one.key)) };
    }),
  );
  db.run(sql`insert into mirror (key, client, kind, target_kind, target_id, external_id, desired, sent, ours, theirs, theirs_at, wrote_at, state, work, priority, not_before)
    select replace(mirror.key, ${real}, 'company:c' || opened.value), 'company:c' || opened.value, kind, target_kind, target_id, external_id || '-' || opened.value,
      desired, sent, ours, theirs, theirs_at, wrote_at, state, work, priority, not_before
    from json_each(${JSON.stringify(opened)}) as opened, mirror where client = ${real} and mirror.key like ${`%${real}%`}`);
}
