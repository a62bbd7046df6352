/**
 * Letters over HTTPS, for runtimes that speak no SMTP: one POST to a mail service in the form that Resend takes (resend.com/docs,
 * "Send Email"; unverified against the live service). The same letter carries the same idempotency key, which that service honours for a
 * day, so that an attempt after "unavailable" makes no second letter.
 */
import { z } from "zod";
import { type Fetch, within } from "../crm/http.ts";
import type { Letter, Mailer, Sent } from "../mailer.ts";

/** A service that says nothing for this long is gone, ms. */
const SILENCE_MS = 30_000;

export interface MailApiOptions {
  /** `https://api.resend.com/emails` */
  url: string;
  key: string;
  fetch: Fetch;
  silenceMs?: number;
}

const refusal = z.object({ name: z.string().optional() });

export function apiMailer({ url, key, fetch, silenceMs = SILENCE_MS }: MailApiOptions): Mailer {
  return {
    async send(letter: Letter): Promise<Sent> {
      try {
        const headers = {
          authorization: `Bearer ${key}`,
          "content-type": "application/json",
          "idempotency-key": letter.messageId,
        };
        const body = JSON.stringify(bodyOf(letter));
        return await within(silenceMs, async (signal) =>
          sentOf(await fetch(new Request(url, { method: "POST", headers, body, signal, redirect: "manual" }))),
        );
      } catch {
        // Nobody answered: the letter may have gone out.
        return { done: false, failure: "unknown" };
      }
    },
  };
}

function bodyOf({ from, to, replyTo, subject, text, html, messageId, headers }: Letter) {
  return {
    from: `${JSON.stringify(from.name)} <${from.address}>`,
    to: [to],
    ...(replyTo && { reply_to: replyTo }),
    subject,
    text,
    html,
    headers: { ...headers, "Message-ID": `<${messageId}>` },
  };
}

async function sentOf(answer: Response): Promise<Sent> {
  const { status } = answer;
  if (answer.ok) return { done: true };
  // 409: an attempt with this key is under way, or was made with another body: what became of it is not known here.
  if (status === 409) return { done: false, failure: "unknown" };
  // What is wrong with our own account or address, or with the service for now, says nothing about the letter. No redirect is followed: the
  // letter and the key go to the address that was set, and nowhere else.
  if (status < 400 || status === 401 || status === 403 || status === 429 || status >= 500)
    return { done: false, failure: "unavailable", code: `MAIL_${status}` };
  const told = refusal.safeParse(await answer.json().catch(() => null));
  const code = (told.success && told.data.name) || `MAIL_${status}`;
  return { done: false, failure: "refused", code, advice: "The mail service refused the letter." };
}
