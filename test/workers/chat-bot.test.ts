import { afterEach, expect, test } from "vitest";
import { DEFAULT_SCOPES } from "../../src/sandbox/bitrix24/types.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";
import { WorkersHouse } from "./house.ts";
import { env, MINUTE } from "./world.ts";

let house: WorkersHouse;
afterEach(async () => {
  await house.close();
  expect(house.bitrix24.violations).toEqual([]);
});

test("G11 A11.6 on Workers: the bot in open lines is registered, answers, hands on once, and goes again", async () => {
  house = new WorkersHouse({ onStep: () => undefined });
  const world = new Bitrix24PortalWorld(house, { scopes: [...DEFAULT_SCOPES, "imbot"] });
  const runFor = (ms: number) => house.run(house.clock.now() + ms);
  const publish = async (inChats: boolean) => {
    const answers = [{ topic: "Import", asked: ["How do I import contacts?"], answer: "By Settings." }];
    await env.PORTAL.getByName(world.id).ask("publish", [{ questions: { isOn: true, inChats, answers } }, "user:1"]);
    await runFor(10 * MINUTE);
  };
  const owner = world.owner("Aigul");
  await world.install();
  await house.watch(world.id);
  await runFor(15 * MINUTE);
  const company = world.company({ name: "Acme", ownerId: owner });
  const deal = world.deal({ companyId: company, ownerId: owner });
  await runFor(5 * MINUTE);
  world.win(deal);
  await runFor(30 * MINUTE);
  await publish(true);
  const { bots } = world.portal;
  expect(bots.registered).toHaveLength(1);
  const chat = bots.openChat({ company });
  for (const question of ["how can I import contacts", "Do you ship to the Moon?"]) {
    bots.write(chat, question, "client", true);
    await runFor(10 * MINUTE);
  }
  const said = bots.messages.filter((one) => one.botId !== null).map((one) => one.text);
  expect(said).toEqual(["By Settings.", expect.stringMatching(/^Your question went to a person, who answers by /)]);
  const asked = world.tasks().filter((task) => task.subject === "Answer a question of Acme");
  expect(asked).toMatchObject([{ ownerId: owner }]);
  await publish(false);
  expect(bots.registered).toEqual([]);
});
