import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClientState } from "../../src/core/client/state.ts";
import type { ClientLinks } from "../../src/doors/pages.ts";
import { linkUrl, readLink, signLink } from "../../src/links.ts";
import { makeVault } from "../../src/runtimes/vault.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, KEYS, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { companyProperty, companyRef, contactWithMail, notes, setCompany } from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

const VIEWER = { userId: "1", ownerId: null, isAdmin: true, records: [] };
const SETTINGS = {
  pages: { plan: true },
  messages: { portalName: "Tenure & Söhne", emergency: "+380 44 123", bookingLink: "https://book.tenure.test/x" },
};

let house: House;
let world: World;
let company: string;
let deal: string;
let links: ClientLinks;

async function start(vendor: (typeof VENDORS)[number], settings: object = SETTINGS): Promise<void> {
  house = new House();
  world = await installed(house, vendor);
  const owner = world.owner("Boris");
  await house.runFor(2 * HOUR);
  await house.host.ask(world.id, "publish", [settings, "user:1"]);
  company = world.company({ name: "Acme <b>GmbH</b>", ownerId: owner });
  deal = world.deal({
    companyId: company,
    contactIds: [contactWithMail(world, company, "Oksana", "o@acme.example")],
    ownerId: owner,
  });
  await house.runFor(5 * MINUTE);
  world.win(deal);
  await house.runFor(10 * MINUTE);
  links = (await house.host.ask(world.id, "clientLinks", [VIEWER, `company:${company}`])) as ClientLinks;
}

afterEach(() => {
  expectClean(house, world);
  house.close();
});

const open = (url: string) => Promise.resolve(house.app.request(url));
const post = (url: string, form: Record<string, string>) =>
  Promise.resolve(house.app.request(url, { method: "POST", body: new URLSearchParams(form) }));
const state = () =>
  house.host.portal(world.id).store.clients.get(`company:${company}`)!.state as { acts?: { signals: unknown[] } };

describe.each(VENDORS)("%s: surveys", (vendor) => {
  beforeEach(() => start(vendor));

  test("A10.4 the click only opens the page with the answer chosen; the button sends it, into the CRM's field", async () => {
    const page = await open(`${links.nps}?a=9`);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain('value="9" required checked');
    expect(html.match(/<button/g)).toHaveLength(1);
    expect(html).toContain("Tenure &amp; Söhne");
    await house.runFor(10 * MINUTE);
    expect(world.fields(companyRef(company)).nps).toBeUndefined();
    const thanks = await post(links.nps, { a: "9", words: "Fast & <i>friendly</i>" });
    expect(thanks.status).toBe(200);
    await house.runFor(10 * MINUTE);
    expect(Number(world.fields(companyRef(company)).nps)).toBe(9);
    const said = notes(world).filter((one) => one.includes("friendly"));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain("9");
    expect(state().acts?.signals ?? []).toEqual([]);
  });

  test("G8 the words wait sealed and are forgotten once the CRM has them", async () => {
    await post(links.ces, { a: "5", words: "Unmistakable words" });
    const { db, meta } = house.host.portal(world.id).store;
    const everything = () =>
      ["meta", "mirror", "client", "history"].map((table) => JSON.stringify(db.all(`select * from ${table}`))).join();
    expect(meta.get<unknown[]>("answers")).toHaveLength(1);
    expect(everything()).not.toContain("Unmistakable");
    await house.runFor(10 * MINUTE);
    expect(notes(world).some((one) => one.includes("Unmistakable words"))).toBe(true);
    expect(meta.get<unknown[]>("answers")).toEqual([]);
    expect(everything()).not.toContain("Unmistakable");
    expect(Number(world.fields(companyRef(company)).ces)).toBe(5);
  });

  test("A8.15 a low answer is a reported fact for the score", async () => {
    await post(links.nps, { a: "6" });
    expect(state().acts?.signals).toMatchObject([{ id: "low_survey", value: 6 }]);
  });

  test("a link is answered once: doubled clicks and replays change nothing", async () => {
    await post(links.nps, { a: "10" });
    const again = await post(links.nps, { a: "0" });
    expect(await again.text()).toContain("already");
    await house.runFor(10 * MINUTE);
    expect(Number(world.fields(companyRef(company)).nps)).toBe(10);
  });
});

describe("links of clients that live on as another", () => {
  const linksOf = async (key: string) => (await house.host.ask(world.id, "clientLinks", [VIEWER, key])) as ClientLinks;

  test("of two companies that became one each is asked for its own word, and a step of the closed plan is none of the other's", async () => {
    await start("hubspot");
    const other = world.company({ ownerId: world.owner("Daryna") });
    world.deal({ companyId: other, ownerId: world.owner("Emil"), outcome: "won" });
    await house.runFor(10 * MINUTE);
    const others = await linksOf(`company:${other}`);
    await post(links.nps, { a: "9" });
    const key = `company:${world.mergeCompanies(company, other)}`;
    await house.runFor(HOUR);
    expect(await (await post(links.nps, { a: "1" })).text()).toContain("already");
    expect((await post(others.nps, { a: "7" })).status).toBe(200);
    expect(await (await post(others.nps, { a: "1" })).text()).toContain("already");
    const { plans, outside } = house.host.portal(world.id).store.clients.get(key)!.state as ClientState;
    expect(outside!.answers.map(({ score }) => score)).toEqual([9, 7]);

    const untilDay = 99_999;
    const about = "kickoff";
    const done = ({ client, cycle }: (typeof plans)[number]) =>
      linkUrl(
        PUBLIC_URL,
        { portal: world.id, kind: "done", client, cycle, untilDay, revision: 0, about },
        makeVault(KEYS),
      );
    const [closed, goesOn] = ["closed", "running"].map((state) => plans.find((plan) => plan.state === state)!);
    expect((await post(done(closed!), {})).status).toBe(404);
    expect((await post(done(goesOn!), {})).status).toBe(200);
    // Whose plan was closed sees the one that goes on.
    for (const { plan } of [links, others]) expect((await open(plan!)).status).toBe(200);
  });

  test.each(VENDORS)(
    "%s: a deal that gets its company late keeps its links, and so do those that are made after",
    async (vendor) => {
      await start(vendor);
      const ownerId = world.owner("Daryna");
      const late = world.deal({ ownerId, outcome: "won" });
      await house.runFor(10 * MINUTE);
      const before = await linksOf(`deal:${late}`);
      const its = world.company({ ownerId });
      world.linkDeal(late, its);
      await house.runFor(HOUR);
      expect(house.host.portal(world.id).store.clients.get(`deal:${late}`)).toBeNull();
      expect((await open(before.plan!)).status).toBe(200);
      expect(await linksOf(`company:${its}`)).toEqual(before);
      expect((await post(before.ces, { a: "5" })).status).toBe(200);
    },
  );
});

describe("surveys: what is turned away", () => {
  test.each([{}, { a: "11" }, { a: "-1" }, { a: "9.5" }, { a: "<script>" }])("an answer of %o", async (form) => {
    await start("hubspot");
    const answer = await post(links.nps, form as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(await answer.text()).not.toContain("<script>");
    expect((await post(links.nps, { a: "9" })).status).toBe(200);
  });

  test("G9 a link that was changed, cut, of another kind, of another portal, too old, or revoked", async () => {
    await start("hubspot");
    const { vault } = { vault: { hash: (text: string) => text.slice(0, 22) } };
    const token = links.nps.split("/").at(-1)!;
    const [body, signature] = token.split(".") as [string, string];
    const broken = [
      `${body}.${signature.slice(0, -1)}A`,
      body,
      `${body.slice(0, -2)}AA.${signature}`,
      // signed with another key
      signLink(
        {
          portal: world.id,
          kind: "nps",
          client: `company:${company}`,
          cycle: 1,
          untilDay: 99_999,
          revision: 0,
          about: "",
        },
        vault,
      ),
    ];
    for (const one of broken) expect((await open(`${PUBLIC_URL}/c/survey/${one}`)).status).toBe(410);
    expect((await open(`${PUBLIC_URL}/c/plan/${token}`)).status).toBe(410);
    expect((await post(`${PUBLIC_URL}/v1/done/${token}`, {})).status).toBe(404);
    expect(await house.host.ask(world.id, "revokeLinks", [VIEWER, `company:${company}`])).toBe(true);
    expect((await open(links.nps)).status).toBe(410);
    expect((await post(links.nps, { a: "9" })).status).toBe(410);
    const fresh = (await house.host.ask(world.id, "clientLinks", [VIEWER, `company:${company}`])) as ClientLinks;
    expect((await open(fresh.nps)).status).toBe(200);
    // 28 days of plan count as 90, and links live 90 days longer.
    await house.clock.advanceTo(house.clock.now() + 181 * DAY);
    expect((await open(fresh.nps)).status).toBe(410);
  });
});

describe.each(VENDORS)("%s: the client's plan page", (vendor) => {
  test("A12.2 shows progress, next steps, dates and contact, escaped, and nothing from inside", async () => {
    await start(vendor);
    const page = await open(links.plan!);
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toContain("Acme &lt;b&gt;GmbH&lt;/b&gt;");
    expect(html).not.toContain("<b>");
    expect(html).toContain("Kickoff");
    expect(html).toContain("Boris");
    expect(html).toContain("+380 44 123");
    expect(html).toContain('href="https://book.tenure.test/x"');
    // Internal steps, task bodies and owners' ids stay inside.
    expect(html).not.toContain("Watch");
    expect(html).not.toContain("{{");
    const csp = page.headers.get("content-security-policy")!;
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    expect(html).not.toMatch(/(?:src|href)="https?:\/\/(?!book\.tenure\.test)/);
  });

  test("A12.2 the link stands on the client's record, and only where the portal shows the page", async () => {
    await start(vendor);
    expect(world.fields(companyRef(company)).plan_link).toBe(links.plan);
    await house.host.ask(world.id, "publish", [{}, "user:1"]);
    await house.runFor(10 * MINUTE);
    expect(world.fields(companyRef(company)).plan_link ?? "").toBe("");
    expect((await open(links.plan!)).status).toBe(410);
  });

  test("visitors cannot spend the portal's budget, and are told to wait", async () => {
    await start(vendor);
    const before = world.calls();
    const answers = [];
    for (let knocks = 0; knocks < 40; knocks++) answers.push((await open(links.plan!)).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(20);
    expect(answers.at(-1)).toBe(429);
    // One question for the name of the client, one for the team's.
    expect(world.calls() - before).toBeLessThanOrEqual(2);
    await house.clock.advanceTo(house.clock.now() + MINUTE);
    expect((await open(links.plan!)).status).toBe(200);
  });
});

describe.each(VENDORS)("%s: the client's language", (vendor) => {
  test("A5.9 pages speak the language that a mapped property tells", async () => {
    house = new House();
    world = await installed(house, vendor);
    const owner = world.owner("Boris");
    await house.runFor(2 * HOUR);
    const property = companyProperty(world, "client_language", ["ro-RO", "en"]);
    const mapped = { company: [property] };
    await house.host.ask(world.id, "publish", [{ mapped, messages: { languageProperty: property } }, "user:1"]);
    company = world.company({ name: "Acme", ownerId: owner });
    setCompany(world, company, property, "ro-RO");
    world.deal({ companyId: company, ownerId: owner, outcome: "won" });
    await house.runFor(30 * MINUTE);
    links = (await house.host.ask(world.id, "clientLinks", [VIEWER, `company:${company}`])) as ClientLinks;
    expect(await (await open(links.nps)).text()).toContain("Cât de probabil");
  });
});

test("a link says what it said when it was signed", () => {
  const vault = { hash: (text: string) => `h${text.length}` };
  const claims = {
    portal: "hubspot-1",
    kind: "done",
    client: "company:ö",
    cycle: 2,
    untilDay: 10,
    revision: 1,
    about: "data_import",
  } as const;
  const token = signLink(claims, vault);
  expect(signLink(claims, vault)).toBe(token);
  expect(readLink(token, vault, 10 * DAY + HOUR)).toEqual(claims);
  expect(readLink(token, vault, 11 * DAY)).toBeNull();
});
