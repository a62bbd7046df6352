import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SandboxPortal as Bitrix24Portal } from "../../src/sandbox/bitrix24/index.ts";
import type { SandboxPortal as HubSpotPortal } from "../../src/sandbox/hubspot/index.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE, PUBLIC_URL } from "../support/house.ts";
import { contactWithMail, linkIn, MailServer, notes } from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

const SETTINGS = {
  templateRules: [],
  defaultTemplate: "letters",
  templates: [
    {
      id: "letters",
      version: 1,
      title: { en: "Letters" },
      lengthDays: 30,
      phases: [{ key: "only", title: { en: "Only" }, fromDay: 0, toDay: 30 }],
      steps: [
        { key: "call", title: { en: "Call them" }, phase: "only", when: { days: 0 } },
        {
          key: "hello",
          kind: "message",
          title: { en: "Hello letter" },
          phase: "only",
          when: { days: 0, minute: 840 },
          message: { text: "check_in" },
        },
        {
          key: "ask",
          kind: "message",
          title: { en: "Ask letter" },
          phase: "only",
          when: { days: 2, minute: 840 },
          message: { text: "day_30_survey", stopOnReply: true },
        },
      ],
    },
  ],
  plan: { channels: { email: "send", sms: "off", push: "off" } },
  messages: {
    fromName: "Айгуль",
    fromAddress: "team@tenure.test",
    replyTo: "aigul@tenure.test",
    signature: "Your team",
  },
};
/** Monday 2026-03-02 14:00 in Kyiv: the first letter's moment, three hours into the test. */
const HELLO_AT = Date.UTC(2026, 2, 2, 12);
const ASK_AT = HELLO_AT + 2 * DAY;

let house: House;
let world: World;
let mail: MailServer;
let company: string;
let contact: string;
let refusesOptOuts: boolean;

/** The CRM says no to whatever tells it that a contact wants no letters. */
async function refusing(request: Request, send: () => Promise<Response>): Promise<Response> {
  if (!refusesOptOuts) return send();
  if (request.url.includes("/unsubscribe-all"))
    return Response.json({ status: "error", category: "VALIDATION_ERROR", message: "Locked." }, { status: 400 });
  const asked = request.url + decodeURIComponent(await request.clone().text());
  const isOptOut = /crm\.(item|contact)\.update/.test(asked) && /NO_LETTERS/i.test(asked);
  return isOptOut ? Response.json({ error: "ERROR_CORE", error_description: "Locked." }, { status: 400 }) : send();
}

async function start(vendor: (typeof VENDORS)[number], settings: object = SETTINGS): Promise<void> {
  mail = new MailServer();
  refusesOptOuts = false;
  house = new House({ outside: { mailer: mail }, call: refusing });
  world = await installed(house, vendor);
  await house.host.ask(world.id, "publish", [settings, "user:1"]);
  const owner = world.owner("Boris");
  await house.runFor(2 * HOUR);
  company = world.company({ name: "Acme", ownerId: owner });
  contact = contactWithMail(world, company, "Oksana", "oksana@acme.example");
  const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: owner });
  await house.runFor(10 * MINUTE);
  world.win(deal);
  await house.runFor(10 * MINUTE);
}

/** Time passes without the connector being asked to look at every minute of it. */
async function leapTo(at: number): Promise<void> {
  await house.clock.advanceTo(at - 30 * MINUTE);
  await house.run(at + 30 * MINUTE);
}

afterEach(() => {
  expectClean(house, world);
  house.close();
});

/** The CRM itself knows that the contact wants no letters: by its own opt-out, or in our field. */
function isOutInCrm(): boolean {
  if (world.vendor === "hubspot") {
    const { portal } = world as unknown as { portal: HubSpotPortal };
    return portal.get("contacts", contact)!.properties.hs_email_optout === "true";
  }
  const { portal } = world as unknown as { portal: Bitrix24Portal };
  return JSON.stringify(portal.crm.table(3).get(Number(contact))).includes('"UF_CRM_TENURE_NO_LETTERS":true');
}

const open = (path: string, init?: RequestInit) => Promise.resolve(house.app.request(`${PUBLIC_URL}${path}`, init));
const texts = () => mail.letters.map((one) => one.subject);

/** Somebody ticks "wants no letters" on the contact. */
function tickNoLetters(): void {
  if (world.vendor === "hubspot")
    (world as unknown as { portal: HubSpotPortal }).portal.update("contacts", contact, { tenure_no_letters: "true" });
  else
    (world as unknown as { portal: Bitrix24Portal }).portal.update("contact", Number(contact), {
      UF_CRM_TENURE_NO_LETTERS: "Y",
    });
}

describe.each(VENDORS)("%s: letters that are sent", (vendor) => {
  beforeEach(() => start(vendor));

  test("A5.5 A5.8 a letter goes out at its moment, to the deal's contact, with fresh names, and is logged in the CRM", async () => {
    await house.run(HELLO_AT - MINUTE);
    expect(mail.letters).toEqual([]);
    await house.run(HELLO_AT + 10 * MINUTE);
    expect(mail.letters).toHaveLength(1);
    const [letter] = mail.letters;
    expect(letter).toMatchObject({
      to: "oksana@acme.example",
      from: { name: "Айгуль", address: "team@tenure.test" },
      replyTo: "aigul@tenure.test",
    });
    expect(letter!.text).toContain("Oksana");
    expect(letter!.text).toContain("Your team");
    expect(letter!.text).not.toContain("{{");
    await house.runFor(HOUR);
    expect(notes(world).filter((one) => one.includes(letter!.subject))).toHaveLength(1);
    // The step is done, nothing is sent twice.
    await leapTo(HELLO_AT + DAY);
    expect(mail.letters).toHaveLength(1);
  });

  test("G8 no name, address or word of a letter stays with us", async () => {
    await house.run(HELLO_AT + HOUR);
    expect(mail.letters).toHaveLength(1);
    const { db } = house.host.portal(world.id).store;
    const tables = ["meta", "mirror", "client", "history", "record", "finding", "call_log"];
    const everything = tables.map((table) => JSON.stringify(db.all(`select * from ${table}`))).join();
    for (const word of ["Oksana", "oksana@acme.example", "Acme", "How are"]) expect(everything).not.toContain(word);
    expect(JSON.stringify(house.logs)).not.toContain("oksana");
  });

  test("A5.7 a way out on every letter: the page asks, the button stops everything, and the CRM hears of it", async () => {
    await house.run(HELLO_AT + HOUR);
    const [letter] = mail.letters;
    expect(letter!.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    const path = linkIn(letter!.headers["List-Unsubscribe"]!, "/c/stop/");
    expect(linkIn(letter!.text, "/c/stop/")).toBe(path);
    const page = await open(path);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<button");
    await house.runFor(MINUTE);
    const stopped = await open(path, {
      method: "POST",
      body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
    });
    expect(stopped.status).toBe(200);
    await leapTo(ASK_AT);
    expect(mail.letters).toHaveLength(1);
    expect(notes(world).filter((one) => one.includes("unsubscribed"))).toHaveLength(1);
    expect(isOutInCrm()).toBe(true);
    const { store } = house.host.portal(world.id);
    expect(JSON.stringify(store.db.all("select * from call_log"))).not.toContain("oksana");
  });

  test("A5.7 what the CRM refused of it is told again when the contact changes, else once a day, and shown until it was taken", async () => {
    const shown = () => {
      const { store } = house.host.portal(world.id);
      return store.findings.open().filter(({ code }) => code === "opt-out-refused");
    };
    await house.run(HELLO_AT + HOUR);
    refusesOptOuts = true;
    const path = linkIn(mail.letters[0]!.headers["List-Unsubscribe"]!, "/c/stop/");
    await open(path, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) });
    await house.runFor(HOUR);
    expect(shown()).toHaveLength(1);
    const { count } = shown()[0]!;
    world.rename({ kind: "contact", id: contact }, "Olena");
    // HubSpot tells no name: it is found by listing.
    await house.runFor(12 * HOUR);
    expect(shown()[0]!.count).toBeGreaterThan(count);
    expect(isOutInCrm()).toBe(false);
    refusesOptOuts = false;
    await leapTo(house.clock.now() + DAY + HOUR);
    expect(isOutInCrm()).toBe(true);
    expect(shown()).toEqual([]);
  });

  test("a letter whose outcome is unknown is never sent again: it becomes a task", async () => {
    mail.answers.push({ done: false, failure: "unknown" });
    await house.run(HELLO_AT + HOUR);
    await leapTo(HELLO_AT + DAY);
    expect(mail.letters).toHaveLength(1);
    expect(world.tasks().filter((one) => one.subject.includes("may not have arrived"))).toHaveLength(1);
  });

  test("a letter that is refused becomes a task; a server that is away gets it later, once", async () => {
    mail.answers.push({ done: false, failure: "unavailable", code: "SMTP_451" });
    mail.answers.push({ done: false, failure: "unavailable", code: "SMTP_451" });
    mail.answers.push({ done: false, failure: "refused", code: "SMTP_550", advice: "no such mailbox" });
    await house.run(HELLO_AT + 2 * MINUTE);
    expect(world.tasks().filter((one) => one.subject.includes("refused"))).toEqual([]);
    await house.run(HELLO_AT + HOUR);
    expect(mail.answers).toEqual([]);
    expect(mail.letters).toEqual([]);
    await house.runFor(10 * MINUTE);
    expect(world.tasks().filter((one) => one.subject.includes("refused"))).toHaveLength(1);
  });

  test("G2 a crash between sending and writing it down sends nothing twice", async () => {
    const send = mail.send.bind(mail);
    mail.send = async (letter) => {
      const sent = await send(letter);
      house.kill();
      return sent;
    };
    await house.run(HELLO_AT + HOUR);
    expect(house.isDead).toBe(true);
    mail.send = send;
    // What a killed process said while it died.
    house.logs.length = 0;
    house.start();
    await house.run(HELLO_AT + 2 * HOUR);
    expect(mail.letters).toHaveLength(1);
    expect(world.tasks().filter((one) => one.subject.includes("may not have arrived"))).toHaveLength(1);
  });

  test("A5.7 the weekly cap holds letters back, and they go out when it frees", async () => {
    await house.host.ask(world.id, "publish", [
      { ...SETTINGS, plan: { ...SETTINGS.plan, maxMessagesPerWeek: 1, maxMessageLateDays: 10 } },
      "user:1",
    ]);
    await house.run(HELLO_AT + HOUR);
    await leapTo(ASK_AT);
    expect(mail.letters).toHaveLength(1);
    // Seven days after the first; the Monday is a holiday in Ukraine, so that it is the Tuesday.
    await leapTo(HELLO_AT + 7 * DAY);
    expect(mail.letters).toHaveLength(1);
    await leapTo(HELLO_AT + 8 * DAY);
    expect(mail.letters).toHaveLength(2);
    expect(mail.letters[1]!.text).toContain("/c/survey/");
  });
});

describe.each(VENDORS)("%s: letters that are not sent", (vendor) => {
  test("the default is a drafted task for a person", async () => {
    await start(vendor, { ...SETTINGS, plan: {} });
    await house.run(HELLO_AT + HOUR);
    expect(mail.letters).toEqual([]);
    const draft = world.tasks().find((one) => one.subject.includes("Hello letter"));
    expect(draft?.body).toContain("Oksana");
  });

  test("without a sender's address letters stay tasks, and an admin hears why", async () => {
    await start(vendor, { ...SETTINGS, messages: {} });
    await house.run(HELLO_AT + HOUR);
    expect(mail.letters).toEqual([]);
    expect(world.tasks().some((one) => one.subject.includes("Hello letter"))).toBe(true);
    const findings = house.host.portal(world.id).store.findings.open();
    expect(findings.find((one) => one.code === "letters-stay-tasks")?.params).toEqual({ why: "from-address" });
  });

  test("a client without an address gets none, and his owner a task", async () => {
    await start(vendor);
    world.remove({ kind: "contact", id: contact });
    await house.run(HELLO_AT + 2 * HOUR);
    expect(mail.letters).toEqual([]);
    expect(world.tasks().filter((one) => one.subject.includes("refused"))).toHaveLength(1);
  });
});

describe.each(VENDORS)("%s: a deal whose contact shows a moment after it was won", (vendor) => {
  const AT_ONCE = {
    ...SETTINGS,
    templates: SETTINGS.templates.map((one) => ({
      ...one,
      steps: one.steps.map((step) => ({ ...step, when: { ...step.when, minute: 0 } })),
    })),
  };

  test.each([
    ["gets its first letter as soon as the contact is there", true, ["lesia@late.example"]],
    ["has it sent to another contact of the company a minute later where none shows", false, ["adam@late.example"]],
  ] as const)("%s", async (_, isShown, to) => {
    await start(vendor, AT_ONCE);
    const sent = mail.letters.length;
    const ownerId = world.owner("Daryna");
    const other = world.company({ name: "Late", ownerId });
    contactWithMail(world, other, "Adam", "adam@late.example");
    const lesia = contactWithMail(world, other, "Lesia", "lesia@late.example");
    await house.runFor(10 * MINUTE);
    const deal = world.deal({ companyId: other, ownerId, outcome: "won" });
    await house.runFor(4_000);
    expect(world.tasksOf(deal)).not.toEqual([]);
    if (isShown) world.linkContact(deal, lesia);
    await house.runFor(50_000);
    const addresses = () => mail.letters.slice(sent).map((one) => one.to);
    expect(addresses()).toEqual(isShown ? to : []);
    await house.runFor(MINUTE);
    expect(addresses()).toEqual(to);
  });
});

describe.each(VENDORS)("%s: a deal whose contact belongs to another company", (vendor) => {
  beforeEach(async () => {
    await start(vendor);
    // Nobody else is there to write to.
    world.remove({ kind: "contact", id: contact });
    const ownerId = world.owner("Daryna");
    const buyer = world.company({ name: "Buyer", ownerId });
    const agency = world.company({ name: "Agency", ownerId });
    contact = contactWithMail(world, agency, "Lesia", "lesia@agency.example");
    const deal = world.deal({ companyId: buyer, contactIds: [contact], ownerId });
    await house.runFor(10 * MINUTE);
    world.win(deal);
    await house.runFor(10 * MINUTE);
  });
  const refused = () => world.tasks().filter((one) => one.subject.includes("refused"));

  test("its letters reach them", async () => {
    await house.run(HELLO_AT + HOUR);
    expect(mail.letters.map((one) => one.to)).toEqual(["lesia@agency.example"]);
    expect(mail.letters[0]!.text).toContain("Lesia");
    await leapTo(ASK_AT);
    expect(mail.letters.map((one) => one.to)).toEqual(["lesia@agency.example", "lesia@agency.example"]);
    // The first client, who has nobody left, has a task for each of the two.
    expect(refused()).toHaveLength(2);
  });

  test("A5.7 who unsubscribed gets no more of them, and the CRM hears of it", async () => {
    await house.run(HELLO_AT + HOUR);
    const path = linkIn(mail.letters[0]!.headers["List-Unsubscribe"]!, "/c/stop/");
    await open(path, { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) });
    await leapTo(ASK_AT);
    expect(mail.letters).toHaveLength(1);
    expect(isOutInCrm()).toBe(true);
  });

  test("A5.7 who wants no letters, as the CRM says, gets none", async () => {
    tickNoLetters();
    await house.run(HELLO_AT + HOUR);
    expect(mail.letters).toEqual([]);
  });
});

describe.each(VENDORS)("%s: the client answers, or a person says it for him", (vendor) => {
  test("A5.7 A4.6 a letter of the client in the CRM's timeline ends the sequence", async () => {
    await start(vendor);
    await house.run(HELLO_AT + HOUR);
    expect(texts()).toHaveLength(1);
    world.letter(company, "in", "Thank you, all is well.");
    await leapTo(ASK_AT);
    expect(texts()).toHaveLength(1);
  });

  test('A5.7 the field "wants no letters", ticked on the contact, stops every letter', async () => {
    await start(vendor);
    tickNoLetters();
    await house.run(HELLO_AT + HOUR);
    expect(mail.letters).toEqual([]);
  });
});

describe("hubspot: what the contact's record says at the last moment counts", () => {
  test("A5.7 an opt-out, or a bounce, that no event told of stops the letter", async () => {
    await start("hubspot");
    house.faults.hubspot.delivery = () => "drop";
    await house.run(HELLO_AT - 30_000);
    const { portal } = world as unknown as { portal: { update(type: string, id: string, values: object): void } };
    portal.update("contacts", contact, { hs_email_optout: "true" });
    await house.run(HELLO_AT + HOUR);
    expect(mail.letters).toEqual([]);
  });

  test("A5.7 a letter that came back, as the CRM's timeline shows it, stops the next one", async () => {
    await start("hubspot");
    await house.run(HELLO_AT + HOUR);
    const { portal } = world as unknown as { portal: HubSpotPortal };
    const at = String(house.clock.now());
    const values = { hs_timestamp: at, hs_email_direction: "EMAIL", hs_email_status: "BOUNCED" };
    portal.create("emails", values, [
      { objectType: "contacts", id: contact },
      { objectType: "companies", id: company },
    ]);
    await leapTo(ASK_AT);
    expect(texts()).toHaveLength(1);
    expect(world.tasks().filter((one) => one.subject.includes("bounced"))).toHaveLength(1);
  });

  test("A5.7 a reply ends the sequence", async () => {
    await start("hubspot");
    await house.run(HELLO_AT + HOUR);
    expect(texts()).toHaveLength(1);
    const { portal } = world as unknown as { portal: { update(type: string, id: string, values: object): void } };
    portal.update("contacts", contact, { hs_sales_email_last_replied: String(house.clock.now()) });
    await leapTo(ASK_AT);
    expect(texts()).toHaveLength(1);
  });
});
