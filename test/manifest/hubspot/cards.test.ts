import { join } from "node:path";
import {
  Alert,
  Button,
  hubspot,
  Link,
  ProgressBar,
  ScoreCircle,
  StatisticsItem,
  StatusTag,
  TableRow,
  Text,
} from "@hubspot/ui-extensions";
import { createRenderer, type RenderedNode } from "@hubspot/ui-extensions/testing";
import { createElement, type FunctionComponent } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Card, Home, Settings } from "../../../manifest/hubspot/src/app/cards/contract.ts";
import { LANGUAGES, languageOf, wordsOf } from "../../../manifest/hubspot/src/app/cards/words.ts";
import { SRC } from "./project.ts";

const BASE = "https://tenure.example.com";

const [ClientCard, HealthCard, SettingsPage, HomePage] = await Promise.all([
  screen("cards/ClientCard"),
  screen("cards/HealthCard"),
  screen("settings/SettingsPage"),
  screen("pages/HomePage"),
]);

/** The project has compiler settings of its own, for JSX among other things: components are loaded by file, each named like its file. */
async function screen(file: string): Promise<FunctionComponent> {
  const loaded = (await import(join(SRC, `app/${file}.tsx`))) as Record<string, FunctionComponent>;
  return loaded[file.split("/")[1]!]!;
}

const STEP = {
  id: "1/kickoff",
  title: "Kickoff call",
  dueDay: "2026-11-20",
  owner: "Aigul",
  isLate: true,
  url: "https://app.hubspot.com/t/5",
};
const CARD: Card = {
  client: "company:17",
  score: 52,
  zone: "yellow",
  zoneSinceDay: "2026-11-18",
  trend: "falling",
  confidence: "high",
  risk: null,
  mainReason: "Logins −43 % against the client's own 8-week median",
  ledger: [
    { label: "Logins", points: -31, detail: "−43 % against 8 weeks" },
    { label: "Invoice 9 days late", points: -17.5, detail: null },
  ],
  plan: {
    title: "30/60/90",
    stage: "Quick wins (days 0–30)",
    progress: 25,
    doneSteps: 3,
    totalSteps: 12,
    forecastDay: "2027-02-10",
    next: { ...STEP, id: "1/first_result", title: "First result", isLate: false, url: null },
    late: [STEP],
  },
  escalation: { owner: "Head of CS", level: 2, reason: "Kickoff is late" },
  suggestions: [{ id: "s1", text: "Offer telephony training", reason: "Telephony is not set up", answer: null }],
  actions: [{ id: "pause", label: "Pause the plan", act: { act: "pause", cycle: 1 } }],
  isSettled: false,
  once: "o1",
};

interface Call {
  method: string;
  url: string;
  body: unknown;
}

/** Tenure's server as a list of answers by path; what was asked is returned. */
function serve(answers: Readonly<Record<string, unknown>>): Call[] {
  const calls: Call[] = [];
  vi.spyOn(hubspot, "fetch").mockImplementation(async (address, options) => {
    const url = new URL(String(address));
    calls.push({ method: options?.method ?? "GET", url: url.href, body: options?.body });
    const answer = answers[url.pathname];
    if (answer === undefined) throw new Error("connection lost");
    return Response.json(answer);
  });
  return calls;
}

function renderer<Place extends "crm.record.tab" | "crm.record.sidebar" | "settings" | "pages">(
  place: Place,
  language = "en",
) {
  const made = createRenderer(place);
  made.mocks.context.variables = { PUBLIC_URL: BASE };
  made.mocks.context.user.language = language;
  if ("crm" in made.mocks.context) Object.assign(made.mocks.context.crm, { objectId: 17, objectTypeId: "0-2" });
  return made;
}

/** Everything that a person can read, in order. */
function textOf(node: RenderedNode): string {
  if (node.nodeType === "text") return (node as { text: string }).text;
  const children = "childNodes" in node ? node.childNodes.map(textOf) : [];
  const props =
    "props" in node
      ? Object.values(node.props as Record<string, unknown>).filter((value) => typeof value === "string")
      : [];
  return [...props, ...children].join(" ");
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("HubSpot client card", () => {
  async function shown(language = "en", card: Card = CARD, more: Readonly<Record<string, unknown>> = {}) {
    const calls = serve({ "/hubspot/frame/card": { ok: true, card }, ...more });
    const made = renderer("crm.record.tab", language);
    made.render(createElement(ClientCard));
    await made.waitFor(() => made.find(StatusTag));
    return { calls, ...made };
  }

  it("asks for the open record in the reader's language, once, and never says who is looking", async () => {
    const { calls } = await shown("uk-ua");
    expect(calls).toEqual([
      { method: "GET", url: `${BASE}/hubspot/frame/card?objectType=0-2&objectId=17&language=uk`, body: undefined },
    ]);
  });

  it("shows score, zone, reason, ledger, progress, next step, what is late and who has it", async () => {
    const card = await shown();
    expect(card.find(ScoreCircle).props.score).toBe(52);
    expect(card.find(StatusTag).props.variant).toBe("warning");
    expect(card.find(StatusTag).text).toBe("Yellow");
    expect(card.find(ProgressBar).props).toMatchObject({
      value: 25,
      valueDescription: "3 / 12 steps",
      variant: "warning",
    });
    expect(card.findAll(TableRow)).toHaveLength(3);
    const text = textOf(card.getRootNode());
    for (const part of [
      "Logins −43 %",
      "−31",
      "−17.5",
      "falling",
      "First result",
      "Kickoff call",
      "Nov 20, 2026",
      "Feb 10, 2027",
    ])
      expect(text).toContain(part);
    expect(card.findAll(Alert).map(({ props }) => props.title)).toEqual(["Escalated to: Head of CS", "Late: 1"]);
    expect(card.findAll(Link).map(({ props }) => props.href)).toEqual(["https://app.hubspot.com/t/5"]);
    expect(text).toContain("Changes are on their way to HubSpot.");
  });

  it("sends an action with what was handed out, under a key that makes a repeat harmless, and reads the card again", async () => {
    const card = await shown("en", CARD, { "/hubspot/frame/act": { ok: true, isRepeated: false } });
    card.find(Button, ({ text }) => text === "Pause the plan").trigger("onClick");
    await card.waitFor(() => expect(card.calls).toHaveLength(3));
    expect(card.calls[1]).toEqual({
      method: "POST",
      url: `${BASE}/hubspot/frame/act?objectType=0-2&objectId=17&language=en`,
      body: { once: "o1:pause", act: { act: "pause", cycle: 1 } },
    });
    expect(card.calls[2]!.url).toContain("/hubspot/frame/card");
    expect(card.mocks.actions.addAlert.calls).toEqual([[{ type: "success", message: "Done" }]]);
  });

  it("A11.2 takes up a suggestion or turns it down", async () => {
    const card = await shown("en", CARD, { "/hubspot/frame/act": { ok: true, isRepeated: false } });
    card.find(Button, ({ text }) => text === "Not now").trigger("onClick");
    await card.waitFor(() => expect(card.calls).toHaveLength(3));
    expect(card.calls[1]!.body).toEqual({
      once: "o1:s1:rejected",
      act: { act: "answer", id: "s1", answer: "rejected" },
    });
  });

  it("says why an action was refused, in the server's words", async () => {
    const card = await shown("en", CARD, {
      "/hubspot/frame/act": { ok: false, why: "not-open", text: "This step is closed already." },
    });
    card.find(Button, ({ text }) => text === "Pause the plan").trigger("onClick");
    await card.waitFor(() => expect(card.calls).toHaveLength(3));
    expect(card.mocks.actions.addAlert.calls).toEqual([
      [{ type: "danger", title: "That did not work", message: "This step is closed already." }],
    ]);
  });

  it("opens the full page in a frame by an address that is asked for at the click", async () => {
    const url = `${BASE}/screens/enter/abc`;
    const card = await shown("en", CARD, { "/hubspot/frame/open": { ok: true, url } });
    card.find(Button, ({ text }) => text === "Open the full page").trigger("onClick");
    await vi.waitFor(() => expect(card.mocks.actions.openIframeModal.callCount).toBe(1));
    expect(card.calls[1]!.body).toEqual({ to: "client/company:17" });
    expect(card.mocks.actions.openIframeModal.calls[0]![0]).toMatchObject({ uri: url, title: "Tenure" });
  });

  it("shows a client without score and plan as just that", async () => {
    const bare: Card = {
      ...CARD,
      score: null,
      zone: null,
      zoneSinceDay: null,
      trend: null,
      confidence: null,
      mainReason: null,
      ledger: [],
      plan: null,
      escalation: null,
      suggestions: [],
      actions: [],
      isSettled: true,
    };
    const card = await shown("en", bare);
    expect(card.maybeFind(ScoreCircle)).toBeNull();
    const text = textOf(card.getRootNode());
    for (const part of ["Not judged yet", "Not judged", "Nothing takes points away.", "No plan is running."])
      expect(text).toContain(part);
    expect(card.findAll(Button)).toHaveLength(1);
  });
});

describe("HubSpot cards and pages without an answer", () => {
  it("say so and try again at a click", async () => {
    const calls = serve({});
    const card = renderer("crm.record.tab");
    card.render(createElement(ClientCard));
    await card.waitFor(() => card.find(Button));
    expect(card.find(Alert).text).toBe("Tenure did not answer. Nothing is lost; please try again.");
    serve({ "/hubspot/frame/card": { ok: true, card: CARD } });
    card.find(Button).trigger("onClick");
    await card.waitFor(() => card.find(ScoreCircle));
    expect(calls).toHaveLength(1);
  });

  it("show the server's sentence where there is nothing to show", async () => {
    serve({
      "/hubspot/frame/card": { ok: false, why: "not-yours", text: "This client is looked after by somebody else." },
    });
    const card = renderer("crm.record.sidebar");
    card.render(createElement(HealthCard));
    await card.waitFor(() => card.find(Alert));
    expect(card.find(Alert).text).toBe("This client is looked after by somebody else.");
  });

  it("ask nobody when the build does not name a server over https", async () => {
    const calls = serve({});
    const card = renderer("crm.record.tab");
    card.mocks.context.variables = { PUBLIC_URL: "http://tenure.example.com" };
    card.render(createElement(ClientCard));
    await card.waitFor(() => card.find(Text));
    expect(card.find(Text).text).toBe("This build does not know where Tenure's server is.");
    expect(calls).toEqual([]);
  });
});

describe("HubSpot sidebar card", () => {
  it("shows the short form: score, zone, escalation, what is late, next step; no buttons that change anything", async () => {
    serve({ "/hubspot/frame/card": { ok: true, card: CARD } });
    const card = renderer("crm.record.sidebar", "ro");
    card.render(createElement(HealthCard));
    await card.waitFor(() => card.find(ScoreCircle));
    expect(card.find(StatusTag).text).toBe("Galben");
    expect(card.findAll(Alert).map(({ props }) => props.title)).toEqual([
      "Escaladat către: Head of CS",
      "Întârziat: 1",
    ]);
    expect(card.findAll(Button).map(({ text }) => text)).toEqual(["Deschideți pagina completă"]);
  });
});

describe("HubSpot settings page", () => {
  const SETTINGS: Settings = {
    mode: "observe",
    isAdmin: true,
    version: 3,
    findings: ["Reconnect Tenure and grant tickets."],
  };

  async function shown(settings: Settings) {
    serve({ "/hubspot/frame/settings": { ok: true, settings } });
    const page = renderer("settings");
    page.render(createElement(SettingsPage));
    await page.waitFor(() => page.find(Alert));
    return page;
  }

  it("tells the mode and what a person has to mend, and leads an administrator to the settings", async () => {
    const page = await shown(SETTINGS);
    expect(page.find(Alert).text).toBe("Observing: Tenure shows what it would write and writes nothing.");
    expect(textOf(page.getRootNode())).toContain("Reconnect Tenure and grant tickets.");
    expect(page.findAll(Button).map(({ text }) => text)).toEqual(["Open settings", "Open status"]);
  });

  it("gives everybody else no way in", async () => {
    const page = await shown({ ...SETTINGS, isAdmin: false, findings: [] });
    expect(page.findAll(Button)).toEqual([]);
    expect(textOf(page.getRootNode())).toContain("Only Tenure's administrators can change settings.");
  });
});

describe("HubSpot home page", () => {
  const HOME: Home = {
    mode: "live",
    isAdmin: false,
    zones: { red: 2, yellow: 9, green: 130, learning: 8, none: 1 },
    changed: 3,
    overdue: 6,
    attention: [
      {
        client: "company:17",
        url: "https://app.hubspot.com/c/17",
        name: "Acme",
        zone: "red",
        score: 31,
        reason: "Logins",
        owner: "Aigul",
        overdue: 2,
      },
      {
        client: "company:18",
        url: "https://app.hubspot.com/c/18",
        name: null,
        zone: "yellow",
        score: null,
        reason: null,
        owner: null,
        overdue: 0,
      },
    ],
  };

  it("A8.19 counts clients by zone and lists who needs somebody, worst first, with owner and reason", async () => {
    serve({ "/hubspot/frame/home": { ok: true, home: HOME } });
    const page = renderer("pages");
    page.render(createElement(HomePage));
    await page.waitFor(() => page.find(StatisticsItem));
    expect(page.findAll(StatisticsItem).map(({ props }) => [props.label, props.number])).toEqual([
      ["Red", 2],
      ["Yellow", 9],
      ["Green", 130],
      ["Learning", 8],
      ["Not judged", 1],
      ["Changed zone since yesterday", 3],
      ["Overdue steps", 6],
    ]);
    expect(page.findAll(Link).map(({ text, props }) => [text, props.href])).toEqual([
      ["Acme", "https://app.hubspot.com/c/17"],
      ["company:18", "https://app.hubspot.com/c/18"],
    ]);
    expect(page.findAll(Button).map(({ text }) => text)).toEqual(["Open the team board", "Open key figures"]);
  });
});

describe("words of cards and pages", () => {
  it("are said in four languages, none empty, and any other reader gets English", () => {
    for (const language of LANGUAGES) {
      expect(Object.keys(wordsOf(language))).toEqual(Object.keys(wordsOf("en")));
      expect(Object.values(wordsOf(language)).filter((word) => word.trim() === "")).toEqual([]);
    }
    expect(["en-us", "ru", "uk-ua", "RO", "de", undefined].map(languageOf)).toEqual([
      "en",
      "ru",
      "uk",
      "ro",
      "en",
      "en",
    ]);
  });
});
