/** The moment of a win, where the last change of stage is another one. */
import { describe, expect, it } from "vitest";
import { Scene } from "../contract/scene.ts";
import { type Bitrix24World, bitrix24World } from "./world.ts";

const DAY = 86_400_000;

async function setUp(pipelines = 1) {
  const world = await bitrix24World();
  const categories = Array.from({ length: pipelines - 1 }, (_, n) => world.portal.catalog.addCategory(2, `Line ${n}`));
  const scene = new Scene(world);
  const history = () => world.sandbox.commandCounts.get("crm.stagehistory.list") ?? 0;
  return { world, scene, categories, history };
}

const wonAt = async (scene: Scene, id: string) => (await scene.readOne("deal", id)).facts.wonAt;

/** Won now, and moved on to the success stage of another pipeline ten days later. */
async function movedOn(world: Bitrix24World, categoryId: number): Promise<{ id: string; at: number }> {
  const id = await world.people.deal({});
  await world.advance(DAY);
  // The API writes whole seconds.
  const at = Math.floor(world.now() / 1000) * 1000;
  await world.people.win(id);
  await world.advance(10 * DAY);
  world.portal.moveDealToCategory(Number(id), categoryId, `C${categoryId}:WON`);
  return { id, at };
}

describe("when a deal was won", () => {
  it("is its last change of stage in a portal with one pipeline, and no history is asked for", async () => {
    const { world, scene, history } = await setUp();
    const id = await world.people.deal({});
    await world.advance(DAY);
    const at = world.now();
    await world.people.win(id);
    expect(await wonAt(scene, id)).toBe(at);
    expect(history()).toBe(0);
  });

  it("stays the win when the deal goes on to the success stage of another pipeline", async () => {
    const { world, scene, categories } = await setUp(2);
    const { id, at } = await movedOn(world, categories[0]!.id);
    expect(await wonAt(scene, id)).toBe(at);
    expect(world.violations()).toEqual([]);
    expect(world.limitedByUs()).toBe(0);
  });

  it("is the newest win of a deal that was opened again", async () => {
    const { world, scene } = await setUp(2);
    const id = await world.people.deal({ outcome: "won" });
    await world.advance(DAY);
    await world.people.reopen(id);
    expect(await wonAt(scene, id)).toBeNull();
    await world.advance(DAY);
    const at = world.now();
    await world.people.win(id);
    expect(await wonAt(scene, id)).toBe(at);
  });

  it("costs the read no request of its own, and a deal that went on one that is not repeated", async () => {
    const { world, scene, categories, history } = await setUp(2);
    const plain = await Promise.all(Array.from({ length: 60 }, () => world.people.deal({ outcome: "won" })));
    await scene.read("deal", plain);
    const [calls, asked] = [world.calls(), history()];
    await scene.read("deal", plain);
    expect([world.calls() - calls, history() - asked]).toEqual([1, 2]);
    const { id, at } = await movedOn(world, categories[0]!.id);
    await scene.readOne("deal", id);
    const before = world.calls();
    expect(await wonAt(scene, id)).toBe(at);
    expect(world.calls() - before).toBe(1);
  });

  it("is found for more deals than one request takes, within the budget", async () => {
    const { world, scene, categories } = await setUp(2);
    const ids = await Promise.all(Array.from({ length: 120 }, () => world.people.deal({})));
    await world.advance(DAY);
    const at = world.now();
    for (const id of ids) await world.people.win(id);
    await world.advance(DAY);
    const categoryId = categories[0]!.id;
    for (const id of ids) world.portal.moveDealToCategory(Number(id), categoryId, `C${categoryId}:WON`);
    const { records } = await scene.read("deal", ids);
    expect([...records.values()].map(({ facts }) => facts.wonAt)).toEqual(Array(120).fill(at));
    expect(world.limitedByUs()).toBe(0);
  });

  it("is its last change of stage where the portal refuses to tell its history", async () => {
    const { world, scene, categories } = await setUp(2);
    world.portal.requireConfirmation("crm.stagehistory.list");
    const { id } = await movedOn(world, categories[0]!.id);
    expect(await wonAt(scene, id)).toBe(world.now());
  });
});
