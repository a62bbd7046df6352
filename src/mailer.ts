/** Sending one letter. A runtime hands an implementation in; where it has none, letters stay tasks. */

export interface Letter {
  /** `Tenure <a@b>` in its parts */
  from: { name: string; address: string };
  to: string;
  replyTo: string | null;
  subject: string;
  text: string;
  html: string;
  /** without `<>`: the same for every attempt, so that a receiver can tell a double */
  messageId: string;
  headers: Readonly<Record<string, string>>;
}

/** unknown: the server had the whole letter and its answer was lost; it is never sent again */
export type Sent =
  | { done: true }
  | { done: false; failure: "refused"; code: string; advice: string }
  | { done: false; failure: "unavailable"; code: string; retryAt?: number | undefined }
  | { done: false; failure: "unknown" };

export interface Mailer {
  /** never throws */
  send(letter: Letter): Promise<Sent>;
}
