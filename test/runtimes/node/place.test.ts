import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { compare } from "../../../src/runtimes/move.ts";
import { exportPortal, importPortal } from "../../../src/runtimes/move-lines.ts";
import { moveToken } from "../../../src/runtimes/move-token.ts";
import { folderPlace, remotePlace } from "../../../src/runtimes/node/place.ts";
import { FolderHouse, HOUR, KEYS, key, MINUTE } from "./folder-house.ts";

const MOVE_KEY = key(9);

let house: FolderHouse;
beforeEach(async () => {
  house = new FolderHouse();
  await house.install();
  await house.runFor(15 * MINUTE);
  house.winDeal("First");
  await house.runFor(HOUR);
  house.stop();
});
afterEach(() => {
  house.remove();
  expect(house.sandbox.violations).toEqual([]);
});

const here = () => folderPlace(house.dataDir, KEYS, MOVE_KEY, () => house.clock.now());
const there = () => folderPlace(join(house.root, "other"), `n:${key(5)},${KEYS}`, MOVE_KEY, () => house.clock.now());

async function linesOf(isLeaving: boolean): Promise<string[]> {
  const place = here();
  try {
    return await all(exportPortal(place, house.id, isLeaving));
  } finally {
    place.close();
  }
}

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

async function* flow(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

describe("export, import, compare", () => {
  test("a portal moves to another folder and back, and its people notice nothing", async () => {
    const other = there();
    expect(await importPortal(other, flow(await linesOf(true)))).toBe(house.id);
    const source = here();
    expect(compare(await source.digest(house.id), await other.digest(house.id))).toEqual([]);
    source.close();

    // The copy left behind is silent.
    house.start();
    const { total, writes } = house.sandbox.calls;
    await house.runFor(HOUR);
    expect(house.sandbox.calls.total).toBe(total);
    house.stop();

    const back = await all(exportPortal(other, house.id, true));
    other.close();
    const home = here();
    await importPortal(home, flow(back));
    home.close();
    house.start();
    await house.runFor(HOUR);
    expect(house.sandbox.calls.writes).toBe(writes);
    house.winDeal("Second");
    await house.runFor(2 * HOUR);
    expect(house.tasks()).toBe(28);
  });

  test("what differs is named", async () => {
    const before = here();
    const one = await before.digest(house.id);
    before.close();
    house.start();
    house.winDeal("Second");
    await house.runFor(HOUR);
    house.stop();
    const after = here();
    const differences = compare(one, await after.digest(house.id)).join("; ");
    after.close();
    expect(differences).toContain("mirror: 16 and ");
    expect(differences).not.toContain("config");
  });

  test("a file that was cut off, a look that did not leave, and a portal that lives are refused", async () => {
    const looked = await linesOf(false);
    const place = there();
    await expect(importPortal(place, flow(looked))).rejects.toThrow("two copies would write");
    const left = await linesOf(true);
    await expect(importPortal(place, flow(left.slice(0, -1)))).rejects.toThrow("ends too early");
    await expect(importPortal(place, flow([]))).rejects.toThrow("ends too early");
    await importPortal(place, flow(left));
    await expect(importPortal(place, flow(left))).rejects.toThrow("lives here already");
    place.close();
  });

  test("what a portal's name could break out of is refused", async () => {
    const place = here();
    await expect(place.digest("hubspot-../../etc/passwd")).rejects.toThrow("cannot be a portal's name");
    await expect(place.digest("hubspot-404")).rejects.toThrow("does not live in");
    await expect(place.rows(house.id, "sqlite_master", 0)).rejects.toThrow('no table "sqlite_master"');
    place.close();
  });
});

describe("a connector at work as a place", () => {
  test("is asked with the token of the key, never with the key", async () => {
    const seen: Request[] = [];
    const place = remotePlace("https://worker.example", MOVE_KEY, async (request) => {
      seen.push(request);
      return Response.json({ rows: [], next: null });
    });
    expect(await place.rows("hubspot-1", "meta", 5)).toEqual({ rows: [], next: null });
    expect(seen[0]!.url).toBe("https://worker.example/operations/portals/hubspot-1/rows?table=meta&after=5");
    expect(seen[0]!.headers.get("authorization")).toBe(`Bearer ${moveToken(MOVE_KEY)}`);
    expect(JSON.stringify([...seen[0]!.headers])).not.toContain(MOVE_KEY);
  });

  test("says in words why it refused", async () => {
    const refusing = (status: number, text = "") =>
      remotePlace("https://w.example", MOVE_KEY, async () => new Response(text, { status }));
    await expect(refusing(403).digest("hubspot-1")).rejects.toThrow("MOVE_KEY is another one there");
    await expect(refusing(404).digest("hubspot-1")).rejects.toThrow("MOVE_KEY is not set there");
    await expect(refusing(409, '{"error":"lives here"}').begin("hubspot-1")).rejects.toThrow("lives here");
    await expect(refusing(308).digest("hubspot-1")).rejects.toThrow("answered 308, a redirect");
  });
});
