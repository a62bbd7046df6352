import { expect } from "vitest";
import { isFailure } from "../../../src/crm/failure.ts";
import type { Capability, ClientMessage } from "../../../src/crm/port.ts";
import type { Behaviour, Scene } from "./scene.ts";

export const WAYS: readonly { way: ClientMessage["way"]; capability: Capability }[] = [
  { way: "letter", capability: "letters" },
  { way: "sequence", capability: "sequences" },
  { way: "process", capability: "short-messages" },
];

/** One message of each way to a contact of its own, sent by Anna. */
export async function messageOf(scene: Scene, way: ClientMessage["way"], who: string = way): Promise<ClientMessage> {
  const { from, sequence, process } = scene.world.outbox.prepare();
  const ownerId = scene.people.owners.anna;
  const address = `${who}@client.example`;
  const contactId = await scene.people.contact({ firstName: "Pat", email: address });
  if (way === "sequence") return { way, contactId, ownerId, sequence };
  if (way === "process") return { way, contactId, process, text: "Kick-off tomorrow at 10:00." };
  const name = "Anna";
  return {
    way,
    contactId,
    address,
    ownerId,
    from: { name, address: from },
    subject: "Hello",
    html: "<p>How are you?</p>",
  };
}

function send(scene: Scene, message: ClientMessage): Promise<unknown> {
  return scene.patiently(() => scene.crm.send(message)).catch((error: unknown) => error);
}

/** Messages to clients by the CRM's own means. */
export const MESSAGES: readonly Behaviour[] = [
  ...WAYS.map(
    ({ way, capability }): Behaviour => ({
      name: `A5.8 sends a client a message by ${way}, once, or says in the capabilities why it cannot`,
      async run(scene) {
        const message = await messageOf(scene, way);
        const able = scene.crm.capabilities()[capability];
        const answer = await send(scene, message);
        const sent = scene.world.outbox.sent();
        if (able === true) {
          expect(answer).toEqual(expect.any(String));
          expect(sent).toEqual([{ way, contactId: message.contactId, says: SAYS[way] }]);
        } else {
          expect(able).toMatch(/\w+ \w+/);
          expect(isFailure(answer, "refused")).toBe(true);
          expect(sent).toEqual([]);
        }
      },
    }),
  ),
  {
    name: "a message whose answer was lost is unknown, not refused and not sent again",
    async run(scene) {
      for (const { way, capability } of WAYS.filter((one) => scene.crm.capabilities()[one.capability] === true)) {
        const message = await messageOf(scene, way);
        const before = scene.world.outbox.sent().length;
        scene.world.mishap("cut-after", "write");
        const answer = await send(scene, message);
        expect(isFailure(answer, "unknown"), capability).toBe(true);
        expect(scene.world.outbox.sent().length).toBe(before + 1);
      }
    },
  },
  {
    name: "A5.7 tells the CRM that a contact wants no letters, as often as it likes, in a way that the next read shows",
    async run(scene) {
      await scene.ensureSchema();
      const id = await scene.people.contact({ firstName: "Olena", email: "olena@client.example" });
      const other = await scene.people.contact({ firstName: "Ivan", email: "ivan@client.example" });
      for (let round = 0; round < 2; round++) {
        await scene.patiently(() => scene.crm.stopLetters(id));
        await scene.settle();
      }
      const isOut = async (contactId: string) => {
        const { facts, fields } = await scene.readOne("contact", contactId);
        return facts.optedOut === true || fields?.no_letters === true;
      };
      expect([await isOut(id), await isOut(other)]).toEqual([true, false]);
      if (scene.crm.capabilities()["opt-outs"] === true)
        expect((await scene.readOne("contact", id)).facts.optedOut).toBe(true);
    },
  },
  {
    name: "a sender who may not send is refused with the reason, and nothing goes out",
    async run(scene) {
      for (const { way } of WAYS.filter((one) => one.way !== "process")) {
        const message = (await messageOf(scene, way)) as Exclude<ClientMessage, { way: "process" }>;
        const wrong: ClientMessage =
          message.way === "letter"
            ? { ...message, from: { name: "Nobody", address: "nobody@elsewhere.example" } }
            : { ...message, ownerId: scene.people.owners.gone };
        const answer = await send(scene, wrong);
        expect(isFailure(answer, "refused") && answer.message).toMatch(/\w+ \w+ \w+/);
        expect(scene.world.outbox.sent()).toEqual([]);
      }
    },
  },
];

const SAYS: Readonly<Record<ClientMessage["way"], string>> = {
  letter: "Hello: <p>How are you?</p>",
  sequence: "Win back",
  process: "Kick-off tomorrow at 10:00.",
};
