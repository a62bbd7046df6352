/** Properties of the customer's own that settings ask for are read from the CRM without being mapped as well. */
import { afterEach, describe, expect, test } from "vitest";
import { expectClean } from "../support/expect.ts";
import { DAY, HOUR, House, MINUTE } from "../support/house.ts";
import {
  companyNumber,
  companyProperty,
  contactWithMail,
  MailServer,
  ownProperty,
  setCompany,
  setOwn,
} from "../support/outside.ts";
import { installed, VENDORS, type World } from "../support/world.ts";

const PHASES = [{ key: "only", title: { en: "Only" }, fromDay: 0, toDay: 30 }];
const letter = (key: string, text: string, more: object) => ({
  key,
  kind: "message",
  title: { en: key },
  phase: "only",
  ...more,
  message: { text },
});
const LETTERS = {
  id: "letters",
  version: 1,
  title: { en: "Letters" },
  lengthDays: 30,
  phases: PHASES,
  steps: [
    letter("hello", "check_in", { when: { days: 0, minute: 840 } }),
    letter("reminder", "setup_reminder", {
      when: { days: 1, minute: 840 },
      condition: { not: { fact: "form.completed", is: "=", value: true } },
    }),
  ],
};

let house: House;
let world: World;
let mail: MailServer;
let owner: string;

async function start(vendor: (typeof VENDORS)[number]): Promise<void> {
  mail = new MailServer();
  house = new House({ outside: { mailer: mail } });
  world = await installed(house, vendor);
  owner = world.owner("Boris");
}

const publish = (settings: object) => house.host.ask(world.id, "publish", [settings, "user:1"]);

afterEach(() => {
  expectClean(house, world);
  house.close();
});

describe.each(VENDORS)("%s: a property that nobody mapped", (vendor) => {
  test("A5.2 the reminder goes to those who did not complete the setup form, and not to those who did", async () => {
    await start(vendor);
    const property = companyProperty(world, "setup_form", ["done", "open"]);
    await publish({
      form: { property, value: "done" },
      templateRules: [],
      defaultTemplate: "letters",
      templates: [LETTERS],
      plan: { channels: { email: "send", sms: "off", push: "off" } },
      messages: { fromName: "Team", fromAddress: "team@tenure.test", formLink: "https://form.example/1" },
    });
    await house.runFor(2 * HOUR);
    const clients = ["done", "open"].map((state) => {
      const company = world.company({ ownerId: owner });
      const contact = contactWithMail(world, company, "Oksana", `${state}@acme.example`);
      world.win(world.deal({ companyId: company, contactIds: [contact], ownerId: owner }));
      return company;
    });
    await house.runFor(6 * HOUR);
    expect(mail.letters.map((one) => one.to).sort()).toEqual(["done@acme.example", "open@acme.example"]);
    setCompany(world, clients[0]!, property, "done");
    setCompany(world, clients[1]!, property, "open");
    await house.runFor(DAY);
    expect(mail.letters.slice(2).map((one) => one.to)).toEqual(["open@acme.example"]);
  });

  test("A0.6 a property of the customer's own tells the headcount; where it is empty the plan's reason says that it is unknown", async () => {
    await start(vendor);
    const property = companyNumber(world, "staff");
    await publish({ headcountProperty: property });
    await house.runFor(2 * HOUR);
    const clients = [5, 20, 101, null].map((headcount) => {
      const company = world.company({ ownerId: owner });
      if (headcount !== null) setCompany(world, company, property, headcount);
      world.win(world.deal({ companyId: company, ownerId: owner }));
      return company;
    });
    await house.runFor(30 * MINUTE);
    const reasons = clients.map((id) => String(world.fields({ kind: "company", id }).template_reason));
    expect(reasons[0]).toMatch(/SMB/);
    expect(reasons[1]).toMatch(/Standard/);
    expect(reasons[2]).toMatch(/Enterprise/);
    expect(reasons[3]).toMatch(/Standard.*number of employees is not filled in on the record/);
  });

  test("A7.5 a rule chooses the template by it, on the deal or on the client", async () => {
    await start(vendor);
    const onDeal = ownProperty(world, "deal", "programme", ["small", "large"]);
    const onCompany = companyProperty(world, "care", ["plain", "close"]);
    const rule = (name: string, property: string, value: string) => ({
      name,
      when: { fact: `x.${property}`, is: "=", value },
      templateId: "smb",
    });
    await publish({ templateRules: [rule("By deal", onDeal, "small"), rule("By client", onCompany, "plain")] });
    await house.runFor(2 * HOUR);
    const won = (care: string, programme: string) => {
      const company = world.company({ ownerId: owner });
      setCompany(world, company, onCompany, care);
      const deal = world.deal({ companyId: company, ownerId: owner });
      setOwn(world, "deal", deal, onDeal, programme);
      world.win(deal);
      return company;
    };
    const clients = [won("close", "small"), won("plain", "large"), won("close", "large")];
    await house.runFor(30 * MINUTE);
    const reasons = clients.map((id) => String(world.fields({ kind: "company", id }).template_reason));
    expect(reasons[0]).toMatch(/By deal/);
    expect(reasons[1]).toMatch(/By client/);
    expect(reasons[2]).toBe("No rule matched: default plan");
  });
});
