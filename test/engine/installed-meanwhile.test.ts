/** An install that comes while a turn, or a question, is on its way under the access of before. */
import { expect, test } from "vitest";
import { HOUR, House, MINUTE } from "../support/house.ts";
import { installed } from "../support/world.ts";

for (const vendor of ["hubspot", "bitrix24"] as const) {
  test(`${vendor}: who installs anew while a turn learns that the old install is gone stays installed, and goes on at once`, async () => {
    let onCall: ((answer: Response) => Promise<void>) | null = null;
    const house = new House({
      call: async (_request, send) => {
        const answer = await send();
        await onCall?.(answer);
        return answer;
      },
    });
    const people = await installed(house, vendor);
    const owner = people.owner("Aigul");
    await house.runFor(HOUR);
    people.revoke();
    let met = 0;
    onCall = async ({ status }) => {
      if (status < 400) return;
      onCall = null;
      met = status;
      await people.install();
    };
    people.deal({ companyId: people.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(2 * HOUR);
    expect(met).toBeGreaterThanOrEqual(400);
    expect(house.host.portal(people.id).isInstalled()).toBe(true);
    people.deal({ companyId: people.company({ ownerId: owner }), ownerId: owner, outcome: "won" });
    await house.runFor(30 * MINUTE);
    expect(people.taskCount()).toBeGreaterThan(0);
    house.close();
  });

  test(`${vendor}: a question asked while a turn fetches a fresh access, after other settings came in force, fetches no second one`, async () => {
    let asked: Promise<unknown> | null = null;
    let fetched = 0;
    const house = new House({
      call: async (request, send) => {
        if (!/\/oauth\/.*token/.test(request.url)) return send();
        fetched += 1;
        if (asked === null && isOn) {
          await house.host.ask(people.id, "setMode", ["live", "user:1"]);
          // A new connection has no budget at first.
          await house.host.ask(people.id, "names", [[`company:${company}`]]);
          house.clock.pass(2_000);
          asked = house.host.ask(people.id, "names", [[`company:${company}`]]);
          await new Promise((done) => setImmediate(done));
        }
        return send();
      },
    });
    let isOn = false;
    const people = await installed(house, vendor);
    const owner = people.owner("Aigul");
    const company = people.company({ name: "Acme GmbH", ownerId: owner });
    people.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(10 * MINUTE);
    [isOn, fetched] = [true, 0];
    while (asked === null) await house.runFor(5 * MINUTE);
    expect(await asked).toEqual({ [`company:${company}`]: "Acme GmbH" });
    expect(fetched).toBe(1);
    house.close();
  });
}
