/** Words from outside that every object knows: they name signals, users, owners and templates like any other word. */
import { afterEach, expect, test } from "vitest";
import { HOUR, House, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { addPortal } from "../support/world.ts";

let house: House;
afterEach(() => house.close());

test.each(["constructor", "__proto__", "valueof"])(
  "%s is a word like any other, wherever it comes in",
  async (word) => {
    house = new House();
    const world = addPortal(house, "hubspot");
    await world.install();
    await house.runFor(15 * MINUTE);
    const owner = world.owner("Dana");
    const companyId = world.company({ ownerId: owner });
    const deal = world.deal({ companyId, ownerId: owner, outcome: "won" });
    await house.runFor(HOUR);
    const ask = (method: string, ...args: unknown[]) => house.host.ask(world.id, method, args);
    const run = (code: string, inputs: Record<string, string>) =>
      ask("workflow", { code, record: { kind: "deal", id: deal }, inputs, once: JSON.stringify([code, inputs]) });

    await run("record_signal", { signal: word, value: "3" });
    await run("start_plan", { owner: word });
    expect(await run("start_plan", { template: word })).toEqual({ ok: false, why: "invalid" });
    const key = (await ask("makeWriteKey", "user:1")) as string;
    // A signal's name begins with a letter; that of an event is anybody's.
    await ask(
      "publish",
      { usage: { events: { [word]: word === "__proto__" ? "logins" : word, Other: "other" } } },
      "user:1",
    );
    const batch = [
      { type: "track", event: word, userId: word, messageId: word, properties: { companyId: `company:${companyId}` } },
      { type: "track", event: "Other", userId: "one", properties: { companyId: word } },
      { type: "track", event: "Other", userId: "two", properties: { companyId: `company:${companyId}` } },
    ];
    const sent = { method: "POST", body: JSON.stringify({ writeKey: key, batch }) };
    expect((await house.app.request(`${PUBLIC_URL}/v1/batch`, sent)).status).toBe(200);
    await house.runFor(30 * HOUR);

    const admin = { userId: "1", ownerId: null, isAdmin: true, records: [] };
    expect(await ask("card", admin, `company:${companyId}`, "en")).toMatchObject({ ok: true });
    const wish = { zone: word, ownerId: word, phase: word, only: null, order: "health", capacity: 3, page: 0 };
    expect(await ask("board", admin, wish, "en")).toMatchObject({ total: 0 });
    expect(house.logs.filter(({ level }) => level !== "info")).toEqual([]);
  },
);
