import { expect } from "vitest";
import { refKey } from "../../../src/core/model.ts";
import type { Behaviour } from "./scene.ts";

const DAY_MS = 86_400_000;

/** Account, owners, stages, records, links, names. */
export const READING: readonly Behaviour[] = [
  {
    name: "tells the account's zone and currency",
    async run(scene) {
      expect(await scene.patiently(() => scene.crm.account())).toMatchObject(scene.world.expected);
    },
  },
  {
    name: "lists owners, deactivated ones included and marked (A1.1)",
    async run(scene) {
      const owners = new Map((await scene.patiently(() => scene.crm.owners())).map((owner) => [owner.id, owner]));
      const { anna, boris, gone } = scene.people.owners;
      expect([anna, boris, gone].map((id) => owners.get(id)?.active)).toEqual([true, true, false]);
    },
  },
  {
    name: "knows which stages are won, lost and open",
    async run(scene) {
      const stages = (await scene.patiently(() => scene.crm.stages())).filter(({ kind }) => kind === "deal");
      expect(new Set(stages.map(({ outcome }) => outcome))).toEqual(new Set(["open", "won", "lost"]));
      expect(new Set(stages.map(({ pipeline, stage }) => `${pipeline}/${stage}`)).size).toBe(stages.length);
    },
  },
  {
    name: "reads a won deal: outcome, the moment it was won, amount, owner, its company first among its links (A2.2)",
    async run(scene) {
      const companyId = await scene.people.company();
      const contactId = await scene.people.contact({ companyId });
      const { anna } = scene.people.owners;
      const dealId = await scene.people.deal({ companyId, contactIds: [contactId], amount: 1234.5, ownerId: anna });
      const createdAt = scene.world.now();
      await scene.world.advance(3 * DAY_MS);
      const wonAt = scene.world.now();
      await scene.people.win(dealId);
      await scene.world.advance(5 * DAY_MS);

      const { facts, links } = await scene.readOne("deal", dealId);
      expect(facts).toMatchObject({ outcome: "won", amount: 1234.5, ownerId: anna });
      expect(Math.abs((facts.wonAt as number) - wonAt)).toBeLessThan(60_000);
      expect(Math.abs((facts.createdAt as number) - createdAt)).toBeLessThan(60_000);
      expect(links[0]).toEqual({ kind: "company", id: companyId });
      expect(links).toContainEqual({ kind: "contact", id: contactId });
    },
  },
  {
    name: "reads open, lost and reopened deals as what they are (A2.8)",
    async run(scene) {
      const open = await scene.people.deal({});
      const lost = await scene.people.deal({});
      const reopened = await scene.people.deal({ outcome: "won" });
      await scene.people.lose(lost);
      await scene.people.reopen(reopened);
      await scene.settle();
      const { records } = await scene.read("deal", [open, lost, reopened]);
      expect([open, lost, reopened].map((id) => records.get(id)?.facts.outcome)).toEqual(["open", "lost", "open"]);
      expect(records.get(open)?.facts.wonAt ?? null).toBeNull();
    },
  },
  {
    name: "says which of the ids asked for are not there any more",
    async run(scene) {
      const kept = await scene.people.company();
      const removed = await scene.people.company();
      await scene.people.remove({ kind: "company", id: removed });
      await scene.settle();
      const { records, missing } = await scene.read("company", [kept, removed]);
      expect([...records.keys()]).toEqual([kept]);
      expect(missing).toEqual([removed]);
    },
  },
  {
    name: "reads a company's owner and headcount, and a contact's company (A7.4)",
    async run(scene) {
      const { boris } = scene.people.owners;
      const companyId = await scene.people.company({ ownerId: boris, headcount: 120 });
      const contactId = await scene.people.contact({ companyId });
      await scene.settle();
      expect((await scene.readOne("company", companyId)).facts).toMatchObject({ ownerId: boris, headcount: 120 });
      expect((await scene.readOne("contact", contactId)).links[0]).toEqual({ kind: "company", id: companyId });
    },
  },
  {
    name: "keeps names and texts out of facts (G8)",
    async run(scene) {
      const companyId = await scene.people.company({ name: "Quietwater Tailors" });
      const contactId = await scene.people.contact({ firstName: "Ottilie", lastName: "Brandvold", companyId });
      const dealId = await scene.people.deal({ name: "Suits for Quietwater", companyId, contactIds: [contactId] });
      await scene.settle();
      const kept = [
        await scene.readOne("company", companyId),
        await scene.readOne("contact", contactId),
        await scene.readOne("deal", dealId),
      ].map(({ ref, facts, links }) => ({ ref, facts, links }));
      expect(JSON.stringify(kept)).not.toMatch(/Quietwater|Ottilie|Brandvold/);
    },
  },
  {
    name: "reads as many ids at once as it says it can, and no id twice",
    async run(scene) {
      const size = Math.min(scene.crm.readSize("company"), 120);
      const ids: string[] = [];
      for (let index = 0; index < size; index += 1) ids.push(await scene.people.company());
      await scene.settle();
      const answer = await scene.patiently(() =>
        scene.crm.read("company", [...ids, ...ids.slice(0, 3)].slice(0, size)),
      );
      expect(answer.records.map(({ ref }) => ref.id).sort()).toEqual([...ids].sort());
    },
  },
  {
    name: "asks nothing when asked for nothing",
    async run(scene) {
      const before = scene.world.calls();
      expect(await scene.crm.read("deal", [])).toEqual({ records: [], missing: [] });
      expect(await scene.crm.find([])).toEqual([]);
      expect((await scene.crm.names([])).size).toBe(0);
      expect((await scene.crm.linked("task", [])).size).toBe(0);
      expect(scene.world.calls()).toBe(before);
    },
  },
  {
    name: "resolves names at the moment of asking (A1.6)",
    async run(scene) {
      const companyId = await scene.people.company({ name: "Northwind" });
      const contactId = await scene.people.contact({ firstName: "Ada", lastName: "Lovelace", companyId });
      const dealId = await scene.people.deal({ name: "First order", companyId });
      await scene.settle();
      const refs = [
        { kind: "company", id: companyId },
        { kind: "contact", id: contactId },
        { kind: "deal", id: dealId },
      ] as const;
      const names = await scene.patiently(() => scene.crm.names(refs));
      expect(names.get(refKey(refs[0]))).toMatchObject({ name: "Northwind" });
      expect(names.get(refKey(refs[1]))).toMatchObject({
        name: "Ada Lovelace",
        firstName: "Ada",
        lastName: "Lovelace",
      });
      expect(names.get(refKey(refs[2]))).toMatchObject({ name: "First order" });
    },
  },
  {
    name: "gives people's own words with the names only, never among what is kept of a record (A3.2, A3.3)",
    async run(scene) {
      await scene.ensureSchema();
      const ref = { kind: "company", id: await scene.people.company({ name: "Northwind" }) } as const;
      const said = {
        goals: "Answer within an hour",
        success_criteria: "No lost requests",
        kpis: "Reply: 4 h → 40 min",
      };
      for (const [id, words] of Object.entries(said)) await scene.people.setField(ref, id, words);
      await scene.settle();
      scene.reconnect();
      const names = await scene.patiently(() => scene.crm.names([ref]));
      expect(names.get(refKey(ref))).toEqual({ name: "Northwind", ...said });
      expect(JSON.stringify(await scene.readOne("company", ref.id))).not.toMatch(/hour|No lost|Reply:/);
    },
  },
  {
    name: "says a company's industry in words (A5.4)",
    async run(scene) {
      const known = { kind: "company", id: await scene.people.company({ industry: "finance" }) } as const;
      const unknown = { kind: "company", id: await scene.people.company() } as const;
      await scene.settle();
      const names = await scene.patiently(() => scene.crm.names([known, unknown]));
      expect(names.get(refKey(known))?.industry).toMatch(/^(Banking|banking|Finance)$/);
      expect(names.get(refKey(unknown))).not.toHaveProperty("industry");
    },
  },
  {
    name: "tells the address a letter goes to, and says nothing where there is none (A5.5)",
    async run(scene) {
      const id = await scene.people.contact({ email: "ada@client.example" });
      await scene.settle();
      const found = await scene.patiently(() => scene.crm.addresses([id, "999999999"]));
      expect([...found]).toEqual([[id, "ada@client.example"]]);
      expect((await scene.crm.addresses([])).size).toBe(0);
    },
  },
  {
    name: "sees a company that a deal gets after it was created (late link)",
    async run(scene) {
      const dealId = await scene.people.deal({ outcome: "won" });
      await scene.settle();
      expect((await scene.readOne("deal", dealId)).links).toEqual([]);
      const companyId = await scene.people.company();
      await scene.people.linkDeal(dealId, companyId);
      await scene.settle();
      expect((await scene.readOne("deal", dealId)).links[0]).toEqual({ kind: "company", id: companyId });
    },
  },
  {
    name: "points at a record in the CRM's own screens",
    async run(scene) {
      const dealId = await scene.people.deal({});
      await scene.patiently(() => scene.crm.account());
      const url = new URL(scene.crm.recordUrl({ kind: "deal", id: dealId }));
      expect(url.pathname).toContain(dealId);
    },
  },
  {
    name: "gives a reason in words for everything the portal cannot do",
    async run(scene) {
      for (const [capability, answer] of Object.entries(scene.crm.capabilities())) {
        if (answer !== true) expect(answer.length, capability).toBeGreaterThan(20);
      }
    },
  },
];
