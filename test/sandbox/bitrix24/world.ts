import { seededRandom } from "../../../src/core/seeded-random.ts";
import { parseForm } from "../../../src/sandbox/bitrix24/brackets.ts";
import {
  Bitrix24Sandbox,
  type Bitrix24SandboxOptions,
  type PortalOptions,
  type SandboxPortal,
} from "../../../src/sandbox/bitrix24/index.ts";
import { VirtualClock } from "../../../src/sandbox/clock.ts";
import { strangeAnswer } from "./conforms.ts";

/** 2026-03-02, a Monday, 09:00 UTC. */
export const START = Date.UTC(2026, 2, 2, 9);

export interface Received {
  url: string;
  form: Record<string, unknown>;
}

export interface World {
  clock: VirtualClock;
  sandbox: Bitrix24Sandbox;
  portal: SandboxPortal;
  /** what reached the app: events, callbacks, frames */
  received: Received[];
  /** access token of the installing administrator (user 1) */
  token: string;
  refreshToken: string;
  /** how the app answers */
  answer(request: Request): Promise<Response>;
  call(method: string, params?: Record<string, unknown>, token?: string): Promise<Answer>;
  batch(commands: Record<string, string> | string[], halt?: number): Promise<Answer>;
}

export interface Answer {
  status: number;
  // answers are looked into freely by tests
  // biome-ignore lint/suspicious/noExplicitAny: the shape differs per method
  body: any;
}

/** A portal with three people, the app installed by the first, and a plain client. */
export async function world(
  options: Partial<Bitrix24SandboxOptions> = {},
  portalOptions: Partial<PortalOptions> = {},
): Promise<World> {
  const clock = new VirtualClock(START);
  const received: Received[] = [];
  const held = { answer: async (_request: Request) => new Response("<p>ok</p>", { status: 200 }) };
  const sandbox = new Bitrix24Sandbox({
    clock,
    random: seededRandom(7),
    clientId: "app.123.456",
    clientSecret: "secret",
    appCode: "maker.app",
    installUrl: "https://app.example/bitrix24/install",
    appUrl: "https://app.example/bitrix24/app",
    eventsUrl: "https://app.example/bitrix24/events",
    deliver: async (request) => {
      if (request.method === "POST") received.push({ url: request.url, form: parseForm(await request.text()) });
      return held.answer(request);
    },
    ...options,
  });
  const portal = sandbox.addPortal({ domain: "acme.bitrix24.sandbox", ...portalOptions });
  portal.addUser({ admin: true });
  portal.addUser({});
  portal.addUser({});
  await portal.install(1);
  portal.finishInstall();
  const frame = received.shift()!.form;
  const token = String(frame.AUTH_ID);
  const call = async (method: string, params: Record<string, unknown> = {}, auth = token): Promise<Answer> => {
    const response = await sandbox.fetch(
      new Request(`${portal.clientEndpoint}${method}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...params, auth }),
      }),
    );
    const body = await response.json();
    const named = method.startsWith("api/") ? `${method.slice(4)}@v3` : method;
    const strange = strangeAnswer(named, params, body);
    if (strange.length > 0) throw new Error(strange.join("; "));
    return { status: response.status, body };
  };
  const batch = (commands: Record<string, string> | string[], halt = 0) => call("batch", { halt, cmd: commands });
  return Object.assign(held, {
    clock,
    sandbox,
    portal,
    received,
    token,
    refreshToken: String(frame.REFRESH_ID),
    call,
    batch,
  });
}
