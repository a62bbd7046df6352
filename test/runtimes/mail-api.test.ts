import { describe, expect, test } from "vitest";
import type { Letter } from "../../src/mailer.ts";
import { apiMailer } from "../../src/runtimes/mail-api.ts";

const LETTER: Letter = {
  from: { name: 'Team "Nord", CS', address: "cs@nord.example" },
  to: "oksana@customer.example",
  replyTo: "aigul@nord.example",
  subject: "Willkommen",
  text: "Hallo",
  html: "<p>Hallo</p>",
  messageId: "m1@tenure.test",
  headers: { "List-Unsubscribe": "<https://tenure.test/c/stop/x>" },
};

function service(answer: (request: Request) => Promise<Response>) {
  const seen: Request[] = [];
  const fetch = (request: Request) => {
    seen.push(request.clone());
    return answer(request);
  };
  return { seen, mailer: apiMailer({ url: "https://mail.example/emails", key: "secret-key", fetch, silenceMs: 20 }) };
}

describe("letters over HTTPS", () => {
  test("a letter goes out once, in the service's form, with the same key for the same letter", async () => {
    const { mailer, seen } = service(async () => Response.json({ id: "1" }));
    expect(await mailer.send(LETTER)).toEqual({ done: true });
    await mailer.send(LETTER);
    const [first, second] = seen;
    expect(first!.headers.get("authorization")).toBe("Bearer secret-key");
    expect([first, second].map((one) => one!.headers.get("idempotency-key"))).toEqual([
      "m1@tenure.test",
      "m1@tenure.test",
    ]);
    expect(await first!.json()).toEqual({
      from: '"Team \\"Nord\\", CS" <cs@nord.example>',
      to: ["oksana@customer.example"],
      reply_to: "aigul@nord.example",
      subject: "Willkommen",
      text: "Hallo",
      html: "<p>Hallo</p>",
      headers: { "List-Unsubscribe": "<https://tenure.test/c/stop/x>", "Message-ID": "<m1@tenure.test>" },
    });
  });

  test("what the service says is one of four", async () => {
    const said = async (status: number, body: unknown = {}) =>
      service(async () => Response.json(body, { status })).mailer.send(LETTER);
    for (const status of [401, 403, 429, 500, 503])
      expect(await said(status)).toEqual({ done: false, failure: "unavailable", code: `MAIL_${status}` });
    expect(await said(422, { name: "validation_error", message: "to: oksana@…" })).toEqual({
      done: false,
      failure: "refused",
      code: "validation_error",
      advice: "The mail service refused the letter.",
    });
    expect(await said(400, [])).toMatchObject({ failure: "refused", code: "MAIL_400" });
    expect(await said(409)).toEqual({ done: false, failure: "unknown" });
  });

  test("a redirect is not followed: the key goes to the address that was set", async () => {
    const { mailer, seen } = service(async () => new Response(null, { status: 308 }));
    expect(await mailer.send(LETTER)).toEqual({ done: false, failure: "unavailable", code: "MAIL_308" });
    expect(seen.map(({ redirect }) => redirect)).toEqual(["manual"]);
  });

  test("a service that breaks off or says nothing may have sent it: unknown", async () => {
    const cut = service(() => Promise.reject(new TypeError("fetch failed")));
    expect(await cut.mailer.send(LETTER)).toEqual({ done: false, failure: "unknown" });
    const silent = service(
      (request) =>
        new Promise((_, failed) => request.signal.addEventListener("abort", () => failed(new Error("gone")))),
    );
    expect(await silent.mailer.send(LETTER)).toEqual({ done: false, failure: "unknown" });
  });
});
