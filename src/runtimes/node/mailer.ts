/** Letters over SMTP, through nodemailer. A letter that the server had in full and whose answer was lost is unknown; all else is certain. */
import { Transform } from "node:stream";
import type { Letter, Mailer, Sent } from "../../mailer.ts";

/** A server that says nothing for this long is gone, ms. */
const SILENCE_MS = 30_000;

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
}

export interface SmtpOptions {
  silenceMs?: number;
}

/** @param url `smtps://user:password@host:465` or `smtp://host:587` */
export function smtpMailer(url: string, { silenceMs = SILENCE_MS }: SmtpOptions = {}): Mailer {
  return {
    async send(letter: Letter): Promise<Sent> {
      const { createTransport } = await import("nodemailer");
      let isHandedOver = false;
      const transport = createTransport({
        url,
        connectionTimeout: silenceMs,
        greetingTimeout: silenceMs,
        socketTimeout: silenceMs,
        // A letter names no files of this machine and fetches nothing.
        disableFileAccess: true,
        disableUrlAccess: true,
      } as Parameters<typeof createTransport>[0]);
      transport.use("stream", (mail, done) => {
        mail.message.transform(() => watcher(() => (isHandedOver = true)));
        done();
      });
      try {
        await transport.sendMail({
          from: letter.from,
          to: letter.to,
          subject: letter.subject,
          text: letter.text,
          html: letter.html,
          messageId: `<${letter.messageId}>`,
          headers: { ...letter.headers },
          ...(letter.replyTo && { replyTo: letter.replyTo }),
        });
        return { done: true };
      } catch (error) {
        return classify(error as SmtpError, isHandedOver);
      } finally {
        transport.close();
      }
    },
  };
}

/** Sees the last byte of the letter go by. */
function watcher(onEnd: () => void): Transform {
  return new Transform({
    transform: (chunk, _encoding, next) => next(null, chunk),
    flush(done) {
      onEnd();
      done();
    },
  });
}

function classify({ code = "FAILED", responseCode }: SmtpError, isHandedOver: boolean): Sent {
  // What is wrong with our own account, or with the server for now, says nothing about the letter.
  if (code === "EAUTH") return { done: false, failure: "unavailable", code };
  if (responseCode !== undefined && responseCode >= 500) {
    const advice = "The mail server refused the letter.";
    return { done: false, failure: "refused", code: `SMTP_${responseCode}`, advice };
  }
  if (responseCode !== undefined) return { done: false, failure: "unavailable", code: `SMTP_${responseCode}` };
  if (code === "EENVELOPE") return { done: false, failure: "refused", code, advice: "The address is not one." };
  return isHandedOver ? { done: false, failure: "unknown" } : { done: false, failure: "unavailable", code };
}
