/** What the engine needs to reach beyond the CRM; handed in by the portal, because links and secrets are not the engine's. */
import type { TextRef } from "../core/model.ts";
import type { CallSettings, MessageSettings } from "../core/outside/settings.ts";
import type { TextReading } from "../core/signal/text-intent.ts";
import type { Mailer } from "../mailer.ts";
import type { Thing } from "../store/mirror.ts";

export interface Outside {
  messages: MessageSettings;
  calls: CallSettings;
  /** null where this runtime, or its configuration, has none */
  mailer: Mailer | null;
  /** one signed call, already allowed and addressed. @throws CrmFailure as `callOut` does; null where the runtime makes none */
  callOut: ((url: string, key: string, body: unknown) => Promise<void>) | null;
  /** the same to an address as the settings keep it, sealed */
  post: ((address: string, key: string, body: unknown) => Promise<void>) | null;
  /** merge values made at the moment of writing: `plan.link`, `survey.link`, `done.link`, `owner.name`, `answer.text`, `question.text`; only those asked for */
  merge(thing: Thing, text: TextRef, names: readonly string[]): Readonly<Record<string, string>>;
  /** headers that let a mail program unsubscribe (RFC 8058), and the page's address */
  stopLink(client: string, contactId: string): string;
  /** the link by which another system reports a step as done */
  doneLink(client: string, cycle: number, step: string): string | null;
  /** the plan's steps that other systems do, with the links that report them as done (A6.3) */
  externalSteps(client: string, cycle: number): readonly { step: string; doneUrl: string }[];
  /** reads the names of those who own these rows, for `owner.name`; from memory for some minutes. @throws CrmFailure while it cannot */
  learnPeople(rows: readonly Thing[]): Promise<void>;
  /** labels by the model that an admin named, in the order of the letters. @throws CrmFailure; null where there is none */
  readLetters: ((letters: readonly string[]) => Promise<readonly TextReading[]>) | null;
  /** the portal as other systems know it */
  portal: string;
}
