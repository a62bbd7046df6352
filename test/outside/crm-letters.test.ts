import { afterEach, describe, expect, test } from "vitest";
import type { SandboxPortal as Bitrix24Portal } from "../../src/sandbox/bitrix24/index.ts";
import type { SandboxPortal as HubSpotPortal } from "../../src/sandbox/hubspot/index.ts";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import { contactWithMail, MailServer, notes } from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

/** Monday 2026-03-02 14:00 in Kyiv, three hours into the test. */
const HELLO_AT = Date.UTC(2026, 2, 2, 12);
const TEXT_AT = HELLO_AT + HOUR;
const FROM = "team@ours.example";

function settings(more: { channels?: object; messages?: object } = {}): object {
  const phase = "only";
  return {
    templateRules: [],
    defaultTemplate: "letters",
    templates: [
      {
        id: "letters",
        version: 1,
        title: { en: "Letters" },
        lengthDays: 30,
        phases: [{ key: phase, title: { en: "Only" }, fromDay: 0, toDay: 30 }],
        steps: [
          { key: "kickoff", title: { en: "Call them" }, phase, when: { days: 3 } },
          {
            key: "hello",
            kind: "message",
            title: { en: "Hello letter" },
            phase,
            when: { days: 0, minute: 840 },
            message: { text: "check_in" },
          },
          {
            key: "text",
            kind: "message",
            title: { en: "Short text" },
            phase,
            when: { days: 0, minute: 900 },
            message: { text: "kickoff_sms", channel: "sms" },
          },
        ],
      },
    ],
    plan: { channels: { email: "crm", sms: "off", push: "off", ...more.channels } },
    messages: { fromName: "Team", fromAddress: FROM, bookingLink: "https://book.example/x", ...more.messages },
  };
}

let house: House;
let world: World;
let mail: MailServer;
let company: string;
let contact: string;
let boris: string;

const hubspot = () => (world as unknown as { portal: HubSpotPortal }).portal;
const bitrix24 = () => (world as unknown as { portal: Bitrix24Portal }).portal;
const titled = (part: string) => world.tasks().filter((one) => one.subject.includes(part));
const finding = (code: string) =>
  house.host
    .portal(world.id)
    .store.findings.open()
    .find((one) => one.code === code);

/** What the CRM sent to clients by its own means. */
function sentByCrm(): readonly string[] {
  if (world.vendor === "hubspot")
    return hubspot().enrolments.map((one) => `${one.contactId}: sequence ${one.sequenceId}`);
  return bitrix24().letters.map((one) => `${one.to.join()}: ${one.body}`);
}

async function start(vendor: (typeof VENDORS)[number], of: (sequence: string) => object): Promise<void> {
  mail = new MailServer();
  house = new House({ outside: { mailer: mail } });
  world = await installed(house, vendor);
  boris = world.owner("Boris");
  const sequence = vendor === "hubspot" ? hubspot().addSequence("Hello", 1).id : "1";
  if (vendor === "bitrix24") bitrix24().mailboxes.add(FROM);
  await house.host.ask(world.id, "publish", [of(sequence), "user:1"]);
  await house.runFor(2 * HOUR);
  company = world.company({ name: "Acme", ownerId: boris });
  contact = contactWithMail(world, company, "Oksana", "oksana@acme.example");
  const deal = world.deal({ companyId: company, contactIds: [contact], ownerId: boris });
  await house.runFor(10 * MINUTE);
  world.win(deal);
  await house.runFor(10 * MINUTE);
}

const usual = (sequence: string) => settings({ messages: { sequences: { check_in: sequence } } });

afterEach(() => {
  expectClean(house, world);
  house.close();
});

describe.each(VENDORS)("%s: letters by the CRM's own means", (vendor) => {
  test("A5.8 a letter goes out through the CRM at its moment, once, and neither our mail server nor a note doubles it", async () => {
    await start(vendor, usual);
    await house.run(HELLO_AT - MINUTE);
    expect(sentByCrm()).toEqual([]);
    await house.run(HELLO_AT + HOUR);
    expect(sentByCrm()).toHaveLength(1);
    if (vendor === "hubspot") expect(sentByCrm()[0]).toMatch(new RegExp(`^${contact}: sequence \\d+$`));
    else expect(sentByCrm()[0]).toMatch(/^oksana@acme\.example: .*Oksana.*\/c\/stop\//s);
    await house.clock.advanceTo(HELLO_AT + DAY);
    await house.runFor(HOUR);
    expect(sentByCrm()).toHaveLength(1);
    expect(mail.letters).toEqual([]);
    expect(notes(world).filter((one) => one.includes("sent by Tenure"))).toEqual([]);
    expect(titled("Hello letter")).toEqual([]);
  });

  test("a letter whose answer was lost is not sent twice: it becomes a task", async () => {
    await start(vendor, usual);
    await house.run(HELLO_AT - MINUTE);
    const isSend = (path: string) => path.includes("enrollments") || path.includes("crm.activity.add");
    house.faults[vendor].call = (call: { path: string; write: boolean }) => {
      if (!call.write || !isSend(call.path)) return null;
      delete house.faults[vendor].call;
      return "cut-after";
    };
    await house.run(HELLO_AT + HOUR);
    await house.clock.advanceTo(HELLO_AT + DAY);
    await house.runFor(HOUR);
    expect(sentByCrm()).toHaveLength(1);
    expect(titled("may not have arrived")).toHaveLength(1);
  });

  test("what the CRM refuses becomes a task with the draft, and an admin hears why", async () => {
    await start(vendor, usual);
    if (vendor === "hubspot") for (const one of hubspot().crm.people.owners.values()) one.connectedInbox = false;
    else bitrix24().mailboxes.clear();
    await house.run(HELLO_AT + HOUR);
    expect(sentByCrm()).toEqual([]);
    const [task] = titled("refused");
    expect(task?.ownerId).toBe(boris);
    expect(task?.body).toContain("Oksana");
    expect(finding("crm-message-refused")?.params.advice).toMatch(/inbox|mailbox/);
  });

  test("A5.7 an opt-out is asked for at the moment of sending here too", async () => {
    await start(vendor, usual);
    const { outside } = house.host.portal(world.id).engine();
    const wayOut = outside!.stopLink(`company:${company}`, contact);
    expect((await house.app.request(wayOut, { method: "POST", body: new URLSearchParams() })).status).toBe(200);
    await house.run(HELLO_AT + HOUR);
    expect(sentByCrm()).toEqual([]);
  });

  test("without what the CRM's means need, letters stay drafted tasks and an admin hears why", async () => {
    await start(vendor, () => settings({ messages: { fromAddress: null } }));
    await house.run(HELLO_AT + HOUR);
    expect(sentByCrm()).toEqual([]);
    expect(titled("Hello letter")).toHaveLength(1);
    const why = vendor === "hubspot" ? "sequences" : "from-address";
    expect(finding("crm-letters-stay-tasks")?.params).toEqual({ why });
  });
});

describe("hubspot: a letter without a sequence", () => {
  test("stays a drafted task", async () => {
    await start("hubspot", (sequence) => settings({ messages: { sequences: { welcome: sequence } } }));
    await house.run(HELLO_AT + HOUR);
    expect(sentByCrm()).toEqual([]);
    expect(titled("Hello letter")).toHaveLength(1);
  });
});

describe("bitrix24: short messages", () => {
  test("A5.8 a short message is handed to the portal's own process, with its text, once", async () => {
    await start("bitrix24", () => {
      const process = bitrix24().addWorkflow("SMS", "CCrmDocumentContact", ["Text"]);
      return settings({ channels: { email: "off", sms: "crm" }, messages: { smsProcess: String(process) } });
    });
    await house.run(TEXT_AT + HOUR);
    const runs = bitrix24().workflowRuns;
    expect(runs.map((one) => one.document)).toEqual([`CONTACT_${contact}`]);
    expect(runs[0]!.values.Text).not.toMatch(/\{\{|\[\[/);
    await house.clock.advanceTo(TEXT_AT + DAY);
    await house.runFor(HOUR);
    expect(runs).toHaveLength(1);
  });
});
