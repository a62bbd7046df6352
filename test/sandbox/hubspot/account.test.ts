import { describe, expect, test } from "vitest";
import { install, type Json, OBJECTS, world } from "./kit.ts";

describe("account details", () => {
  test.each([
    ["Europe/Berlin", "+01:00", 3_600_000],
    ["America/New_York", "-05:00", -18_000_000],
    ["Asia/Kolkata", "+05:30", 19_800_000],
  ])("%s in November is %s", async (timeZone, utcOffset, utcOffsetMilliseconds) => {
    const made = world({}, { timeZone, currency: "UAH" });
    const { body } = await (await install(made))("GET", "/account-info/2026-09/details");
    expect(body).toMatchObject({
      portalId: 62_515,
      accountType: "STANDARD",
      timeZone,
      utcOffset,
      utcOffsetMilliseconds,
      companyCurrency: "UAH",
    });
  });
});

describe("owners", () => {
  test("page, filter by e-mail, and lose their user id when archived", async () => {
    const made = world();
    const call = await install(made);
    const owners = Array.from({ length: 4 }, (_, index) => made.portal.addOwner({ email: `o${index}@x.example` }));
    const team = made.portal.addTeam("CS", [{ ownerId: owners[0]!.id }]);
    const first = await call("GET", "/crm/owners/2026-09?limit=3");
    const second = await call("GET", `/crm/owners/2026-09?limit=3&after=${first.body.paging.next.after}`);
    expect([...first.body.results, ...second.body.results]).toHaveLength(5);
    expect(second.body.paging).toBeUndefined();
    const { body } = await call("GET", "/crm/owners/2026-09?email=O0@x.example");
    expect(body.results).toHaveLength(1);
    expect(body.results[0].teams).toEqual([{ id: team.id, name: "CS", primary: true }]);
    expect(body.results[0].userId).not.toBe(Number(body.results[0].id));
    made.portal.archiveOwner(owners[0]!.id);
    expect((await call("GET", `/crm/owners/2026-09/${owners[0]!.id}`)).status).toBe(404);
    const archived = await call("GET", `/crm/owners/2026-09/${owners[0]!.id}?archived=true`);
    expect(archived.body).toMatchObject({ archived: true, userIdIncludingInactive: owners[0]!.userId });
    expect(archived.body).not.toHaveProperty("userId");
    const byUser = await call("GET", `/crm/owners/2026-09/${owners[1]!.userId}?idProperty=userId`);
    expect(byUser.body.id).toBe(owners[1]!.id);
  });

  test("are users too, in settings and as records", async () => {
    const made = world();
    const call = await install(made);
    const owner = made.portal.addOwner({ email: "o@x.example", firstName: "O" });
    made.portal.addTeam("CS", [{ ownerId: owner.id, primary: false }]);
    const { body } = await call("GET", "/settings/users/2026-03");
    expect(body.results.map((user: Json) => [user.email, user.superAdmin])).toEqual([
      ["admin@portal-62515.example", true],
      ["o@x.example", false],
    ]);
    expect((await call("GET", `/settings/users/2026-03/${owner.userId}`)).body.email).toBe("o@x.example");
    expect((await call("GET", "/settings/users/2026-03/teams")).body.results[0].secondaryUserIds).toEqual([
      String(owner.userId),
    ]);
    const teams = await call("GET", "/settings/teams/2026-09-beta");
    const members = await call("GET", `/settings/teams/2026-09-beta/${teams.body.results[0].id}/members`);
    expect(members.body.results).toEqual([{ userId: String(owner.userId), type: "EXTRA" }]);
    const records = await call("GET", `${OBJECTS}/users?properties=hs_internal_user_id`);
    expect(records.body.results[1].properties.hs_internal_user_id).toBe(String(owner.userId));
  });
});

describe("pipelines", () => {
  test("metadata are strings; deals and tickets have their own", async () => {
    const made = world();
    const call = await install(made);
    const deals = await call("GET", "/crm/pipelines/2026-09/deals");
    const won = deals.body.results[0].stages.find((stage: Json) => stage.id === "closedwon");
    expect(won.metadata).toEqual({ isClosed: "true", probability: "1.0" });
    const tickets = await call("GET", "/crm/pipelines/2026-09/tickets/0/stages");
    expect(tickets.body.results.map((stage: Json) => stage.metadata.ticketState)).toEqual([
      "OPEN",
      "OPEN",
      "OPEN",
      "CLOSED",
    ]);
    made.portal.addStage("deals", "default", { label: "Legal", probability: "0.95" });
    expect((await call("GET", "/crm/pipelines/2026-09/deals/default")).body.stages).toHaveLength(8);
    expect((await call("GET", "/crm/pipelines/2026-09/deals/nope")).status).toBe(404);
  });
});

describe("looking around", () => {
  test("accounts, records and fields, with everything escaped", async () => {
    const made = world();
    const { portal, sandbox } = made;
    const owner = portal.addOwner({ firstName: "Ann", lastName: "Lee" });
    const company = portal.create("company", { name: "<b>Evil</b> & Co", hubspot_owner_id: owner.id });
    portal.create("task", { hs_timestamp: "1797843600000", hs_task_subject: "Call them" }, [
      { objectType: "company", id: company.id },
    ]);
    const page = async (path: string) => {
      const response = await sandbox.fetch(new Request(`http://hubspot.sandbox${path}`));
      return [response.status, await response.text()] as const;
    };
    const [, accounts] = await page("/");
    expect(accounts).toContain('href="/look/62515"');
    expect(accounts).toContain('http-equiv="refresh"');
    const [, companies] = await page("/look/62515?type=companies&q=evil");
    expect(companies).toContain("&#60;b&#62;Evil&#60;/b&#62; &#38; Co");
    expect(companies).not.toContain("<b>Evil");
    expect(companies).toContain("Ann Lee");
    const [, one] = await page(`/look/62515/companies/${company.id}`);
    expect(one).toContain("Call them");
    expect((await page("/look/1"))[0]).toBe(404);
    expect((await page("/look/62515/companies/1"))[0]).toBe(404);
    expect(sandbox.violations).toEqual([]);
  });
});

describe("for tests of the connector", () => {
  test("a snapshot before and after shows exactly what changed", async () => {
    const made = world();
    const call = await install(made);
    const company = made.portal.create("company", { name: "C" });
    const before = made.portal.snapshot();
    expect(JSON.parse(JSON.stringify(before))).toEqual(before);
    await call("POST", "/crm/properties/2026-09/companies/groups", { name: "g", label: "G" });
    const changed = made.portal.snapshot();
    expect(changed.groups.filter((group) => !before.groups.includes(group))).toEqual(["companies.g"]);
    await call("DELETE", "/crm/properties/2026-09/companies/groups/g");
    expect(made.portal.snapshot()).toEqual(before);
    expect(before.records.companies![company.id]!.properties.name).toBe("C");
  });

  test("strings hold every name, also former ones and those of deleted people", () => {
    const { portal } = world();
    const contact = portal.create("contact", {
      firstname: "Oksana",
      lastname: "Hnatiuk",
      email: "oksana@x.example",
      phone: "+38050123",
    });
    portal.update("contact", contact.id, { firstname: "Oxana" });
    portal.create("company", { name: "Стожари" });
    portal.privacyDelete(contact.id);
    const strings = portal.strings();
    for (const text of ["Oksana", "Oxana", "Hnatiuk", "oksana@x.example", "+38050123", "Стожари", "Admin"])
      expect(strings).toContain(text);
  });

  test("imports of ten thousand are quiet and at once visible", async () => {
    const made = world();
    const call = await install(made);
    const ids = made.portal.importRecords(
      "company",
      Array.from({ length: 10_000 }, (_, index) => ({ properties: { name: `C${index}` } })),
    );
    await made.clock.advance(5_000);
    expect(made.deliveries).toEqual([]);
    const body = { filterGroups: [], sorts: [], properties: [], limit: 1, after: "0" };
    expect((await call("POST", `${OBJECTS}/companies/search`, body)).body.total).toBe(10_000);
    expect(new Set(ids).size).toBe(10_000);
  });
});
