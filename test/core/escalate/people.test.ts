import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/core/calendar/day.ts";
import { type People, type Person, receiverOf, type WhoClient } from "../../../src/core/escalate/people.ts";

const ZONE = "Europe/Kyiv";
const NOW = Date.UTC(2026, 5, 15, 9, 0);
const DAY = parseDay("2026-06-15");
const CLIENT: WhoClient = { ownerId: "ann", class: "B", segment: null, region: null };

function person(id: string, more: Partial<Person> = {}): Person {
  return { id, isActive: true, managerId: null, teamIds: [], zone: null, absences: [], ...more };
}

function people(persons: Person[], more: Partial<People> = {}): People {
  return {
    byId: Object.fromEntries(persons.map((one) => [one.id, one])),
    rules: [],
    managerOf: {},
    managerOfTeam: {},
    headIds: [],
    executiveIds: [],
    fallbackOwnerId: "admin",
    ...more,
  };
}

function find(who: "owner" | "manager" | "head" | "executive", all: People, client: Partial<WhoClient> = {}) {
  const of = { ...CLIENT, ...client };
  const { ownerId, via, passed } = receiverOf(who, of.ownerId, of, all, NOW, ZONE);
  return { ownerId, via, passed: passed.map((one) => `${one.via}:${one.ownerId ?? ""}:${one.why}`) };
}

describe("whom a rung reaches", () => {
  const admin = person("admin");
  const mike = person("mike");
  const away = { absences: [{ from: DAY, to: DAY }] };

  test("the manager comes from the CRM's structure before the settings", () => {
    const all = people([person("ann", { managerId: "mike" }), mike, person("sue"), admin], {
      managerOf: { ann: "sue" },
    });
    expect(find("manager", all)).toEqual({ ownerId: "mike", via: "structure", passed: [] });
  });

  test("without a structure: the settings' table per owner, then per team, then the fallback admin", () => {
    const ann = person("ann", { teamIds: ["north"] });
    const table = { managerOf: { ann: "sue" }, managerOfTeam: { north: "tom" } };
    const all = people([ann, person("sue"), person("tom"), admin], table);
    expect(find("manager", all)).toMatchObject({ ownerId: "sue", via: "settings" });
    expect(find("manager", people([ann, person("tom"), admin], { managerOfTeam: { north: "tom" } }))).toMatchObject({
      ownerId: "tom",
      via: "team",
    });
    expect(find("manager", people([ann, admin]))).toEqual({
      ownerId: "admin",
      via: "fallback",
      passed: ["structure::unset", "head::unset", "executive::unset"],
    });
  });

  test("absent, deactivated and unknown people are passed over, each with the reason", () => {
    const all = people(
      [
        person("ann", { managerId: "mike" }),
        person("mike", { managerId: "nina", isActive: false }),
        person("nina", away),
        admin,
      ],
      { headIds: ["ghost"], executiveIds: ["elena"] },
    );
    expect(find("manager", { ...all, byId: { ...all.byId, elena: person("elena") } })).toEqual({
      ownerId: "elena",
      via: "executive",
      passed: ["structure:mike:inactive", "head:ghost:unknown", "structure:nina:absent"],
    });
  });

  test("A1.1: an absent owner's reminder goes to the manager, and it is never nobody", () => {
    const all = people([person("ann", { ...away, managerId: "mike" }), mike, admin]);
    expect(find("owner", all)).toEqual({ ownerId: "mike", via: "structure", passed: ["owner:ann:absent"] });
    const nobody = people([person("ann", { isActive: false }), person("admin", away)]);
    expect(find("owner", nobody)).toEqual({
      ownerId: "admin",
      via: "fallback",
      passed: ["owner:ann:inactive", "structure::unset", "head::unset", "executive::unset", "fallback:admin:absent"],
    });
  });

  test("an owner who leads himself is passed over for the next one", () => {
    const all = people([person("ann", { managerId: "ann" }), admin], { headIds: ["ann", "hana"] });
    const withHana = { ...all, byId: { ...all.byId, hana: person("hana") } };
    expect(find("manager", withHana)).toMatchObject({
      ownerId: "hana",
      passed: ["structure::unset", "head:ann:is_owner"],
    });
  });

  test("a circle in the structure ends", () => {
    const circle = [person("ann", { managerId: "mike" }), person("mike", { managerId: "nina", ...away })];
    const all = people([...circle, person("nina", { managerId: "mike", ...away }), admin]);
    expect(find("manager", all).ownerId).toBe("admin");
  });

  test("the head is the settings' head, else the manager's manager", () => {
    const chain = [person("ann", { managerId: "mike" }), person("mike", { managerId: "nina" }), person("nina"), admin];
    expect(find("head", people(chain))).toMatchObject({ ownerId: "nina", via: "structure" });
    expect(find("head", people([...chain, person("hana")], { headIds: ["hana"] })).ownerId).toBe("hana");
  });

  test("A7.3: an executive named for the client's class comes before the others", () => {
    const all = people([person("ann"), person("elena"), person("sam"), admin], {
      executiveIds: ["elena"],
      rules: [{ who: "executive", class: "A", ownerId: "sam" }],
    });
    expect(find("executive", all, { class: "A" })).toMatchObject({ ownerId: "sam", via: "rule" });
    expect(find("executive", all)).toMatchObject({ ownerId: "elena", via: "executive" });
  });

  test("an absence counts in the absent person's own days", () => {
    // 09:00 UTC is 21:00 of the 15th in Auckland, 23:00 UTC is 11:00 of the 16th
    const late = Date.UTC(2026, 5, 15, 23, 0);
    const ann = person("ann", { zone: "Pacific/Auckland", absences: [{ from: DAY, to: DAY }] });
    const all = people([ann, admin]);
    expect(receiverOf("owner", "ann", CLIENT, all, late, ZONE).ownerId).toBe("ann");
    expect(receiverOf("owner", "ann", CLIENT, all, NOW, ZONE).ownerId).toBe("admin");
  });

  test("says when absences change the answer next", () => {
    const all = people([person("ann", { absences: [{ from: DAY + 2, to: DAY + 3 }] }), admin]);
    // 17 June 00:00 in Kyiv, UTC+3
    expect(receiverOf("owner", "ann", CLIENT, all, NOW, ZONE).changesAt).toBe(Date.UTC(2026, 5, 16, 21, 0));
    const gone = people([person("ann", away), person("admin", { isActive: false })]);
    // nobody is there: 16 June 00:00, when Ann is back
    expect(receiverOf("owner", "ann", CLIENT, gone, NOW, ZONE).changesAt).toBe(Date.UTC(2026, 5, 15, 21, 0));
  });
});
