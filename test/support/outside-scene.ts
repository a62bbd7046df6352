/** One plan with a provisioning call, a letter with a survey and a plan page with questions, played through on whatever runtime the stage stands on. */
import { Webhook } from "standardwebhooks";
import { expect } from "vitest";
import type { SandboxPortal } from "../../src/sandbox/hubspot/index.ts";
import { linkIn, type Receivers } from "./outside.ts";

export interface Stage {
  portal: SandboxPortal;
  receivers: Receivers;
  ask(method: string, ...args: readonly unknown[]): Promise<unknown>;
  /** a request to the connector, by its path */
  request(path: string, init?: RequestInit): Promise<Response>;
  runFor(ms: number): Promise<void>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const HOOK = "https://hooks.customer.com/tenure";
export const MAIL_HOOK = "https://mail.customer.com/send";

const phase = "only";
const SETTINGS = {
  templateRules: [],
  defaultTemplate: "outside",
  templates: [
    {
      id: "outside",
      version: 1,
      title: { en: "Outside" },
      lengthDays: 30,
      phases: [{ key: phase, title: { en: "Only" }, fromDay: 0, toDay: 30 }],
      steps: [
        { key: "kickoff", title: { en: "Kick-off" }, phase, when: { days: 3 }, client: true },
        { key: "accounts", kind: "provision", title: { en: "Accounts" }, phase, when: { days: 0 }, action: "make" },
        {
          key: "survey",
          kind: "message",
          title: { en: "Survey letter" },
          phase,
          when: { days: 0, minute: 840 },
          message: { text: "day_30_survey" },
        },
      ],
    },
  ],
  plan: { channels: { email: "send", sms: "off", push: "off" } },
  messages: { fromName: "Team", fromAddress: "team@ours.example", portalName: "Ours" },
  pages: { plan: true },
  questions: {
    isOn: true,
    answers: [{ topic: "Import", asked: ["How do I import contacts?"], answer: "By Settings." }],
  },
  calls: { url: HOOK, actions: { email: { url: MAIL_HOOK } } },
};

/** Plays it. The portal is installed and it is a Monday, 11:00 where the client lives. */
export async function playOutside({ portal, receivers, ask, request, runFor }: Stage): Promise<void> {
  await ask("publish", SETTINGS, "user:1");
  const owner = portal.addOwner({ firstName: "Айгуль" }).id;
  const company = portal.create("companies", { name: "Acme", hubspot_owner_id: owner }).id;
  const onCompany = [{ objectType: "companies", id: company }];
  const contact = portal.create("contacts", { firstname: "Oksana", email: "oksana@acme.example" }, onCompany).id;
  const links = [...onCompany, { objectType: "contacts", id: contact }];
  const values = { dealname: "Acme", pipeline: "default", dealstage: "closedwon", hubspot_owner_id: owner };
  portal.create("deals", values, links);
  await runFor(30 * MINUTE);
  const [call] = receivers.calls;
  expect(receivers.calls.map((one) => one.url)).toEqual([HOOK]);
  expect(call!.body).toMatchObject({ type: "provisioning.make", data: { step: "accounts" } });
  await isSigned(await ask("callSecret"), call!);

  await runFor(3 * HOUR);
  const [, letter, ...more] = receivers.calls;
  expect(more).toEqual([]);
  expect(letter!.url).toBe(MAIL_HOOK);
  const { type, data } = letter!.body;
  expect(type).toBe("message.email");
  expect(data).toMatchObject({ to: "oksana@acme.example", from: { name: "Team", address: "team@ours.example" } });
  expect(String(data.text)).toContain("Oksana");

  const survey = linkIn(String(data.text), "/c/survey/");
  expect((await request(`${survey}?a=9`)).status).toBe(200);
  const answered = await request(survey, { method: "POST", body: new URLSearchParams({ a: "9", words: "Fine" }) });
  expect(answered.status).toBe(200);
  const held = (await ask("clientLinks", VIEWER, `company:${company}`)) as { plan: string };
  const plan = linkIn(held.plan, "/c/plan/");
  const page = await (await request(plan)).text();
  expect(page).toContain("Kick-off");
  expect(page).toContain("Acme");
  const say = async (question: string) => {
    const answer = await request(plan, { method: "POST", body: new URLSearchParams({ question }) });
    expect(answer.status).toBe(200);
    return answer.text();
  };
  expect(await say("how can I import contacts")).toContain("By Settings.");
  const [, day] = /Kick-off<\/th><td>([^<]+)</.exec(page)!;
  expect(await say("When is the kick-off?")).toContain(`Kick-off: ${day}<`);
  expect(await say("Do you speak Klingon?")).toContain("Айгуль");
  await runFor(HOUR);
  expect(portal.get("companies", company)!.properties.tenure_nps).toBe("9");
  const notes = portal.list("notes").map((one) => one.properties.hs_note_body ?? "");
  expect(notes.filter((one) => one.includes("NPS answer: 9") && one.includes("Fine"))).toHaveLength(1);
  expect(notes.filter((one) => one.includes("E-mail sent by Tenure"))).toHaveLength(1);
  expect(receivers.calls).toHaveLength(2);
  const asked = portal.list("tasks").filter((one) => one.properties.hs_task_subject === "Answer a question of Acme");
  expect(asked.map((one) => one.properties.hubspot_owner_id)).toEqual([owner]);
  expect(asked[0]!.properties.hs_task_body).toContain("Do you speak Klingon?");
}

const VIEWER = { userId: "1", ownerId: null, isAdmin: true, records: [] };

async function isSigned(secret: unknown, { text, headers }: Receivers["calls"][number]): Promise<void> {
  const named = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [name, headers.get(name)!]);
  // The library looks at the machine's clock; ours is imagined.
  const webhook = new Webhook(String(secret).replace("whsec_", ""));
  const at = new Date(Number(headers.get("webhook-timestamp")) * 1_000);
  expect(webhook.sign(headers.get("webhook-id")!, at, text)).toBe(Object.fromEntries(named)["webhook-signature"]);
}
