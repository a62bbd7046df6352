import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_SCOPES } from "../../src/sandbox/bitrix24/types.ts";
import { expectClean } from "../support/expect.ts";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { contactWithMail } from "../support/outside.ts";
import type { World } from "../support/world.ts";
import { Bitrix24PortalWorld } from "../support/world-bitrix24.ts";

const ANSWERS = [
  { topic: "Import of contacts", asked: ["How do I import contacts?"], answer: "Settings, [b]Import[/b]." },
];
const ON = { pages: { plan: false }, questions: { isOn: true, inChats: true, answers: ANSWERS } };

let house: House;
let world: Bitrix24PortalWorld;
let owner: string;
let company: string;
let contact: string;

async function start(scopes: readonly string[] = [...DEFAULT_SCOPES, "imbot"]): Promise<void> {
  house = new House();
  world = new Bitrix24PortalWorld(house, { scopes });
  owner = world.owner("Aigul");
  await world.install();
  await house.runFor(15 * MINUTE);
  company = world.company({ name: "Acme", ownerId: owner });
  contact = contactWithMail(world as unknown as World, company, "Oksana", "o@acme.example");
  const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner });
  await house.runFor(5 * MINUTE);
  world.win(deal);
  await house.runFor(10 * MINUTE);
}
afterEach(() => {
  expectClean(house, world as unknown as World);
  house.close();
});

async function publish(settings: object): Promise<void> {
  await house.host.ask(world.id, "publish", [settings, "user:1"]);
  await house.runFor(5 * MINUTE);
}
const bots = () => world.portal.bots;
const said = () => bots().messages.flatMap((one) => (one.botId === null ? [] : [one.text.replaceAll("\u2060", "")]));
const asks = () => world.tasks().filter((task) => task.subject.startsWith("Answer a question"));

/** Somebody writes, and what the bot says to it. */
async function write(
  chat: ReturnType<ReturnType<typeof bots>["openChat"]>,
  text: string,
  by: "client" | "colleague" = "client",
  twice = false,
): Promise<readonly string[]> {
  const before = said().length;
  bots().write(chat, text, by, twice);
  await house.runFor(5 * MINUTE);
  return said().slice(before);
}

describe("A11.6 the bot in Bitrix24's open lines", () => {
  beforeEach(() => start());

  test("is registered once, while an administrator wants it, and goes with the wish, and with the app", async () => {
    expect(bots().registered).toEqual([]);
    await publish(ON);
    expect(bots().registered).toMatchObject([
      { type: "openline", isSupportOpenline: true, webhookUrl: "https://tenure.test/bitrix24/bot" },
    ]);
    const calls = () => house.bitrix24.calls.filter((one) => one.method.startsWith("imbot.")).length;
    const before = calls();
    await house.runFor(6 * HOUR);
    expect(calls()).toBe(before);
    await publish({ ...ON, questions: { ...ON.questions, inChats: false } });
    expect(bots().registered).toEqual([]);
    await publish(ON);
    expect(bots().registered).toHaveLength(1);
    await house.host.ask(world.id, "leave", ["user:1"]);
    await house.runFor(HOUR);
    expect(bots().registered).toEqual([]);
  });

  test("answers a client from the list and from the plan, by the records that the chat is tied to", async () => {
    await publish(ON);
    for (const bound of [{ company }, { contact }, { company: "999999", contact }]) {
      const chat = bots().openChat(bound);
      expect(await write(chat, "how to import my contacts")).toEqual(["Settings, [b]Import[/b]."]);
      expect(await write(chat, "What is my next step?")).toEqual([
        expect.stringMatching(/^Your next step: .+ March 2026/),
      ]);
    }
    expect(asks()).toEqual([]);
    const { store } = house.host.portal(world.id);
    expect(JSON.stringify(store.db.all("select * from meta" as never))).not.toContain("import my contacts");
  });

  test("hands what it does not know to the owner as one task, also where the message comes twice", async () => {
    await publish(ON);
    const chat = bots().openChat({ contact });
    expect(await write(chat, "Do you ship to the Moon?", "client", true)).toEqual([
      expect.stringMatching(/went to a person, who answers by .+: Aigul/),
    ]);
    expect(asks()).toMatchObject([{ ownerId: owner }]);
    expect(asks()[0]!.body).toContain("Do you ship to the Moon?");
  });

  test("tells a stranger only what the list says, and answers no operator", async () => {
    await publish(ON);
    const stranger = bots().openChat({ company: "999999" });
    expect(await write(stranger, "how to import contacts")).toEqual(["Settings, [b]Import[/b]."]);
    expect(await write(stranger, "What is my next step?")).toEqual([
      expect.stringContaining("A colleague answers you"),
    ]);
    expect(await write(bots().openChat({ contact }), "I take over from here", "colleague")).toEqual([]);
    const own = bots().openChat(null);
    expect(await write(own, "how to import contacts", "colleague")).toEqual(["Settings, [b]Import[/b]."]);
    expect(await write(own, "Who is my contact?", "colleague")).toEqual([expect.stringContaining("A colleague")]);
    expect(asks()).toEqual([]);
  });

  test("G9 nobody speaks to it but the portal itself, and nothing is said while it is off", async () => {
    await publish(ON);
    const chat = bots().openChat({ contact });
    const bot = bots().registered[0]!;
    const form = (token: string) =>
      new URLSearchParams({
        event: "ONIMBOTV2MESSAGEADD",
        "data[bot][id]": String(bot.id),
        "data[message][id]": "1",
        "data[message][text]": "What is my next step?",
        "data[chat][dialogId]": `chat${chat.id}`,
        "data[chat][entityType]": "LINES",
        "data[chat][entityData2]": `LEAD|0|COMPANY|${company}|CONTACT|0|DEAL|0`,
        "data[user][connector]": "1",
        "auth[member_id]": world.portal.memberId,
        "auth[application_token]": token,
        // only the outer proof counts
        "data[bot][auth][application_token]": world.portal.app.applicationToken,
      });
    const post = async (token: string) =>
      (await house.app.request("https://tenure.test/bitrix24/bot", { method: "POST", body: form(token) })).status;
    expect(await post("guessed")).toBe(401);
    expect(await post("")).toBe(401);
    expect(said()).toEqual([]);
    expect(await post(world.portal.app.applicationToken)).toBe(200);
    expect(said()).toHaveLength(1);
    expect(await post(world.portal.app.applicationToken)).toBe(200);
    expect(said()).toHaveLength(1);
    await publish({ ...ON, questions: { ...ON.questions, isOn: false } });
    expect(await post(world.portal.app.applicationToken)).toBe(200);
    expect(said()).toHaveLength(1);
  });
});

test("A11.6 a portal that did not grant the permission has no bot, and the status page says why", async () => {
  await start(DEFAULT_SCOPES);
  await publish(ON);
  expect(world.portal.bots.registered).toEqual([]);
  const { missing } = (await house.host.ask(world.id, "status", [])) as { missing: { what: string; why: string }[] };
  expect(missing.find((one) => one.what === "chat-bot")?.why).toContain('"imbot"');
});
